from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from sersk.datasets import Manifest, read_manifest
from sersk.exceptions import ManifestError, SerskError


@pytest.fixture(autouse=True)
def elsewhere(tmp_path_factory, monkeypatch):
    """Run in an empty folder, so that no file is found by chance."""
    folder = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.chdir(folder)
    return folder


def _touch(*parts):
    path = Path(*parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def _write(folder, text, name="data.csv", encoding="utf-8", audio=("a.wav", "b.wav")):
    """Write a CSV, byte by byte as given, with its files beside it."""
    for filename in audio:
        _touch(folder, filename)
    csv = folder / name
    csv.write_bytes(text.encode(encoding))
    return csv


# Columns


@pytest.mark.parametrize(
    "column",
    [
        *("Filename", "filename", "FILENAME", "File Name", "file_name", "file-name", "FILE"),
        *("file_path", "FilePath", "path", "Path", "audio", "Audio File", "audio_path", "WAV"),
        *("wav_file", "clip", "Recording", "sound_file", " Filename ", "audio filename"),
    ],
)
def test_path_column_is_recognised(tmp_path, column):
    csv = _write(tmp_path, f"Mood,{column}\nhappy,a.wav\nsad,b.wav\n")
    assert read_manifest(csv).filenames == ["a.wav", "b.wav"]


@pytest.mark.parametrize(
    "column",
    [
        *("Class", "class", "CLASS", "label", "Label", "LABELS", "Emotion", "emotions"),
        *("SENTIMENT", "sentiment", "target", "class_name", "Class Name", " Class "),
    ],
)
def test_label_column_is_recognised(tmp_path, column):
    csv = _write(tmp_path, f"Filename,{column}\na.wav,happy\nb.wav,sad\n")
    manifest = read_manifest(csv)
    assert_array_equal(manifest.labels, ["happy", "sad"])
    assert manifest.speakers is None


@pytest.mark.parametrize(
    "column",
    [
        *("Speaker", "SPEAKER", "speaker_id", "Speaker Name", "actor", "Actor ID", "Subject_ID"),
        *("subject", "talker", "Participant", "participant-id"),
    ],
)
def test_speaker_column_is_recognised(tmp_path, column):
    csv = _write(tmp_path, f"Filename,{column}\na.wav,ann\nb.wav,bob\n")
    manifest = read_manifest(csv)
    assert_array_equal(manifest.speakers, ["ann", "bob"])
    assert manifest.labels is None


def test_usual_names_have_an_order_of_preference(tmp_path):
    csv = _write(
        tmp_path,
        "Recording,Emotion,Subject,Path,Label,Filename,Class,Actor,Speaker\n"
        "r.wav,e,u,p.wav,l,a.wav,c,x,s\n",
    )
    manifest = read_manifest(csv)
    assert manifest.filenames == ["a.wav"]
    assert_array_equal(manifest.labels, ["c"])
    assert_array_equal(manifest.speakers, ["s"])


def test_first_of_two_spellings_is_taken(tmp_path):
    csv = _write(tmp_path, "File_Name,Filename,class\na.wav,b.wav,x\n")
    assert read_manifest(csv).filenames == ["a.wav"]


@pytest.mark.parametrize("header", ["Filename,Class,Class", "Filename,Class,Class "])
def test_first_of_two_columns_of_one_name_is_taken(tmp_path, header):
    csv = _write(tmp_path, f"{header}\na.wav,x,y\n")
    assert_array_equal(read_manifest(csv).labels, ["x"])


def test_named_columns_win_over_recognised_ones(tmp_path):
    csv = _write(tmp_path, "Filename,Take,Class,Mood,Speaker,Voice\nb.wav,a.wav,x,happy,s,01\n")
    manifest = read_manifest(csv, path_column="Take", label_column="Mood", group_column="Voice")
    assert manifest.filenames == ["a.wav"]
    assert_array_equal(manifest.labels, ["happy"])
    assert_array_equal(manifest.speakers, ["01"])


def test_named_columns_are_found_in_any_case(tmp_path):
    csv = _write(tmp_path, "Take,Mood,Voice\na.wav,happy,01\n")
    manifest = read_manifest(csv, path_column="TAKE", label_column="mood", group_column="vOICE")
    assert manifest.filenames == ["a.wav"]
    assert_array_equal(manifest.labels, ["happy"])
    assert_array_equal(manifest.speakers, ["01"])


def test_exact_case_comes_first(tmp_path):
    csv = _write(tmp_path, "Filename,Mood,mood\na.wav,first,second\n")
    assert_array_equal(read_manifest(csv, label_column="mood").labels, ["second"])


# Forms of the file


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_separators_line_ends_and_byte_order_mark(tmp_path, separator, newline, encoding):
    rows = [["Filename", "Class", "Speaker"], ["a.wav", "happy", "01"], ["b.wav", "sad", "02"]]
    text = "".join(separator.join(row) + newline for row in rows)
    manifest = read_manifest(_write(tmp_path, text, encoding=encoding))
    assert manifest.filenames == ["a.wav", "b.wav"]
    assert_array_equal(manifest.labels, ["happy", "sad"])
    assert_array_equal(manifest.speakers, ["01", "02"])


def test_last_line_needs_no_end(tmp_path):
    manifest = read_manifest(_write(tmp_path, "Filename,Class\na.wav,happy\nb.wav,sad"))
    assert_array_equal(manifest.labels, ["happy", "sad"])


@pytest.mark.filterwarnings("ignore::pandas.errors.ParserWarning")
def test_a_separator_at_the_end_of_each_row_shifts_nothing(tmp_path):
    manifest = read_manifest(_write(tmp_path, "Filename;Class\na.wav;happy;\nb.wav;sad;\n"))
    assert manifest.filenames == ["a.wav", "b.wav"]
    assert_array_equal(manifest.labels, ["happy", "sad"])


def test_comma_in_quotes_is_text(tmp_path):
    csv = _write(tmp_path, 'Filename,Class\n"a,1.wav","happy, very"\n', audio=["a,1.wav"])
    manifest = read_manifest(csv)
    assert manifest.filenames == ["a,1.wav"]
    assert_array_equal(manifest.labels, ["happy, very"])


def test_names_beyond_ascii(tmp_path):
    csv = _write(
        tmp_path,
        "Filename,Class,Speaker\nGrüße 你好.wav,fröhlich,Zoë\nb.wav,怒り,Łukasz\n",
        name="Übung.csv",
        audio=["Grüße 你好.wav", "b.wav"],
    )
    manifest = read_manifest(csv)
    assert manifest.filenames == ["Grüße 你好.wav", "b.wav"]
    assert_array_equal(manifest.labels, ["fröhlich", "怒り"])
    assert_array_equal(manifest.speakers, ["Zoë", "Łukasz"])


def test_spaces_around_names_and_values_are_dropped(tmp_path):
    csv = _write(
        tmp_path, " Filename , Class,Speaker \n a.wav , happy ,  01\nb.wav,very sad,02 \n"
    )
    manifest = read_manifest(csv)
    assert manifest.filenames == ["a.wav", "b.wav"]
    assert_array_equal(manifest.labels, ["happy", "very sad"])
    assert_array_equal(manifest.speakers, ["01", "02"])


@pytest.mark.parametrize(
    "value", ["NA", "N/A", "None", "null", "NULL", "nan", "NaN", "1", "01", "1.0", "True", "-"]
)
@pytest.mark.parametrize("column", ["labels", "speakers"])
def test_values_stay_text(tmp_path, value, column):
    csv = _write(tmp_path, f"Filename,Class,Speaker\na.wav,{value},{value}\nb.wav,sad,02\n")
    values = getattr(read_manifest(csv), column)
    assert values.dtype.kind == "U"
    assert values[0] == value


def test_kinds_of_the_attributes(tmp_path):
    manifest = read_manifest(_write(tmp_path, "Filename,Class\na.wav,x\n"))
    assert isinstance(manifest, Manifest)
    assert manifest.path == tmp_path / "data.csv"
    assert manifest.paths == [str(tmp_path / "a.wav")]
    assert manifest.rows == [2]
    assert manifest.missing == []


# Finding the files


def test_absolute_path_is_found(tmp_path):
    audio = _touch(tmp_path, "far", "away", "x.wav")
    csv = _write(tmp_path, f"Filename\n{audio}\n")
    manifest = read_manifest(csv)
    assert manifest.filenames == [str(audio)]
    assert manifest.paths == [str(audio)]


def test_path_relative_to_the_current_folder(tmp_path, elsewhere):
    _touch(elsewhere, "clips", "x.wav")
    csv = _write(tmp_path, "Filename\nclips/x.wav\n")
    (found,) = read_manifest(csv).paths
    assert Path(found).resolve() == (elsewhere / "clips" / "x.wav").resolve()


def test_current_folder_comes_before_the_csv_s(tmp_path, elsewhere):
    _touch(elsewhere, "a.wav")
    (found,) = read_manifest(_write(tmp_path, "Filename\na.wav\n")).paths
    assert Path(found).resolve() == (elsewhere / "a.wav").resolve()


def test_file_beside_the_csv(tmp_path):
    _touch(tmp_path, "clips", "x.wav")
    csv = _write(tmp_path, "Filename\nclips/x.wav\na.wav\n")
    assert read_manifest(csv).paths == [str(tmp_path / "clips" / "x.wav"), str(tmp_path / "a.wav")]


def test_file_beside_a_csv_given_relative(tmp_path, monkeypatch):
    (tmp_path / "corpus").mkdir()
    _write(tmp_path / "corpus", "Filename\na.wav\n")
    monkeypatch.chdir(tmp_path)
    manifest = read_manifest("corpus/data.csv")
    assert [Path(p).resolve() for p in manifest.paths] == [(tmp_path / "corpus/a.wav").resolve()]


def test_folder_named_like_the_csv(tmp_path):
    audio = _touch(tmp_path, "TRAIN", "1.wav")
    csv = _write(tmp_path, "Filename,Class\n1.wav,Angry\n", name="TRAIN.csv", audio=())
    assert read_manifest(csv).paths == [str(audio)]


def test_csv_s_folder_comes_before_the_one_of_its_name(tmp_path):
    _touch(tmp_path, "data", "a.wav")
    csv = _write(tmp_path, "Filename\na.wav\n", audio=["a.wav"])
    assert read_manifest(csv).paths == [str(tmp_path / "a.wav")]


@pytest.mark.parametrize("kind", [str, Path])
def test_audio_dir(tmp_path, kind):
    audio = _touch(tmp_path, "sounds", "x.wav")
    csv = _write(tmp_path, "Filename\nx.wav\n")
    assert read_manifest(csv, audio_dir=kind(tmp_path / "sounds")).paths == [str(audio)]


def test_audio_dir_wins_but_is_not_the_only_place(tmp_path, elsewhere):
    audio = _touch(tmp_path, "sounds", "a.wav")
    _touch(elsewhere, "a.wav")
    _touch(tmp_path, "data", "a.wav")
    csv = _write(tmp_path, "Filename\na.wav\nb.wav\n")
    paths = read_manifest(csv, audio_dir=tmp_path / "sounds").paths
    assert paths == [str(audio), str(tmp_path / "b.wav")]


def test_windows_backslashes(tmp_path):
    audio = _touch(tmp_path, "clips", "happy", "x.wav")
    manifest = read_manifest(_write(tmp_path, "Filename\nclips\\happy\\x.wav\n"))
    assert manifest.paths == [str(audio)]
    assert manifest.filenames == ["clips\\happy\\x.wav"]


def test_a_folder_is_not_a_file(tmp_path):
    (tmp_path / "x.wav").mkdir()
    manifest = read_manifest(_write(tmp_path, "Filename\nx.wav\n"))
    assert manifest.paths == []
    assert [failure.path for failure in manifest.missing] == ["x.wav"]


def test_missing_files_are_listed_and_left_out(tmp_path):
    csv = _write(
        tmp_path,
        "Filename,Class,Speaker\na.wav,x,s1\ngone.wav,y,s2\nb.wav,z,s3\nlost.wav,w,s4\n",
    )
    manifest = read_manifest(csv)
    assert manifest.filenames == ["a.wav", "b.wav"]
    assert manifest.paths == [str(tmp_path / "a.wav"), str(tmp_path / "b.wav")]
    assert manifest.rows == [2, 4]
    assert_array_equal(manifest.labels, ["x", "z"])
    assert_array_equal(manifest.speakers, ["s1", "s3"])
    assert [(f.index, f.path, f.reason) for f in manifest.missing] == [
        (1, "gone.wav", "no such file"),
        (3, "lost.wav", "no such file"),
    ]


def test_all_files_missing(tmp_path):
    manifest = read_manifest(_write(tmp_path, "Filename,Class\ngone.wav,x\n"))
    assert manifest.filenames == manifest.paths == manifest.rows == []
    assert len(manifest.labels) == 0
    assert len(manifest.missing) == 1


def test_a_name_longer_than_the_file_system_allows_is_missing(tmp_path):
    name = "x" * 300 + ".wav"
    manifest = read_manifest(_write(tmp_path, f"Filename\n{name}\n"))
    assert [failure.path for failure in manifest.missing] == [name]


def test_rows_count_blank_lines(tmp_path):
    """A row is where an editor or spreadsheet shows it, the header being row 1."""
    manifest = read_manifest(_write(tmp_path, "Filename,Class\na.wav,x\n\nb.wav,y\n"))
    assert manifest.rows == [2, 4]


def test_kaggle_shape(tmp_path):
    names = [f"{i}.wav" for i in (346, 350, 352, 353)]
    classes = ["Positive", "Negative", "Neutral", "Neutral"]
    for name in names:
        _touch(tmp_path, "TRAIN", name)
    body = "".join(f"{n},{c}\n" for n, c in zip(names, classes, strict=True))
    manifest = read_manifest(_write(tmp_path, "Filename,Class\n" + body, "TRAIN.csv", audio=()))
    assert manifest.paths == [str(tmp_path / "TRAIN" / name) for name in names]
    assert manifest.rows == [2, 3, 4, 5]
    assert_array_equal(manifest.labels, classes)
    assert manifest.speakers is None
    assert manifest.missing == []


# Selecting


def test_select_keeps_everything_in_step(tmp_path):
    csv = _write(
        tmp_path,
        "Filename,Class,Speaker\na.wav,x,s1\nb.wav,y,s2\ngone.wav,q,s9\nc.wav,z,s3\n",
        audio=["a.wav", "b.wav", "c.wav"],
    )
    manifest = read_manifest(csv)
    kept = manifest.select(np.array([True, False, True]))
    assert kept.path == manifest.path
    assert kept.filenames == ["a.wav", "c.wav"]
    assert [Path(p).name for p in kept.paths] == ["a.wav", "c.wav"]
    assert kept.rows == [2, 5]
    assert_array_equal(kept.labels, ["x", "z"])
    assert_array_equal(kept.speakers, ["s1", "s3"])
    assert kept.missing == manifest.missing
    assert manifest.filenames == ["a.wav", "b.wav", "c.wav"]


def test_select_without_labels_and_speakers(tmp_path):
    kept = read_manifest(_write(tmp_path, "Filename\na.wav\nb.wav\n")).select([False, True])
    assert kept.filenames == ["b.wav"]
    assert kept.labels is None
    assert kept.speakers is None


# Errors


def test_no_such_csv(tmp_path):
    with pytest.raises(ManifestError, match=r"^There is no file '.*none\.csv'\. Name a CSV of"):
        read_manifest(tmp_path / "none.csv")


@pytest.mark.parametrize("content", ["", "\n", "\n\n\n", "\ufeff"])
def test_empty_csv(tmp_path, content):
    with pytest.raises(ManifestError, match=r"data\.csv is empty\. It must have a header and a"):
        read_manifest(_write(tmp_path, content))


@pytest.mark.parametrize("content", ["Filename,Class", "Filename,Class\n", "Filename,Class\n\n\n"])
def test_header_alone(tmp_path, content):
    with pytest.raises(ManifestError, match=r"has a header but no rows\. It must have a row per"):
        read_manifest(_write(tmp_path, content))


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_not_utf8(tmp_path, encoding):
    csv = _write(tmp_path, "Filename,Class\nGrüße.wav,fröhlich\n", encoding=encoding)
    with pytest.raises(ManifestError, match=r"data\.csv is not UTF-8 text\. Save it as CSV in"):
        read_manifest(csv)


def test_not_utf8_far_down(tmp_path):
    csv = _write(tmp_path, "Filename,Class\n" + "a.wav,x\n" * 50_000)
    with csv.open("ab") as file:
        file.write("é.wav,x\n".encode("latin-1"))
    with pytest.raises(ManifestError, match="is not UTF-8 text"):
        read_manifest(csv)


def test_binary_file(tmp_path):
    csv = tmp_path / "model.csv"
    csv.write_bytes(bytes(range(256)) * 10)
    with pytest.raises(ManifestError, match="is not UTF-8 text"):
        read_manifest(csv)


@pytest.mark.parametrize(
    "body",
    [
        "a.wav,x\nb.wav,y,extra\n",
        # The first row is special: pandas takes its length for the table's.
        "a.wav,x,extra\nb.wav,y\n",
        "a.wav,x,extra\nb.wav,y,extra\n",
    ],
)
@pytest.mark.filterwarnings("ignore::pandas.errors.ParserWarning")
def test_rows_longer_than_the_header(tmp_path, body):
    with pytest.raises(ManifestError, match=r"data\.csv is not a well-formed CSV: .*\.$"):
        read_manifest(_write(tmp_path, "Filename,Class\n" + body))


def test_rows_shorter_than_the_header(tmp_path):
    for name in ("a.wav", "b.wav"):
        (tmp_path / name).touch()
    csv = _write(tmp_path, "Filename,Class\na.wav,x\nb.wav\n")
    with pytest.raises(ManifestError, match=r"leaves column 'Class' empty in 1 of 2 rows \(first"):
        read_manifest(csv).require_labels()


def test_quote_never_closed(tmp_path):
    csv = _write(tmp_path, 'Filename,Class\n"a.wav,x\nb.wav,y\n')
    with pytest.raises(ManifestError, match="is not a well-formed CSV"):
        read_manifest(csv)


def test_errors_are_one_line_and_values(tmp_path):
    with pytest.raises(ValueError, match="well-formed") as caught:
        read_manifest(_write(tmp_path, "Filename,Class\na.wav,x\nb.wav,y,extra\n"))
    assert isinstance(caught.value, SerskError)
    assert "\n" not in str(caught.value)


def test_no_column_of_files(tmp_path):
    csv = _write(tmp_path, "Class,Take\nx,a.wav\n")
    with pytest.raises(
        ManifestError,
        match=r"data\.csv has no column for the file\. Its columns are: Class, Take\. "
        r"Name it with --path-column Take\.$",
    ):
        read_manifest(csv)


def test_no_column_of_files_nor_any_unknown_one(tmp_path):
    csv = _write(tmp_path, "Class,Speaker\nx,a.wav\n")
    with pytest.raises(ManifestError, match=r"no column for the file\. .*: Class, Speaker\. Name"):
        read_manifest(csv)


def test_require_labels(tmp_path):
    csv = _write(tmp_path, "file,mood\na.wav,x\n")
    manifest = read_manifest(csv)
    with pytest.raises(
        ManifestError,
        match=r"has no column for the label\. Its columns are: file, mood\. "
        r"Name it with --label-column mood\.$",
    ):
        manifest.require_labels()


def test_require_labels_is_content_with_labels(tmp_path):
    assert read_manifest(_write(tmp_path, "file,label\na.wav,x\n")).require_labels() is None


@pytest.mark.parametrize(
    ("parameter", "what"),
    [("path_column", "file"), ("label_column", "label"), ("group_column", "speaker")],
)
def test_named_column_is_missing(tmp_path, parameter, what):
    csv = _write(tmp_path, "Filename,Class\na.wav,x\n")
    option = "--" + parameter.replace("_", "-")
    with pytest.raises(
        ManifestError,
        match=rf"has no column 'Mood'\. Its columns are: Filename, Class\. "
        rf"Name the one of the {what} with {option}\.$",
    ):
        read_manifest(csv, **{parameter: "Mood"})


@pytest.mark.parametrize("column", ["Filename", "Class", "Speaker"])
@pytest.mark.parametrize("empty", ["", "   "])
def test_empty_cells(tmp_path, column, empty):
    (tmp_path / "a.wav").touch()
    full = {"Filename": "a.wav", "Class": "x", "Speaker": "s"}
    rows = [full, full, {**full, column: empty}, {**full, column: empty}]
    text = "Filename,Class,Speaker\n" + "".join(",".join(row.values()) + "\n" for row in rows)
    csv = _write(tmp_path, text)
    # Labels and speakers matter to those alone who ask for them.
    ask = {
        "Filename": lambda: read_manifest(csv),
        "Class": lambda: read_manifest(csv).require_labels(),
        "Speaker": lambda: read_manifest(csv).require_whole_speakers(),
    }
    with pytest.raises(
        ManifestError,
        match=rf"leaves column '{column}' empty in 2 of 4 rows \(first: row 4\)\. Fill it in",
    ):
        ask[column]()


def test_empty_cells_of_other_columns_do_not_matter(tmp_path):
    csv = _write(tmp_path, "Filename,Class,Note\na.wav,x,\nb.wav,y,loud\n")
    assert_array_equal(read_manifest(csv).labels, ["x", "y"])


def test_quoted_newlines(tmp_path):
    csv = _write(
        tmp_path,
        'Filename,Class,Note\na.wav,x,"first line\nsecond, line"\n"no\nsuch.wav",y,z\nb.wav,z,\n',
    )
    manifest = read_manifest(csv)
    assert manifest.filenames == ["a.wav", "b.wav"]
    assert_array_equal(manifest.labels, ["x", "z"])
    assert [failure.path for failure in manifest.missing] == ["no\nsuch.wav"]


def test_newline_in_the_header(tmp_path):
    csv = _write(tmp_path, '"File\nname";Class\na.wav;x\n')
    with pytest.raises(ManifestError, match=r"data\.csv (has no column|is not a well-formed)"):
        read_manifest(csv)
