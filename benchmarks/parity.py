"""Largest absolute differences of sersk's features from librosa's, beside what is tolerated.

With a CSV that has classes and speakers, it also counts how many cross-validated predictions agree
between features of sersk and of librosa. Exits with 1 when a difference exceeds its tolerance.
"""

import sys
import tempfile
import warnings

import _common
import librosa
import numpy as np
import soundfile
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from sersk.features import (
    MFCC,
    RMS,
    AudioFeatures,
    Chroma,
    MelSpectrogram,
    SpectralContrast,
    SpectralShape,
    ZeroCrossingRate,
)

STATISTICS = {"mean": np.mean, "std": np.std, "min": np.min, "max": np.max}
# Chroma differs by less than this where the tuning is the same, and by far more where it is not.
CHROMA_TOLERANCE = 1e-6


def extract_with_librosa(signal, sample_rate):
    """Give the sequences, of shape (n_descriptors, n_frames), and the tuning of chroma."""
    y = dict(y=signal, sr=sample_rate)
    mfcc = librosa.feature.mfcc(**y, n_mfcc=40)
    power = np.abs(librosa.stft(signal)) ** 2
    tuning = librosa.estimate_tuning(S=power, sr=sample_rate, bins_per_octave=12)
    sequences = {
        "mfcc": mfcc,
        "delta": librosa.feature.delta(mfcc, order=1),
        "delta2": librosa.feature.delta(mfcc, order=2),
        "mel": librosa.feature.melspectrogram(**y),
        "rms": librosa.feature.rms(y=signal),
        "zcr": librosa.feature.zero_crossing_rate(signal),
        "contrast": librosa.feature.spectral_contrast(**y),
        "centroid": librosa.feature.spectral_centroid(**y),
        "bandwidth": librosa.feature.spectral_bandwidth(**y),
        "rolloff": librosa.feature.spectral_rolloff(**y),
        "flatness": librosa.feature.spectral_flatness(y=signal),
        "chroma": librosa.feature.chroma_stft(S=power, sr=sample_rate, tuning=tuning),
    }
    return sequences, float(tuning)


def extract_with_sersk(path, sample_rate, tuning):
    """Give the same of one file, each of shape (n_frames, n_descriptors)."""
    kinds = {
        "mfcc": MFCC(deltas=2),
        "mel": MelSpectrogram(),
        "rms": RMS(),
        "zcr": ZeroCrossingRate(),
        "contrast": SpectralContrast(),
        "shape": SpectralShape(),
        "chroma": Chroma(tuning=tuning),
        "own chroma": Chroma(),
    }
    sequences = {
        name: kind.set_params(sample_rate=sample_rate, functionals=None).transform([path])[0]
        for name, kind in kinds.items()
    }
    sequences["mfcc"], sequences["delta"], sequences["delta2"] = np.split(
        sequences["mfcc"], 3, axis=1
    )
    shape = np.split(sequences.pop("shape"), 4, axis=1)
    for name, column in zip(("centroid", "bandwidth", "rolloff", "flatness"), shape, strict=True):
        sequences[name] = column
    return sequences


def pool(sequence, axis):
    """Pool over time, in float64."""
    sequence = sequence.astype(np.float64)
    return {name: statistic(sequence, axis=axis) for name, statistic in STATISTICS.items()}


def choose_tolerances(sample_rate):
    """Give the quantities, by feature and functionals, and what is tolerated of each."""
    bin_hz = sample_rate / 2048
    spread = ("std", "min", "max")
    return {
        "mfcc, mean": ("mfcc", ("mean",), 6e-4),
        "mfcc, std min max": ("mfcc", spread, 1.2e-3),
        "mfcc delta, frames": ("delta", None, 2e-4),
        "mfcc delta 2, frames": ("delta2", None, 2e-4),
        "mel, mean": ("mel", ("mean",), 2e-4),
        "rms, mean": ("rms", ("mean",), 1e-7),
        "zero crossing rate, mean": ("zcr", ("mean",), 7e-6),
        "contrast, mean (dB)": ("contrast", ("mean",), 0.1),
        "centroid, mean (Hz)": ("centroid", ("mean",), 1.4e-3),
        "bandwidth, mean (Hz)": ("bandwidth", ("mean",), 5e-3),
        "roll-off, frames (Hz)": ("rolloff", None, 1.001 * bin_hz),
        "flatness, mean": ("flatness", ("mean",), 1e-5),
        "chroma at equal tuning, mean": ("chroma", ("mean",), CHROMA_TOLERANCE),
    }


def compare(path, sample_rate, tolerances):
    """Give the largest difference of each quantity in one clip, and whether the tuning differs."""
    signal, _ = librosa.load(path, sr=sample_rate)
    theirs, tuning = extract_with_librosa(signal, sample_rate)
    ours = extract_with_sersk(path, sample_rate, tuning)
    differences = {}
    for quantity, (name, functionals, _) in tolerances.items():
        a, b = ours[name], theirs[name]
        if a.shape != b.shape[::-1]:
            raise ValueError(f"{path}: {name} has shape {a.shape}, in librosa {b.shape[::-1]}.")
        if functionals is None:
            differences[quantity] = np.abs(a - b.T).max()
        else:
            a, b = pool(a, 0), pool(b, 1)
            differences[quantity] = max(np.abs(a[f] - b[f]).max() for f in functionals)
    means = [ours[name].mean(axis=0) for name in ("own chroma", "chroma")]
    return differences, np.abs(np.subtract(*means)).max() > CHROMA_TOLERANCE


def compare_all(paths, sample_rate, title):
    """Print the table of differences; tell whether all are tolerated."""
    tolerances = choose_tolerances(sample_rate)
    results = [compare(path, sample_rate, tolerances) for path in paths]
    print(f"\n{title}, {len(paths)} clips")
    table = _common.Table(quantity="<29", largest_difference=">18.2g", tolerance=">9.2g", _=">1")
    is_tolerated = True
    for quantity, (_, _, tolerance) in tolerances.items():
        largest = max(differences[quantity] for differences, _ in results)
        is_tolerated &= bool(largest <= tolerance)
        table.add(quantity, largest, tolerance, "" if largest <= tolerance else "!")
    n_other = sum(is_other for _, is_other in results)
    table.add("clips of another tuning", f"{n_other} of {len(paths)}", None, "")
    return is_tolerated


def make_rows_with_librosa(path, sample_rate):
    """Give mean and deviation of 40 MFCC, and the means of six features."""
    signal, _ = librosa.load(path, sr=sample_rate)
    y = dict(y=signal, sr=sample_rate)
    mfcc = librosa.feature.mfcc(**y, n_mfcc=40)
    six = [
        mfcc,
        librosa.feature.chroma_stft(**y),
        librosa.feature.melspectrogram(**y),
        librosa.feature.zero_crossing_rate(signal),
        librosa.feature.rms(y=signal),
        librosa.feature.spectral_contrast(**y),
    ]
    return (
        np.concatenate([mfcc.mean(axis=1), mfcc.std(axis=1)]),
        np.concatenate([sequence.mean(axis=1) for sequence in six]),
    )


def compare_predictions(corpus, sample_rate):
    """Print the table of predictions that agree."""
    kinds = (MFCC, Chroma, MelSpectrogram, ZeroCrossingRate, RMS, SpectralContrast)
    six = [(k.__name__, k(sample_rate=sample_rate, functionals=("mean",))) for k in kinds]
    ours = [
        MFCC(sample_rate=sample_rate).transform(corpus.paths),
        AudioFeatures(six).transform(corpus.paths),
    ]
    rows = [make_rows_with_librosa(path, sample_rate) for path in corpus.paths]
    theirs = [np.stack(side) for side in zip(*rows, strict=True)]
    n_folds = min(6, len(set(corpus.speakers)))
    table = _common.Table(
        features="<26", equal_predictions=">17", UAR_sersk=">9.4f", UAR_librosa=">11.4f"
    )
    for name, *sides in zip(("mean and sd of 40 MFCC", "six means"), ours, theirs, strict=True):
        predicted = [
            cross_val_predict(
                make_pipeline(StandardScaler(), SVC(C=10)),
                X,
                corpus.labels,
                groups=corpus.speakers,
                cv=GroupKFold(n_folds),
            )
            for X in sides
        ]
        n_equal = np.count_nonzero(predicted[0] == predicted[1])
        scores = [balanced_accuracy_score(corpus.labels, p) for p in predicted]
        table.add(name, f"{n_equal} of {len(corpus.paths)}", *scores)


def main():
    """Print the tables."""
    parser = _common.make_parser(__doc__)
    parser.add_argument(
        "--clips", type=int, help="how many clips (default: 24 synthetic, all of a CSV)"
    )
    parser.add_argument(
        "--sample-rate", type=int, help="rate to read a CSV's files at (default: 22050)"
    )
    args = parser.parse_args()
    # On silence, where it takes the tuning for 0, as sersk does.
    warnings.filterwarnings("ignore", "Trying to estimate tuning from empty frequency set")
    _common.print_header()
    rates = ((16000, 16000), (22050, 22050), (48000, 22050))
    if args.data is not None:
        rates = ((None, args.sample_rate or 22050),)
    is_tolerated = True
    with tempfile.TemporaryDirectory() as folder:
        for file_rate, sample_rate in rates:
            if args.data is None:
                corpus = _common.write_clips(folder, args.clips or 24, file_rate=file_rate)
            else:
                corpus = _common.read_corpus(args.data, args.clips)
                file_rate = soundfile.info(corpus.paths[0]).samplerate
            title = f"files at {file_rate} Hz read at {sample_rate} Hz"
            is_tolerated &= compare_all(corpus.paths, sample_rate, title)
            if args.data and corpus.labels is not None and corpus.speakers is not None:
                compare_predictions(corpus, sample_rate)
    sys.exit(0 if is_tolerated else 1)


if __name__ == "__main__":
    main()
