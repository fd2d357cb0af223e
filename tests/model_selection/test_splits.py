import warnings

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn import config_context
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    GridSearchCV,
    StratifiedGroupKFold,
    cross_val_score,
    cross_validate,
)
from sklearn.utils.metadata_routing import get_routing_for_object

from sersk.model_selection import SpeakerKFold


def _draw_corpus(seed):
    """Draw a corpus of any shape: few or many speakers, some with one class or one clip."""
    rng = np.random.default_rng(seed)
    n_speakers, n_classes = rng.integers(2, 25), rng.integers(2, 7)
    n_clips = rng.integers(1, 12, n_speakers)
    speakers = np.repeat(np.arange(n_speakers), n_clips)
    skew = rng.dirichlet(np.full(n_classes, rng.choice([0.3, 1.0, 10.0])))
    y = rng.choice(n_classes, len(speakers), p=skew)
    if rng.random() < 0.3:
        y = speakers % n_classes  # each speaker has one class
    order = rng.permutation(len(speakers))
    speakers = np.char.add("S", speakers.astype(str))[order]
    return np.char.add("class", y.astype(str))[order], speakers


def _split(folds, y, groups=None):
    return list(folds.split(np.zeros((len(y), 1)), y, groups))


def _check_partition(splits, n_samples):
    """Each clip is in exactly one test part, and in the training part of all others."""
    for train, test in splits:
        assert len(test) > 0
        assert len(train) > 0
        assert_array_equal(np.sort(np.r_[train, test]), np.arange(n_samples))
    assert_array_equal(np.sort(np.concatenate([t for _, t in splits])), np.arange(n_samples))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("n_splits", [2, 3, 5, 10])
@pytest.mark.parametrize("seed", range(40))
def test_no_speaker_is_split(seed, n_splits):
    y, speakers = _draw_corpus(seed)
    folds = SpeakerKFold(n_splits, random_state=seed)
    splits = _split(folds, y, speakers)
    for train, test in splits:
        assert not set(speakers[train]) & set(speakers[test])
    _check_partition(splits, len(y))
    assert len(splits) == min(n_splits, len(np.unique(speakers)))
    assert folds.get_n_splits(None, y, speakers) == len(splits)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("n_splits", [2, 3, 5])
@pytest.mark.parametrize("seed", range(20))
def test_without_speakers_every_clip_is_tested_once(seed, n_splits):
    y, _ = _draw_corpus(seed + 100)
    folds = SpeakerKFold(n_splits, random_state=seed)
    rarest = np.unique(y, return_counts=True)[1].min()
    splits = _split(folds, y)
    _check_partition(splits, len(y))
    assert len(splits) == max(2, min(n_splits, rarest))
    assert folds.get_n_splits(None, y) == len(splits)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("n_speakers", [3, 5, 6, 20])
def test_more_speakers_than_clips_of_any_class(n_speakers):
    """As in a crowd-sourced corpus: one clip per speaker."""
    y = np.array([f"class{i % 3}" for i in range(n_speakers)])
    splits = _split(SpeakerKFold(random_state=0), y, np.arange(n_speakers))
    assert len(splits) == min(5, n_speakers)
    _check_partition(splits, n_speakers)


def test_greedy_stratification_leaves_no_fold_empty():
    """Five speakers of one emotion each, for whom StratifiedGroupKFold fills but four folds."""
    n_clips, emotions = [9, 7, 13, 7, 1], ["angry", "sad", "angry", "sad", "angry"]
    y, speakers = np.repeat(emotions, n_clips), np.repeat(np.arange(5), n_clips)
    alone = StratifiedGroupKFold(5, shuffle=True, random_state=0).split(y, y, speakers)
    assert min(len(test) for _, test in alone) == 0
    splits = _split(SpeakerKFold(5, random_state=0), y, speakers)
    assert len(splits) == 5
    _check_partition(splits, len(y))
    for train, test in splits:
        assert not set(speakers[train]) & set(speakers[test])


def test_folds_are_stratified():
    y = np.array((["rare"] + ["common"] * 4) * 20)
    for speakers in (np.repeat(np.arange(20), 5), None):
        for _, test in _split(SpeakerKFold(5, random_state=0), y, speakers):
            assert np.sum(y[test] == "rare") == 4


def test_seed_decides():
    y, speakers = np.tile(["a", "b"], 40), np.repeat(np.arange(20), 4)

    def tests(seed, groups):
        parts = _split(SpeakerKFold(5, random_state=seed), y, groups)
        return [test.tolist() for _, test in parts]

    for groups in (speakers, None):
        assert tests(0, groups) == tests(0, groups)
        assert tests(0, groups) != tests(1, groups)


def test_the_global_generator_is_left_alone():
    y, speakers = _draw_corpus(0)
    np.random.seed(0)  # noqa: NPY002
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    _split(SpeakerKFold(3, random_state=0), y, speakers)
    assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002


@pytest.mark.filterwarnings("error")
def test_one_speaker_is_as_none():
    y = np.tile(["a", "b"], 10)
    folds = SpeakerKFold(4, random_state=0)
    alone = _split(folds, y, ["ann"] * 20)
    assert len(alone) == folds.get_n_splits(None, y, ["ann"] * 20) == 4
    for (_, test), (_, expected) in zip(alone, _split(folds, y), strict=True):
        assert_array_equal(test, expected)
        assert_array_equal(np.unique(y[test]), ["a", "b"])


def test_lists_are_taken():
    y, speakers = _draw_corpus(3)
    folds = SpeakerKFold(3, random_state=0)
    for (_, test), (_, expected) in zip(
        _split(folds, y.tolist(), speakers.tolist()), _split(folds, y, speakers), strict=True
    ):
        assert_array_equal(test, expected)


def test_number_asked_for_where_nothing_is_known():
    assert SpeakerKFold(7).get_n_splits() == 7


def test_rare_class_is_not_warned_about():
    """The protocol speaks of it, in words about clips."""
    y = np.array(["a"] * 10 + ["b"])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        _split(SpeakerKFold(3, random_state=0), y)
        _split(SpeakerKFold(3, random_state=0), y, np.arange(11) % 3)


def test_groups_are_requested():
    request = get_routing_for_object(SpeakerKFold())
    assert request.consumes("split", {"groups"}) == {"groups"}


# Through scikit-learn's own tools


@pytest.mark.parametrize("is_routing", [True, False])
def test_grid_search(corpus, recorder, is_routing):
    X, y, speakers = corpus
    search = GridSearchCV(
        recorder, {"width": [1, 2]}, cv=SpeakerKFold(3, random_state=0), error_score="raise"
    )
    # A recorder that is refitted on all clips may not be asked for clips it knows.
    with config_context(enable_metadata_routing=is_routing):
        search.fit(X, y, groups=speakers)
        assert search.n_splits_ == 3
        with pytest.raises(AssertionError, match="are in both parts"):
            search.fit(X, y)


def test_cross_validate_with_routing(corpus, recorder):
    X, y, speakers = corpus
    folds = SpeakerKFold(4, random_state=0)
    with config_context(enable_metadata_routing=True):
        scores = cross_validate(
            recorder, X, y, cv=folds, params={"groups": speakers}, error_score="raise"
        )
        assert len(scores["test_score"]) == 4
        with pytest.raises(AssertionError, match="are in both parts"):
            cross_validate(recorder, X, y, cv=folds, error_score="raise")


def test_cross_validate_without_routing(corpus, recorder):
    X, y, speakers = corpus
    folds = SpeakerKFold(4, random_state=0)
    scores = cross_validate(recorder, X, y, cv=folds, groups=speakers, error_score="raise")
    assert len(scores["test_score"]) == 4
    with pytest.raises(AssertionError, match="are in both parts"):
        cross_validate(recorder, X, y, cv=folds, error_score="raise")


def test_cross_val_score(corpus):
    X, y, speakers = corpus
    folds = SpeakerKFold(4, random_state=0)
    model = LogisticRegression()
    scores = cross_val_score(model, X[:, 1:], y, groups=speakers, cv=folds)
    assert scores.shape == (4,)
    assert scores.mean() > 0.6
