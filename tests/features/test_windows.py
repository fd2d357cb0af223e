"""Features of overlapping windows of one recording: those of clips, from frames made once."""

import weakref

import numpy as np
import pytest
from sklearn.base import clone

import sersk.audio
from sersk.audio import resample, trim_silence
from sersk.exceptions import AudioReadError, DataWarning
from sersk.features import (
    MFCC,
    RMS,
    AudioFeatures,
    Chroma,
    MelSpectrogram,
    OpenSMILE,
    SpectralContrast,
    SpectralShape,
    ZeroCrossingRate,
)
from sersk.features import _framing as framing_module
from sersk.features import _windows as windows_module
from sersk.utils import _sound_files
from tests.features._extractors import every_extractor, every_frame_extractor

RATE = 16000
FRAMING = dict(sample_rate=RATE, n_fft=512, hop_length=160)


@pytest.fixture
def cut(monkeypatch):
    """Analyse so many frames at a time, of so many samples."""

    def set_lengths(block_length=512, piece_length=2**20):
        monkeypatch.setattr(windows_module, "_BLOCK_LENGTH", block_length)
        monkeypatch.setattr(_sound_files, "PIECE_LENGTH", piece_length)
        monkeypatch.setattr(sersk.audio, "PIECE_LENGTH", piece_length)

    return set_lengths


@pytest.fixture(scope="module")
def recording():
    """Five seconds of noise whose level and colour change, with samples that are exactly zero."""
    n_times = 5 * RATE
    noise = np.random.default_rng(3).normal(size=n_times)
    noise[1:] += np.sin(np.arange(n_times - 1) / 9000) * noise[:-1]
    noise *= 0.05 * (1.1 + np.sin(np.arange(n_times) / 3000))
    noise[20_000:23_000] = 0
    return noise.astype(np.float32)


def _rows(extractor, source, **placement):
    return [window.row for window in extractor.extract_windows(source, **placement)]


def _sequences(kind=RMS, **params):
    return kind(**{**FRAMING, "functionals": None, **params})


# Where windows lie.


@pytest.mark.parametrize("duration_s", [0.01, 0.3, 0.8, 0.9, 1.0, 1.7, 1.70001, 5.0])
@pytest.mark.parametrize(
    ("window_s", "hop_s"), [(0.9, 0.1), (0.1, 0.1), (1, 1), (0.8, 0.3), (2.0, 0.5)]
)
def test_windows_cover_the_recording(duration_s, window_s, hop_s):
    signal = np.zeros(max(1, round(duration_s * RATE)), dtype=np.float32)
    length_s = len(signal) / RATE
    windows = list(RMS(sample_rate=RATE).extract_windows(signal, window_s=window_s, hop_s=hop_s))
    begin = np.array([window.start_s for window in windows])
    end = np.array([window.stop_s for window in windows])
    np.testing.assert_array_equal(begin, np.arange(len(windows)) * hop_s)
    assert end[-1] == length_s
    np.testing.assert_allclose(end[:-1] - begin[:-1], window_s)
    # None but the last reaches the end; rounding to whole samples aside.
    assert (np.round(end[:-1] * RATE) < len(signal)).all()
    assert (begin[1:] <= end[:-1] + 1e-9).all()
    if length_s <= window_s:
        assert len(windows) == 1
    else:
        assert end[-1] - begin[-1] >= window_s - hop_s - 1 / RATE
    assert all(isinstance(t, float) for window in windows for t in window[:2])


def test_length_is_that_of_the_file_at_its_own_rate(write_audio, recording):
    path = write_audio("a.wav", recording[:12_345], 44100)
    *_, last = MFCC(sample_rate=RATE).extract_windows(path, window_s=0.2, hop_s=0.1)
    assert last.stop_s == 12_345 / 44100


@pytest.mark.parametrize("n_fft", [512, 513])
def test_a_window_holds_the_frames_whose_centres_lie_in_it(recording, n_fft):
    extractor = _sequences(n_fft=n_fft)
    (whole,) = extractor.transform([recording])
    *windows, last = extractor.extract_windows(recording, window_s=0.7, hop_s=0.33)
    centres = np.arange(len(whole)) * 160
    for start_s, stop_s, row in windows:
        inside = (centres >= round(start_s * RATE)) & (centres < round(stop_s * RATE))
        np.testing.assert_array_equal(row, whole[inside])
    np.testing.assert_array_equal(last.row, whole[centres >= round(last.start_s * RATE)])


def test_without_centring_it_holds_the_frames_wholly_inside(recording):
    extractor = _sequences(center=False)
    (whole,) = extractor.transform([recording])
    begin = np.arange(len(whole)) * 160
    for start_s, stop_s, row in extractor.extract_windows(recording, window_s=0.7, hop_s=0.33):
        inside = (begin >= round(start_s * RATE)) & (begin + 512 <= round(stop_s * RATE))
        np.testing.assert_array_equal(row, whole[inside])


@pytest.mark.parametrize("center", [True, False])
@pytest.mark.parametrize("block_length", [1, 3, 512])
def test_a_window_shorter_than_a_step_has_one_frame(cut, recording, center, block_length):
    cut(block_length, 700)
    extractor = _sequences(center=center)
    (whole,) = extractor.transform([recording[:3000]])
    rows = _rows(extractor, recording[:3000], window_s=0.004, hop_s=0.003)
    assert [len(row) for row in rows] == [1] * len(rows)
    assert (rows[0] == whole[0]).all()
    assert (rows[-1] == whole[-1]).all()


def test_a_window_shorter_than_a_sample_has_one(recording):
    trimming = AudioFeatures([("rms", _sequences())], trim_db=30)
    rows = _rows(trimming, recording[:20], window_s=3e-5, hop_s=3e-5)
    assert [len(row) for row in rows] == [1] * 41


def test_nothing_left_but_the_last_sample():
    """Resampling may give no samples for the last piece."""
    stream = windows_module._Stream(iter([np.arange(3), np.arange(3, 7), np.arange(0)]))
    taken = [chunk[part].tolist() for chunk, part in stream.take(1, None)]
    assert taken == [[1, 2], [3, 4, 5, 6]]
    stream.let_go(7)
    ((chunk, part),) = stream.take(7, None)
    assert chunk[part].tolist() == [6]


# What they hold.


@pytest.mark.parametrize("n_times", [1, 700, 30_000])
@every_extractor
def test_one_window_is_the_clip(extractor, recording, n_times):
    signal = recording[:n_times]
    if isinstance(extractor, OpenSMILE) and n_times < 1600:
        signal = recording[: 1600 + n_times]
    expected = extractor.transform([signal])
    # Bit by bit, but for older versions of BLAS, which round by how the rows lie in memory.
    np.testing.assert_allclose(_rows(extractor, signal), expected, rtol=2e-6, atol=1e-6)


@pytest.mark.parametrize("functionals", [("mean", "skewness", "median", "max"), None])
@pytest.mark.parametrize("deltas", [0, 2])
@every_frame_extractor
def test_inner_windows_are_clips_cut_out(cut, recording, extractor, functionals, deltas):
    """Where frames need no padding; windows that lie in one block, or across two or three."""
    cut(64)
    extractor = clone(extractor).set_params(
        **FRAMING, center=False, functionals=functionals, deltas=deltas
    )
    if isinstance(extractor, SpectralContrast):
        extractor.set_params(n_bands=4, fmin=300.0)
    if isinstance(extractor, SpectralShape):
        # It looks back beyond the window.
        extractor.set_params(descriptors=[d for d in extractor.descriptors if d != "flux"])
    windows = list(extractor.extract_windows(recording, window_s=1.0, hop_s=0.25))
    clips = [recording[round(w.start_s * RATE) :][:RATE] for w in windows]
    assert len(windows) == 17
    for window, expected in zip(windows, extractor.transform(clips), strict=True):
        assert window.row.dtype == np.float32
        # A matrix product sums in another order where it has another number of rows.
        np.testing.assert_allclose(window.row, expected, rtol=1e-5, atol=3e-5)


@pytest.mark.parametrize("block_length", [1, 64, 512])
def test_flux_of_a_window_looks_back_into_the_recording(cut, recording, block_length):
    cut(block_length)
    flux = _sequences(SpectralShape, descriptors=("flux",))
    (whole,) = flux.transform([recording])
    for start_s, _, row in flux.extract_windows(recording, window_s=0.7, hop_s=0.3):
        first = round(start_s * 100)
        np.testing.assert_array_equal(row, whole[first : first + len(row)])
        assert (row[0] == 0) == (start_s == 0)


def test_what_a_window_is_judged_by_is_its_own(recording):
    """A click sets the floor of the windows that hold it, and of no others."""
    quiet = 1e-5 * recording
    loud = quiet.copy()
    loud[40_000:40_100] = 0.9
    extractor = MFCC(**FRAMING, functionals=None)
    windows = zip(
        extractor.extract_windows(quiet, window_s=1.0, hop_s=0.5),
        extractor.extract_windows(loud, window_s=1.0, hop_s=0.5),
        strict=True,
    )
    for (start_s, stop_s, without), (_, _, with_click) in windows:
        # Half a frame away, the click is heard yet.
        if start_s - 0.02 < 2.5 < stop_s + 0.02:
            assert np.abs(without - with_click).max() > 10
        else:
            np.testing.assert_array_equal(without, with_click)


def test_tuning_is_that_of_each_window(tone):
    """A chord a fifth of a semitone high, then one that is lower."""

    def chord(deviation):
        pitches_hz = 440 * 2 ** ((np.array([0, 4, 7, 12]) + deviation) / 12)
        return sum(tone(f, sample_rate=RATE, duration_s=2.0, amplitude=0.1) for f in pitches_hz)

    signal = np.concatenate([chord(0.2), chord(-0.3)])
    framing = dict(sample_rate=RATE, center=False)
    rows = _rows(Chroma(**framing), signal, window_s=1.0, hop_s=1.0)
    clips = [signal[i * RATE : (i + 1) * RATE] for i in range(4)]
    np.testing.assert_allclose(rows, Chroma(**framing).transform(clips), rtol=0, atol=3e-6)
    untuned = Chroma(**framing, tuning=0.0).transform(clips)
    assert np.abs(rows - untuned).max() > 0.01


def test_frames_whose_peaks_are_rounding_are_looked_at_again(cut, voice):
    """A click in silence has a flat spectrum, which is refined in whichever block it lies."""
    signal = np.zeros(5 * RATE, dtype=np.float32)
    signal[8000:32_000] = voice(0, duration_s=1.5, sample_rate=RATE)
    signal[[40_000, 52_000, 52_600, 70_000]] = 0.5
    extractor = Chroma(**FRAMING, center=False, functionals=None)
    windows = list(extractor.extract_windows(signal, window_s=2.0, hop_s=0.5))
    clips = [signal[round(w.start_s * RATE) :][: 2 * RATE] for w in windows]
    expected = extractor.transform(clips)
    for block_length in (7, 50, 512):
        cut(block_length)
        rows = _rows(extractor, signal, window_s=2.0, hop_s=0.5)
        np.testing.assert_allclose(rows, expected, rtol=0, atol=3e-6)


@pytest.mark.parametrize("file_rate", [RATE, 22050])
def test_opensmile_hears_the_samples_of_the_window(cut, write_audio, recording, file_rate):
    path = write_audio("a.wav", recording, file_rate, subtype="FLOAT")
    signal = resample(recording, file_rate, RATE)
    cut(piece_length=9000)
    windows = list(OpenSMILE().extract_windows(path, window_s=1.5, hop_s=0.7))
    clips = [signal[round(w.start_s * RATE) : round(w.stop_s * RATE)] for w in windows]
    expected = OpenSMILE().transform(clips)
    np.testing.assert_array_equal([window.row for window in windows], expected)


def test_short_windows_are_told_once(recording):
    extractor = AudioFeatures([("smile", OpenSMILE()), ("rms", RMS(sample_rate=RATE))])
    with pytest.warns(DataWarning, match=r"^10 clip\(s\) shorter than 0\.1 s") as caught:
        rows = _rows(extractor, recording[:8000], window_s=0.05, hop_s=0.05)
    assert len(rows) == 10
    assert len(caught) == 1


def test_a_row_is_the_callers_own(recording):
    """Sequences of neighbours come from the same frames."""
    extractor = _sequences()
    expected = _rows(extractor, recording)
    for window, row in zip(extractor.extract_windows(recording), expected, strict=True):
        np.testing.assert_array_equal(window.row, row)
        window.row[:] = 0


# What they do not depend on.


@pytest.mark.parametrize("center", [True, False])
@every_extractor
def test_rows_do_not_depend_on_pieces_and_blocks(cut, write_audio, recording, extractor, center):
    if "center" in extractor.get_params():
        extractor = clone(extractor).set_params(center=center)
    # Above the rates of the extractors, so that it is resampled.
    path = write_audio("a.wav", recording, 44100, subtype="FLOAT")
    placement = dict(window_s=0.5, hop_s=0.2)
    cut()
    expected = _rows(extractor, path, **placement)
    assert len(expected) == 8
    cut(piece_length=4001)
    np.testing.assert_array_equal(_rows(extractor, path, **placement), expected)
    scale = np.abs(expected).max(axis=0)
    for block_length in (1, 17):
        cut(block_length, 9000)
        difference = np.abs(np.subtract(_rows(extractor, path, **placement), expected))
        # Of matrix products alone, which sum in another order.
        assert (difference <= 2e-6 * scale).all()


def test_an_array_is_what_its_file_is(cut, write_audio, recording):
    path = write_audio("a.wav", recording, RATE, subtype="FLOAT")
    extractor = MFCC(**FRAMING)
    cut(piece_length=7000)
    np.testing.assert_array_equal(_rows(extractor, recording), _rows(extractor, str(path)))


def test_each_frame_is_made_once(cut, recording, monkeypatch):
    n_frames, n_described = [], []
    transform, describe = framing_module._compute_power, SpectralShape._descriptors

    def count_frames(frames, window):
        n_frames.append(len(frames))
        return transform(frames, window)

    def count_described(self, block, survey):
        n_described.append(len(block))
        return describe(self, block, survey)

    monkeypatch.setattr(framing_module, "_compute_power", count_frames)
    monkeypatch.setattr(SpectralShape, "_descriptors", count_described)
    kinds = (MFCC, Chroma, SpectralContrast, SpectralShape)
    extractor = AudioFeatures([(k.__name__, k(sample_rate=RATE)) for k in kinds])
    cut(64)
    assert len(_rows(extractor, recording, window_s=1.0, hop_s=0.1)) == 41
    assert n_frames == n_described == [64, 64, 1 + len(recording) // 512 - 128]


def test_what_no_window_needs_is_let_go(cut, recording, monkeypatch):
    blocks, pieces = weakref.WeakSet(), []
    original = windows_module.cut_blocks

    def watch(*args):
        for block in original(*args):
            blocks.add(block)
            yield block
            del block

    monkeypatch.setattr(windows_module, "cut_blocks", watch)
    cut(10, 1000)
    streams = []
    make = windows_module._Streams
    monkeypatch.setattr(
        windows_module, "_Streams", lambda *args: streams.append(make(*args)) or streams[-1]
    )
    extractor = AudioFeatures(
        [("smile", OpenSMILE()), ("mfcc", MFCC(**FRAMING)), ("rms", RMS(**FRAMING))], trim_db=40
    )
    for _ in extractor.extract_windows(recording, window_s=0.5, hop_s=0.2):
        # Fifty frames lie in at most six blocks of ten, and a step of twenty in two or three.
        pieces.append(len(streams[0].samples(RATE)._held))
        assert len(blocks) <= 9
    # Eight thousand samples, and a step of three thousand.
    assert max(pieces) <= 13
    assert len(pieces) == 24


# Several extractors, and parts of windows.


def _parts():
    return [
        ("mfcc", MFCC(**FRAMING, deltas=2)),
        ("contrast", SpectralContrast()),
        ("chroma", Chroma(n_fft=1024)),
        ("mel", MelSpectrogram(sample_rate=RATE, scale="db", center=False)),
        ("zcr", ZeroCrossingRate(sample_rate=44100, n_fft=1001, hop_length=400)),
        ("smile", OpenSMILE()),
        ("rms", RMS(**FRAMING, functionals=("median", "max"))),
    ]


def test_parts_on_other_grids_and_rates(cut, write_audio, recording):
    path = write_audio("a.wav", np.stack([recording, 0.5 * recording], axis=1), 44100)
    cut(16, 10_000)
    placement = dict(window_s=0.8, hop_s=0.3)
    alone = [np.stack(_rows(part, path, **placement)) for _, part in _parts()]
    together = np.stack(_rows(AudioFeatures(_parts()), path, **placement))
    np.testing.assert_array_equal(together, np.hstack(alone))
    assert len(together) == 5


def test_sequences_of_several_parts(recording):
    parts = [("rms", _sequences()), ("mfcc", _sequences(MFCC, center=True, n_fft=1024))]
    joined = _rows(AudioFeatures(parts), recording)
    alone = [_rows(part, recording) for _, part in parts]
    for row, *expected in zip(joined, *alone, strict=True):
        np.testing.assert_array_equal(row, np.hstack(expected))


def test_duration_is_that_of_a_window_from_its_start(recording):
    parts = [("mfcc", MFCC(**FRAMING)), ("smile", OpenSMILE())]
    capped = AudioFeatures(parts, duration_s=0.5).extract_windows(recording, hop_s=0.75)
    short = AudioFeatures(parts).extract_windows(recording, window_s=0.5, hop_s=0.25)
    short = {window.start_s: window for window in short}
    for window in capped:
        assert window.stop_s - window.start_s == min(3.0, 5.0 - window.start_s)
        np.testing.assert_array_equal(window.row, short[window.start_s].row)
    # A cap that reaches as far as a window is none.
    whole = _rows(AudioFeatures(parts), recording)
    np.testing.assert_array_equal(_rows(AudioFeatures(parts, duration_s=3.0), recording), whole)


def _make_bursts():
    """Noise from 0.5 to 1.2 s and from 3.3 to 3.9 s, the second one far louder."""
    rng = np.random.default_rng(0)
    signal = 1e-6 * rng.normal(size=5 * RATE)
    for start, stop, level in ((8000, 19_200, 0.003), (52_800, 62_400, 0.3)):
        signal[start:stop] = level * rng.normal(size=stop - start)
    return signal.astype(np.float32)


@pytest.mark.parametrize("center", [True, False])
@pytest.mark.parametrize("block_length", [8, 512])
def test_silence_is_trimmed_in_each_window(cut, center, block_length):
    cut(block_length)
    signal = _make_bursts()
    (whole,) = _sequences(center=center).transform([signal])
    begin = np.arange(len(whole)) * 160
    length = 1 if center else 512
    trimming = AudioFeatures([("rms", _sequences(center=center))], trim_db=30)
    for start_s, stop_s, row in trimming.extract_windows(signal, window_s=2.0, hop_s=0.5):
        start, stop = round(start_s * RATE), round(stop_s * RATE)
        kept = trim_silence(signal[start:stop], top_db=30)
        # The noise differs everywhere, so that the place of its first sample is known.
        start += np.flatnonzero(signal[start:stop] == kept[0])[0]
        inside = (begin >= start) & (begin + length <= start + len(kept))
        np.testing.assert_array_equal(row, whole[inside])


def test_trimmed_samples_are_those_of_the_clip_trimmed():
    signal = _make_bursts()
    trimming = AudioFeatures([("smile", OpenSMILE())], trim_db=30)
    windows = list(trimming.extract_windows(signal, window_s=2.0, hop_s=0.5))
    clips = [signal[round(w.start_s * RATE) : round(w.stop_s * RATE)] for w in windows]
    np.testing.assert_array_equal([w.row for w in windows], trimming.transform(clips))
    untrimmed = AudioFeatures([("smile", OpenSMILE())]).transform(clips)
    assert np.isfinite(untrimmed).all()
    assert np.abs(untrimmed - trimming.transform(clips)).max() > 0.1


def test_windows_are_cut_to_their_duration_and_then_trimmed():
    """As clips are: what lies beyond the duration is not there when the loudest is sought."""
    signal = _make_bursts()
    part = dict(duration_s=1.5, trim_db=30)
    features = AudioFeatures([("smile", OpenSMILE())], **part)
    (window,) = features.extract_windows(signal, window_s=5.0, hop_s=5.0)
    np.testing.assert_array_equal([window.row], features.transform([signal]))


def test_offset_is_not_applied(recording):
    parts = [("rms", RMS(**FRAMING))]
    windows = AudioFeatures(parts, offset_s=4.9).extract_windows(recording)
    expected = AudioFeatures(parts).extract_windows(recording)
    for window, (start_s, stop_s, row) in zip(windows, expected, strict=True):
        assert (window.start_s, window.stop_s) == (start_s, stop_s)
        np.testing.assert_array_equal(window.row, row)


# What is refused.


@pytest.mark.parametrize(
    ("placement", "message"),
    [
        (
            dict(hop_s=4),
            r"The 'hop_s' parameter of extract_windows must not exceed window_s, 3\.0\. Got 4 i",
        ),
        (dict(hop_s=0), r"The 'hop_s' parameter of extract_windows must be a float in the range"),
        (dict(window_s=-1.0), r"The 'window_s' parameter of extract_windows must be a float"),
        (dict(window_s=np.inf), r"The 'window_s' parameter of extract_windows must be a float"),
    ],
)
def test_placement_is_checked_at_once(recording, placement, message):
    with pytest.raises(ValueError, match=message):
        RMS().extract_windows(recording, **placement)


def test_source_and_parameters_are_checked_at_once(recording):
    with pytest.raises(ValueError, match=r"must be one channel"):
        RMS().extract_windows(np.zeros((2, 100)))
    with pytest.raises(ValueError, match="'n_fft' parameter of RMS"):
        RMS(n_fft=0).extract_windows(recording)
    with pytest.raises(ValueError, match="sampling rate of arrays must be known"):
        AudioFeatures(_parts()).extract_windows(recording)


def test_a_file_that_cannot_be_read(tmp_path):
    path = tmp_path / "none.wav"
    windows = MFCC().extract_windows(path)
    with pytest.raises(AudioReadError, match="no such file") as caught:
        next(windows)
    assert (caught.value.path, caught.value.reason) == (str(path), "no such file")


def test_a_file_that_is_damaged_midway(cut, write_audio, recording):
    signal = recording.copy()
    signal[70_000] = np.nan
    path = write_audio("bad.wav", signal, RATE, subtype="FLOAT")
    cut(16, 5000)
    extractor = RMS(**FRAMING)
    windows = extractor.extract_windows(path, window_s=1.0, hop_s=0.5)
    expected = _rows(extractor, recording, window_s=1.0, hop_s=0.5)
    np.testing.assert_array_equal([next(windows).row for _ in range(4)], expected[:4])
    with pytest.raises(AudioReadError, match="contains NaN or infinite samples"):
        list(windows)
