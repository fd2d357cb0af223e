"""One voice under two names, told by features of voices."""

import itertools

import numpy as np
import pytest

from sersk.audit import check_voices
from sersk.datasets import make_emotional_speech
from sersk.features import MFCC
from tests.audit._corpora import list_kinds


def _make_voices(n_speakers, n_clips=20, spread=4.0, seed=0):
    """Clips scattered around the voice of each speaker."""
    rng = np.random.default_rng(seed)
    centres = spread * rng.normal(size=(n_speakers, 20))
    X = np.repeat(centres, n_clips, axis=0) + rng.normal(size=(n_speakers * n_clips, 20))
    return X, np.repeat([f"S{i:02d}" for i in range(n_speakers)], n_clips)


def _split(speakers, name, other, share=0.5):
    """Give some of the clips of one speaker, drawn at random, another name."""
    clips = np.random.default_rng(0).permutation(np.flatnonzero(speakers == name))
    names = speakers.astype("U9")
    names[clips[: round(share * len(clips))]] = other
    return names


class TestTwoNames:
    @pytest.mark.parametrize("n_speakers", [2, 8, 24])
    def test_of_one_voice(self, n_speakers):
        X, speakers = _make_voices(n_speakers, n_clips=40)
        found = check_voices(X, _split(speakers, "S01", "new"))
        assert list_kinds(found) == [("speaker_under_two_names", "error")]
        (finding,) = found
        assert finding.files == []
        assert 0.6 < finding.score <= 1
        assert finding.message.startswith(
            "Two speakers seem to have one voice: a classifier of 'S01' and 'new' is right for "
        )
        assert "one name" in finding.advice

    def test_score_is_at_most_1(self):
        scores = []
        for seed in range(5):
            X, speakers = _make_voices(4, n_clips=40, seed=seed)
            scores += [f.score for f in check_voices(X, _split(speakers, "S01", "new"))]
        assert max(scores) <= 1

    def test_of_one_voice_in_unequal_parts(self):
        X, speakers = _make_voices(8, n_clips=60)
        found = check_voices(X, _split(speakers, "S01", "new", share=0.4))
        assert list_kinds(found) == [("speaker_under_two_names", "error")]

    def test_of_one_voice_with_a_quarter_of_the_clips(self):
        X, speakers = _make_voices(8, n_clips=60)
        found = check_voices(X, _split(speakers, "S01", "new", share=0.25))
        assert list_kinds(found) == [("speaker_under_two_names", "error")]

    def test_of_one_voice_that_nobody_else_is_compared_with(self):
        X, speakers = _make_voices(1, n_clips=40)
        found = check_voices(X, _split(speakers, "S00", "new"))
        assert list_kinds(found) == [("speaker_under_two_names", "error")]

    def test_two_pairs(self):
        X, speakers = _make_voices(10, n_clips=40)
        found = check_voices(X, _split(_split(speakers, "S01", "new"), "S07", "more"))
        assert len(found) == 2
        assert "'S01' and 'new'" in sorted(found, key=lambda f: f.message)[0].message
        assert "'S07' and 'more'" in sorted(found, key=lambda f: f.message)[1].message

    def test_three_names_are_three_pairs(self):
        X, speakers = _make_voices(10, n_clips=90)
        third = np.resize(["S01", "new", "more"], len(speakers))
        found = check_voices(X, np.where(speakers == "S01", third, speakers))
        names = ["S01", "more", "new"]
        for finding, pair in zip(found, itertools.combinations(names, 2), strict=True):
            assert "{!r} and {!r}".format(*pair) in finding.message


class TestInnocent:
    @pytest.mark.parametrize("seed", range(3))
    @pytest.mark.parametrize("n_speakers", [1, 2, 3, 8, 24])
    def test_voices_that_differ(self, n_speakers, seed):
        assert check_voices(*_make_voices(n_speakers, seed=seed)) == []

    def test_voices_alike_but_not_the_same(self):
        """Three at equal distances: each is often taken for one of the others, but any two of
        them are told apart in three of four clips.
        """
        rng = np.random.default_rng(0)
        centres = 1.5 * np.array([[0.0, 0.0], [1.0, 0.0], [0.5, np.sqrt(0.75)]])
        X = np.repeat(centres, 400, axis=0) + rng.normal(size=(1200, 2))
        assert check_voices(X, np.repeat(["S1", "S2", "S3"], 400)) == []

    def test_features_that_tell_no_voices_apart(self):
        """Everybody is taken for anybody, which says nothing about two."""
        assert check_voices(*_make_voices(24, spread=0.0)) == []

    def test_names_with_too_few_clips_are_not_judged(self):
        X, speakers = _make_voices(8, n_clips=18)
        assert check_voices(X, _split(speakers, "S01", "new")) == []

    def test_one_name_alone_is_not_judged(self):
        X, speakers = _make_voices(1, n_clips=40)
        assert check_voices(X, speakers) == []
        # The other has too few clips.
        assert check_voices(X, _split(speakers, "S00", "new", share=0.2)) == []


@pytest.fixture(scope="module")
def speech():
    """Ten speakers, as many as in the demo."""
    signals, _, speakers = make_emotional_speech(
        10, 5, duration_s=0.5, sample_rate=8000, random_state=0
    )
    return MFCC(sample_rate=8000, n_mels=40, n_fft=512, hop_length=256).transform(
        signals
    ), speakers


class TestSyntheticSpeech:
    @pytest.mark.parametrize("n_speakers", [6, 10])
    def test_speakers_have_one_name_each(self, speech, n_speakers):
        X, speakers = speech
        is_one = np.isin(speakers, np.unique(speakers)[:n_speakers])
        assert check_voices(X[is_one], speakers[is_one]) == []

    def test_one_of_two_names_is_found_among_them(self, speech):
        X, speakers = speech
        found = check_voices(X, _split(speakers, "S04", "new"))
        assert list_kinds(found) == [("speaker_under_two_names", "error")]
