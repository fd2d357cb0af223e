"""Long recordings: analysed block by block, with the values of one block."""

import subprocess
import sys

import librosa
import numpy as np
import pytest
import soundfile
from sklearn.base import clone

import sersk.audio
from sersk.audio import Recording, resample
from sersk.datasets import make_emotional_speech
from sersk.features import (
    MFCC,
    RMS,
    AudioFeatures,
    Chroma,
    Energy,
    MelSpectrogram,
    SpectralContrast,
    SpectralShape,
    ZeroCrossingRate,
)
from sersk.features import _framing as framing_module
from sersk.features._framing import Clip, Grid, cut_blocks
from sersk.features._tuning import choose_tuning
from sersk.utils import _sound_files
from tests.features._extractors import every_frame_extractor

RATE = 16000
FRAMINGS = {
    "default": {},
    "speech": dict(n_fft=512, hop_length=160, win_length=400),
    "uncentred": dict(n_fft=512, hop_length=160, win_length=400, center=False),
    "gaps": dict(n_fft=512, hop_length=700),
    "gaps_uncentred": dict(n_fft=512, hop_length=700, center=False),
    "odd": dict(n_fft=1001, hop_length=333),
    "odd_uncentred": dict(n_fft=1001, hop_length=333, center=False),
    "every_sample": dict(n_fft=512, hop_length=1),
}
framings = pytest.mark.parametrize("framing", FRAMINGS.values(), ids=FRAMINGS)

# A matrix product may sum in another order where it has another number of rows; in which, and
# where, is up to the processor. It makes some steps of float32, one of which is 3e-5 at the few
# hundred dB of the first coefficient, and 6e-5 from 512 dB on.
_TOLERANCES = {
    MFCC: dict(rtol=0, atol=1e-4),
    MelSpectrogram: dict(rtol=2e-6, atol=1e-12),
    Chroma: dict(rtol=0, atol=3e-6),
    SpectralContrast: dict(rtol=0, atol=1e-5),
    SpectralShape: dict(rtol=0, atol=0),
    ZeroCrossingRate: dict(rtol=0, atol=0),
    RMS: dict(rtol=0, atol=0),
    Energy: dict(rtol=0, atol=1e-5),
}


def _assert_same(extractor, sequence, expected):
    if isinstance(extractor, MelSpectrogram):
        # Derivatives of power cross zero, where the rounding is still that of the power.
        n_mels = extractor.n_mels
        difference = np.abs(sequence - expected)[:, n_mels:]
        assert (difference <= 2e-6 * np.abs(expected[:, n_mels:]).max(axis=0)).all()
        sequence, expected = sequence[:, :n_mels], expected[:, :n_mels]
    np.testing.assert_allclose(sequence, expected, **_TOLERANCES[type(extractor)])


@pytest.fixture
def cut(monkeypatch):
    """Analyse so many frames at a time, of so many samples; without, whatever comes at once."""

    def set_lengths(block_length=10**9, piece_length=2**20):
        monkeypatch.setattr(framing_module, "BLOCK_LENGTH", block_length)
        monkeypatch.setattr(_sound_files, "PIECE_LENGTH", piece_length)
        monkeypatch.setattr(sersk.audio, "PIECE_LENGTH", piece_length)

    return set_lengths


@pytest.fixture
def count_transforms(monkeypatch):
    """Note the number of frames of each short-time Fourier transform."""
    n_frames = []
    original = framing_module._compute_power

    def counting(frames, window):
        n_frames.append(len(frames))
        return original(frames, window)

    monkeypatch.setattr(framing_module, "_compute_power", counting)
    return n_frames


@pytest.fixture(scope="module")
def long_noise():
    """Noise whose level and colour change, with samples that are exactly zero."""
    noise = np.random.default_rng(3).normal(size=500_000)
    noise[1:] += np.sin(np.arange(499_999) / 50_000) * noise[:-1]
    noise *= 0.05 * (1.1 + np.sin(np.arange(500_000) / 7000))
    noise[20_000:23_000] = 0
    return noise.astype(np.float32)


def _sequences(extractor, framing, **params):
    extractor = clone(extractor).set_params(functionals=None, sample_rate=RATE, **params)
    own = extractor.get_params()
    extractor.set_params(**{name: framing[name] for name in framing if name in own})
    if "n_bands" in own:
        # Bands that hold a bin at every resolution.
        extractor.set_params(n_bands=4, fmin=300.0)
    if "tuning" in own and "tuning" not in params:
        extractor.set_params(tuning=0.0)
    return extractor


def _grid(framing):
    n_fft, hop_length = framing.get("n_fft", 2048), framing.get("hop_length", 512)
    return Grid(RATE, n_fft, hop_length, framing.get("center", True))


def _border_lengths(grid, block_length):
    """Signals whose last block is full, lacks a frame, or has one frame only."""
    n_pad = grid.n_fft // 2 if grid.center else 0
    lengths = [1, 2, grid.n_fft - 1, grid.n_fft, grid.n_fft + 1]
    for n_blocks in (1, 3):
        full = (n_blocks * block_length - 1) * grid.hop_length + grid.n_fft - 2 * n_pad
        lengths += [full - 1, full, full + 1, full + grid.hop_length - 1, full + grid.hop_length]
    return sorted({length for length in lengths if length > 0})


@framings
@pytest.mark.parametrize("block_length", [1, 16, 17])
def test_blocks_hold_all_frames(cut, long_noise, framing, block_length):
    """Against the frames of the signal padded as a whole."""
    grid = _grid(framing)
    cut(block_length)
    for n_times in _border_lengths(grid, block_length):
        signal = long_noise[100 : 100 + n_times]
        n_pad = grid.n_fft // 2 if grid.center else 0
        padded = np.pad(signal, n_pad)
        padded = np.pad(padded, (0, max(0, grid.n_fft - len(padded))))
        views = np.lib.stride_tricks.sliding_window_view(padded, grid.n_fft)
        expected = views[:: grid.hop_length]
        is_padding = np.pad(np.zeros(n_times, bool), n_pad, constant_values=True)
        is_padding = np.pad(is_padding, (0, len(padded) - len(is_padding)), constant_values=True)
        for n_piece in {n_times, max(1, n_times // 2), 333}:
            pieces = (signal[i : i + n_piece] for i in range(0, n_times, n_piece))
            blocks = list(cut_blocks(pieces, grid))
            np.testing.assert_array_equal(np.concatenate([b.frames for b in blocks]), expected)
            *first, last = blocks
            assert [len(block.frames) for block in first] == [block_length] * len(first)
            assert 1 <= len(last.frames) <= block_length
            assert [block.is_last for block in blocks] == [False] * len(first) + [True]
            for i, block in enumerate(blocks):
                begin = i * block_length * grid.hop_length
                place = is_padding[begin : begin + len(block.samples)]
                n_inside = len(block.samples) - block.n_before - block.n_after
                np.testing.assert_array_equal(
                    place,
                    np.repeat([True, False, True], [block.n_before, n_inside, block.n_after]),
                )


@framings
@every_frame_extractor
def test_sequences_do_not_depend_on_blocks(cut, long_noise, extractor, framing):
    extractor = _sequences(extractor, framing)
    grid = extractor._grid
    assert grid == _grid(framing)
    for block_length in (16, 17):
        signals = [long_noise[100 : 100 + n] for n in _border_lengths(grid, block_length)]
        cut()
        whole = extractor.transform(signals)
        cut(block_length, piece_length=5 * grid.hop_length + 7)
        in_blocks = extractor.transform(signals)
        for expected, sequence in zip(whole, in_blocks, strict=True):
            assert sequence.dtype == np.float32
            _assert_same(extractor, sequence, expected)


@pytest.mark.parametrize("deltas", [0, 1, 2])
@every_frame_extractor
def test_more_than_a_thousand_frames(cut, long_noise, extractor, deltas):
    extractor = _sequences(extractor, FRAMINGS["speech"], deltas=deltas)
    cut()
    signal = long_noise[:200_160]
    (whole,) = extractor.transform([signal])
    assert len(whole) == 1252
    for block_length, piece_length in ((64, 9999), (626, 30_000), (1024, 2**20), (1251, 2**20)):
        cut(block_length, piece_length)
        (sequence,) = extractor.transform([signal])
        _assert_same(extractor, sequence, whole)


MOMENTS = ("mean", "std", "skewness", "kurtosis")
RANKS = ("min", "max", "range", "median", "iqr", "percentile5", "percentile100")


@pytest.mark.parametrize("deltas", [0, 2])
@every_frame_extractor
def test_functionals_do_not_depend_on_blocks(cut, long_noise, extractor, deltas):
    """Those of the sequence, as numpy computes them."""
    extractor = _sequences(extractor, FRAMINGS["speech"], deltas=deltas)
    signal = long_noise[:100_000]
    exact = _TOLERANCES[type(extractor)]["atol"] == 0 == _TOLERANCES[type(extractor)]["rtol"]
    cut()
    moments = clone(extractor).set_params(functionals=MOMENTS).transform([signal])
    ranks = clone(extractor).set_params(functionals=RANKS).transform([signal])
    (sequence,) = extractor.transform([signal])
    n_columns = sequence.shape[1]
    scale = np.abs(sequence).max(axis=0)
    for block_length in (16, 17):
        cut(block_length, 5000)
        row = clone(extractor).set_params(functionals=MOMENTS).transform([signal])
        mean, std, *shape = np.split(row[0], 4)
        expected_mean, expected_std, *expected_shape = np.split(moments[0], 4)
        assert (np.abs(mean - expected_mean) <= 1e-6 * scale).all()
        assert (np.abs(std - expected_std) <= 1e-6 * scale).all()
        # A ratio of moments of rounded values.
        np.testing.assert_allclose(shape, expected_shape, rtol=1e-4, atol=1e-4)
        assert (np.abs(mean - sequence.mean(axis=0, dtype=float)) <= 1e-6 * scale).all()
        row = clone(extractor).set_params(functionals=RANKS).transform([signal])
        if exact:
            np.testing.assert_array_equal(row, ranks)
        else:
            difference = np.abs(row - ranks).reshape(len(RANKS), n_columns)
            assert (difference <= 3e-6 * np.maximum(scale, 1e-6)).all()


@pytest.mark.parametrize("is_chord_last", [False, True])
def test_the_tuning_is_that_of_all_blocks(cut, tone, is_chord_last):
    """One block of many peaks a fifth of a semitone high, and many of few peaks, lower."""
    high = 2 ** (0.2 / 12) * np.array([220, 440, 880, 1760])
    chord = sum(tone(f, sample_rate=RATE, duration_s=0.5, amplitude=0.1) for f in high)
    low = tone(880 * 2 ** (-0.3 / 12), sample_rate=RATE, duration_s=4.0)
    signal = np.concatenate([low, chord] if is_chord_last else [chord, low])
    cut(16, 4096)
    survey = Chroma(sample_rate=RATE)._survey
    counts = [survey(block) for block in cut_blocks([signal], Grid(RATE, 2048, 512, True))]
    assert len(counts) > 8
    tuning = choose_tuning(np.sum(counts, axis=0))
    assert tuning == pytest.approx(-0.3, abs=0.04)
    # No block alone, be it the first, the last or that of most peaks, says the same by chance.
    assert choose_tuning(np.max(counts, axis=0)) == pytest.approx(0.2, abs=0.04)
    assert choose_tuning(counts[-1 if is_chord_last else 0]) == pytest.approx(0.2, abs=0.04)
    estimating = Chroma(sample_rate=RATE, functionals=None)
    fixed = clone(estimating).set_params(tuning=tuning)
    np.testing.assert_array_equal(estimating.transform([signal]), fixed.transform([signal]))


def _parts(**common):
    return [
        ("mfcc", MFCC(sample_rate=16000, n_fft=512, hop_length=160, deltas=2, **common)),
        ("contrast", SpectralContrast(**common)),
        ("chroma", Chroma(tuning=0.1, **common)),
        ("mel", MelSpectrogram(sample_rate=16000, scale="db", **common)),
        ("shape", SpectralShape(n_fft=1024, **common)),
        ("zcr", ZeroCrossingRate(sample_rate=44100, n_fft=1001, hop_length=400, **common)),
        ("rms", RMS(sample_rate=16000, n_fft=512, hop_length=160, center=False, **common)),
    ]


@pytest.mark.parametrize("block_length", [16, 100])
def test_parts_on_other_grids_and_rates(cut, write_audio, voice, block_length):
    signal = voice(0, duration_s=4.0, sample_rate=44100)
    path = write_audio("a.wav", np.stack([signal, 0.5 * signal], axis=1), 44100)
    functionals = ("mean", "std", "median", "max")
    cut()
    alone = [part.transform([path]) for _, part in _parts(functionals=functionals)]
    cut(block_length, 10_000)
    part_rows = [part.transform([path]) for _, part in _parts(functionals=functionals)]
    together = AudioFeatures(_parts(functionals=functionals)).fit_transform([path])
    np.testing.assert_array_equal(together, np.hstack(part_rows))
    np.testing.assert_allclose(together, np.hstack(alone), rtol=1e-5, atol=1e-5)


def test_a_part_of_a_long_recording(cut, write_audio, voice):
    path = write_audio("a.wav", voice(0, duration_s=4.0, sample_rate=44100), 44100)
    part = dict(offset_s=0.5, duration_s=2.0)
    for trim_db in (None, 30.0):
        features = AudioFeatures(_parts(), **part, trim_db=trim_db)
        cut()
        whole = features.fit_transform([path])
        cut(16, 10_000)
        np.testing.assert_allclose(features.fit_transform([path]), whole, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("center", [True, False])
@pytest.mark.parametrize("hop_length", [1, 100, 160])
def test_no_crossing_at_ends_that_are_negative(cut, center, hop_length):
    """Padding repeats the last sample; zeros would count as positive."""
    extractor = ZeroCrossingRate(
        sample_rate=RATE, n_fft=512, hop_length=hop_length, center=center, functionals=None
    )
    for n_times in (1, 2, 511, 513, 2000, 16 * hop_length, 32 * hop_length + 255):
        cut(16, 700)
        (never,) = extractor.transform([np.full(n_times, -0.5, dtype=np.float32)])
        assert not never.any()
        if n_times > 2:
            # One crossing up, one down, far enough inside.
            signal = np.full(n_times, -0.5, dtype=np.float32)
            signal[n_times // 3 : n_times // 2] = 0.5
            (sequence,) = extractor.transform([signal])
            expected = librosa.feature.zero_crossing_rate(
                np.pad(signal, (0, max(0, 512 - n_times)) if not center else 0, mode="edge"),
                frame_length=512,
                hop_length=hop_length,
                center=center,
            )
            np.testing.assert_allclose(sequence, expected.T, rtol=0, atol=1e-7)


def _is_flat(extractor, sequence, row):
    """Whether all that a row was made of lay under the floor of the clip."""
    if isinstance(extractor, MelSpectrogram):
        return np.allclose(row, sequence.max() - 80, rtol=0, atol=1e-4)
    if isinstance(extractor, MFCC):
        # The first coefficient is the level; a flat spectrum has no other.
        return np.allclose(row[1:], 0, rtol=0, atol=1e-4)
    # The floor of the peaks over that of the valleys.
    return np.ptp(row) < 1e-4


@pytest.mark.parametrize(
    ("extractor", "loudness"),
    [
        (MFCC(n_mfcc=20, functionals=None), 0.9),
        (MelSpectrogram(scale="db", functionals=None), 0.9),
        # It takes magnitude for power, so that its floor lies 160 dB down.
        (SpectralContrast(functionals=None), 1e5),
    ],
    ids=lambda value: str(value) if isinstance(value, float) else type(value).__name__,
)
@pytest.mark.parametrize("where", [3000, 150_000, 298_000])
def test_the_loudest_block_sets_the_floor_of_all(cut, rng, extractor, loudness, where):
    """A click in the first, a middle and the last block of a clip far below it."""
    signal = 3e-6 * rng.normal(size=300_000).astype(np.float32)
    far = 200 if where > 100_000 else 500
    (sequence,) = extractor.transform([signal])
    assert not _is_flat(extractor, sequence, sequence[far])
    signal[where : where + 400] = loudness * rng.choice([-1, 1], size=400)
    cut()
    (whole,) = extractor.transform([signal])
    for block_length, piece_length in ((64, 9000), (17, 2**20)):
        cut(block_length, piece_length)
        (sequence,) = extractor.transform([signal])
        # Levels in dB, of which some are close to zero.
        np.testing.assert_allclose(sequence, whole, rtol=0, atol=1e-4)
        assert _is_flat(extractor, sequence, sequence[far])
        assert not _is_flat(extractor, sequence, sequence[where // 512])


@every_frame_extractor
@pytest.mark.parametrize("level", [0.0, 0.25])
def test_silence_and_constants(cut, extractor, level):
    signal = np.full(50_000, level, dtype=np.float32)
    extractor = clone(extractor).set_params(functionals=MOMENTS)
    cut()
    whole = extractor.transform([signal])
    cut(16, 4000)
    row = extractor.transform([signal])
    mean_and_std, shape = np.split(row[0], 2)
    expected_mean_and_std, expected_shape = np.split(whole[0], 2)
    np.testing.assert_allclose(mean_and_std, expected_mean_and_std, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(shape, expected_shape, rtol=2e-3, atol=1e-5)
    if level == 0:
        # Nothing varies in silence, however it is cut.
        np.testing.assert_allclose(np.split(row[0], 4)[1], 0, atol=1e-9)
        assert not shape.any()


@pytest.mark.parametrize(
    ("extractor", "n_passes"),
    [
        (MFCC(), 2),
        (MelSpectrogram(scale="db"), 2),
        (MelSpectrogram(), 1),
        (Chroma(), 2),
        (Chroma(tuning=0.0), 1),
        (SpectralContrast(), 2),
        (SpectralShape(), 1),
        (ZeroCrossingRate(), 0),
        (RMS(), 0),
        (AudioFeatures([("a", MelSpectrogram()), ("b", SpectralShape()), ("c", RMS())]), 1),
        (AudioFeatures([("a", MFCC()), ("b", Chroma()), ("c", SpectralContrast())]), 2),
    ],
    ids=lambda value: str(value) if isinstance(value, int) else type(value).__name__,
)
def test_each_block_is_transformed_once_per_pass(
    cut, count_transforms, long_noise, extractor, n_passes
):
    signal = long_noise[: 50 * 512 - 1]
    cut(16, 5000)
    extractor.transform([signal])
    assert count_transforms == [16, 16, 16, 2] * n_passes
    # What fits in one block is transformed once in all.
    for block_length in (50, 2048):
        count_transforms.clear()
        cut(block_length, 2**20)
        extractor.transform([signal])
        assert count_transforms == [50] * min(1, n_passes)


def test_a_clip_of_one_block_gives_it_again(cut, long_noise):
    grid = Grid(RATE, 512, 160, True)
    clip = Clip(Recording(long_noise[:1600], RATE))
    (first,), (second,) = clip.blocks(grid), clip.blocks(grid)
    assert first is second
    (other,) = clip.blocks(grid._replace(center=False))
    assert other is not first
    cut(4)
    clip = Clip(Recording(long_noise[:1600], RATE))
    once, again = list(clip.blocks(grid)), list(clip.blocks(grid))
    assert len(once) == len(again) == 3
    # A longer one would fill the memory.
    assert not set(map(id, once)) & set(map(id, again))
    for a, b in zip(once, again, strict=True):
        np.testing.assert_array_equal(a.samples, b.samples)


def test_an_error_in_a_later_block_is_that_of_the_clip(cut, write_audio, long_noise):
    signal = long_noise[:40_000].copy()
    good = write_audio("good.wav", signal, RATE, subtype="FLOAT")
    signal[39_000] = np.nan
    bad = write_audio("bad.wav", signal, RATE, subtype="FLOAT")
    cut(16, 5000)
    extractor = MFCC(sample_rate=RATE)
    rows, failures, _ = extractor.extract_each([str(good), str(bad), str(good)])
    assert [row is None for row in rows] == [False, True, False]
    (failure,) = failures
    assert (failure.path, failure.reason) == (str(bad), "it contains NaN or infinite samples")
    np.testing.assert_array_equal(rows[0], rows[2])


_MEASURE_MEMORY = """
import resource, sys
from sersk.features import (
    MFCC, RMS, AudioFeatures, Chroma, MelSpectrogram, SpectralContrast, ZeroCrossingRate
)

how = dict(sample_rate=16000, functionals=("mean", "std"))
six = AudioFeatures([
    (kind.__name__, kind(**how))
    for kind in (MFCC, Chroma, MelSpectrogram, ZeroCrossingRate, RMS, SpectralContrast)
])
for path in sys.argv[1:]:
    for extractor in (MFCC(**how), six):
        extractor.transform([path])
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def test_memory_does_not_grow_with_the_length(tmp_path, rng):
    """Six minutes, 23 MB as float32; frames and spectra are several times that."""
    minute = rng.normal(scale=0.1, size=60 * RATE).astype(np.float32)
    paths = []
    for n_minutes in (1, 6):
        paths.append(str(tmp_path / f"{n_minutes}.wav"))
        with soundfile.SoundFile(paths[-1], "w", RATE, 1, "PCM_16") as file:
            for _ in range(n_minutes):
                file.write(minute)
    run = subprocess.run(
        [sys.executable, "-c", _MEASURE_MEMORY, *paths], capture_output=True, text=True, check=True
    )
    _, short_mb, long_mfcc_mb, long_mb = map(float, run.stdout.split())
    assert long_mfcc_mb - short_mb < 25
    assert long_mb - short_mb < 25


@pytest.fixture(scope="module")
def two_minutes():
    signals, _, _ = make_emotional_speech(n_speakers=2, n_clips_per_class=2, random_state=0)
    signal = np.concatenate(signals)
    return np.resize(resample(signal.astype(np.float32), 16000, 22050), 120 * 22050)


PARITY = {
    "mfcc": (MFCC(), lambda y: librosa.feature.mfcc(y=y, n_mfcc=40), 6e-4),
    "mel": (MelSpectrogram(), lambda y: librosa.feature.melspectrogram(y=y), 2e-4),
    "rms": (RMS(), lambda y: librosa.feature.rms(y=y), 1e-7),
    "zcr": (ZeroCrossingRate(), lambda y: librosa.feature.zero_crossing_rate(y), 1e-5),
    "contrast": (SpectralContrast(), lambda y: librosa.feature.spectral_contrast(y=y), 0.1),
    "chroma": (Chroma(tuning=0.1), lambda y: librosa.feature.chroma_stft(y=y, tuning=0.1), 2e-6),
}


@pytest.mark.parametrize("name", PARITY)
def test_two_minutes_as_in_librosa(two_minutes, name):
    """More than one block as they are cut by default, and more than one piece."""
    assert len(two_minutes) > 2 * _sound_files.PIECE_LENGTH
    assert len(two_minutes) > 2 * framing_module.BLOCK_LENGTH * 512
    extractor, reference, tolerance = PARITY[name]
    expected = reference(two_minutes)
    row = extractor.transform([two_minutes])[0]
    mean, std = np.split(row, 2)
    np.testing.assert_allclose(mean, expected.mean(axis=1, dtype=float), rtol=0, atol=tolerance)
    np.testing.assert_allclose(std, expected.std(axis=1, dtype=float), rtol=0, atol=2 * tolerance)
