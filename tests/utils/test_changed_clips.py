"""Clips whose samples are changed after they are read, among the forms of input."""

import pickle
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sersk.audio import LoadAudio
from sersk.utils._changed_clips import ChangedClip, find_origin, make_absolute
from sersk.utils._clips import check_clips

SIGNAL = np.linspace(-0.5, 0.5, 9, dtype=np.float32)


@dataclass(frozen=True)
class Give:
    """Gives the same thing whatever it is given."""

    thing: object

    def __call__(self, signal, sample_rate):
        return self.thing


def reverse(signal, sample_rate):
    return signal[::-1]


def test_the_change_is_given_samples_and_rate():
    clip = ChangedClip(SIGNAL, lambda signal, sample_rate: signal * sample_rate, "times the rate")
    np.testing.assert_array_equal(clip.apply(SIGNAL, 8), SIGNAL * 8)


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int64])
def test_what_the_change_gives_becomes_float32_in_one_piece(dtype):
    changed = ChangedClip(SIGNAL, Give(np.arange(6, dtype=dtype)[::-2]), "odd").apply(SIGNAL, 8)
    assert changed.dtype == np.float32
    assert changed.flags.c_contiguous
    np.testing.assert_array_equal(changed, [5, 3, 1])


def test_a_change_in_place_leaves_the_source_alone():
    def silence(signal, sample_rate):
        signal[:] = 0
        return signal

    before = SIGNAL.copy()
    assert not ChangedClip(SIGNAL, silence, "silence").apply(SIGNAL, 8).any()
    np.testing.assert_array_equal(SIGNAL, before)


@pytest.mark.parametrize(
    ("thing", "what"),
    [
        (np.zeros((2, 3)), r"shape \(2, 3\)"),
        (np.zeros(0), r"shape \(0,\)"),
        (np.array([0.0, np.nan]), "NaN or infinity"),
        (np.array([0.0, -np.inf]), "NaN or infinity"),
    ],
)
def test_what_is_no_signal_is_refused(thing, what):
    message = rf"must give a 1-D array of finite samples\. Got {what} from the key\.$"
    with pytest.raises(ValueError, match=message):
        ChangedClip(SIGNAL, Give(thing), "the key").apply(SIGNAL, 8)


def test_it_can_be_pickled():
    clip = pickle.loads(pickle.dumps(ChangedClip(SIGNAL, reverse, "reverse")))
    assert clip.key == "reverse"
    np.testing.assert_array_equal(clip.apply(clip.source, 8), SIGNAL[::-1])


def test_the_origin_is_below_all_changes():
    for origin in ("a.wav", SIGNAL):
        once = ChangedClip(origin, reverse, "a")
        for clip in (origin, once, ChangedClip(once, reverse, "b")):
            assert find_origin(clip) is origin


def test_relative_paths_become_absolute_below_all_changes(tmp_path):
    once = ChangedClip("a.wav", reverse, "a")
    twice = make_absolute(ChangedClip(once, reverse, "b"), tmp_path)
    assert find_origin(twice) == str(tmp_path / "a.wav")
    assert (twice.key, twice.source.key) == ("b", "a")
    assert make_absolute("a.wav", tmp_path) == str(tmp_path / "a.wav")
    assert make_absolute(SIGNAL, tmp_path) is SIGNAL
    there = str(tmp_path / "b.wav")
    assert make_absolute(there, "elsewhere") == there


FORMS = {
    "list": list,
    "tuple": tuple,
    "series": pd.Series,
    "column": lambda clips: pd.DataFrame({"clip": clips}),
}


@pytest.mark.parametrize("form", FORMS)
def test_among_paths(form):
    changed = ChangedClip(Path("a.wav"), reverse, "reverse")
    clips = check_clips(LoadAudio(), FORMS[form](["b.wav", changed]), reset=True)
    assert clips[0] == "b.wav"
    assert (clips[1].source, clips[1].change, clips[1].key) == ("a.wav", reverse, "reverse")
    (alone,) = check_clips(LoadAudio(), FORMS[form]([changed]), reset=True)
    assert alone.source == "a.wav"


def test_among_signals():
    changed = ChangedClip(SIGNAL.astype(float), reverse, "reverse")
    for X in ([SIGNAL, changed], [changed, SIGNAL], [changed]):
        clips = check_clips(LoadAudio(), X, reset=True)
        assert {find_origin(clip).dtype for clip in clips} == {np.dtype(np.float32)}
        assert [isinstance(clip, ChangedClip) for clip in clips] == [x is changed for x in X]


@pytest.mark.parametrize(
    ("X", "error", "message"),
    [
        (["a.wav", ChangedClip(SIGNAL, reverse, "")], TypeError, "item 1 is of type ndarray"),
        ([SIGNAL, ChangedClip("a.wav", reverse, "")], TypeError, "item 0 is of type ndarray"),
        ([ChangedClip("a.wav", reverse, ""), SIGNAL], TypeError, "item 1 is of type ndarray"),
        ([SIGNAL, ChangedClip(None, reverse, "")], TypeError, "Item 1 is of type NoneType"),
        ([ChangedClip(SIGNAL * np.nan, reverse, "")], ValueError, "Clip 0 contains NaN"),
        ([ChangedClip(np.zeros((2, 9)), reverse, "")], ValueError, "must be one channel"),
    ],
)
def test_what_it_changes_is_checked_as_if_alone(X, error, message):
    with pytest.raises(error, match=message):
        check_clips(LoadAudio(), X, reset=True)
