"""CPU time per clip of features of WAV files: sersk's one pass against a loop over librosa."""

import tempfile

import _common
import librosa
import numpy as np
import soundfile

from sersk.features import (
    MFCC,
    RMS,
    AudioFeatures,
    Chroma,
    MelSpectrogram,
    SpectralContrast,
    ZeroCrossingRate,
)

STATISTICS = ("mean", "std", "min", "max", "percentile5", "median", "percentile95")


def librosa_mfcc(path, sample_rate):
    """Mean of 40 MFCC, as most tutorials compute it."""
    signal, _ = librosa.load(path, sr=sample_rate)
    return librosa.feature.mfcc(y=signal, sr=sample_rate, n_mfcc=40).mean(axis=1)


def librosa_six(path, sample_rate):
    """Means of the six features that tutorials put together."""
    signal, _ = librosa.load(path, sr=sample_rate)
    sequences = [
        librosa.feature.mfcc(y=signal, sr=sample_rate, n_mfcc=40),
        librosa.feature.chroma_stft(y=signal, sr=sample_rate),
        librosa.feature.melspectrogram(y=signal, sr=sample_rate),
        librosa.feature.zero_crossing_rate(signal),
        librosa.feature.rms(y=signal),
        librosa.feature.spectral_contrast(y=signal, sr=sample_rate),
    ]
    return np.concatenate([sequence.mean(axis=1) for sequence in sequences])


def librosa_statistics(path, sample_rate):
    """Seven statistics of 40 MFCC and their first and second derivatives."""
    signal, _ = librosa.load(path, sr=sample_rate)
    mfcc = librosa.feature.mfcc(y=signal, sr=sample_rate, n_mfcc=40)
    deltas = [librosa.feature.delta(mfcc, order=order) for order in (1, 2)]
    x = np.concatenate([mfcc, *deltas])
    low, median, high = np.percentile(x, (5, 50, 95), axis=1)
    parts = [x.mean(axis=1), x.std(axis=1), x.min(axis=1), x.max(axis=1), low, median, high]
    return np.concatenate(parts)


def sersk_mfcc(sample_rate):
    """The same as `librosa_mfcc`."""
    return AudioFeatures([("mfcc", MFCC(sample_rate=sample_rate, functionals=("mean",)))])


def sersk_six(sample_rate):
    """The same as `librosa_six`."""
    kinds = (MFCC, Chroma, MelSpectrogram, ZeroCrossingRate, RMS, SpectralContrast)
    parts = [(kind.__name__, kind(sample_rate=sample_rate)) for kind in kinds]
    return AudioFeatures([(name, part.set_params(functionals=("mean",))) for name, part in parts])


def sersk_statistics(sample_rate):
    """The same as `librosa_statistics`."""
    return MFCC(sample_rate=sample_rate, deltas=2, functionals=STATISTICS)


CASES = {
    "MFCC40 mean": (librosa_mfcc, sersk_mfcc),
    "six features": (librosa_six, sersk_six),
    "full statistics": (librosa_statistics, sersk_statistics),
}


def compare(loop, extractor, paths, sample_rate, n_rounds):
    """Give ms per clip of librosa, sersk, and sersk file by file, and the ratios of librosa."""
    expected = np.stack([loop(path, sample_rate) for path in paths[:2]])
    np.testing.assert_allclose(extractor.transform(paths[:2]), expected, rtol=0.02, atol=0.05)
    _common.read_once(paths)
    batches = _common.split(paths, n_rounds)
    seconds = _common.take_turns(
        [
            lambda batch: [loop(path, sample_rate) for path in batch],
            extractor.transform,
            lambda batch: [extractor.transform([path]) for path in batch],
        ],
        batches,
    )
    per_clip = [np.divide(side, [len(batch) for batch in batches]) for side in seconds]
    times_ms = [1e3 * np.median(side) for side in per_clip]
    return times_ms, [_common.median_ratio(per_clip[0], side) for side in per_clip]


def main():
    """Print the table."""
    parser = _common.make_parser(__doc__, n_clips=96, n_rounds=6)
    args = parser.parse_args()
    _common.print_header()
    table = _common.Table(
        files=">8",
        read_at=">8",
        features="<15",
        sersk_gets="<8",
        librosa_ms=">8.2f",
        sersk_ms=">8.2f",
        ratio=">6.1f",
    )
    # Rates of synthetic files, and those at which they are read.
    rates = ((16000, 16000), (22050, 22050), (48000, 22050))
    if args.data is not None:
        rates = ((None, 16000), (None, 22050))
    with tempfile.TemporaryDirectory() as folder:
        for file_rate, sample_rate in rates:
            corpus = _common.find_corpus(args.data, folder, args.clips, file_rate=file_rate)
            rate = f"{soundfile.info(corpus.paths[0]).samplerate} Hz"
            for name, (loop, make_extractor) in CASES.items():
                extractor = make_extractor(sample_rate)
                times_ms, ratios = compare(loop, extractor, corpus.paths, sample_rate, args.rounds)
                for k, calls in ((1, "batches"), (2, "one file")):
                    table.add(
                        rate, f"{sample_rate} Hz", name, calls, times_ms[0], times_ms[k], ratios[k]
                    )


if __name__ == "__main__":
    main()
