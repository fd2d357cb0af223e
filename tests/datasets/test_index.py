"""From folders to rows: made-up trees, named as in the corpora or with a folder per class."""

import os
import shutil
from pathlib import Path

import pandas as pd
import pytest
from numpy.testing import assert_array_equal

from sersk.datasets import index_folder, read_labels, read_manifest, write_index
from sersk.exceptions import DataWarning, ManifestError
from tests.datasets._trees import (
    make_tree,
    name_crema_d,
    name_emodb,
    name_ravdess,
    name_savee,
    name_tess,
)

SMALL = {
    "CREMA-D": lambda: name_crema_d(range(1001, 1003)),
    "EmoDB": name_emodb,
    "RAVDESS": lambda: name_ravdess(actors=(1, 2)),
    "SAVEE": name_savee,
    "TESS": lambda: name_tess(["bite", "that's"]),
}


def _skipped(index):
    return {failure.path: failure.reason for failure in index.skipped}


# Published corpora


@pytest.mark.parametrize("corpus", list(SMALL))
def test_corpus_is_recognised(tmp_path, corpus):
    names = sorted(SMALL[corpus](), key=Path)
    index = index_folder(make_tree(tmp_path, names))
    assert index.corpora == [corpus]
    assert index.skipped == []
    assert index.table["Filename"].tolist() == names
    assert index.table.columns[:4].tolist() == ["Filename", "Class", "Speaker", "Gender"]
    assert (index.table["Emotion"] != "").all()


@pytest.mark.parametrize("layout", ["/", "_"])
def test_layouts_of_savee(tmp_path, layout):
    index = index_folder(make_tree(tmp_path, name_savee(layout)))
    assert (index.corpora, len(index.table)) == (["SAVEE"], 480)
    # The same number is not the same sentence.
    assert "Sentence" not in index.table


def test_folder_inside_a_corpus(tmp_path):
    make_tree(tmp_path, name_savee())
    index = index_folder(tmp_path / "AudioData" / "DC")
    assert (index.corpora, len(index.table)) == (["SAVEE"], 120)
    assert set(index.table["Speaker"]) == {"DC"}


def test_speech_and_song(tmp_path):
    speech = make_tree(tmp_path / "speech", name_ravdess(actors=(1, 2)))
    assert "Channel" not in index_folder(speech).table
    both = make_tree(tmp_path / "both", name_ravdess(("01", "02"), (1, 2)))
    assert set(index_folder(both).table["Channel"]) == {"speech", "song"}


def test_other_formats_and_hidden_files(tmp_path):
    names = ["a/03a01Fa.FLAC", "._03a01Fb.wav", ".hidden/03a01Fc.wav", "a/03a01Fd.txt"]
    index = index_folder(make_tree(tmp_path, names))
    assert index.table["Filename"].tolist() == ["a/03a01Fa.FLAC"]
    assert index.skipped == []


def test_strays_are_left_out(tmp_path):
    names = [*name_emodb(), "wav/take 7.wav", "intro.mp3"]
    index = index_folder(make_tree(tmp_path, names))
    assert len(index.table) == len(names) - 2
    reason = "it is not named as in EmoDB"
    assert _skipped(index) == {"intro.mp3": reason, "wav/take 7.wav": reason}


def test_films_are_left_out(tmp_path):
    names = [*name_ravdess(actors=(1,)), "02-01-06-01-02-01-01.wav"]
    index = index_folder(make_tree(tmp_path, names))
    assert _skipped(index) == {"02-01-06-01-02-01-01.wav": "it is a film without sound"}


def test_a_few_known_names_are_no_corpus(tmp_path):
    names = [f"{c}/{i}.wav" for c in ("angry", "sad") for i in range(5)] + ["angry/03a01Fa.wav"]
    index = index_folder(make_tree(tmp_path, names))
    assert index.corpora == []
    assert len(index.table) == 11


def test_half_is_not_most(tmp_path):
    make_tree(tmp_path, ["angry/03a01Fa.wav", "sad/x.wav"])
    assert index_folder(tmp_path).corpora == []
    make_tree(tmp_path, ["sad/03a01Ta.wav"])
    assert index_folder(tmp_path).corpora == ["EmoDB"]


def test_corpus_asked_for(tmp_path):
    names = ["angry/03a01Fa.wav", *(f"sad/{i}.wav" for i in range(3)), "sad/DC_a01.wav"]
    index = index_folder(make_tree(tmp_path, names), corpus="emodb")
    assert index.corpora == ["EmoDB"]
    assert index.table["Filename"].tolist() == ["angry/03a01Fa.wav"]
    assert set(_skipped(index).values()) == {"it is not named as in EmoDB"}


# Several corpora


def test_mixed_corpora(tmp_path):
    mixed = ("CREMA-D", "RAVDESS", "SAVEE", "TESS")
    for corpus in mixed:
        make_tree(tmp_path / corpus, SMALL[corpus]())
    make_tree(tmp_path, ["RAVDESS/x.wav"])
    table = index_folder(tmp_path).table
    assert index_folder(tmp_path).corpora == list(mixed)
    assert set(table["Corpus"]) == set(mixed)
    assert table["Filename"].str.partition("/")[0].tolist() == table["Corpus"].tolist()
    assert {"RAVDESS 01", "CREMA-D 1001", "SAVEE DC", "TESS OAF"} < set(table["Speaker"])
    # Sentences are numbered anew in each corpus; of SAVEE none is known.
    assert {"RAVDESS 01", "TESS that's", "CREMA-D IEO", ""} < set(table["Sentence"])
    assert (table["Emotion"] != "").all()
    assert _skipped(index_folder(tmp_path)) == {
        "RAVDESS/x.wav": "it is not named as in CREMA-D or RAVDESS or SAVEE or TESS"
    }


def test_mixed_speakers_are_those_of_names_in_a_csv(tmp_path):
    make_tree(tmp_path, ["e/03a01Fa.wav", "r/03-01-01-01-01-01-03.wav"])
    index = index_folder(tmp_path)
    csv = tmp_path / "bare.csv"
    index.table[["Filename", "Class"]].to_csv(csv, index=False)
    assert_array_equal(read_manifest(csv).speakers, index.table["Speaker"])


# Second copies


def test_tree_that_is_there_twice(tmp_path):
    make_tree(tmp_path / "TESS", name_tess(["bite", "back"]))
    for i, path in enumerate(sorted(tmp_path.rglob("*.wav"))):
        path.write_bytes(b"x%d" % i)
    shutil.copytree(tmp_path / "TESS", tmp_path / "TESS" / "TESS")
    index = index_folder(tmp_path)
    assert len(index.table) == len(index.skipped) == 28
    assert not index.table["Filename"].str.startswith("TESS/TESS/").any()
    assert set(_skipped(index).values()) == {"it is a second copy of a file of its name"}


@pytest.mark.parametrize("content", [b"2", b"12"])
def test_other_content_is_no_copy(tmp_path, content):
    for folder, written in (("a", b"1"), ("b", content), ("c", content)):
        make_tree(tmp_path / folder, ["03a01Fa.wav"])
        (tmp_path / folder / "03a01Fa.wav").write_bytes(written)
    index = index_folder(tmp_path)
    assert index.table["Filename"].tolist() == ["a/03a01Fa.wav", "b/03a01Fa.wav"]
    assert list(_skipped(index)) == ["c/03a01Fa.wav"]


def test_same_name_of_other_speakers_is_no_copy(tmp_path):
    assert len(index_folder(make_tree(tmp_path, ["DC/a01.wav", "KL/a01.wav"])).table) == 2


def test_one_file_in_two_classes_stays(tmp_path):
    """Which class is right nobody knows: the audit tells of it."""
    index = index_folder(make_tree(tmp_path, ["angry/1.wav", "sad/1.wav", "angry/sub/1.wav"]))
    assert index.table["Class"].tolist() == ["angry", "sad"]
    assert list(_skipped(index)) == ["angry/sub/1.wav"]


# A CSV of labels


def _make_sentiments(folder, rows="1.wav,Positive\n2.wav,Negative\n", parts=("TRAIN",)):
    make_tree(folder, [f"{part}/{i}.wav" for part in parts for i in (1, 2)])
    (folder / "TRAIN.csv").write_text(f"Filename,Class\n{rows}", encoding="utf-8")
    return folder


def test_labels_from_a_csv(tmp_path):
    index = index_folder(_make_sentiments(tmp_path, parts=("TEST", "TRAIN")))
    assert index.corpora == ["Audio-Speech-Sentiment"]
    # File 1 is no positive one by its number, but by the CSV.
    assert index.table.to_dict("list") == {
        "Filename": ["TRAIN/1.wav", "TRAIN/2.wav"],
        "Class": ["Positive", "Negative"],
    }
    assert _skipped(index) == dict.fromkeys(
        ["TEST/1.wav", "TEST/2.wav"], "it is of the part without labels"
    )
    assert len(index_folder(tmp_path / "TRAIN").table) == 2


def test_labels_do_not_follow_the_number(tmp_path):
    swapped = "TRAIN\\1.wav,Negative\nTRAIN\\2.wav,Positive\n"
    index = index_folder(_make_sentiments(tmp_path, swapped))
    assert index.table["Class"].tolist() == ["Negative", "Positive"]


def test_clip_without_label(tmp_path):
    index = index_folder(_make_sentiments(tmp_path, "2.wav,Neutral\n"))
    assert _skipped(index) == {"TRAIN/1.wav": "TRAIN.csv has no row for it"}


@pytest.mark.parametrize("rows", ["1.wav,anger\n2.wav,joy\n", "", '1.wav,"Positive\n'])
def test_labels_of_another_corpus(tmp_path, rows):
    _make_sentiments(tmp_path, rows)
    with pytest.raises(ManifestError, match="Nothing tells the classes of the 2 sound files"):
        index_folder(tmp_path)
    with pytest.raises(ManifestError, match=r"Audio-Speech-Sentiment below a folder with TRAIN"):
        index_folder(tmp_path, corpus="audio-speech-sentiment")


# A folder per class


@pytest.mark.parametrize(
    ("names", "classes"),
    [
        (["angry/1.wav", "sad/2.wav"], ["angry", "sad"]),
        (["test/sad/2.wav", "train/Angry/1.wav", "train/sad/3.wav"], ["sad", "Angry", "sad"]),
        (["ann/angry/1.wav", "ann/sad/1.wav", "bob/angry/2.wav"], ["angry", "sad", "angry"]),
        (["ann/angry/take/1.wav", "bob/sad/take/1.wav"], ["angry", "sad"]),
        # Speakers who are called like an emotion.
        (["Joy/angry/1.wav", "Joy/sad/1.wav", "bob/sad/2.wav"], ["angry", "sad", "sad"]),
        (
            ["Negative/1.wav", "Positive/2.wav", "neutral/3.wav"],
            ["Negative", "Positive", "neutral"],
        ),
        (["negative/angry/1.wav", "positive/happy/1.wav"], ["angry", "happy"]),
        # Words for emotions beside others.
        (["ann/angry/1.wav", "ann/bored to tears/2.wav"], ["angry", "bored to tears"]),
        # No word for an emotion: the first level with several folders.
        (["a b/1.wav", "Ünruhig/2.wav"], ["a b", "Ünruhig"]),
        (["data/calls/x/1.wav", "data/shouts/x/2.wav"], ["calls", "shouts"]),
        (["test/calls/1.wav", "train/shouts/2.wav"], ["calls", "shouts"]),
    ],
)
def test_classes_from_folders(tmp_path, names, classes):
    index = index_folder(make_tree(tmp_path, names))
    assert index.corpora == []
    assert index.table["Filename"].tolist() == names
    assert index.table["Class"].tolist() == classes
    assert index.skipped == []


def test_common_words_for_folders(tmp_path):
    table = index_folder(make_tree(tmp_path, ["Angry/1.wav", "other/2.wav", "ps/3.wav"])).table
    assert table["Emotion"].tolist() == ["anger", "", "surprise"]
    table = index_folder(make_tree(tmp_path / "x", ["a/1.wav", "b/2.wav"])).table
    assert table.columns.tolist() == ["Filename", "Class"]


def test_files_outside_of_class_folders(tmp_path):
    names = ["train/angry/1.wav", "train/sad/2.wav", "train/3.wav", "4.wav", "x/5.wav"]
    index = index_folder(make_tree(tmp_path, names[:3]))
    assert _skipped(index) == {"train/3.wav": "it lies outside of any class folder"}


def test_few_files_far_down_are_no_classes(tmp_path):
    names = [*(f"{c}/{i}.wav" for c in "ab" for i in range(4)), "a/angry/1.wav", "b/sad/1.wav"]
    index = index_folder(make_tree(tmp_path, names))
    assert set(index.table["Class"]) == {"a", "b"}


def test_speakers_by_pattern(tmp_path):
    make_tree(tmp_path, ["ann/angry/1.wav", "bob/sad/1.wav"])
    assert "Speaker" not in index_folder(tmp_path).table
    table = index_folder(tmp_path, speaker_pattern="^[^/]+").table
    assert table["Speaker"].tolist() == ["ann", "bob"]
    assert table.columns.tolist() == ["Filename", "Class", "Speaker", "Emotion"]
    with pytest.raises(ManifestError, match="finds no speaker in 1 of 2 file names"):
        index_folder(tmp_path, speaker_pattern="ann")


def test_a_pattern_beats_the_corpus_and_leaves_strays_alone(tmp_path):
    make_tree(tmp_path, ["s7/03a01Fa.wav", "s8/08a01Fa.wav", "stray.wav"])
    table = index_folder(tmp_path, speaker_pattern=r"^s\d").table
    assert table["Speaker"].tolist() == ["s7", "s8"]


# Errors


def test_no_such_folder(tmp_path):
    with pytest.raises(ManifestError, match=r"^There is no folder '.*none'\. Name one of sound"):
        index_folder(tmp_path / "none")


def test_file_in_place_of_a_folder(tmp_path):
    make_tree(tmp_path, ["03a01Fa.wav"])
    with pytest.raises(ManifestError, match=r"03a01Fa\.wav' is a file\. Name a folder of sound"):
        index_folder(tmp_path / "03a01Fa.wav")


def test_no_sound_file(tmp_path):
    make_tree(tmp_path, ["notes.txt", ".03a01Fa.wav"])
    with pytest.raises(ManifestError, match=r"holds no sound file\. Name one that does\.$"):
        index_folder(tmp_path)


@pytest.mark.parametrize(
    ("names", "tried"),
    [
        (["1.wav", "2.wav"], "none as in Audio-Speech-Sentiment, CREMA-D, .*URDU"),
        (["wav/1.wav", "wav/2.wav"], "none as in .*"),
        (["train/1.wav", "test/2.wav"], "none as in .*"),
        (["1.wav", "2.wav", "03a01Fa.wav"], "only 1 as in EmoDB"),
    ],
)
def test_nothing_tells_the_classes(tmp_path, names, tried):
    make_tree(tmp_path, names)
    with pytest.raises(
        ManifestError,
        match=rf"^Nothing tells the classes of the \d sound files in '.*' \(first: '.*\.wav'\): "
        rf"of their names {tried}, and there is no folder per class\. Put the files of each "
        r"class into a folder of its name, or write a CSV with the columns Filename and Class\.$",
    ):
        index_folder(tmp_path)


def test_unknown_corpus(tmp_path):
    with pytest.raises(ManifestError, match="There is no corpus 'x'"):
        index_folder(make_tree(tmp_path, name_emodb()), corpus="x")


def test_another_corpus_than_asked_for(tmp_path):
    make_tree(tmp_path, name_emodb())
    with pytest.raises(
        ManifestError,
        match=r"^No sound file in '.*' is named as in TESS \(first: 'wav/03a01Aa\.wav'\)\. Leave",
    ):
        index_folder(tmp_path, corpus="tess")


def test_nothing_but_films(tmp_path):
    make_tree(tmp_path, ["02-01-06-01-02-01-01.wav"])
    with pytest.raises(ManifestError, match=r"^None of 1 sound files .*: it is a film without"):
        index_folder(tmp_path)


@pytest.mark.skipif("os.name != 'posix'")
def test_name_that_is_no_text(tmp_path):
    make_tree(tmp_path, name_emodb())
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.wav")).touch()
    except OSError:
        return
    index = index_folder(tmp_path)
    assert [failure.reason for failure in index.skipped] == ["its name is not Unicode text"]


# The CSV


def _read(csv):
    return pd.read_csv(csv, dtype=str, keep_default_na=False)


@pytest.mark.parametrize(
    ("csv", "way"),
    [
        ("TRAIN.csv", "data/corpus/"),
        ("data/corpus/TRAIN.csv", ""),
        ("tables/deep/TRAIN.csv", "../../data/corpus/"),
        ("link/TRAIN.csv", "../../data/corpus/"),
    ],
)
def test_files_relative_to_the_csv(tmp_path, csv, way, monkeypatch):
    make_tree(tmp_path / "data" / "corpus", ["wav/03a01Fa.wav"])
    (tmp_path / "tables" / "deep").mkdir(parents=True)
    if csv.startswith("link"):
        # Up from a link is up from where it leads to.
        (tmp_path / "link").symlink_to(tmp_path / "tables" / "deep", target_is_directory=True)
    monkeypatch.chdir(tmp_path / "data")
    write_index(index_folder("corpus"), tmp_path / csv)
    assert _read(tmp_path / csv)["Filename"].tolist() == [f"{way}wav/03a01Fa.wav"]
    assert read_manifest(tmp_path / csv).missing == []


def test_no_way_from_the_csv(tmp_path, monkeypatch):
    def relpath(path, start):
        raise ValueError("path is on mount 'C:', start on mount 'D:'")

    make_tree(tmp_path, ["03a01Fa.wav"])
    index = index_folder(tmp_path)
    monkeypatch.setattr("sersk.datasets._index.os.path.relpath", relpath)
    write_index(index, tmp_path / "TRAIN.csv")
    (name,) = _read(tmp_path / "TRAIN.csv")["Filename"]
    assert name == (tmp_path.resolve() / "03a01Fa.wav").as_posix()


@pytest.mark.parametrize("name", ["a,b", 'say "x"', "semi;colon", "Größe 日本", "back\\slash"])
def test_odd_names_come_back(tmp_path, name):
    make_tree(tmp_path, [f"angry/{name}.wav", "sad/x.wav"])
    csv = tmp_path / "TRAIN.csv"
    write_index(index_folder(tmp_path), csv)
    manifest = read_manifest(csv)
    assert manifest.missing == []
    assert_array_equal(manifest.labels, ["angry", "sad"])


@pytest.mark.parametrize("corpus", list(SMALL))
def test_csv_is_a_manifest(tmp_path, corpus):
    make_tree(tmp_path, SMALL[corpus]())
    index = index_folder(tmp_path)
    write_index(index, tmp_path / "TRAIN.csv")
    manifest = read_manifest(tmp_path / "TRAIN.csv")
    manifest.require_labels()
    manifest.require_whole_speakers()
    assert manifest.filenames == index.table["Filename"].tolist()
    assert manifest.missing == []
    for values, column in (
        (manifest.labels, "Class"),
        (manifest.speakers, "Speaker"),
        (manifest.genders, "Gender"),
    ):
        assert_array_equal(values, index.table[column])


def test_an_earlier_csv_stays_when_writing_fails(tmp_path, monkeypatch):
    def fail(table):
        raise OSError("disk full")

    make_tree(tmp_path, name_emodb())
    index = index_folder(tmp_path)
    (tmp_path / "TRAIN.csv").write_text("mine", encoding="utf-8")
    monkeypatch.setattr("sersk.datasets._index.format_table", fail)
    with pytest.raises(OSError, match="disk full"):
        write_index(index, tmp_path / "TRAIN.csv")
    assert (tmp_path / "TRAIN.csv").read_text(encoding="utf-8") == "mine"
    assert len(list(tmp_path.iterdir())) == 2


# A folder as a manifest


def test_folder_as_a_manifest(tmp_path):
    make_tree(tmp_path, name_emodb())
    manifest = read_manifest(tmp_path)
    table = index_folder(tmp_path).table
    assert manifest.path == tmp_path
    assert manifest.filenames == table["Filename"].tolist()
    assert manifest.paths == [str(tmp_path / name) for name in manifest.filenames]
    assert_array_equal(manifest.speakers, table["Speaker"])
    assert_array_equal(manifest.sentences, table["Sentence"])
    assert manifest.speaker_source == "file names as in EmoDB"
    assert_array_equal(read_labels(tmp_path), table["Class"])


def test_folder_and_its_csv_are_the_same(tmp_path):
    make_tree(tmp_path, name_emodb())
    folder = read_manifest(tmp_path)
    write_index(index_folder(tmp_path), tmp_path / "TRAIN.csv")
    csv = read_manifest(tmp_path / "TRAIN.csv")
    assert (folder.sha256, folder.rows) == (csv.sha256, csv.rows)
    make_tree(tmp_path, ["wav/03a02Fa.wav"])
    assert read_manifest(tmp_path).sha256 != csv.sha256


def test_files_of_a_folder_are_its_own(tmp_path, monkeypatch):
    """Not those of the same name where the command runs."""
    for place in ("here", "corpus"):
        make_tree(tmp_path / place, ["angry/1.wav", "sad/1.wav"])
    monkeypatch.chdir(tmp_path / "here")
    assert read_manifest("../corpus").paths[0] == str(Path("../corpus/angry/1.wav"))


def test_speakers_of_a_folder_by_pattern(tmp_path):
    make_tree(tmp_path, ["ann/angry/1.wav", "bob/sad/1.wav"])
    assert read_manifest(tmp_path).speakers is None
    manifest = read_manifest(tmp_path, speaker_pattern="^[^/]+")
    assert_array_equal(manifest.speakers, ["ann", "bob"])


def test_what_a_folder_leaves_out_is_told(tmp_path):
    make_tree(tmp_path, [*name_emodb(), "x.wav", "y.wav"])
    with pytest.warns(
        DataWarning,
        match=r"^Left out 2 of 142 files \(first: 'x\.wav': it is not named as in EmoDB\)\.$",
    ):
        assert len(read_manifest(tmp_path).paths) == 140


# Real corpora


@pytest.mark.corpus
@pytest.mark.parametrize("name", ["ravdess", "emodb4"])
def test_real_corpora(corpora, tmp_path, name):
    expected = _read(corpora / f"{name}.csv")
    csv = tmp_path / "TRAIN.csv"
    write_index(index_folder(corpora / name), csv)
    found = _read(csv)
    way = [os.path.relpath(corpora / file, tmp_path) for file in expected["Filename"]]
    assert_array_equal(found["Filename"], way)
    for column in expected.columns[1:]:
        assert_array_equal(found[column], expected[column])
    assert read_manifest(csv).missing == []
