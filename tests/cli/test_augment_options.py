"""--augment, --copies and --oversample of sersk fit."""

import re

import joblib
import pytest

from sersk.recipes import RECIPES
from tests.cli._json import read_json
from tests.cli._quick import register


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    register(lambda name, recipe: monkeypatch.setitem(RECIPES, name, recipe))


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return tmp_path_factory.mktemp("store")


@pytest.fixture
def fit(run_well, corpus, tmp_path, store):
    def run_fit(*args, data=corpus / "TRAIN.csv", jobs=1):
        files = ("--output", tmp_path / "model.joblib", "--results", tmp_path / "results.json")
        chosen = ("--recipe", "quick-zcr", "--cv", 2, "--cache", store, "--jobs", jobs)
        done = run_well("fit", "--data", data, *chosen, *files, *args)
        return read_json(tmp_path / "results.json"), done

    return run_fit


def augmentation_text(out):
    """The lines about augmentation, joined."""
    lines = out.splitlines()
    (start,) = [i for i, line in enumerate(lines) if line.startswith("Augmentation: ")]
    text = [lines[start], *(line for line in lines[start + 1 :] if line.startswith("  "))]
    return " ".join(line.strip() for line in text[: 1 + _n_further(lines, start)])


def _n_further(lines, start):
    n = 0
    while lines[start + 1 + n].startswith("  "):
        n += 1
    return n


@pytest.mark.parametrize(
    ("args", "copies", "words"),
    [
        (("noise",), 1, "1 changed copy of each training clip, none of a clip that is scored"),
        (("noise,shift",), 2, "2 changed copies of each training clip, none"),
        (("warp",), 2, "2 changed copies of each training clip, none"),
        (("noise+shift", "--copies", 3), 3, "3 changed copies of each training clip, none"),
        (("shift", "--oversample"), 1, "1 changed copy of each training clip, and more of rare"),
    ],
)
def test_line_results_and_info(args, copies, words, fit, run_well, tmp_path):
    results, done = fit("--augment", *args)
    text = augmentation_text(done.out)
    assert text.startswith(f"Augmentation: {words}")
    named = results["augment"]["augmentations"]
    assert text.endswith(f": {', '.join(named)}")
    assert results["augment"]["copies"] == copies
    assert results["augment"]["oversample"] is ("--oversample" in args)
    assert len(named) == (2 if args[0] == "warp" else args[0].count(",") + 1)
    assert read_json(tmp_path / "model.json")["training"]["augment"] == results["augment"]
    info = run_well("info", tmp_path / "model.joblib").out
    (line,) = [line for line in info.splitlines() if line.startswith("Augmentation:")]
    rare = ", more of rare classes" if "--oversample" in args else ""
    assert line == f"{'Augmentation:':<15}{', '.join(named)} (copies per clip: {copies}{rare})"
    assert done.err == ""


def test_long_lines_are_broken(fit):
    _, done = fit("--augment", "augmented-cnn")
    text = augmentation_text(done.out)
    assert "AddNoise(" in text
    assert "ShiftPitch(n_semitones=(0, 4))" in text
    assert max(map(len, done.out.split("Cross-validation")[0].splitlines())) <= 96


def test_none(fit, run_well, tmp_path):
    results, done = fit()
    assert results["augment"] is None
    assert "Augmentation" not in done.out
    assert "Augmentation" not in run_well("info", tmp_path / "model.joblib").out


def test_search_and_labels_as_well(fit, tmp_path):
    args = ("--augment", "noise", "--search", "--labels", "sentiment3", "--oversample")
    results, done = fit(*args)
    chosen = results["search"]["best_params"]
    assert set(chosen) == {"classifier__var_smoothing"}
    held = joblib.load(tmp_path / "model.joblib").get_params()
    assert {name: held[name] for name in chosen} == chosen
    assert re.search(r"The search chose var_smoothing=\S+\.", done.out)
    assert "Labels: sentiment3 (16 clips of several classes in part: trained on" in done.out


def test_same_for_any_number_of_workers(fit, real_workers):
    """In workers the quick recipes are known by what they are made of."""
    args = ("--augment", "noise,shift")
    first, second = (fit(*args, "--no-cache", jobs=jobs)[0] for jobs in (1, 2))
    for results in (first, second):
        del results["extraction"], results["command"]
    assert first == second


class TestOwnCopies:
    """Those of the default recipe, for which something quick stands in."""

    @pytest.fixture(autouse=True)
    def warping(self, monkeypatch):
        recipe = type("Warping", (type(RECIPES["quick-zcr"]),), {"augment": "warp"})
        zcr = RECIPES["quick-zcr"]
        own = recipe("default", zcr.features, zcr.model, zcr.summary)
        monkeypatch.setitem(RECIPES, "default", own)

    def test_are_told(self, fit, run_well, tmp_path):
        results, done = fit("--recipe", "default")
        text = augmentation_text(done.out)
        assert text.startswith("Augmentation: 2 changed copies of each training clip, none")
        assert text.count("WarpSpeaker(") == 2
        assert results["augment"]["copies"] == 2
        info = run_well("info", tmp_path / "model.joblib").out
        assert "WarpSpeaker(factor=(1.05, 1.2)) (copies per clip: 2)" in info

    def test_none(self, fit):
        results, done = fit("--recipe", "default", "--no-copies")
        assert results["augment"] is None
        assert "Augmentation" not in done.out

    def test_importance_is_without(self, fit):
        _, done = fit("--recipe", "default", "--importance")
        assert "(by a model that learned from no copies)" in done.out.splitlines()
        _, done = fit("--recipe", "default", "--importance", "--no-copies")
        assert "learned from no copies" not in done.out

    def test_compare(self, run_well, corpus, store, tmp_path):
        args = ("--recipes", "default,quick-zcr", "--data", corpus / "TRAIN.csv", "--cv", 2)
        board = tmp_path / "board.json"
        run_well("compare", *args, "--cache", store, "--output", board, "--no-copies")
        default, plain = read_json(board)["leaderboard"]
        assert default["log_loss"] == plain["log_loss"]


class TestErrors:
    @pytest.mark.parametrize(
        ("args", "words"),
        [
            (("--copies", 2), ["need an augmentation", "--augment, such as noise,pitch"]),
            (("--oversample",), ["need an augmentation", "--augment, such as noise,pitch"]),
            (("--augment", "noise", "--importance"), ["Leave out --importance or --augment"]),
            (
                ("--augment", "noise", "--no-copies"),
                ["no copies together"],
            ),
            (("--copies", 2, "--no-copies"), ["--no-copies excludes --copies"]),
            (("--recipe", "default", "--select", 5), ["by the block", "Leave out --select"]),
            (("--augment", "hiss"), ["no augmentation 'hiss'", "noise, shift, stretch, pitch"]),
            (("--augment", ""), ["no augmentation ''"]),
            (("--augment", "noise", "--copies", 0), ["--copies", "0"]),
            (("--augment", "noise", "--copies", "few"), ["--copies", "few"]),
        ],
    )
    def test_one_line(self, args, words, run, corpus, assert_error, tmp_path):
        files = ("--data", corpus / "TRAIN.csv", "--output", tmp_path / "model.joblib")
        done = run("fit", *files, "--recipe", "quick-zcr", *args)
        assert_error(done, *words)
        assert done.out == ""
