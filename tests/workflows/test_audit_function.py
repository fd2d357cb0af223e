"""What an audit reports: findings, scores beside them, and what it does with gaps."""

import json

import numpy as np
import pandas as pd
import pytest
import soundfile

from sersk.audio import read_audio
from sersk.datasets import make_emotional_speech
from sersk.exceptions import ManifestError, RecipeError
from sersk.features import FeatureStore
from sersk.recipes import RECIPES, make_custom_recipe
from sersk.workflows import audit, fit
from tests.workflows._copies import NaiveRecipe

KEYS = ["kind", "level", "files", "score", "message", "advice"]
LEVELS = ["error", "warning", "note"]


# What the recipe svm hears, and a classifier that is fitted at once.
QUICK = NaiveRecipe("quick", ("mfcc",))
CLASSES = ("anger", "neutral", "sadness")


def _write_corpus(folder, *shape, random_state, **how):
    """Write synthetic speech in shuffled order, numbered; give the CSV."""
    signals, emotions, speakers = make_emotional_speech(*shape, random_state=random_state, **how)
    order = np.random.default_rng(random_state).permutation(len(signals))
    names = [f"{number:03d}.wav" for number in range(len(order))]
    for name, clip in zip(names, order, strict=True):
        soundfile.write(folder / name, signals[clip], 16000)
    columns = {"Filename": names, "Class": emotions[order], "Speaker": speakers[order]}
    pd.DataFrame(columns).to_csv(folder / "data.csv", index=False)
    return folder / "data.csv"


@pytest.fixture(scope="module")
def clips_csv(tmp_path_factory):
    """Four speakers, three classes, three clips each: too few for a judgement of voices."""
    folder = tmp_path_factory.mktemp("audit")
    return _write_corpus(folder, 4, 3, classes=CLASSES, duration_s=0.8, random_state=5)


@pytest.fixture(scope="module")
def rows(clips_csv):
    """The rows of that CSV, with the path of each file in the column ``path``."""
    table = pd.read_csv(clips_csv, dtype=str)
    return table.assign(path=[str(clips_csv.parent / name) for name in table.Filename])


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """What one test has extracted need not be extracted again."""
    return tmp_path_factory.mktemp("store")


@pytest.fixture
def check(rows, store, tmp_path):
    """Audit changed rows, whose files stay where they are."""

    def run(change=None, **kwargs):
        table = rows.drop(columns="path").assign(Filename=rows.path)
        table = table if change is None else change(table)
        table.to_csv(tmp_path / "data.csv", index=False)
        kwargs = {"recipe": QUICK, "n_jobs": 1, "memory": store, **kwargs}
        return audit(tmp_path / "data.csv", **kwargs)

    return run


def _kinds(report, *levels):
    return [f["kind"] for f in report["findings"] if f["level"] in (levels or LEVELS)]


def _find(report, kind):
    (finding,) = (f for f in report["findings"] if f["kind"] == kind)
    return finding


def _summarise(report):
    return sorted((f["level"], f["kind"], sorted(f["files"])) for f in report["findings"])


@pytest.fixture(scope="module")
def report(clips_csv, store):
    """The audit of a corpus without fault."""
    return audit(clips_csv, recipe=QUICK, n_jobs=1, memory=store)


class TestReport:
    def test_is_strict_json(self, report):
        assert json.loads(json.dumps(report, allow_nan=False)) == report

    def test_counts(self, report, clips_csv):
        assert report["data"] == str(clips_csv)
        assert (report["n_files"], report["n_missing"], report["n_speakers"]) == (36, 0, 4)
        assert report["speakers_from"] == "column 'Speaker'"
        assert report["classes"] == ["anger", "neutral", "sadness"]
        assert report["recipe"] == "quick"

    def test_findings_are_sorted_and_complete(self, report):
        assert all(list(finding) == KEYS for finding in report["findings"])
        levels = [finding["level"] for finding in report["findings"]]
        assert levels == sorted(levels, key=LEVELS.index)

    def test_nothing_is_wrong(self, report):
        """Synthetic speech, with shuffled numbers as names."""
        assert _kinds(report, "error", "warning") == []
        assert _kinds(report) == ["few_speakers", "optimism_gap", "sound_only"]

    def test_scores(self, report):
        protocols = {k: v["protocol"] for k, v in report["scores"].items()}
        assert protocols == {
            "independent": "leave-one-speaker-out",
            "random": "stratified",
            "speaker_only": None,
            "sound_only": "leave-one-speaker-out",
        }
        assert all(0 <= score["uar"] <= 1 for score in report["scores"].values())

    def test_gap_is_the_difference(self, report):
        gap = _find(report, "optimism_gap")
        random, independent = (report["scores"][k]["uar"] for k in ("random", "independent"))
        assert gap["score"] == pytest.approx(random - independent, abs=1e-4)
        assert (gap["level"], gap["files"]) == ("note", [])
        assert f"Random folds give a UAR of {random:.2f}" in gap["message"]
        assert f"unseen speakers {independent:.2f}" in gap["message"]
        points = 100 * (round(random, 2) - round(independent, 2))
        assert f"{points:.0f} points" in gap["message"]

    def test_sound_alone_beside_the_model(self, report):
        alone = _find(report, "sound_only")
        assert alone["score"] == pytest.approx(report["scores"]["sound_only"]["uar"], abs=1e-4)
        assert (alone["level"], alone["files"]) == ("note", [])
        assert f"reach a UAR of {alone['score']:.2f}" in alone["message"]
        assert f"reaches {report['scores']['independent']['uar']:.2f}" in alone["message"]

    def test_scores_are_those_of_a_fit(self, report, clips_csv, store):
        """The same recipe, the same folds."""
        results = fit(clips_csv, recipe=QUICK, n_jobs=1, memory=store).results
        assert report["scores"]["independent"]["uar"] == pytest.approx(results["uar"])

    def test_does_not_depend_on_workers(self, report, clips_csv, real_workers):
        assert audit(clips_csv, recipe=QUICK, n_jobs=2) == report

    def test_does_not_depend_on_the_store(self, report, clips_csv, tmp_path):
        for memory in (None, tmp_path, tmp_path):
            assert audit(clips_csv, recipe=QUICK, n_jobs=1, memory=memory) == report
        assert FeatureStore(tmp_path).info().parts

    def test_seed_changes_the_random_folds_alone(self, report, clips_csv, store):
        other = audit(clips_csv, recipe=QUICK, n_jobs=1, random_state=5, memory=store)
        assert other["scores"]["sound_only"] == report["scores"]["sound_only"]
        assert _summarise(other) == _summarise(report)

    def test_intervals_from_five_speakers_up(self, check, rows):
        """Halves of two speakers take new names: six in all, of whom some share a voice."""

        def rename(table):
            later = table.groupby("Speaker").cumcount() >= 4
            chosen = later & table.Speaker.isin(rows.Speaker.unique()[:2])
            return table.assign(Speaker=table.Speaker.where(~chosen, table.Speaker + "b"))

        report = check(rename)
        assert report["n_speakers"] == 6
        assert "few_speakers" not in _kinds(report)
        for name in ("independent", "random", "sound_only"):
            low, high = report["scores"][name]["interval"]
            assert 0 <= low <= report["scores"][name]["uar"] <= high <= 1
        low, high = report["scores"]["independent"]["interval"]
        assert f"({low:.2f} to {high:.2f})" in _find(report, "optimism_gap")["message"]

    def test_recipes(self, clips_csv, monkeypatch, store):
        recipe = make_custom_recipe(["zcr", "rms"], "svm")
        # Something cheap stands in for the recipe that is taken unasked.
        monkeypatch.setitem(RECIPES, "voice", NaiveRecipe("voice"))
        how = dict(n_jobs=1, memory=store)
        assert audit(clips_csv, **how)["recipe"] == "voice"
        assert audit(clips_csv, recipe=recipe, **how)["recipe"] == "zcr,rms + svm"
        with pytest.raises(RecipeError, match="nonsense"):
            audit(clips_csv, recipe="nonsense")


class TestOrderOfRows:
    def test_changes_nothing_else(self, check, rows):
        def plant(table):
            table = pd.concat([table, table.iloc[[3, 7]].assign(Class=["anger", "neutral"])])
            return table.assign(Fold=np.where(table.Speaker == "S01", "1", "2"))

        expected = _summarise(check(plant, fold_column="Fold"))
        shuffled = check(lambda t: plant(t).sample(frac=1, random_state=0), fold_column="Fold")
        assert _summarise(shuffled) == expected
        assert ("warning", "label_from_order", []) not in expected

    def test_by_class_is_found(self, check):
        def by_class(table):
            return table.sort_values("Class", kind="stable")

        report = check(by_class)
        assert _kinds(report, "error", "warning") == ["label_from_order"]


class TestPlanted:
    def test_class_of_a_copy(self, check, rows, tmp_path):
        """The same sound as FLAC, under another class and another speaker."""
        source = rows[(rows.Class == "anger") & (rows.Speaker == rows.Speaker[0])].iloc[0]
        other = rows.Speaker[rows.Speaker != source.Speaker].iloc[0]
        samples, rate = soundfile.read(source.path, dtype="int16")
        soundfile.write(tmp_path / "copy.flac", samples, rate)
        copy = {"Filename": "copy.flac", "Class": "sadness", "Speaker": other}
        report = check(lambda t: pd.concat([t, pd.DataFrame([copy])]))
        assert _kinds(report, "error", "warning") == ["exact_duplicate"]
        finding = _find(report, "exact_duplicate")
        assert finding["level"] == "error"
        # As the CSV names them.
        assert finding["files"] == [source.path, "copy.flac"]
        assert "They differ in their labels and speakers." in finding["message"]

    def test_softer_copy(self, check, rows, tmp_path):
        signal, rate = read_audio(rows.path[0])
        soundfile.write(tmp_path / "copy.wav", 0.5 * signal, rate)
        copy = rows.iloc[[0]].drop(columns="path").assign(Filename="copy.wav")
        report = check(lambda t: pd.concat([t, copy]))
        assert _kinds(report, "error", "warning") == ["near_duplicate"]
        finding = _find(report, "near_duplicate")
        assert (finding["level"], finding["files"]) == ("warning", [rows.path[0], "copy.wav"])

    def test_copy_on_both_sides_of_given_folds(self, check, rows):
        def plant(table):
            table = table.assign(Fold=np.where(np.isin(table.Speaker, ["S01", "S02"]), "1", "2"))
            return pd.concat([table, table.iloc[[0]].assign(Fold="3")])

        report = check(plant, fold_column="Fold")
        assert "given folds" in _find(report, "exact_duplicate")["message"]
        assert _kinds(report, "error") == ["exact_duplicate", "speakers_shared_by_folds"]
        assert _kinds(report, "warning") == []
        # The score on unseen speakers is that of other folds.
        assert report["scores"]["independent"]["protocol"] == "leave-one-speaker-out"
        assert report["scores"]["random"]["protocol"] == "stratified"

    def test_whole_speakers_in_given_folds(self, check):
        def plant(table):
            return table.assign(Fold=np.where(np.isin(table.Speaker, ["S01", "S02"]), "1", "2"))

        report = check(plant, fold_column="Fold")
        assert _kinds(report, "error", "warning") == []
        assert report["scores"]["independent"]["protocol"] == "published"
        assert report["scores"]["random"]["protocol"] == "stratified"

    def test_speakers_of_one_class(self, check):
        report = check(lambda t: t.assign(Speaker="of " + t.Class))
        finding = _find(report, "single_class_speaker")
        assert finding["level"] == "error"
        assert (finding["score"], report["scores"]["speaker_only"]["uar"]) == (1, 1)
        random, independent = (report["scores"][k]["uar"] for k in ("random", "independent"))
        assert finding["message"].endswith(
            f" The recipe reaches {random:.2f} under random folds, and {independent:.2f} on "
            "unseen speakers."
        )

    def test_one_class_at_another_rate(self, check, rows, tmp_path):
        for i, row in rows[rows.Class == "anger"].iterrows():
            signal, _ = read_audio(row.path, sample_rate=22050)
            soundfile.write(tmp_path / f"{i}.wav", signal, 22050)

        def convert(table):
            converted = [f"{i}.wav" for i in table.index]
            return table.assign(Filename=table.Filename.where(table.Class != "anger", converted))

        report = check(convert)
        assert _kinds(report, "error") == ["label_from_sample_rate"]
        assert _kinds(report, "warning") == ["mixed_rates"]
        assert "'anger' above all" in _find(report, "label_from_sample_rate")["message"]

    def test_all_cut_to_one_length(self, check, rows, tmp_path):
        for i, path in enumerate(rows.path):
            signal, rate = read_audio(path)
            soundfile.write(tmp_path / f"{i:03d}.wav", signal[: rate // 2], rate)
        report = check(lambda t: t.assign(Filename=[f"{i:03d}.wav" for i in range(len(t))]))
        assert _kinds(report, "error", "warning") == ["one_length"]
        assert len(_find(report, "one_length")["files"]) == len(rows)


class TestVoices:
    def test_one_voice_under_two_names(self, store, tmp_path):
        data = _write_corpus(tmp_path, 3, 8, classes=CLASSES, duration_s=0.5, random_state=0)
        report = audit(data, recipe=QUICK, n_jobs=1, memory=store)
        assert _kinds(report, "error", "warning") == []
        table = pd.read_csv(data, dtype=str)
        first = table.groupby("Speaker").cumcount() < 12
        names = table.Speaker.where((table.Speaker != "S02") | first, "new")
        table.assign(Speaker=names).to_csv(data, index=False)
        report = audit(data, recipe=QUICK, n_jobs=1, memory=store)
        assert _kinds(report, "error", "warning") == ["speaker_under_two_names"]
        finding = _find(report, "speaker_under_two_names")
        assert finding["level"] == "error"
        assert "a classifier of 'S02' and 'new'" in finding["message"]


class TestGaps:
    def test_no_file_is_there(self, check, rows):
        """What needs no sound is checked all the same."""

        def lose(table):
            names = [f"{i:03d}.wav" for i in range(len(table))]
            return table.sort_values("Class").assign(Filename=names)

        report = check(lose)
        assert _kinds(report) == ["label_from_number", "missing_audio", "few_speakers"]
        assert report["n_missing"] == len(rows)
        finding = _find(report, "missing_audio")
        assert (finding["level"], finding["score"]) == ("warning", 1)
        assert len(finding["files"]) == len(rows)
        assert "--audio-dir" in finding["advice"]

    def test_some_files_are_missing(self, check, rows):
        report = check(lambda t: t.assign(Filename=[*t.Filename[:-3], "x.wav", "y.wav", "z.wav"]))
        assert _kinds(report, "error", "warning") == ["missing_audio"]
        finding = _find(report, "missing_audio")
        assert finding["files"] == ["x.wav", "y.wav", "z.wav"]
        assert finding["message"].startswith("3 of 36 files are not there: x.wav, y.wav, z.wav")
        assert (report["n_files"], report["n_missing"]) == (36, 3)
        assert report["scores"]["independent"] is not None

    def test_unreadable_file_among_good_ones(self, check, tmp_path):
        (tmp_path / "bad.wav").write_bytes(b"no sound")
        report = check(lambda t: t.assign(Filename=["bad.wav", *t.Filename[1:]]))
        assert _kinds(report, "error", "warning") == ["unreadable_audio"]
        finding = _find(report, "unreadable_audio")
        assert finding["score"] == pytest.approx(1 / 36, abs=1e-4)
        assert "1 of 36 files" in finding["message"]
        assert report["n_missing"] == 0
        assert report["scores"]["independent"] is not None

    def test_unreadable_file_is_named_as_in_the_csv(self, check, tmp_path):
        (tmp_path / "bad.wav").write_bytes(b"no sound")
        report = check(lambda t: t.assign(Filename=["bad.wav", *t.Filename[1:]]))
        assert _find(report, "unreadable_audio")["files"] == ["bad.wav"]

    def test_all_files_are_unreadable(self, check, tmp_path):
        (tmp_path / "bad.wav").write_bytes(b"no sound")
        report = check(lambda t: t.assign(Filename="bad.wav"))
        assert _kinds(report) == ["unreadable_audio", "few_speakers"]
        assert _find(report, "unreadable_audio")["score"] == 1

    def test_without_speakers(self, check):
        report = check(lambda t: t.drop(columns="Speaker"))
        assert _kinds(report) == ["optimistic_folds", "sound_only"]
        finding = _find(report, "optimistic_folds")
        assert finding["level"] == "warning"
        assert finding["message"].startswith("Speakers are not known")
        assert "--group-column" in finding["advice"]
        assert (report["n_speakers"], report["speakers_from"]) == (None, None)
        assert report["scores"]["independent"] is None
        assert report["scores"]["speaker_only"] is None
        assert report["scores"]["random"]["interval"] is None

    @pytest.mark.parametrize("n_rare", [1, 2, 3, 4])
    @pytest.mark.filterwarnings("ignore::UserWarning")
    def test_rare_class(self, check, n_rare):
        """Whatever a class lacks, the rest is told."""
        report = check(lambda t: t.assign(Class=[*["rare"] * n_rare, *t.Class[n_rare:]]))
        assert ("imbalance" in _kinds(report)) == (n_rare < 4)
        assert "sound_only" in _kinds(report)
        assert ("no_score" in _kinds(report)) == (n_rare == 1)

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            (lambda t: t.assign(Class="anger"), "single class 'anger'"),
            (lambda t: t.assign(Speaker="S1"), "one speaker, 'S1'"),
            (lambda t: t.sort_values("Speaker").iloc[[0, -1]], "is left to learn from"),
        ],
        ids=["one class", "one speaker", "two clips"],
    )
    def test_no_score(self, check, change, words):
        report = check(change)
        finding = _find(report, "no_score")
        assert (finding["level"], finding["files"], finding["score"]) == ("note", [], 0)
        assert words in finding["message"]
        assert all(report["scores"][k] is None for k in ("independent", "random", "sound_only"))

    def test_no_score_names_no_option_that_audit_lacks(self, check):
        message = _find(check(lambda t: t.assign(Speaker="S1")), "no_score")["message"]
        assert "--protocol" not in message

    @pytest.mark.parametrize(
        ("change", "match"),
        [
            (lambda t: t.drop(columns="Class"), "no column for the label.*--label-column"),
            (lambda t: t.assign(Class=["", *t.Class[1:]]), "'Class' empty in 1 of 36 rows"),
            (lambda t: t.assign(Speaker=["", *t.Speaker[1:]]), "'Speaker' empty in 1 of 36"),
        ],
        ids=["no labels", "empty label", "empty speaker"],
    )
    def test_csv_that_says_too_little(self, check, change, match):
        with pytest.raises(ManifestError, match=match):
            check(change)

    def test_no_csv(self, tmp_path):
        with pytest.raises(ManifestError, match=r"no file .*absent\.csv"):
            audit(tmp_path / "absent.csv")
