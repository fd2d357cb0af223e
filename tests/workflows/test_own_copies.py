"""Copies that a recipe brings of its own."""

import tempfile

import pytest
from numpy.testing import assert_array_equal

from sersk.recipes import find_recipe
from sersk.workflows import compare, fit
from tests.workflows._copies import NaiveRecipe, write_speech

WARPED = ["WarpSpeaker(factor=(0.84, 0.95))", "WarpSpeaker(factor=(1.05, 1.2))"]
N_CLIPS = 4 * 3


class WarpingRecipe(NaiveRecipe):
    """Quick, and with copies of its own."""

    augment = "warp"


@pytest.fixture(scope="module")
def csv(tmp_path_factory):
    return write_speech(tmp_path_factory.mktemp("speech"), 4, 1)[0]


def fit_warping(csv, **how):
    chosen = {"recipe": WarpingRecipe("warping"), "n_splits": 2, "n_jobs": 1}
    return fit(csv, **{**chosen, **how})


def count_clips(fitted):
    """Number of clips and copies that the model learned from."""
    return fitted.pipeline[-1].class_count_.sum()


def test_results_say_which(csv, extracted):
    fitted = fit_warping(csv, memory=extracted)
    expected = {"augmentations": WARPED, "copies": 2, "oversample": False}
    assert fitted.results["augment"] == expected
    assert fitted.description["training"]["augment"] == expected
    assert count_clips(fitted) == 3 * N_CLIPS


def test_none(csv, work):
    fitted = fit_warping(csv, copies=0)
    assert fitted.results["augment"] is None
    assert count_clips(fitted) == len(work) == N_CLIPS


def test_more(csv, extracted):
    fitted = fit_warping(csv, copies=3, memory=extracted)
    assert fitted.results["augment"]["copies"] == 3
    assert count_clips(fitted) == 4 * N_CLIPS


def test_others_in_their_place(csv, extracted):
    fitted = fit_warping(csv, augment="shift", memory=extracted)
    assert fitted.results["augment"]["augmentations"] == ["ShiftTime()"]
    assert count_clips(fitted) == 2 * N_CLIPS
    same = fit_warping(csv, recipe=NaiveRecipe(), augment="shift", memory=extracted)
    assert_array_equal(fitted.pipeline[-1].theta_, same.pipeline[-1].theta_)


def test_recipes_without_any(csv, extracted):
    fitted = fit_warping(csv, recipe=NaiveRecipe(), memory=extracted)
    assert fitted.results["augment"] is None


@pytest.mark.parametrize("how", [{"augment": "shift"}, {"oversample": True}])
def test_none_and_some(csv, work, how):
    with pytest.raises(ValueError, match=r"no copies together .* Leave out --no-copies, or --aug"):
        fit_warping(csv, copies=0, **how)
    assert work == []


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """The folder for temporary files."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_extracted_once_and_nothing_is_left_behind(csv, work, temporary):
    # As the command line says it with --no-cache.
    fit_warping(csv, memory=None)
    assert len(work) == 3 * N_CLIPS
    assert list(temporary.iterdir()) == []
    work.clear()
    compare(csv, [WarpingRecipe("a"), NaiveRecipe("b", ("zcr",))], n_splits=2, n_jobs=1)
    # The rate of zero crossings is one of those features.
    assert len(work) == 3 * N_CLIPS
    assert list(temporary.iterdir()) == []


class TestCompare:
    RECIPES = (WarpingRecipe("warping"), NaiveRecipe("plain"))

    @pytest.fixture
    def leaderboard(self, csv, extracted):
        def run(**how):
            comparison = compare(csv, self.RECIPES, n_splits=2, memory=extracted, n_jobs=1, **how)
            return {row["recipe"]: row["log_loss"] for row in comparison["leaderboard"]}

        return run

    @pytest.fixture
    def log_loss(self, csv, extracted):
        return lambda **how: fit_warping(csv, memory=extracted, **how).results["log_loss"]

    def test_each_contends_with_its_own(self, leaderboard, log_loss):
        losses = leaderboard()
        assert losses["warping"] == log_loss()
        assert losses["plain"] == log_loss(copies=0)
        assert losses["warping"] != losses["plain"]

    def test_without(self, leaderboard, log_loss):
        losses = leaderboard(copies=0)
        assert losses["warping"] == losses["plain"] == log_loss(copies=0)

    def test_more(self, leaderboard, log_loss):
        losses = leaderboard(copies=3)
        assert losses["warping"] == log_loss(copies=3)
        assert losses["plain"] == log_loss(copies=0)

    def test_with_others_as_well(self, leaderboard, log_loss):
        losses = leaderboard(augment="shift", copies=2)
        assert losses["warping"] == log_loss()
        assert losses["plain"] == log_loss(copies=0)
        shifted = log_loss(augment="shift", copies=2)
        assert losses["warping + shift"] == losses["plain + shift"] == shifted


class TestImportance:
    def test_is_of_the_recipe_without_them(self, csv, extracted, monkeypatch):
        monkeypatch.setattr("sersk.workflows._diagnosis._N_REPEATS", 2)
        warping, plain = (
            fit_warping(csv, importance=True, memory=extracted, **how).results["importance"]
            for how in ({}, {"copies": 0})
        )
        assert warping.pop("without_copies") is True
        assert plain.pop("without_copies") is False
        assert warping == plain

    def test_is_refused_with_others(self, csv, work):
        with pytest.raises(ValueError, match="Leave out --importance or --augment"):
            fit_warping(csv, importance=True, augment="shift")
        assert work == []


def test_of_the_recipes():
    with_copies = {name: find_recipe(name).augment for name in ("default", "default+compare")}
    assert with_copies == {"default": "warp", "default+compare": "warp"}
    assert [find_recipe(name).augment for name in ("voice", "svm", "cnn")] == [None] * 3
