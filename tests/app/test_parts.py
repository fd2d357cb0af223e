"""Parts of the page that need no page."""

from pathlib import Path

import pytest

from sersk.app._options import read_options
from sersk.app._uploads import explain, on_disk
from sersk.app._words import as_text, show_answer, show_bars, tell_length
from sersk.exceptions import AudioReadError


def test_file_is_gone_after_its_block(clips):
    content = clips["mp3"].read_bytes()
    with on_disk(content, "../../a b.MP3", max_duration_s=10) as path:
        assert Path(path).read_bytes() == content
        assert path.endswith("recording.mp3")
    assert not Path(path).exists()


def test_file_is_gone_when_its_block_fails(clips):
    with (
        pytest.raises(ZeroDivisionError),
        on_disk(clips["anger"].read_bytes(), "a.wav", max_duration_s=10) as path,
    ):
        raise ZeroDivisionError(path)
    assert not Path(path).exists()


@pytest.mark.parametrize("name", ["a.exe", "a", "", "a.wav/../../x", "a.joblib"])
def test_unknown_suffix_is_not_used(clips, name):
    with on_disk(clips["anger"].read_bytes(), name, max_duration_s=10) as path:
        assert path.endswith("recording")


def test_too_long_recording(clips):
    with pytest.raises(AudioReadError, match=r"it lasts 1\.[0-9]+ s, more than 1 s are not"):
        on_disk(clips["anger"].read_bytes(), "a.wav", max_duration_s=1).__enter__()


def test_explanation_has_no_path():
    error = AudioReadError("Cannot read '/secret/x.wav': it is odd.", "/secret/x.wav", "it is odd")
    assert explain(error) == "This file cannot be judged: it is odd. Choose another."


def test_markdown_is_defused():
    assert as_text("**a** [b](c)") == r"\*\*a\*\* \[b\]\(c\)"
    assert as_text("an ordinary name") == "an ordinary name"


@pytest.mark.parametrize(
    ("duration_s", "length"),
    [(0.00001, "0 s"), (0.05, "0.05 s"), (12.0, "12 s"), (119.0, "119 s"), (12345, "205.8 min")],
)
def test_length(duration_s, length):
    assert tell_length(duration_s) == length


def test_names_of_classes_are_only_text(monkeypatch):
    shown = []
    monkeypatch.setattr("streamlit.html", shown.append)
    show_bars({"a<b>": 0.6, "&": 0.4}, 'of "x"')
    show_answer("Most likely a<b> (60 %).")
    assert "a&lt;b&gt;" in shown[0]
    assert 'aria-label="of &quot;x&quot;"' in shown[0]
    assert shown[1].count("a&lt;b&gt; (60&nbsp;%)") == 1
    assert "<b>" not in shown[0] + shown[1]


def test_options():
    options = read_options(["--model", "a.joblib", "--model", "b.joblib", "--max-duration-s", "9"])
    assert [path.name for path in options.models] == ["a.joblib", "b.joblib"]
    assert options.max_duration_s == 9
    assert read_options([]).models == ()
