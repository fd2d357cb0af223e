"""The command on a terminal and in a shell; not collected on Windows (see conftest.py)."""

import os
import pty
import subprocess
import sys
import termios

SERSK = [sys.executable, "-m", "sersk"]


def _pty_output(args):
    """What a command writes to a stderr that is a terminal, and its stdout."""
    leader, follower = pty.openpty()
    # A new terminal is of no size, and shows no bar.
    termios.tcsetwinsize(follower, (24, 100))
    process = subprocess.Popen(
        [*SERSK, *map(str, args)], stdout=subprocess.PIPE, stderr=follower, text=True
    )
    os.close(follower)
    seen = b""
    while True:
        try:
            chunk = os.read(leader, 4096)
        except OSError:  # Linux says so when the other end is closed
            break
        if not chunk:
            break
        seen += chunk
    out, _ = process.communicate(timeout=120)
    os.close(leader)
    assert process.returncode == 0, seen
    return seen.decode(), out


def test_progress_is_for_terminals(fitted, few_csv, run):
    args = ("predict", "--model", fitted.model, "--data", few_csv, "--jobs", "1")
    seen, out = _pty_output(args)
    assert "Predicting" in seen
    assert "/12" in seen
    assert "Predicting" not in out
    assert out.startswith("Filename,Class,")
    plain = run(*args)
    assert plain.err == ""
    assert plain.out == out


def test_head():
    # The command that starts soonest; test_terminal.py takes one that reads a model.
    command = f"{sys.executable} -m sersk recipes | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=120)
    assert done.stdout.startswith("default  ")
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""
