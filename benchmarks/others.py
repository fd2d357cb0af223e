"""CPU time per clip of 13 MFCC (25 ms frames each 10 ms, 16 kHz): sersk against other libraries.

Only the speed compares: python_speech_features and Kaldi define filters, liftering and energy in
other ways, and so give other values. Those of librosa are the same as sersk's.
"""

import tempfile

import _common
import librosa
import numpy as np
import soundfile

from sersk.features import MFCC

RATE = 16000


def make_sersk(n_mels):
    """Make sersk's way: features of a batch of files."""
    mfcc = MFCC(
        n_mfcc=13,
        sample_rate=RATE,
        n_fft=512,
        win_length=400,
        hop_length=160,
        n_mels=n_mels,
        functionals=("mean",),
    )
    return mfcc.transform


def make_librosa(n_mels):
    """Make librosa's way: features of one file."""

    def extract(path):
        signal, _ = librosa.load(path, sr=RATE)
        framing = dict(n_fft=512, win_length=400, hop_length=160)
        mfcc = librosa.feature.mfcc(y=signal, sr=RATE, n_mfcc=13, n_mels=n_mels, **framing)
        return mfcc.mean(axis=1)

    return extract


def make_python_speech_features(n_mels):
    """Make the way of python_speech_features: features of one file."""
    from python_speech_features import mfcc

    def extract(path):
        signal, _ = soundfile.read(path, dtype="int16")
        sequence = mfcc(signal, samplerate=RATE, numcep=13, nfilt=n_mels, nfft=512)
        return sequence.mean(axis=0)

    return extract


def make_kaldi(n_mels):
    """Make the way of kaldi_native_fbank: features of one file."""
    import kaldi_native_fbank

    options = kaldi_native_fbank.MfccOptions()
    options.num_ceps = 13
    options.mel_opts.num_bins = n_mels
    options.frame_opts.samp_freq = RATE
    options.frame_opts.frame_length_ms = 25
    options.frame_opts.frame_shift_ms = 10
    options.frame_opts.dither = 0

    def extract(path):
        signal, _ = soundfile.read(path, dtype="float32")
        stream = kaldi_native_fbank.OnlineMfcc(options)
        # A list is what it asks for, and faster than an array.
        stream.accept_waveform(RATE, signal.tolist())
        stream.input_finished()
        frames = [stream.get_frame(i) for i in range(stream.num_frames_ready)]
        return np.mean(frames, axis=0)

    return extract


# By the name of the package, which need not be installed.
OTHERS = {
    "librosa": make_librosa,
    "python_speech_features": make_python_speech_features,
    "kaldi-native-fbank": make_kaldi,
}


def check(others, n_mels, paths):
    """Raise unless librosa gives the same values, and all others as many."""
    expected = make_sersk(n_mels)(paths)
    for name, extract in others.items():
        rows = np.stack([extract(path) for path in paths])
        if name == "librosa":
            np.testing.assert_allclose(rows, expected, atol=0.01)
        elif rows.shape != expected.shape or not np.isfinite(rows).all():
            raise ValueError(f"{name} gives {rows.shape} values, sersk {expected.shape}.")


def compare(others, n_mels, paths, n_rounds, table):
    """Add the rows of one number of mel bands."""
    batches = _common.split(paths, n_rounds)
    loops = [lambda batch, f=f: [f(path) for path in batch] for f in others.values()]
    seconds = _common.take_turns([make_sersk(n_mels), *loops], batches)
    per_clip = [np.divide(side, [len(batch) for batch in batches]) for side in seconds]
    for name, side in zip(["sersk", *others], per_clip, strict=True):
        ratio = _common.median_ratio(side, per_clip[0])
        table.add(n_mels, name, 1e3 * np.median(side), ratio)


def main():
    """Print the table."""
    parser = _common.make_parser(__doc__, n_clips=96, n_rounds=6)
    args = parser.parse_args()
    _common.print_header(*OTHERS)
    with tempfile.TemporaryDirectory() as folder:
        paths = _common.find_corpus(args.data, folder, args.clips).paths
        paths = [path for path in paths if _is_fit(path)]
        if not paths:
            raise SystemExit(f"The files must be mono at {RATE} Hz: the others do not resample.")
        _common.read_once(paths)
        table = _common.Table(
            mel_bands=">9d", library="<24", ms_per_clip=">11.2f", ratio_to_sersk=">14.1f"
        )
        for n_mels in (26, 40):
            others = {}
            for name, make in OTHERS.items():
                if _common.find_version(name) is None:
                    table.add(n_mels, name, "not installed", None)
                else:
                    others[name] = make(n_mels)
            check(others, n_mels, paths[:2])
            compare(others, n_mels, paths, args.rounds, table)


def _is_fit(path):
    info = soundfile.info(path)
    return (info.samplerate, info.channels) == (RATE, 1)


if __name__ == "__main__":
    main()
