import subprocess
import sys

from sersk.utils._progress import progress_bar


def _pretend_terminal(monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)


def _run(description, total=3):
    with progress_bar(range(3), total=total, description=description, unit="clip") as bar:
        return list(bar)


def test_bar_passes_the_items_through():
    assert _run("Extracting") == [0, 1, 2]
    assert _run(None) == [0, 1, 2]


def test_silent_where_stderr_is_no_terminal(capsys):
    _run("Extracting")
    assert capsys.readouterr() == ("", "")


def test_shown_on_stderr_where_it_is_a_terminal(capsys, monkeypatch):
    _pretend_terminal(monkeypatch)
    _run("Extracting")
    out, err = capsys.readouterr()
    assert out == ""
    assert "Extracting:" in err
    assert "3" in err


def test_bar_wipes_itself_away(capsys, monkeypatch):
    _pretend_terminal(monkeypatch)
    _run("Extracting")
    err = capsys.readouterr().err
    assert err.endswith("\r")
    assert "\n" not in err


def test_no_description_no_bar(capsys, monkeypatch):
    _pretend_terminal(monkeypatch)
    _run(None)
    assert capsys.readouterr() == ("", "")


def test_the_caller_moves_it_on(capsys, monkeypatch):
    _pretend_terminal(monkeypatch)
    with progress_bar(None, total=10, description="Extracting", unit="clip") as bar:
        bar.update(4)
        assert (bar.n, bar.total, bar.unit) == (4, 10, "clip")


def test_import_is_light():
    code = "import sys, sersk.utils._progress; print('tqdm' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
