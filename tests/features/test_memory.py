"""The parameter `memory` of extractors: the same features, each computed once."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from sersk.datasets import make_emotional_speech
from sersk.exceptions import AudioReadError, DataWarning, StoreError, StoreWarning
from sersk.features import (
    F0,
    MFCC,
    RMS,
    AudioFeatures,
    Chroma,
    Energy,
    FeatureStore,
    MelSpectrogram,
    OpenSMILE,
    Rhythm,
    SpectralContrast,
    SpectralShape,
    VoiceQuality,
    ZeroCrossingRate,
    _extraction,
    _keys,
)
from tests.features._extractors import every_extractor, every_frame_extractor, name_of


@pytest.fixture
def store(tmp_path):
    return FeatureStore(tmp_path / "store")


@pytest.fixture
def paths(voices, write_audio):
    """Twenty files, all different."""
    return [write_audio(f"clips/{i:02d}.wav", voice) for i, voice in enumerate(voices)]


@pytest.fixture(scope="module")
def few_paths(voices, tmp_path_factory):
    """Four files, all different, that nobody may change."""
    folder = tmp_path_factory.mktemp("few")
    paths = [folder / f"{i}.wav" for i in range(4)]
    for path, voice in zip(paths, voices[::6], strict=True):
        soundfile.write(path, voice, 22050)
    return paths


@pytest.fixture
def extracted(monkeypatch):
    """Collect the clips that are extracted from now on, in this process."""
    calls = []
    original = _extraction._extract_one

    def extract_one(source, extractor, wanted):
        calls.append(source)
        return original(source, extractor, wanted)

    monkeypatch.setattr(_extraction, "_extract_one", extract_one)
    return calls


def _both(**params):
    return AudioFeatures([("mfcc", MFCC(n_mfcc=5)), ("rms", RMS())], **params)


def _counts(store):
    """Rows computed and reused so far, by the class of the extractor."""
    return {
        part.name.split("(")[0]: (part.n_computed, part.n_reused) for part in store.info().parts
    }


class TestValues:
    @every_extractor
    @pytest.mark.filterwarnings("ignore:.*padded with zeros for openSMILE")
    def test_are_the_same_without_and_with_and_again(self, extractor, few_paths, store):
        expected = extractor.transform(few_paths)
        features = clone(extractor).set_params(memory=store)
        for _ in range(2):
            found = features.fit_transform(few_paths)
            assert found.dtype == np.float32
            assert found.tobytes() == expected.tobytes()

    @every_extractor
    @pytest.mark.filterwarnings("ignore:.*padded with zeros for openSMILE")
    def test_of_signals(self, extractor, voices, store):
        voices = voices[::6]
        expected = extractor.transform(voices)
        features = clone(extractor).set_params(memory=store)
        np.testing.assert_array_equal(features.transform(voices), expected)
        np.testing.assert_array_equal(features.transform(voices[::-1]), expected[::-1])
        matrix = np.stack([voice[:3000] for voice in voices])
        np.testing.assert_array_equal(features.transform(matrix), extractor.transform(matrix))

    @every_frame_extractor
    @pytest.mark.parametrize("center", [True, False])
    def test_of_sequences(self, extractor, few_paths, store, center):
        extractor = clone(extractor).set_params(functionals=None, center=center, deltas=1)
        expected = extractor.transform(few_paths)
        features = clone(extractor).set_params(memory=store)
        for _ in range(2):
            for found, sequence in zip(features.transform(few_paths), expected, strict=True):
                assert found.dtype == np.float32
                np.testing.assert_array_equal(found, sequence)

    def test_of_sequences_side_by_side(self, paths, store):
        parts = [("mfcc", MFCC(functionals=None)), ("zcr", ZeroCrossingRate(functionals=None))]
        expected = AudioFeatures(parts).transform(paths)
        for _ in range(2):
            found = AudioFeatures(parts, memory=store).transform(paths)
            for ours, sequence in zip(found, expected, strict=True):
                np.testing.assert_array_equal(ours, sequence)

    def test_in_a_data_frame(self, paths, store):
        expected = _both().set_output(transform="pandas").fit_transform(paths)
        for _ in range(2):
            features = _both(memory=store).set_output(transform="pandas")
            found = features.fit_transform(paths)
            assert list(found.columns) == list(expected.columns)
            np.testing.assert_array_equal(found.to_numpy(), expected.to_numpy())


class TestForms:
    @pytest.mark.parametrize("form", [str, Path, FeatureStore])
    def test_of_memory(self, form, paths, tmp_path, extracted):
        features = _both(memory=form(tmp_path / "store"))
        expected = features.transform(paths)
        assert len(extracted) == 20
        np.testing.assert_array_equal(features.transform(paths), expected)
        assert len(extracted) == 20
        info = FeatureStore(tmp_path / "store").info()
        assert (info.n_computed, info.n_reused) == (40, 40)

    def test_none_keeps_nothing(self, paths, cache, extracted):
        MFCC().transform(paths)
        MFCC().transform(paths)
        assert len(extracted) == 40
        assert not list(cache.iterdir())

    @pytest.mark.parametrize("memory", [1, True, ["store"]])
    def test_others_are_refused(self, memory, voices):
        with pytest.raises(ValueError, match="The 'memory' parameter of MFCC must be"):
            MFCC(memory=memory).transform(voices[:1])

    def test_those_of_parts_are_not_used(self, paths, store, tmp_path):
        parts = [("mfcc", MFCC(memory=tmp_path / "other")), ("rms", RMS())]
        AudioFeatures(parts).transform(paths[:1])
        AudioFeatures(parts, memory=store).transform(paths[:1])
        assert not (tmp_path / "other").exists()
        assert store.info().n_computed == 2

    def test_of_each_call(self, paths, store):
        rows, failures, n_reused = MFCC().extract_each(paths, memory=store)
        assert (len(rows), failures, n_reused) == (20, [], 0)
        assert MFCC().extract_each(paths, memory=store)[-1] == 20
        # Not all parts of a clip that were there make a clip reused.
        assert _both().extract_each(paths, memory=store)[-1] == 0


class TestClips:
    @pytest.fixture
    def features(self, store):
        return _both(memory=store)

    @pytest.fixture
    def expected(self, features, paths, extracted):
        rows = features.transform(paths)
        extracted.clear()
        return rows

    def test_in_another_order(self, features, paths, expected, extracted, rng):
        order = rng.permutation(20)
        found = features.transform([paths[i] for i in order])
        np.testing.assert_array_equal(found, expected[order])
        assert not extracted

    def test_elsewhere(self, features, paths, expected, extracted, tmp_path):
        moved = [tmp_path / f"moved {path.name}" for path in paths]
        for old, new in zip(paths[:10], moved[:10], strict=True):
            old.rename(new)
        for old, new in zip(paths[10:], moved[10:], strict=True):
            shutil.copyfile(old, new)
        np.testing.assert_array_equal(features.transform(moved), expected)
        assert not extracted

    def test_by_relative_paths(self, features, paths, expected, extracted, monkeypatch):
        monkeypatch.chdir(paths[0].parent)
        np.testing.assert_array_equal(features.transform([p.name for p in paths]), expected)
        assert not extracted

    def test_touched(self, features, paths, expected, extracted):
        for path in paths:
            os.utime(path, (0, 0))
        np.testing.assert_array_equal(features.transform(paths), expected)
        assert not extracted

    def test_that_swapped_names(self, features, paths, expected, extracted):
        first, second = (path.read_bytes() for path in paths[:2])
        paths[0].write_bytes(second)
        paths[1].write_bytes(first)
        found = features.transform(paths)
        np.testing.assert_array_equal(found, expected[[1, 0, *range(2, 20)]])
        assert not extracted

    def test_of_which_one_sample_of_one_changed(self, features, paths, expected, extracted):
        status = paths[7].stat()
        content = bytearray(paths[7].read_bytes())
        content[-1001] ^= 64
        paths[7].write_bytes(content)
        # Nothing but the content tells.
        os.utime(paths[7], ns=(status.st_atime_ns, status.st_mtime_ns))
        found = features.transform(paths)
        assert extracted == [str(paths[7])]
        np.testing.assert_array_equal(np.flatnonzero((found != expected).any(axis=1)), [7])
        np.testing.assert_array_equal(found[7:8], _both().transform(paths[7:8]))

    def test_some_new(self, features, paths, expected, extracted, voice, write_audio, store):
        new = write_audio("new.wav", voice(99))
        found = features.transform([*paths[:3], new, *paths[3:]])
        assert extracted == [str(new)]
        np.testing.assert_array_equal(np.delete(found, 3, axis=0), expected)
        assert store.info().n_computed == 42

    def test_there_more_than_once(self, store, paths, extracted, tmp_path):
        shutil.copyfile(paths[0], tmp_path / "copy.wav")
        clips = [paths[0], paths[1], tmp_path / "copy.wav", paths[0], paths[1]]
        found = _both(memory=store).transform(clips)
        assert len(extracted) == 2
        np.testing.assert_array_equal(found, _both().transform(clips))
        assert _counts(store) == {"MFCC": (2, 0), "RMS": (2, 0)}

    def test_signals_there_more_than_once(self, store, voices, extracted):
        signals = [voices[0], voices[1], voices[0].copy(), voices[0].astype(float)]
        found = _both(memory=store).transform(signals)
        assert len(extracted) == 2
        np.testing.assert_array_equal(found, _both().transform(signals))

    def test_of_any_number(self, store, voice):
        # More than there are locks, and of which some share one.
        signals = [voice(seed, duration_s=0.02) for seed in range(300)]
        found = RMS(memory=store).transform(signals)
        np.testing.assert_array_equal(found, RMS().transform(signals))
        assert store.info().n_computed == 300

    def test_file_and_array_of_the_same_bytes(self, store, voices, write_audio):
        # What the file holds, seen as samples, is a signal too.
        path = write_audio("a.wav", voices[0], subtype="FLOAT")
        content = path.read_bytes()
        as_signal = np.frombuffer(content[: len(content) // 4 * 4], dtype="<f4")
        path.write_bytes(as_signal.tobytes())
        as_signal = np.nan_to_num(as_signal)
        if as_signal.tobytes() != path.read_bytes():
            pytest.fail("The header is no finite numbers; the test needs another file.")
        features = ZeroCrossingRate(memory=store)
        of_file, of_signal = features.transform([path]), features.transform([as_signal])
        np.testing.assert_array_equal(of_file, ZeroCrossingRate().transform([path]))
        np.testing.assert_array_equal(of_signal, ZeroCrossingRate().transform([as_signal]))
        assert (of_file != of_signal).any()
        assert store.info().n_computed == 2

    def test_file_of_the_marked_bytes_of_an_array(self, store, voices, tmp_path):
        path = tmp_path / "a.wav"
        path.write_bytes(b"array" + voices[0].tobytes())
        RMS(memory=store).transform(voices[:1])
        with pytest.raises(AudioReadError, match=r"Cannot read '.*a\.wav'"):
            RMS(memory=store).transform([path])


# Another sensible value of every parameter that has a say in the values.
OTHERS = {
    "n_mfcc": 12,
    "n_mels": 64,
    "n_chroma": 24,
    "tuning": 0.2,
    "n_bands": 5,
    "quantile": 0.1,
    "roll_percent": 0.5,
    "descriptors": ("flux", "slope_0_500"),
    "scale": "db",
    "level": "relative",
    "sample_rate": 24000,
    "n_fft": 1024,
    "hop_length": 256,
    "win_length": 1000,
    "window": "hamming",
    "center": False,
    "fmin": 100.0,
    "fmax": 5000.0,
    "voicing_threshold": 0.6,
    "functionals": ("mean",),
    "deltas": 2,
    "delta_functionals": ("median",),
    "feature_set": "GeMAPSv01b",
}
_OF_VOICES = {"sample_rate": 18000, "n_fft": 2048, "win_length": 700, "fmax": 400.0}
OTHERS_OF = {
    Energy: {"level": "absolute"},
    **dict.fromkeys((F0, VoiceQuality, Rhythm), _OF_VOICES),
}
WITHOUT_EFFECT = {"n_jobs": 2, "memory": "elsewhere"}
SIMPLE = (
    MFCC,
    MelSpectrogram,
    Chroma,
    SpectralContrast,
    SpectralShape,
    ZeroCrossingRate,
    RMS,
    Energy,
    F0,
    VoiceQuality,
    Rhythm,
    OpenSMILE,
)


def _make_simple(cls):
    # Without derivatives nothing may be said about pooling them.
    return cls(deltas=1) if "delta_functionals" in cls().get_params() else cls()


EVERY_PARAMETER = [(_make_simple(cls), name) for cls in SIMPLE for name in cls().get_params()]


def _other_value(extractor, name):
    return {**OTHERS, **OTHERS_OF.get(type(extractor), {}), **WITHOUT_EFFECT}[name]


def _make_key(extractor, reading=None):
    return _keys.make_part_key(extractor, reading or {})[0]


class TestParameters:
    @pytest.mark.parametrize(("extractor", "name"), EVERY_PARAMETER, ids=name_of)
    def test_that_change_values_change_the_key(self, extractor, name):
        value = _other_value(extractor, name)
        other = clone(extractor).set_params(**{name: value})
        assert other.get_params()[name] != extractor.get_params()[name]
        assert (_make_key(other) == _make_key(extractor)) == (name in WITHOUT_EFFECT)

    @pytest.mark.parametrize(("extractor", "name"), EVERY_PARAMETER, ids=name_of)
    def test_with_another_value(self, extractor, name, store, voice):
        value = store if name == "memory" else _other_value(extractor, name)
        signals = [voice(0, duration_s=0.3)]
        clone(extractor).set_params(memory=store).transform(signals)
        other = clone(extractor).set_params(**{name: value})
        found = clone(other).set_params(memory=store).transform(signals)
        np.testing.assert_array_equal(found, other.set_params(memory=None).transform(signals))
        assert store.info().n_computed == (1 if name in WITHOUT_EFFECT else 2)

    def test_every_extractor_has_its_own_keys(self):
        assert len({_make_key(cls()) for cls in SIMPLE}) == len(SIMPLE)

    def test_may_be_numpys(self):
        plain = MFCC(n_mfcc=12, fmin=50.0, fmax=4000.5, center=False, window="hann")
        odd = MFCC(
            n_mfcc=np.int64(12),
            fmin=np.float64(50.0),
            fmax=np.float32(4000.5),
            center=np.bool_(False),
            window=np.str_("hann"),
        )
        assert _make_key(odd) == _make_key(plain)
        assert _make_key(MFCC(functionals=["mean"])) == _make_key(MFCC(functionals=("mean",)))

    def test_from_a_grid_of_numpy_are_found_again(self, store, voices, extracted):
        for n_mfcc in (5, *np.arange(5, 6)):
            MFCC(n_mfcc=n_mfcc, memory=store).transform(voices[:3])
        assert len(extracted) == 3

    @pytest.mark.parametrize(
        "params", [{"offset_s": 0.1}, {"duration_s": 0.1}, {"trim_db": 20.0}], ids=str
    )
    def test_of_the_stretch_count(self, params, store, paths, extracted):
        _both(memory=store).transform(paths)
        for _ in range(2):
            found = _both(memory=store, **params).transform(paths)
            np.testing.assert_array_equal(found, _both(**params).transform(paths))
        assert store.info().n_computed == 80
        np.testing.assert_array_equal(
            _both(memory=store).transform(paths), _both().transform(paths)
        )

    def test_rate_of_arrays_counts(self, store, voices):
        for rate in (None, 16000, 22050, 16000):
            features = _both(memory=store, sample_rate=rate)
            np.testing.assert_array_equal(
                features.transform(voices), _both(sample_rate=rate).transform(voices)
            )
        # Not told, arrays are taken to be at the parts' own rate, which is 22050 Hz.
        assert store.info().n_computed == 80

    def test_rate_of_arrays_means_nothing_to_files(self, store, paths):
        for rate in (None, 16000):
            _both(memory=store, sample_rate=rate).transform(paths)
        assert store.info().n_computed == 40

    def test_names_of_parts_mean_nothing(self, store, paths, extracted):
        for name in ("a", "b"):
            AudioFeatures([(name, RMS())], memory=store).transform(paths)
        assert len(extracted) == 20

    def test_of_workers_mean_nothing(self, store, paths, extracted):
        for n_jobs in (1, 2):
            _both(memory=store, n_jobs=n_jobs).transform(paths)
        assert store.info().n_computed == 40


class TestParts:
    def test_of_one_alone_are_found_in_a_union_searched_over(self, store, paths):
        parts = [("mfcc", MFCC()), ("chroma", Chroma())]
        features = AudioFeatures(parts, memory=store)
        for n_mfcc in (5, 13, 20, 5):
            features.set_params(mfcc__n_mfcc=n_mfcc)
            expected = clone(features).set_params(memory=None).transform(paths)
            np.testing.assert_array_equal(features.transform(paths), expected)
        # The chroma were computed for the first of them only.
        chroma = next(part for part in store.info().parts if part.name.startswith("Chroma"))
        assert (chroma.n_clips, chroma.n_computed, chroma.n_reused) == (20, 20, 60)
        mfcc = [part for part in store.info().parts if part.name.startswith("MFCC")]
        assert {part.name: part.n_computed for part in mfcc} == {
            "MFCC(n_mfcc=5)": 20,
            "MFCC(n_mfcc=13)": 20,
            "MFCC(n_mfcc=20)": 20,
        }

    def test_are_called_by_their_parameters(self, store, paths):
        MFCC(n_mfcc=5, n_jobs=1, memory=store).transform(paths)
        assert [part.name for part in store.info().parts] == ["MFCC(n_mfcc=5)"]

    def test_in_another_order_or_dropped(self, store, paths, extracted):
        parts = [("mfcc", MFCC()), ("rms", RMS()), ("zcr", ZeroCrossingRate())]
        AudioFeatures(parts, memory=store).transform(paths)
        extracted.clear()
        for some in (parts[::-1], parts[1:], [parts[0], ("rms", "drop"), parts[2]]):
            found = AudioFeatures(some, memory=store).transform(paths)
            assert not extracted
            np.testing.assert_array_equal(found, AudioFeatures(some).transform(paths))
            extracted.clear()

    def test_lacking_of_some_clips_only(self, store, paths):
        MFCC_only = AudioFeatures([("mfcc", MFCC(n_mfcc=5))], memory=store)
        RMS_only = AudioFeatures([("rms", RMS())], memory=store)
        MFCC_only.transform(paths[:12])
        RMS_only.transform(paths[8:16])
        np.testing.assert_array_equal(
            _both(memory=store).transform(paths), _both().transform(paths)
        )
        assert {name: n for name, (n, _) in _counts(store).items()} == {"MFCC": 20, "RMS": 20}

    def test_are_shared_with_those_that_work_alone(self, paths, voices, store, extracted):
        MFCC(memory=store).transform(paths)
        Chroma(memory=store).transform(voices)
        assert len(extracted) == len(paths) + len(voices)
        AudioFeatures([("m", MFCC()), ("z", ZeroCrossingRate())], memory=store).transform(paths)
        AudioFeatures([("c", Chroma())], sample_rate=22050, memory=store).transform(voices)
        counts = {part.name: part.n_computed for part in store.info().parts}
        assert counts == {
            "MFCC()": len(paths),
            "Chroma()": len(voices),
            "ZeroCrossingRate()": len(paths),
        }
        AudioFeatures([("c", Chroma())], sample_rate=16000, memory=store).transform(voices)
        assert store.info().n_computed == sum(counts.values()) + len(voices)


class TestVersions:
    def _transform(self, store, paths):
        parts = [("mfcc", MFCC(sample_rate=16000)), ("egemaps", OpenSMILE())]
        AudioFeatures(parts, memory=store).transform(paths)

    @pytest.fixture
    def paths(self, voice, write_audio):
        return [write_audio(f"{i}.wav", voice(i, duration_s=0.3)) for i in range(3)]

    def _computed(self, store):
        counts = {"MFCC": 0, "OpenSMILE": 0}
        for part in store.info().parts:
            counts[part.name.split("(")[0]] += part.n_computed
        return counts

    @pytest.mark.parametrize("library", ["soundfile", "soxr", "opensmile"])
    def test_of_libraries_count_where_they_are_used(self, store, paths, monkeypatch, library):
        self._transform(store, paths)
        find = _keys._find_version
        monkeypatch.setattr(
            _keys, "_find_version", lambda name: "0.0.1" if name == library else find(name)
        )
        self._transform(store, paths)
        n_mfcc = 3 if library == "opensmile" else 6
        assert self._computed(store) == {"MFCC": n_mfcc, "OpenSMILE": 6}
        monkeypatch.undo()
        self._transform(store, paths)
        assert self._computed(store) == {"MFCC": n_mfcc, "OpenSMILE": 6}

    def test_of_the_definitions_count(self, store, paths, monkeypatch):
        self._transform(store, paths)
        monkeypatch.setattr(_keys, "DEFINITIONS_VERSION", _keys.DEFINITIONS_VERSION + 1)
        self._transform(store, paths)
        assert self._computed(store) == {"MFCC": 6, "OpenSMILE": 6}


class TestUnreadableFiles:
    @pytest.fixture
    def clips(self, paths, tmp_path):
        """Good, absent, no sound, good, a folder, empty, good."""
        (tmp_path / "noise.wav").write_bytes(b"this is no sound at all")
        (tmp_path / "folder.wav").mkdir()
        (tmp_path / "empty.wav").touch()
        names = ("absent.wav", "noise.wav", "folder.wav", "empty.wav")
        absent, noise, folder, empty = (tmp_path / name for name in names)
        return [paths[0], absent, noise, paths[1], folder, empty, paths[2]]

    def test_fail_as_without_a_store(self, store, clips):
        rows, failures, _ = _both().extract_each(clips)
        for n_reused in (0, 3):
            found = _both().extract_each(clips, memory=store)
            assert found[1] == failures
            assert [failure.index for failure in failures] == [1, 2, 4, 5]
            for ours, row in zip(found[0], rows, strict=True):
                np.testing.assert_array_equal(ours, row)
            assert found[2] == n_reused
            assert _both(memory=store).fit(clips).get_params()["memory"] is store
        assert {part.n_clips for part in store.info().parts} == {3}

    def test_raise_as_without_a_store(self, store, clips):
        with pytest.raises(AudioReadError, match=r"Cannot read 4 of 7 files") as expected:
            _both().transform(clips)
        for _ in range(2):
            with pytest.raises(AudioReadError, match=r"Cannot read 4 of 7 files") as caught:
                _both(memory=store).transform(clips)
            assert str(caught.value) == str(expected.value)

    def test_mended_are_computed(self, store, clips, paths, extracted):
        _both().extract_each(clips, memory=store)
        extracted.clear()
        shutil.copy(paths[5], clips[1])
        clips[2].write_bytes(paths[6].read_bytes())
        rows, failures, n_reused = _both().extract_each(clips, memory=store)
        assert [failure.index for failure in failures] == [4, 5]
        assert n_reused == 3
        expected = _both().transform([paths[5], paths[6]])
        np.testing.assert_array_equal([rows[1], rows[2]], expected)

    def test_beyond_the_end(self, store, paths):
        # They are readable, but not that far.
        features = _both(memory=store, offset_s=0.3)
        expected = _both(offset_s=0.3).extract_each(paths)[1]
        assert 0 < len(expected) < 20
        for _ in range(2):
            assert features.extract_each(paths, memory=store)[1] == expected


class TestNotes:
    MESSAGE = r"^1 clip\(s\) shorter than 0\.1 s were padded"

    def test_are_given_every_time(self, store, voice):
        signals = [voice(seed, duration_s=length) for seed, length in enumerate((0.05, 0.5))]
        with pytest.warns(DataWarning, match=self.MESSAGE):
            expected = OpenSMILE(sample_rate=22050).transform(signals)
        features = OpenSMILE(sample_rate=22050, memory=store)
        for _ in range(2):
            with pytest.warns(DataWarning, match=self.MESSAGE):
                found = features.transform(signals)
            np.testing.assert_array_equal(found, expected)
        assert _counts(store) == {"OpenSMILE": (1, 1)}

    def test_of_one_part_do_not_hide_behind_another(self, store, voice):
        signals = [voice(seed, duration_s=length) for seed, length in enumerate((0.05, 0.5))]
        MFCC(memory=store).transform(signals)
        parts = [("mfcc", MFCC()), ("egemaps", OpenSMILE(sample_rate=22050))]
        for _ in range(2):
            with pytest.warns(DataWarning, match=self.MESSAGE):
                AudioFeatures(parts, memory=store).transform(signals)


def test_a_file_written_to_while_it_is_analysed_is_not_stored(
    store, paths, voice, write_audio, monkeypatch, extracted
):
    original = _extraction._extract_one

    def write_and_extract(source, extractor, wanted):
        if source == str(paths[3]):
            write_audio("clips/03.wav", voice(77, duration_s=0.3))
        return original(source, extractor, wanted)

    features = _both(memory=store)
    with monkeypatch.context() as patch:
        patch.setattr(_extraction, "_extract_one", write_and_extract)
        features.transform(paths)
    assert {part.n_clips for part in store.info().parts} == {19}
    extracted.clear()
    np.testing.assert_array_equal(features.transform(paths), _both().transform(paths))
    assert extracted[0] == str(paths[3])
    # And neither did the old content leave anything.
    assert {part.n_clips for part in store.info().parts} == {20}


def _raise_store_error(*args):
    raise StoreError("Cannot use the feature store '…': disk full.")


class TestUnusableStore:
    @pytest.mark.parametrize("n_jobs", [1, 2])
    def test_from_the_first(self, n_jobs, paths, tmp_path):
        (tmp_path / "store").write_text("a file", encoding="utf-8")
        features = _both(memory=tmp_path / "store", n_jobs=n_jobs)
        expected = _both().transform(paths)
        with pytest.warns(StoreWarning, match=r"\. Features are extracted without it") as caught:
            found = features.transform(paths)
        assert len(caught) == 1
        assert f"Cannot use the feature store '{tmp_path / 'store'}'" in str(caught[0].message)
        np.testing.assert_array_equal(found, expected)
        assert (tmp_path / "store").read_text(encoding="utf-8") == "a file"

    @pytest.mark.parametrize("name", ["write", "lock"])
    def test_by_the_workers(self, name, paths, store, monkeypatch):
        store.check()
        monkeypatch.setattr(FeatureStore, name, _raise_store_error)
        with pytest.warns(StoreWarning, match=r"disk full\. Features are extracted w") as caught:
            found = _both(memory=store).transform(paths)
        assert len(caught) == 1
        np.testing.assert_array_equal(found, _both().transform(paths))

    def test_by_some_of_the_workers(self, paths, store, monkeypatch):
        expected = _both().transform(paths)
        write, calls = FeatureStore.write, []

        def write_now_and_then(self, entries):
            calls.append(entries)
            return _raise_store_error() if len(calls) % 2 else write(self, entries)

        with monkeypatch.context() as patch:
            patch.setattr(FeatureStore, "write", write_now_and_then)
            with pytest.warns(StoreWarning, match="disk full") as caught:
                found = _both(memory=store).transform(paths)
        assert len(caught) == 1
        np.testing.assert_array_equal(found, expected)
        n_stored = store.info().n_computed
        assert 0 < n_stored < 40
        np.testing.assert_array_equal(_both(memory=store).transform(paths), expected)
        assert store.info().n_computed == 40

    def test_by_worker_processes(self, paths, store, workers_at_once):
        store.check()
        # The folder of the locks cannot be made.
        shutil.rmtree(store.folder / "locks")
        (store.folder / "locks").write_text("a file", encoding="utf-8")
        with pytest.warns(StoreWarning, match="Cannot use the feature store") as caught:
            found = _both(memory=store, n_jobs=2).transform(paths)
        assert len(caught) == 1
        np.testing.assert_array_equal(found, _both().transform(paths))

    def test_with_files_that_cannot_be_read(self, paths, tmp_path):
        (tmp_path / "store").touch()
        clips = [*paths[:2], tmp_path / "absent.wav"]
        with pytest.warns(StoreWarning, match="Features are extracted without it"):
            _, failures, n_reused = _both().extract_each(clips, memory=tmp_path / "store")
        assert ([failure.index for failure in failures], n_reused) == ([2], 0)


class TestWorkers:
    def test_processes(self, store, paths, workers_at_once):
        expected = _both().transform(paths)
        for _ in range(2):
            found = _both(memory=store, n_jobs=2).transform([*paths, *paths])
            np.testing.assert_array_equal(found, np.vstack([expected, expected]))
        assert (store.info().n_computed, store.info().n_reused) == (40, 40)

    def test_threads(self, store, voice, write_audio):
        paths = [write_audio(f"{i}.wav", voice(i, duration_s=0.3)) for i in range(20)]
        expected = OpenSMILE().transform(paths)
        for _ in range(2):
            found = OpenSMILE(memory=store, n_jobs=2).transform(paths)
            np.testing.assert_array_equal(found, expected)
        assert _counts(store) == {"OpenSMILE": (20, 20)}


class TestGridSearch:
    @pytest.fixture
    def corpus(self, write_audio):
        signals, emotions, speakers = make_emotional_speech(3, 1, duration_s=0.3)
        paths = [str(write_audio(f"{i}.wav", signal, 16000)) for i, signal in enumerate(signals)]
        return paths, emotions, speakers

    def _search(self, corpus, memory, n_jobs, grid=None):
        features = AudioFeatures([("mfcc", MFCC(n_mfcc=5)), ("rms", RMS())], memory=memory)
        model = make_pipeline(features, StandardScaler(), SVC())
        grid = grid or {"svc__C": [0.1, 10]}
        search = GridSearchCV(
            model, grid, cv=GroupKFold(3), n_jobs=n_jobs, return_train_score=True
        )
        X, y, groups = corpus
        return search.fit(X, y, groups=groups)

    @pytest.mark.parametrize("n_jobs", [1, 2])
    def test_extracts_each_clip_once(self, n_jobs, corpus, store):
        expected = self._search(corpus, None, 1).cv_results_
        found = self._search(corpus, store, n_jobs).cv_results_
        assert _counts(store).keys() == {"MFCC", "RMS"}
        assert {n for n, _ in _counts(store).values()} == {len(corpus[0])} == {12}
        scores = [name for name in found if "score" in name and "time" not in name]
        assert len(scores) > 8
        for name in scores:
            np.testing.assert_array_equal(found[name], expected[name])

    def test_over_an_extractor_leaves_the_others_alone(self, corpus, store):
        grid = {"audiofeatures__mfcc__n_mfcc": [2, 5], "svc__C": [1, 10]}
        self._search(corpus, store, 1, grid)
        parts = {part.name: part.n_computed for part in store.info().parts}
        assert parts == {"MFCC(n_mfcc=2)": 12, "MFCC(n_mfcc=5)": 12, "RMS()": 12}


EXTRACT = """
import sys
from pathlib import Path
import numpy as np
from sersk.features import MFCC, RMS, AudioFeatures
folder, store, output, n_jobs = sys.argv[1:]
parts = [("mfcc", MFCC(n_mfcc=5, sample_rate=8000)), ("rms", RMS(sample_rate=8000))]
features = AudioFeatures(parts, memory=store, n_jobs=int(n_jobs))
paths = sorted(Path(folder).iterdir())
print("ready", flush=True)
sys.stdin.readline()
np.save(output, features.transform(paths))
"""


class TestProcesses:
    @pytest.fixture
    def n_clips(self):
        return 80

    @pytest.fixture
    def folder(self, n_clips, tmp_path, rng):
        (tmp_path / "clips").mkdir()
        for i in range(n_clips):
            signal = rng.normal(scale=0.1, size=800)
            soundfile.write(tmp_path / "clips" / f"{i:03d}.wav", signal, 8000)
        return tmp_path / "clips"

    @pytest.fixture
    def start(self, folder, store):
        """Start a process that has imported all, and goes on at the first line it is given."""
        processes = []

        def start_it(output, n_jobs=1):
            command = [sys.executable, "-W", "error", "-c", EXTRACT, folder, store.folder, output]
            process = subprocess.Popen(
                [*map(str, command), str(n_jobs)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
            processes.append(process)
            return process

        yield start_it
        for process in processes:
            process.kill()
            process.communicate()

    @pytest.fixture
    def expected(self, folder):
        return self._extract(folder)

    def _extract(self, folder, memory=None):
        parts = [("mfcc", MFCC(n_mfcc=5, sample_rate=8000)), ("rms", RMS(sample_rate=8000))]
        return AudioFeatures(parts, memory=memory).transform(sorted(folder.iterdir()))

    def _go(self, process):
        assert process.stdout.readline() == b"ready\n"
        process.stdin.write(b"\n")
        process.stdin.flush()

    def _end(self, process):
        _, err = process.communicate(timeout=60)
        assert (process.returncode, err) == (0, b"")

    def test_share_the_work(self, start, folder, store, tmp_path, n_clips, expected):
        process = start(tmp_path / "other.npy")
        self._go(process)
        # This one is the second.
        np.testing.assert_array_equal(self._extract(folder, store), expected)
        self._end(process)
        np.testing.assert_array_equal(np.load(tmp_path / "other.npy"), expected)
        info = store.info()
        assert {part.n_computed for part in info.parts} == {n_clips}
        assert {part.n_clips for part in info.parts} == {n_clips}
        # Whatever the one did not compute, it got from the other.
        assert info.n_reused == 2 * n_clips

    # Enough of them to be killed amid.
    @pytest.mark.parametrize("n_clips", [300])
    def test_killed_leave_what_they_had_finished(
        self, start, folder, store, tmp_path, n_clips, expected
    ):
        process = start(tmp_path / "killed.npy")
        self._go(process)
        deadline = time.monotonic() + 60
        while store.info().n_computed < 20:
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.005)
        process.kill()
        process.wait()
        assert process.returncode == -signal.SIGKILL
        n_finished = {part.n_clips for part in store.info().parts}
        assert len(n_finished) == 1
        assert 10 <= n_finished.pop() < n_clips
        np.testing.assert_array_equal(self._extract(folder, store), expected)
        # Nothing was computed twice.
        assert {part.n_computed for part in store.info().parts} == {n_clips}
