"""`sersk audit`: what goes where, in which form, and with which exit status."""

import json
import re

import numpy as np
import pandas as pd
import pytest
import soundfile

from sersk.cli._findings import format_brief, format_report
from sersk.datasets import make_emotional_speech
from sersk.recipes import RECIPES
from sersk.report._words import count_findings
from tests.cli._quick import register

CLASSES = ("anger", "neutral", "sadness")


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    """Three speakers, three classes, two clips each, without fault; nobody may change it."""
    folder = tmp_path_factory.mktemp("clean")
    signals, emotions, speakers = make_emotional_speech(
        3, 2, classes=CLASSES, duration_s=0.8, random_state=1
    )
    order = np.random.default_rng(0).permutation(len(signals))
    names = [f"{number:03d}.wav" for number in range(len(order))]
    for name, clip in zip(names, order, strict=True):
        soundfile.write(folder / name, signals[clip], 16000)
    columns = {"Filename": names, "Class": emotions[order], "Speaker": speakers[order]}
    pd.DataFrame(columns).to_csv(folder / "data.csv", index=False)
    return folder / "data.csv"


@pytest.fixture
def write(clean, tmp_path):
    """Write the rows, changed, to a CSV of their own; the files are looked for beside it."""

    def run(change):
        table = pd.read_csv(clean, dtype=str)
        table["Filename"] = [str(clean.parent / name) for name in table.Filename]
        change(table).to_csv(tmp_path / "data.csv", index=False)
        return tmp_path / "data.csv"

    return run


@pytest.fixture
def wrong_csv(write):
    """Two copies of a row, one of them of another class."""
    return write(lambda t: pd.concat([t, t.iloc[[0]].assign(Class="boredom"), t.iloc[[1]]]))


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    register(lambda name, recipe: monkeypatch.setitem(RECIPES, name, recipe))


@pytest.fixture
def audit(run):
    def run_audit(data, *args):
        return run("audit", "--data", data, "--recipe", "quick-zcr", "--jobs", "1", *args)

    return run_audit


def _read_strictly(text):
    def refuse(constant):
        raise ValueError(f"{constant} is no JSON")

    return json.loads(text, parse_constant=refuse)


class TestJson:
    def test_alone_on_stdout(self, audit, wrong_csv):
        done = audit(wrong_csv, "--format", "json")
        assert done.status == 0
        report = _read_strictly(done.out)
        assert done.out == json.dumps(report, indent=2, ensure_ascii=False) + "\n"
        for finding in report["findings"]:
            assert list(finding) == ["kind", "level", "files", "score", "message", "advice"]
            assert finding["level"] in ("error", "warning", "note")
            assert isinstance(finding["files"], list)
            assert isinstance(finding["score"], float)
        # What is about to be done is no result.
        assert done.err == (
            "Decoding 20 files, then cross-validating the recipe quick-zcr twice.\n"
        )

    def test_is_the_same_again_and_on_more_workers(self, audit, wrong_csv, real_workers):
        # Of a recipe whose classifier has a seed.
        args = ("--recipe", "svm", "--format", "json")
        first = audit(wrong_csv, *args)
        assert audit(wrong_csv, *args, "--jobs", "2").out == first.out

    def test_names_beyond_ascii(self, audit, write):
        done = audit(write(lambda t: t.assign(Filename=["ärger/怒.wav", *t.Filename[1:]])), *JSON)
        assert '"ärger/怒.wav"' in done.out

    def test_without_files(self, audit, write):
        done = audit(write(lambda t: t.assign(Filename=t.index.astype(str) + ".wav")), *JSON)
        assert [f["kind"] for f in _read_strictly(done.out)["findings"]] == [
            "missing_audio",
            "few_speakers",
        ]
        assert done.err == ""


JSON = ("--format", "json")


class TestStatus:
    def test_errors_are_no_failure(self, audit, wrong_csv):
        done = audit(wrong_csv)
        assert "error    exact_duplicate" in done.out
        assert done.status == 0

    @pytest.mark.parametrize("form", ["text", "json"])
    def test_strict_with_an_error(self, audit, wrong_csv, form):
        done = audit(wrong_csv, "--strict", "--format", form)
        assert done.status == 1
        assert done.out == audit(wrong_csv, "--format", form).out
        assert "sersk: error" not in done.err

    def test_strict_with_warnings_and_notes(self, audit, write):
        done = audit(write(lambda t: pd.concat([t, t.iloc[[1]]])), "--strict")
        assert "warning  exact_duplicate" in done.out
        assert "\nerror" not in done.out
        assert done.status == 0

    def test_strict_writes_its_report_first(self, audit, wrong_csv, tmp_path):
        done = audit(wrong_csv, "--strict", "--output", tmp_path / "report.txt")
        assert done.status == 1
        assert "exact_duplicate" in (tmp_path / "report.txt").read_text(encoding="utf-8")


class TestOutput:
    @pytest.mark.parametrize("form", ["text", "json"])
    def test_holds_what_stdout_would(self, audit, clean, tmp_path, form):
        printed = audit(clean, "--format", form)
        done = audit(clean, "--format", form, "--output", tmp_path / "report")
        assert (done.status, done.out) == (0, "")
        assert (tmp_path / "report").read_text(encoding="utf-8") == printed.out
        assert done.err.endswith(f"Wrote {tmp_path / 'report'}.\n")

    def test_is_not_the_csv(self, audit, wrong_csv):
        before = wrong_csv.read_bytes()
        done = audit(wrong_csv, "--output", wrong_csv)
        assert done.status == 2
        assert "--output must not be" in done.err
        assert wrong_csv.read_bytes() == before

    def test_cannot_be_written(self, audit, clean, tmp_path, assert_error):
        done = audit(clean, "--output", tmp_path / "absent" / "report.txt")
        assert_error(done, "absent")
        # Told before the work begins.
        assert "Decoding" not in done.err


class TestText:
    def test_head_and_count(self, audit, clean):
        lines = audit(clean).out.splitlines()
        assert lines[0] == f"{clean}: 18 files, 3 classes, 3 speakers (column 'Speaker')"
        assert lines[1] == "3 notes"
        assert all(len(line) <= 96 for line in lines[1:])

    def test_each_finding_with_advice(self, audit, wrong_csv):
        out = audit(wrong_csv).out
        assert out.splitlines()[1].startswith("1 error, ")
        assert re.search(r"^error    exact_duplicate\n {9}\S", out, re.MULTILINE)
        assert "right label and speaker." in " ".join(out.split())
        assert out.index("\nerror") < out.index("\nwarning") < out.index("\nnote")

    def test_five_of_a_kind_at_most(self, audit, write):
        """Eight rows twice: eight findings."""
        data = write(lambda t: pd.concat([t, t.iloc[:8]]))
        out = audit(data).out
        assert out.count("warning  exact_duplicate") == 5
        assert "3 more of exact_duplicate; --format json lists them." in out
        report = json.loads(audit(data, *JSON).out)
        assert sum(f["kind"] == "exact_duplicate" for f in report["findings"]) == 8

    @pytest.mark.parametrize("n", [0, 1, 5, 6, 100])
    def test_however_many_of_a_kind(self, n):
        finding = dict(kind="k", level="error", files=[], score=1.0, message="M.", advice="A.")
        other = dict(finding, kind="other", level="note")
        report = dict(
            data="d.csv",
            n_files=1,
            n_speakers=None,
            speakers_from=None,
            classes=["a", "b"],
            findings=[finding] * n + [other],
        )
        text = format_report(report)
        assert text.count("error    k\n") == min(n, 5)
        assert ("more of k" in text) == (n > 5)
        if n > 5:
            assert f"{n - 5} more of k;" in text
            assert text.index("more of k") < text.index("note     other")
        assert text.startswith("d.csv: 1 file, 2 classes, speakers not known\n")

    @pytest.mark.parametrize(
        ("levels", "text"),
        [
            ("", "No finding"),
            ("e", "1 error"),
            ("eewn", "2 errors, 1 warning, 1 note"),
            ("n" * 10, "10 notes"),
        ],
    )
    def test_count(self, levels, text):
        names = {"e": "error", "w": "warning", "n": "note"}
        assert count_findings([{"level": names[level]} for level in levels]) == text

    def test_brief(self):
        finding = dict(kind="k", level="error", files=[], score=1.0, message="M.", advice="A.")
        note = dict(finding, level="note")
        further = "Look further with: sersk audit --data 'my data.csv'"
        lines = format_brief([note], "my data.csv").splitlines()
        assert lines == [
            "Audit of names, labels, speakers and exact duplicates: no finding.",
            further,
        ]
        lines = format_brief([finding] * 7 + [note], "my data.csv").splitlines()
        assert lines[0].endswith("exact duplicates: 7 errors.")
        assert lines[1] == further
        assert lines[2:] == ["  error: M."] * 5 + ["  and 2 more"]


class TestOptions:
    def test_columns_of_ones_own(self, audit, write):
        data = write(
            lambda t: t.rename(columns={"Class": "Mood", "Speaker": "Who", "Filename": "Where"})
        )
        args = ("--path-column", "Where", "--label-column", "Mood", "--group-column", "Who")
        report = json.loads(audit(data, *args, *JSON).out)
        assert report["speakers_from"] == "column 'Who'"
        assert report["scores"]["independent"] is not None

    def test_folder_of_sounds(self, audit, write, clean):
        data = write(lambda t: t.assign(Filename=[f"{i:03d}.wav" for i in range(len(t))]))
        assert json.loads(audit(data, *JSON).out)["n_missing"] == 18
        there = audit(data, "--audio-dir", clean.parent, *JSON)
        assert json.loads(there.out)["n_missing"] == 0

    def test_speakers_from_names(self, audit, write):
        data = write(lambda t: t.drop(columns="Speaker"))
        report = json.loads(audit(data, "--speaker-pattern", r"(\d)\.wav", *JSON).out)
        assert report["n_speakers"] == 10

    def test_sentences_and_folds(self, audit, write):
        data = write(
            lambda t: t.assign(Text=np.resize(["a", "b"], len(t)), Part=t.Speaker == "S01")
        )
        args = ("--sentence-column", "Text", "--fold-column", "Part")
        report = json.loads(audit(data, *args, *JSON).out)
        assert "sentences_shared_by_folds" in [f["kind"] for f in report["findings"]]
        assert report["scores"]["independent"]["protocol"] == "published"

    def test_features_in_place_of_a_recipe(self, run, clean):
        args = ("--data", clean, "--features", "zcr,rms", "--jobs", "1")
        done = run("audit", *args, "--format", "json")
        assert json.loads(done.out)["recipe"].startswith("zcr,rms")
        done = run("audit", *args, "--recipe", "svm")
        assert (done.status, done.err.count("\n")) == (2, 1)

    def test_store(self, audit, clean, tmp_path, cache):
        audit(clean, "--cache", tmp_path / "store")
        assert any((tmp_path / "store").rglob("*"))
        audit(clean, "--no-cache")
        assert not [p for p in cache.rglob("*") if p.is_file()]


class TestErrors:
    def test_no_csv(self, audit, tmp_path, assert_error):
        done = audit(tmp_path / "absent.csv")
        assert_error(done, "absent.csv")
        assert done.status == 1

    def test_no_label_column(self, audit, write, assert_error):
        done = audit(write(lambda t: t.rename(columns={"Class": "mood"})))
        assert_error(done, "no column for the label", "--label-column mood")
        assert (done.status, done.out) == (1, "")

    @pytest.mark.parametrize("column", ["Class", "Speaker", "Filename"])
    def test_empty_cells(self, audit, write, assert_error, column):
        done = audit(write(lambda t: t.assign(**{column: ["", *t[column][1:]]})))
        assert_error(done, f"column {column!r} empty in 1 of 18 rows", "row 2")
        assert (done.status, done.out) == (1, "")

    def test_only_a_header(self, audit, write, assert_error):
        assert_error(audit(write(lambda t: t.iloc[:0])), "no rows")

    def test_errors_go_before_strictness(self, audit, tmp_path, assert_error):
        assert_error(audit(tmp_path / "absent.csv", "--strict", *JSON), "absent.csv")

    @pytest.mark.parametrize(
        "args", [("--format", "xml"), ("--seed", "-1"), ("--jobs", "0"), ("--cv", "3")]
    )
    def test_options_that_make_no_sense(self, run, clean, args):
        done = run("audit", "--data", clean, *args)
        assert (done.status, done.out, done.err.count("\n")) == (2, "", 1)

    def test_data_is_required(self, run):
        done = run("audit")
        assert (done.status, done.err.count("\n")) == (2, 1)
        assert "--data" in done.err

    def test_unreadable_file_is_a_finding(self, audit, write, tmp_path):
        (tmp_path / "bad.wav").write_bytes(b"no sound")
        done = audit(write(lambda t: t.assign(Filename=["bad.wav", *t.Filename[1:]])), "--strict")
        assert done.status == 0
        assert "warning  unreadable_audio" in done.out
        assert "Traceback" not in done.err


def test_help_says_what_it_looks_for(run_well):
    text = " ".join(run_well("audit", "--help").out.split())
    for word in ("duplicates", "speakers under two names", "--strict", "[text|json]", "--output"):
        assert word in text
