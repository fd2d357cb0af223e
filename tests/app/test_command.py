"""Starting and ending the page."""

import os
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest

from sersk.cli import main
from sersk.cli._app import _own_folder
from tests.app._server import START_S, answers, find_port, start, stop, wait_until


def list_processes(group):
    """Processes of a group, as Linux lists them."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            found.append(int(path.parent.name))
    return found


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_signal_ends_it_with_all_that_it_started(name, models, tmp_path):
    port = find_port()
    process = start("--model", models[0], folder=tmp_path, port=port)
    try:
        assert list_processes(process.pid) != []
        process.send_signal(getattr(signal, name))
        assert process.wait(20) == 0
        assert list_processes(process.pid) == []
        assert not answers(port)
        assert [path.name for path in tmp_path.iterdir()] == ["log.txt"]
    finally:
        stop(process) if process.poll() is None else None


def test_request_that_writes_on_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def write_on(folder):
        with suppress(FileNotFoundError):
            for number in range(1_000_000):
                (folder / str(number)).touch()

    with _own_folder():
        folder = Path(tempfile.gettempdir())
        assert folder.parent == tmp_path
        request = Thread(target=write_on, args=(folder,))
        request.start()
        wait_until(lambda: (folder / "500").exists(), 10)
    request.join()
    assert list(tmp_path.iterdir()) == []


def test_only_this_computer_is_let_in(server):
    port = int(server[0].rpartition(":")[2])
    assert answers(port)
    # All of 127.0.0.0/8 is this computer; a server that listens everywhere answers there, too.
    assert not answers(port, "127.0.0.2")


def test_operator_may_let_others_in(models, tmp_path):
    port = find_port()
    process = start("--model", models[0], "--host", "0.0.0.0", folder=tmp_path, port=port)
    try:
        assert answers(port, "127.0.0.2")
    finally:
        stop(process)


def test_streamlit_runs_it_as_well(models, tmp_path):
    from sersk import app

    page, port = Path(app.__file__).with_name("main.py"), find_port()
    args = ["run", str(page), "--server.port", str(port), "--", "--model", str(models[0])]
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", *args],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=tmp_path,
        start_new_session=True,
        env=os.environ,
    )
    try:
        wait_until(lambda: answers(port), START_S)
        assert not answers(port, "127.0.0.2")
    finally:
        stop(process)


@pytest.fixture
def run(capsys, monkeypatch):
    """Run the command in this process, where nothing may be served; give its status and words."""

    def serve(*_):
        raise AssertionError("A page would be served.")

    monkeypatch.setattr("sersk.cli._app._serve", serve)

    def run_it(*args):
        with pytest.raises(SystemExit) as caught:
            main(["app", *map(str, args)])
        return caught.value.code, capsys.readouterr().err

    return run_it


def test_absent_model_is_told_before_anything_is_served(run, tmp_path):
    status, err = run("--model", tmp_path / "none.joblib", "--port", find_port())
    assert status == 1
    assert err.startswith("sersk: error: There is no model")
    assert err.count("\n") == 1


def test_taken_port_is_told(run, server):
    port = server[0].rpartition(":")[2]
    status, err = run("--port", port)
    assert status == 1
    assert f"Cannot listen at 127.0.0.1, port {port}" in err
    assert "--port" in err
    assert err.count("\n") == 1


def test_unknown_address_is_told(run):
    status, err = run("--host", "203.0.113.1", "--port", find_port())
    assert status == 1
    assert "Cannot listen at 203.0.113.1" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [("--host", "", "--host must be an address"), ("--max-duration", "nan", "must be a number")],
)
def test_no_value_is_not_taken_for_any(run, option, value, words):
    status, err = run(option, value, "--port", find_port())
    assert status == 1
    assert words in err
    assert err.count("\n") == 1
