"""CPU time per second of sound of each augmentation, beside that of the features of a recipe."""

import tempfile

import _common
import librosa
import numpy as np
import soundfile

from sersk.audio import read_audio
from sersk.augmentation import AUGMENTATIONS, AddNoise, ChangeDynamicRange
from sersk.recipes import make_recipe

FEATURES = "features"


def stretch_like_librosa(signal, sample_rate, seed):
    """Change the tempo as `StretchTime` does by default, with librosa."""
    rate = np.random.default_rng(seed).uniform(0.85, 1.15)
    return librosa.effects.time_stretch(signal, rate=rate)


def shift_like_librosa(signal, sample_rate, seed):
    """Change the pitch as `ShiftPitch` does by default, with librosa."""
    n_steps = np.random.default_rng(seed).uniform(-2, 2)
    return librosa.effects.pitch_shift(signal, sr=sample_rate, n_steps=n_steps)


def make_sides(sample_rate, noise_path):
    """Make the functions to compare, each of a list of signals."""
    features = (
        make_recipe("spectral-svm")[0].named_steps["features"].set_params(sample_rate=sample_rate)
    )
    effects = {name: make() for name, make in AUGMENTATIONS.items()}
    effects["noise, pink"] = AddNoise(color="pink")
    effects["noise, files"] = AddNoise(files=[noise_path])
    # So much that the limiter, too, has work to do.
    effects["range, loud"] = ChangeDynamicRange(gain=100)
    effects["stretch, librosa"] = stretch_like_librosa
    effects["pitch, librosa"] = shift_like_librosa
    sides = {name: _make_loop(effects[name], sample_rate) for name in sorted(effects)}
    return {FEATURES: features.transform, **sides}


def _make_loop(effect, sample_rate):
    return lambda signals: [effect(x, sample_rate, seed) for seed, x in enumerate(signals)]


def compare(sides, signals, sample_rate, n_rounds, table):
    """Add the rows of one sampling rate."""
    for side in sides.values():
        side(signals[:1])
    batches = _common.split(signals, n_rounds)
    lengths_s = [sum(len(signal) for signal in batch) / sample_rate for batch in batches]
    seconds = _common.take_turns(list(sides.values()), batches)
    costs = {name: np.divide(side, lengths_s) for name, side in zip(sides, seconds, strict=True)}
    for name, cost in costs.items():
        share = _common.median_ratio(cost, costs[FEATURES])
        table.add(f"{sample_rate} Hz", name, 1e3 * np.median(cost), share)


def main():
    """Print the table."""
    parser = _common.make_parser(__doc__, n_clips=60, n_rounds=6)
    args = parser.parse_args()
    _common.print_header()
    table = _common.Table(
        sound_at=">8", augmentation="<16", ms_per_second=">13.2f", ratio_to_features=">17.2f"
    )
    with tempfile.TemporaryDirectory() as folder:
        noise_path = f"{folder}/noise.wav"
        noise = np.random.default_rng(0).normal(scale=0.1, size=60 * 44100).clip(-1, 1)
        soundfile.write(noise_path, noise, 44100)
        for sample_rate in (16000, 48000):
            corpus = _common.find_corpus(args.data, folder, args.clips, file_rate=sample_rate)
            signals = [read_audio(path, sample_rate=sample_rate)[0] for path in corpus.paths]
            sides = make_sides(sample_rate, noise_path)
            compare(sides, signals, sample_rate, args.rounds, table)


if __name__ == "__main__":
    main()
