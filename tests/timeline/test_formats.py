"""What is written can be read back by the rules of each format."""

import html
import json
import re
from itertools import pairwise

import pandas as pd
import pytest

from sersk.timeline import find_format, save_timeline
from tests.timeline._recordings import make

ODD = ['say "no" & <go>', "Ärger\tund\nWut", "c"]


@pytest.fixture
def timeline():
    """Silence between two classes with names that need care, at times that are not round."""
    return make(
        [(6.0, 0), (11.0, 0), (17.2341, 1)], silences=[(6, 11)], classes=ODD, name="ä,b.wav"
    )


def expected_labels(timeline):
    return [" ".join(segment.label.split()) for segment in timeline.segments]


def read_textgrid(text):
    """Read a text file of Praat by its own rule: all but numbers, flags and texts is noise."""
    header, body = text.split("\n\n", 1)
    assert header == 'File type = "ooTextFile"\nObject class = "TextGrid"'
    # Numbers in brackets are names of things, not values.
    tokens = re.findall(r'"(?:[^"]|"")*"|<exists>|\[\d*\]|(?<![\w.])\d+(?:\.\d+)?(?![\w.])', body)
    values = [token for token in tokens if not token.startswith("[")]
    return [
        v[1:-1].replace('""', '"') if v.startswith('"') else v if v == "<exists>" else float(v)
        for v in values
    ]


def read_vtt(text):
    head, *cues = text.rstrip("\n").split("\n\n")
    assert head == "WEBVTT"
    for cue in cues:
        times, label = cue.split("\n")
        clock = r"(\d{2,}):([0-5]\d):([0-5]\d)\.(\d{3})"
        found = [int(n) for n in re.fullmatch(rf"{clock} --> {clock}", times).groups()]
        start, stop = (
            hours * 3600 + minutes * 60 + seconds + ms / 1000
            for hours, minutes, seconds, ms in (found[:4], found[4:])
        )
        assert not set("<>") & set(label)
        yield start, stop, html.unescape(label)


class TestTables:
    def test_csv_of_several(self, timeline, tmp_path):
        path = tmp_path / "out.csv"
        other = make([(6.0, 1)], name="b.wav")
        save_timeline([timeline, other], path)
        table = pd.read_csv(path, keep_default_na=False)
        assert table.columns.tolist() == ["Filename", "Start", "End", "Class", "Probability"]
        assert table.Filename.tolist() == ["ä,b.wav"] * 3 + ["b.wav"]
        assert table.Class.tolist() == [s.label for s in timeline.segments] + ["b"]
        assert table.Probability[1] == ""
        assert table.End.tolist()[:3] == [6, 11, 17.234]

    def test_json(self, timeline, tmp_path):
        path = tmp_path / "out.JSON"
        save_timeline(timeline, path)
        assert json.loads(path.read_text(encoding="utf-8")) == [timeline.to_dict()]
        assert "Ärger" in path.read_text(encoding="utf-8")

    def test_json_lines(self, timeline, tmp_path):
        path = tmp_path / "out.jsonl"
        save_timeline([timeline, timeline], path)
        lines = path.read_text(encoding="utf-8").splitlines()
        assert [json.loads(line) for line in lines] == [timeline.to_dict()] * 2


class TestLabels:
    def test_audacity(self, timeline, tmp_path):
        path = tmp_path / "out.txt"
        save_timeline(timeline, path)
        rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
        assert rows == [
            ["0.000000", "6.000000", 'say "no" & <go>'],
            ["11.000000", "17.234100", "Ärger und Wut"],
        ]

    def test_textgrid(self, timeline, tmp_path):
        path = tmp_path / "out.TextGrid"
        save_timeline(timeline, path)
        values = read_textgrid(path.read_text(encoding="utf-8"))
        assert values[:8] == [0, 17.2341, "<exists>", 1, "IntervalTier", "class", 0, 17.2341]
        assert values[8] == 3
        intervals = [values[i : i + 3] for i in range(9, len(values), 3)]
        assert [text for _, _, text in intervals] == expected_labels(timeline)
        assert intervals[0][0] == 0
        assert intervals[-1][1] == 17.2341
        assert all(a[1] == b[0] for a, b in pairwise(intervals))

    def test_vtt(self, timeline, tmp_path):
        path = tmp_path / "out.vtt"
        save_timeline(timeline, path)
        assert "&amp; &lt;go&gt;" in path.read_text(encoding="utf-8")
        cues = list(read_vtt(path.read_text(encoding="utf-8")))
        assert cues == [(0, 6, 'say "no" & <go>'), (11, 17.234, "Ärger und Wut")]

    def test_vtt_beyond_an_hour(self, tmp_path):
        path = tmp_path / "out.vtt"
        save_timeline(make([(3661.5, 0), (3670.0, 1)]), path)
        assert "01:01:0" in path.read_text(encoding="utf-8")
        assert list(read_vtt(path.read_text(encoding="utf-8")))[-1][1] == 3670

    @pytest.mark.parametrize("suffix", [".txt", ".vtt", ".TextGrid"])
    def test_silence_only(self, suffix, tmp_path):
        path = tmp_path / f"out{suffix}"
        save_timeline(make([(5.0, 0)], silences=[(0, 5)]), path)
        text = path.read_text(encoding="utf-8")
        if suffix == ".TextGrid":
            assert read_textgrid(text)[8:] == [1, 0, 5, ""]
        else:
            assert text == {".txt": "", ".vtt": "WEBVTT\n"}[suffix]


@pytest.mark.parametrize(
    ("suffix", "magic"), [(".png", b"\x89PNG"), (".svg", b"<?xml"), (".pdf", b"%PDF")]
)
def test_picture(suffix, magic, tmp_path):
    path = tmp_path / f"out{suffix}"
    save_timeline(make([(6.0, 0), (12.0, 1)], silences=[(4, 8)]), path)
    assert path.read_bytes().startswith(magic)


class TestErrors:
    @pytest.mark.parametrize("name", ["out.xlsx", "out"])
    def test_unknown_suffix(self, name, timeline, tmp_path):
        with pytest.raises(ValueError, match=r"one of \.csv, \.json, \.jsonl, \.txt, \.textgrid"):
            save_timeline(timeline, tmp_path / name)
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("suffix", [".txt", ".TextGrid", ".vtt", ".png"])
    def test_several_recordings(self, suffix, timeline, tmp_path):
        match = rf"A \{suffix} file must hold the timeline of one recording. Got 2 instead."
        with pytest.raises(ValueError, match=match):
            save_timeline([timeline] * 2, tmp_path / f"out{suffix}")
        with pytest.raises(ValueError, match="Got 2 instead"):
            find_format(f"out{suffix}", 2)

    def test_old_file_stays(self, timeline, tmp_path, monkeypatch):
        path = tmp_path / "out.csv"
        path.write_text("old", encoding="utf-8")
        monkeypatch.setattr(type(timeline), "to_frame", lambda self: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            save_timeline(timeline, path)
        assert path.read_text(encoding="utf-8") == "old"
        assert [p.name for p in tmp_path.iterdir()] == ["out.csv"]
