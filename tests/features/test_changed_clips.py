"""Changed clips in every extractor: as the changed samples, with stored rows of their own."""

import shutil
from dataclasses import dataclass

import numpy as np
import pytest
from sklearn.base import clone

from sersk.exceptions import AudioReadError
from sersk.features import MFCC, RMS, AudioFeatures, FeatureStore, OpenSMILE, _extraction
from sersk.features._keys import make_clip_key
from sersk.utils._changed_clips import ChangedClip
from tests.features._extractors import every_extractor, every_frame_extractor, rate_of


@dataclass(frozen=True)
class Scale:
    factor: float

    def __call__(self, signal, sample_rate):
        return np.float32(self.factor) * signal


@dataclass(frozen=True)
class Tremble:
    """Modulates the amplitude, so that the rate at which it is done is heard."""

    frequency_hz: float

    def __call__(self, signal, sample_rate):
        times = np.arange(len(signal)) / sample_rate
        return signal * np.sin(2 * np.pi * self.frequency_hz * times).astype(np.float32)


def scaled(source, factor=0.5):
    return ChangedClip(source, Scale(factor), f"times {factor}")


def trembling(source, frequency_hz=3.0):
    return ChangedClip(source, Tremble(frequency_hz), f"tremble {frequency_hz}")


@pytest.fixture
def paths(voices, write_audio):
    """Twenty files, all different."""
    return [
        str(write_audio(f"clips/{i:02d}.wav", voice, subtype="FLOAT"))
        for i, voice in enumerate(voices)
    ]


@pytest.fixture
def store(tmp_path):
    return FeatureStore(tmp_path / "store")


@pytest.fixture
def extracted(count):
    """Collect the clips that are extracted from now on, in this process."""
    return count(_extraction, "_extract_one")


# Values


@every_extractor
def test_signals_are_like_the_changed_samples(extractor, voices):
    voices = voices[::6]
    rate = rate_of(extractor)
    expected = extractor.transform([*voices, *(Tremble(3.0)(voice, rate) for voice in voices)])
    found = clone(extractor).fit_transform([*voices, *map(trembling, voices)])
    np.testing.assert_array_equal(found, expected)


@every_extractor
def test_files_are_changed_at_their_own_rate(extractor, voices, paths, write_audio):
    changed = [Tremble(3.0)(voice, 22050) for voice in voices[-3:]]
    expected = extractor.transform(
        [write_audio(f"{i}.wav", signal, subtype="FLOAT") for i, signal in enumerate(changed)]
    )
    np.testing.assert_array_equal(extractor.transform([*map(trembling, paths[-3:])]), expected)


@every_extractor
def test_number_of_workers_does_not_matter(extractor, paths, workers_at_once):
    # More than one chunk of them.
    clips = [*paths[::2], *map(trembling, paths[::2])]
    assert len(clips) > 16
    one, two = (clone(extractor).set_params(n_jobs=n).transform(clips) for n in (1, 2))
    np.testing.assert_array_equal(one, two)


@every_frame_extractor
def test_sequences(extractor, voices):
    sequences = clone(extractor).set_params(functionals=None)
    (expected,) = sequences.transform([Scale(0.5)(voices[-1], 22050)])
    (found,) = sequences.transform([scaled(voices[-1])])
    assert len(found) > 10
    np.testing.assert_array_equal(found, expected)


def test_half_the_gain_is_half_the_rms(voices):
    rows = RMS().transform([voices[-1], scaled(voices[-1]), scaled(scaled(voices[-1]))])
    np.testing.assert_allclose(rows[1:], [rows[0] / 2, rows[0] / 4], rtol=1e-6)


def test_parts_at_several_rates_share_one_change(paths, voices):
    calls = []

    def note(signal, sample_rate):
        calls.append((len(signal), sample_rate))
        return signal

    parts = [("mfcc", MFCC(n_mfcc=5)), ("egemaps", OpenSMILE()), ("rms", RMS(sample_rate=8000))]
    expected = AudioFeatures(parts).transform(paths[-1:])
    found = AudioFeatures(parts).transform([ChangedClip(paths[-1], note, "note")])
    np.testing.assert_array_equal(found, expected)
    assert calls == [(len(voices[-1]), 22050)]
    # What rate an array has must still be said, and is that of the change.
    with pytest.raises(ValueError, match="sampling rate of arrays must be known"):
        AudioFeatures(parts).transform([ChangedClip(voices[-1], note, "note")])
    AudioFeatures(parts, sample_rate=44100).transform([ChangedClip(voices[-1], note, "note")])
    assert calls[1:] == [(len(voices[-1]), 44100)]


def test_cut_and_trimmed_before_the_change(paths, voices, write_audio):
    """Noise in the silence at both ends does not keep it."""

    def noise(signal, sample_rate):
        return signal + np.random.default_rng(0).normal(scale=0.1, size=len(signal))

    path = str(write_audio("a.wav", np.pad(voices[-1], 20_000), subtype="FLOAT"))
    features = [("mfcc", MFCC(n_mfcc=5, functionals=None))]
    how = dict(offset_s=0.1, trim_db=30.0)
    (plain,) = AudioFeatures(features, **how).transform([path])
    (changed,) = AudioFeatures(features, **how).transform([ChangedClip(path, noise, "noise")])
    assert len(plain) == len(changed) < 30


# Files that cannot be read, and where they are


def test_files_that_cannot_be_read_are_named(paths, tmp_path, store):
    clips = [paths[0], scaled(paths[0]), scaled(str(tmp_path / "absent.wav"))]
    for memory in (None, store, store):
        _, (failure,), _ = RMS().extract_each(clips, memory=memory)
        assert (failure.index, failure.reason) == (2, "no such file")
        assert failure.path == str(tmp_path / "absent.wav")
        with pytest.raises(AudioReadError, match=r"1 of 3 files \(first: '.*absent\.wav': no"):
            RMS(memory=memory).transform(clips)


def test_relative_paths(paths, tmp_path, monkeypatch, store, workers_at_once):
    expected = RMS().transform([scaled(path) for path in paths])
    # Workers that run already stay in another folder.
    RMS(n_jobs=2).transform(paths)
    monkeypatch.chdir(tmp_path / "clips")
    clips = [scaled(f"{i:02d}.wav") for i in range(20)]
    for memory in (None, store):
        np.testing.assert_array_equal(RMS(n_jobs=2, memory=memory).transform(clips), expected)


# The store


@every_extractor
def test_rows_of_the_store_are_those_without(extractor, paths, store):
    paths = paths[::6]
    clips = [*paths, *map(scaled, paths), *map(trembling, paths)]
    expected = extractor.transform(clips)
    features = clone(extractor).set_params(memory=store)
    for _ in range(2):
        np.testing.assert_array_equal(features.transform(clips), expected)
    n_parts = len(extractor._parts)
    assert (store.info().n_computed, store.info().n_reused) == (12 * n_parts, 12 * n_parts)


@pytest.mark.parametrize("is_array", [False, True])
def test_each_change_has_rows_of_its_own(paths, voices, store, extracted, is_array):
    source = voices[0] if is_array else paths[0]
    clips = [source, *(scaled(source, k) for k in (1.0, 0.5, 0.25)), scaled(scaled(source))]
    found = [RMS(memory=store).transform([clip])[0] for clip in clips]
    assert len(extracted) == 5
    np.testing.assert_array_equal(found, RMS().transform(clips))
    extracted.clear()
    np.testing.assert_array_equal(RMS(memory=store).transform(clips[::-1]), found[::-1])
    assert not extracted


def test_the_rate_of_changed_arrays_counts(voices, store):
    clips = [trembling(voice) for voice in voices[-2:]]
    for rate in (22050, 44100, 16000):
        features = AudioFeatures([("rms", RMS())], sample_rate=rate)
        expected = features.transform(clips)
        found = features.set_params(memory=store).transform(clips)
        np.testing.assert_array_equal(found, expected)
    assert store.info().n_computed == 6


def test_the_same_change_of_the_same_content_is_made_once(paths, store, extracted, tmp_path):
    elsewhere = shutil.copyfile(paths[0], tmp_path / "elsewhere.wav")
    clips = [scaled(paths[0]), scaled(str(elsewhere)), scaled(paths[0]), scaled(paths[1])]
    found = RMS(memory=store).transform(clips)
    assert len(extracted) == 2
    np.testing.assert_array_equal(found, RMS().transform(clips))


def test_keys_differ_in_all_that_matters(paths, voices, tmp_path):
    one, other = paths[:2]

    def change(source, *keys):
        for key in keys:
            source = ChangedClip(source, Scale(1.0), key)
        return source

    clips = [
        *(change(source, *keys) for source in (one, other, voices[0]) for keys in ((), ("a",))),
        *(change(one, *keys) for keys in (("b",), ("ab",), ("a", "b"), ("b", "a"), ("",))),
    ]
    digests = [make_clip_key(clip).digest for clip in clips]
    assert len({*digests}) == len(clips)
    assert make_clip_key(change(one, "a")) == make_clip_key(change(one, "a"))
    # What is digested for a change is not taken for a file of these bytes.
    (tmp_path / "bytes").write_bytes(digests[0] + b"a")
    assert make_clip_key(str(tmp_path / "bytes")).digest not in digests


def test_a_key_is_current_until_the_file_is_changed(paths, tmp_path):
    for clip in (paths[0], scaled(paths[0]), scaled(scaled(paths[0]))):
        assert make_clip_key(clip).is_current(clip)
    key = make_clip_key(scaled(paths[0]))
    shutil.copyfile(paths[1], paths[0])
    assert not key.is_current(scaled(paths[0]))
    assert make_clip_key(scaled(str(tmp_path / "absent.wav"))) is None


@pytest.mark.parametrize("change", [lambda path: path, scaled], ids=["plain", "changed"])
@pytest.mark.parametrize("is_deleted", [False, True])
def test_a_file_touched_while_it_is_analysed_is_not_stored(
    paths, store, monkeypatch, tmp_path, change, is_deleted
):
    original = _extraction._extract_one

    def extract_and_touch(source, extractor, wanted):
        result = original(source, extractor, wanted)
        (tmp_path / "clips" / "00.wav").unlink()
        if not is_deleted:
            shutil.copyfile(paths[1], paths[0])
        return result

    (expected,) = RMS().transform([change(paths[0])])
    monkeypatch.setattr(_extraction, "_extract_one", extract_and_touch)
    (found,) = RMS(memory=store).transform([change(paths[0])])
    np.testing.assert_array_equal(found, expected)
    assert store.info().n_computed == 0
