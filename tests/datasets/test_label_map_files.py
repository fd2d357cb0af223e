"""Label maps in YAML: the forms there are, and a clear error for everything else."""

import pytest

from sersk.datasets import LABEL_MAPS, find_label_map
from sersk.exceptions import ManifestError

FORMS = """
# Sentiments
positive: [happiness, {surprise: 0.5}]
neutral: neutral
negative:
  anger: 1
  sadness: .5
other:
  - 'no'
  - "12"
  - surprise: 0.25
    sadness: 0.25
"""


@pytest.fixture
def write(tmp_path):
    def write(text, name="mine.yaml", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return write


def test_forms(write):
    label_map = find_label_map(write(FORMS))
    assert label_map.name == "mine.yaml"
    assert label_map.classes == ["positive", "neutral", "negative", "other"]
    assert label_map.weights == {
        "positive": {"happiness": 1, "surprise": 0.5},
        "neutral": {"neutral": 1},
        "negative": {"anger": 1, "sadness": 0.5},
        "other": {"no": 1, "12": 1, "surprise": 0.25, "sadness": 0.25},
    }


@pytest.mark.parametrize("name", ["a.yaml", "a.yml", "A.YAML", "sentiment3.yaml"])
@pytest.mark.parametrize("convert", [str, lambda path: path])
def test_names_of_files(write, name, convert):
    path = write("froh: Freude\ntraurig: Trauer", name)
    assert find_label_map(convert(path)).classes == ["froh", "traurig"]


def test_a_name_is_no_file(write, monkeypatch):
    path = write("a: b\nc: d", "emotion4")
    monkeypatch.chdir(path.parent)
    assert find_label_map("emotion4") is LABEL_MAPS["emotion4"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_words_of_any_script(write, encoding):
    label_map = find_label_map(write("хорошо: радость\nплохо: [гнев, 生气]\n", encoding=encoding))
    assert label_map.find("Радость") == {"хорошо": 1}
    assert label_map.find("生气") == {"плохо": 1}


def test_aliases_are_followed(write):
    label_map = find_label_map(write("a: &half {fear: 0.5}\nb: *half\n"))
    assert label_map.find("fear") == {"a": 0.5, "b": 0.5}


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("a: [b", "is not well-formed YAML: line 1: "),
        ("a: b\n\tc: d", "is not well-formed YAML: line 2: "),
        ("a: b: c", "is not well-formed YAML: line 1: mapping values are not allowed here"),
        ("a: *b", "is not well-formed YAML: line 1: found undefined alias"),
        ("a: b\n---\nc: d", "is not well-formed YAML: line 2: but found another document"),
        ("a: \x00", "is not well-formed YAML: special characters are not allowed"),
        ("", "is empty. Write a line per class"),
        ("# nothing\n", "is empty. Write a line per class"),
        ("- a\n- b", "line 1: classes must be names with a colon. Got a sequence instead"),
        ("happiness", "line 1: classes must be names with a colon. Got a scalar instead"),
        ("a: b\n1: c", "line 2: a class must be a word. Got 1 instead, which YAML reads as int"),
        ("yes: a\nno: b", "line 1: a class must be a word. Got yes instead, .* as bool; .*quotes"),
        ("a: [off]\nb: c", "line 1: a class must be a word. Got off instead, .* reads as bool"),
        ("a: b\nc: 1.5", "line 2: a class must be a word. Got 1.5 instead, .* reads as float"),
        ("a: {true: 1}\nb: c", "line 1: a class must be a word. Got true instead"),
        ("a:\nb: c", "a class must be a word. Got nothing instead, which YAML reads as null"),
        ("a: ~\nb: c", "line 1: a class must be a word. Got ~ instead, .* reads as null"),
        ("a: 2001-99-99\nb: c", "a class must be a word. Got 2001-99-99 instead, .* timestamp"),
        ("<<: {a: b}\nc: d", "line 1: a class must be a word. Got << instead, .* as merge"),
        ("a: !!python/name:os.system x\nb: c", "line 1: a class must be a word. Got x instead"),
        ("? [a]\n: b\nc: d", "line 1: a class must be a word. Got a sequence instead"),
        ("a: [[b]]\nc: d", "line 1: a class must be a word. Got a sequence instead"),
        ("a: []\nb: c", "line 1: the class 'a' is made of nothing"),
        ("a: {}\nb: c", "'mine.yaml' must make 'a' of words with weights"),
        ("a: ''\nb: c", "'mine.yaml' must make 'a' of words with weights"),
        ("a: [b, b]\nc: d", "line 1: the class 'a' names 'b' twice"),
        ("a: {b: 0.5, b: 0.5}\nc: d", "line 1: the class 'a' names 'b' twice"),
        ("a: [b, {b: 0.5}]\nc: d", "line 1: the class 'a' names 'b' twice"),
        ("a: [b, B]\nc: d", "'mine.yaml' must make 'a' of each word once. Got b, B instead"),
        ("a: b\na: c", "line 2: the class 'a' comes twice"),
        ("a: b\nA: c", "'mine.yaml' must have each class once"),
        ("a: b", "'mine.yaml' must have at least two classes"),
        ("a: {b: half}\nc: d", r"the weight of 'b' must be a number in \(0, 1\]. Got half"),
        ("a: {b: }\nc: d", r"line 1: the weight of 'b' must be a number in .*. Got nothing"),
        ("a: {b: true}\nc: d", "the weight of 'b' must be a number in .*. Got true"),
        ("a: {b: [1]}\nc: d", "the weight of 'b' must be a number in .*. Got a sequence"),
        ("a: {b: {c: 1}}\nc: d", "the weight of 'b' must be a number in .*. Got a mapping"),
        ("a: {b: 0}\nc: d", r"'mine.yaml' must give 'b' a weight in \(0, 1\] in 'a'. Got 0.0"),
        ("a: {b: -1}\nc: d", r"'mine.yaml' must give 'b' a weight in \(0, 1\] in 'a'. Got -1.0"),
        ("a: {b: 2}\nc: d", r"'mine.yaml' must give 'b' a weight in \(0, 1\] in 'a'. Got 2.0"),
        ("a: {b: nan}\nc: d", "'mine.yaml' must give 'b' a weight in .* in 'a'. Got nan"),
        ("a: b\nc: {b: 0.5}", "'mine.yaml' must give 'b' weights that sum to at most 1. Got 1.5"),
        ("a: " + "[" * 2000 + "]" * 2000 + "\nb: c", "is not a label map: it is nested too deep"),
        ("!!omap [a: b, c: d]", "classes must be names with a colon. Got a sequence instead"),
        ("!local {a: b, c: d}", "classes must be names with a colon. Got a mapping instead"),
        ("a: !!set {b, e}\nc: d", "line 1: a class must be a word. Got a mapping instead"),
        ("a: !local b\nc: d", "line 1: a class must be a word. Got b instead, .* reads as !local"),
        ("a: &x [*x]\nb: c", "line 1: a class must be a word. Got a sequence instead"),
    ],
)
def test_malformed_file_raises_and_is_named(write, text, match):
    with pytest.raises(ManifestError, match=match) as error:
        find_label_map(write(text))
    assert "mine.yaml" in str(error.value)
    assert "\n" not in str(error.value)


def test_missing_file(tmp_path):
    with pytest.raises(
        ManifestError, match=r"There is no file '.*mine\.yml'\. Name a label map\."
    ):
        find_label_map(tmp_path / "mine.yml")


def test_a_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("maps.yaml", numbered=False)
    with pytest.raises(
        ManifestError, match=r"Cannot read .*: Is a directory\. Name a label map\."
    ):
        find_label_map(folder)


def test_a_file_without_right_to_read(write, monkeypatch):
    def refuse(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.read_text", refuse)
    with pytest.raises(ManifestError, match=r"Cannot read .*mine\.yaml: Permission denied\."):
        find_label_map(write("a: b\nc: d"))


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_a_file_in_another_encoding(write, encoding):
    with pytest.raises(ManifestError, match=r"mine\.yaml is not UTF-8 text\. Save it as YAML"):
        find_label_map(write("fröhlich: Glück\nÄrger: Wut", encoding=encoding))


def test_nothing_is_run(write, tmp_path):
    text = f"a: !!python/object/apply:os.mkdir ['{tmp_path}/made']\nb: c\n"
    with pytest.raises(ManifestError, match=r"mine\.yaml .* Got a sequence instead"):
        find_label_map(write(text))
    assert not (tmp_path / "made").exists()
