"""What lies far from the training rows, and how far a stranger's rows may lie."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn import config_context
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline

from sersk.features import MFCC
from sersk.guards import NoveltyGuard
from sersk.guards._novelty import _MAX_COLUMNS

RATE = 16000


@pytest.fixture(scope="module")
def rows(speech):
    return MFCC(sample_rate=RATE).transform(speech)


@pytest.fixture(scope="module")
def guard(rows, corpus):
    return NoveltyGuard().fit(rows[:32], groups=corpus[2][:32])


def _play(root):
    t = np.arange(2 * RATE) / RATE
    notes = [root * 2 ** (step / 12) * k for step in (0, 4, 7) for k in (1, 2, 3)]
    return 0.1 * np.exp(-t) * sum(np.sin(2 * np.pi * note * t) for note in notes)


def test_strangers_are_near_and_music_is_far(guard, rows):
    assert guard.check(rows[32:]) == [{}] * 16
    music = MFCC(sample_rate=RATE).transform([_play(root) for root in (110, 220, 330)])
    for said in guard.check(music):
        assert "unlike those that the model learned from" in said["novelty"]


def test_mean_is_that_of_the_rows(guard, rows):
    np.testing.assert_allclose(guard.mean_, rows[:32].mean(axis=0), rtol=1e-5)
    assert guard.mean_.shape == (rows.shape[1],)


def test_few_clips_have_no_threshold(rows, corpus):
    guard = NoveltyGuard().fit(rows[:19], groups=corpus[2][:19])
    assert guard.threshold_ == np.inf
    assert guard.check(1e3 * rows[:1]) == [{}]


def test_same_rows_have_no_threshold():
    assert NoveltyGuard().fit(np.ones((30, 3))).threshold_ == np.inf


def test_threshold_follows_who_speaks(rng):
    """Rows of a speaker lie together: without the others, a stranger is far."""
    speakers = np.repeat(np.arange(10), 10)
    X = rng.normal(size=(10, 40))[speakers] + 0.1 * rng.normal(size=(100, 40))
    told = NoveltyGuard().fit(X, groups=speakers).threshold_
    untold = NoveltyGuard().fit(X).threshold_
    assert told > 1.5 * untold


def test_margin_shrinks_with_speakers(rng):
    X = rng.normal(size=(400, 10))
    few, many = (
        NoveltyGuard().fit(X, groups=np.arange(400) % n_speakers).threshold_
        for n_speakers in (2, 100)
    )
    assert few > 1.2 * many


def test_correlations_count(rng):
    """A row may be usual in each column, and not in how they go together."""
    X = rng.normal(size=(300, 1)) + 0.05 * rng.normal(size=(300, 6))
    guard = NoveltyGuard().fit(X)
    usual, odd = guard.check([[1.5] * 6, [1.5, -1.5] * 3])
    assert (list(usual), list(odd)) == ([], ["novelty"])


def test_constant_columns_say_nothing(rng):
    X = np.column_stack([rng.normal(size=(50, 4)), np.zeros(50)])
    guard = NoveltyGuard().fit(X)
    assert guard.check(np.column_stack([X[:1, :4], [5.0]])) == [{}]


def test_of_many_columns_some_are_used(rng):
    X = rng.normal(size=(30, 3 * _MAX_COLUMNS)).astype(np.float32)
    guard = NoveltyGuard().fit(X)
    assert guard.mean_.shape == (3 * _MAX_COLUMNS,)
    assert list(guard.check(X[:1] + 20)[0]) == ["novelty"]


def test_rows_do_not_depend_on_each_other(guard, rows):
    together = guard.measure_distances(rows)
    alone = [guard.measure_distances(row[None])[0] for row in rows]
    np.testing.assert_allclose(together, alone, rtol=1e-4)


def test_groups_come_through_a_pipeline(rows, corpus, guard):
    model = make_pipeline(NoveltyGuard(), GaussianNB())
    with config_context(enable_metadata_routing=True):
        model.fit(rows[:32], corpus[1][:32], groups=corpus[2][:32])
    assert model[0].threshold_ == guard.threshold_
    assert_array_equal(model[1].theta_, GaussianNB().fit(rows[:32], corpus[1][:32]).theta_)


def test_wrong_number_of_groups(rows):
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        NoveltyGuard().fit(rows, groups=["a", "b"])
