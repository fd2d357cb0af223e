import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.special import logit

from sersk.metrics import speaker_interval, summarise_uncertainty

SCORES = ("uar", "accuracy", "macro_f1")


def _draw(n_speakers, seed):
    rng = np.random.default_rng(seed)
    y_true = np.tile([0, 1, 2] * 6, n_speakers)
    groups = np.repeat(np.arange(n_speakers), 18)
    chance = rng.uniform(0.3, 0.9, size=n_speakers)[groups]
    is_right = rng.random(len(y_true)) < chance
    return y_true, np.where(is_right, y_true, (y_true + 1) % 3), groups


@pytest.mark.parametrize("n_speakers", [5, 24])
@pytest.mark.parametrize("confidence", [0.8, 0.95])
def test_wider_by_a_quarter_of_the_variance_around_the_same_centre(n_speakers, confidence):
    data = _draw(n_speakers, seed=n_speakers)
    of_one = speaker_interval(*data, confidence=confidence)
    of_several = speaker_interval(*data, confidence=confidence, cross_validated=True)
    for name in SCORES:
        one, several = logit(getattr(of_one, name)), logit(getattr(of_several, name))
        assert_allclose(np.ptp(several) / np.ptp(one), np.sqrt(1.25), rtol=1e-6)
        assert_allclose(several.mean(), one.mean(), atol=1e-9)
        assert np.ptp(one) > 0.1


def test_is_not_taken_for_granted():
    data = _draw(6, seed=0)
    assert speaker_interval(*data) == speaker_interval(*data, cross_validated=False)
    assert speaker_interval(*data) != speaker_interval(*data, cross_validated=True)


def test_uncertainty_hands_it_on():
    data = _draw(6, seed=1)
    for cross_validated in (False, True):
        interval = speaker_interval(*data, cross_validated=cross_validated)
        summary = summarise_uncertainty(*data, cross_validated=cross_validated)
        assert {name: tuple(summary[name]) for name in SCORES} == {
            name: getattr(interval, name) for name in SCORES
        }


def test_changes_nothing_where_there_is_no_interval():
    y_true, y_pred, groups = _draw(4, seed=2)
    plain = speaker_interval(y_true, y_pred, groups)
    assert plain.uar is None
    assert speaker_interval(y_true, y_pred, groups, cross_validated=True) == plain


@pytest.mark.parametrize("function", [speaker_interval, summarise_uncertainty])
def test_is_yes_or_no(function):
    with pytest.raises(ValueError, match=r"'cross_validated' parameter .* Got 'yes' instead"):
        function(*_draw(5, seed=0), cross_validated="yes")
