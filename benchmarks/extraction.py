"""CPU time per clip of synthetic speech: sersk's one pass against a loop over librosa."""

import os

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

import argparse
import tempfile
import time
from pathlib import Path

import librosa
import numpy as np
import soundfile

from sersk.audio import resample
from sersk.datasets import make_emotional_speech
from sersk.features import (
    MFCC,
    RMS,
    AudioFeatures,
    Chroma,
    MelSpectrogram,
    SpectralContrast,
    ZeroCrossingRate,
)


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


def sersk_mfcc(sample_rate):
    """The same as `librosa_mfcc`."""
    return AudioFeatures([("mfcc", MFCC(sample_rate=sample_rate, functionals=("mean",)))])


def sersk_six(sample_rate):
    """The same as `librosa_six`."""
    kinds = (MFCC, Chroma, MelSpectrogram, ZeroCrossingRate, RMS, SpectralContrast)
    parts = [(kind.__name__, kind(sample_rate=sample_rate)) for kind in kinds]
    return AudioFeatures([(name, part.set_params(functionals=("mean",))) for name, part in parts])


def write_clips(folder, file_rate, n_clips):
    """Write clips of about 2.5 s."""
    signals, _, _ = make_emotional_speech(-(-n_clips // 4), 1, duration_s=2.5, sample_rate=16000)
    paths = []
    for i, signal in enumerate(signals[:n_clips]):
        paths.append(str(Path(folder) / f"{file_rate}-{i:03d}.wav"))
        soundfile.write(paths[-1], resample(signal, 16000, file_rate), file_rate)
    return paths


def measure(loop, extractor, paths, sample_rate, n_rounds):
    """Median CPU time per clip of both sides, and the median of their ratios."""
    reference = np.stack([loop(path, sample_rate) for path in paths[:2]])
    np.testing.assert_allclose(extractor.transform(paths[:2]), reference, rtol=0.02, atol=0.05)
    theirs, ours = [], []
    for part in np.array_split(paths, n_rounds):
        part = part.tolist()
        started = time.process_time()
        for path in part:
            loop(path, sample_rate)
        theirs.append((time.process_time() - started) / len(part))
        started = time.process_time()
        extractor.transform(part)
        ours.append((time.process_time() - started) / len(part))
    return np.median(theirs), np.median(ours), np.median(np.divide(theirs, ours))


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=int, default=96, help="clips per row (default 96)")
    parser.add_argument("--rounds", type=int, default=6, help="turns of each side (default 6)")
    args = parser.parse_args()
    cases = {"MFCC40 mean": (librosa_mfcc, sersk_mfcc), "six features": (librosa_six, sersk_six)}
    print(
        f"{'files':>9} {'read at':>9}  {'features':<13} {'librosa':>9} {'sersk':>9} {'ratio':>6}"
    )
    with tempfile.TemporaryDirectory() as folder:
        for file_rate, sample_rate in ((16000, 16000), (22050, 22050), (48000, 22050)):
            paths = write_clips(folder, file_rate, args.clips)
            for name, (loop, make_extractor) in cases.items():
                figures = measure(
                    loop, make_extractor(sample_rate), paths, sample_rate, args.rounds
                )
                print(
                    f"{file_rate:>6} Hz {sample_rate:>6} Hz  {name:<13} "
                    f"{1e3 * figures[0]:>6.2f} ms {1e3 * figures[1]:>6.2f} ms {figures[2]:>5.1f}x"
                )


if __name__ == "__main__":
    main()
