"""The page as an operator starts it, and a port that nobody listens at."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

START_S = 60


def find_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(*args, folder, port):
    """Start ``sersk app`` in a folder for temporary files, and wait until it answers."""
    command = [sys.executable, "-m", "sersk", "app", "--port", str(port), *map(str, args)]
    log = (folder / "log.txt").open("wb")
    process = subprocess.Popen(
        command,
        stdout=log,
        stderr=subprocess.STDOUT,
        env={**os.environ, "TMPDIR": str(folder), "CI": ""},
        start_new_session=True,
    )
    log.close()
    wait_until(lambda: answers(port) or process.poll() is not None, START_S)
    assert process.poll() is None, (folder / "log.txt").read_text(encoding="utf-8")
    return process


def stop(process):
    """End a server as an operator would, and what it started as well, whatever became of it."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(20)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def answers(port, host="127.0.0.1"):
    """Whether a page is served there."""
    try:
        with urllib.request.urlopen(f"http://{host}:{port}/_stcore/health", timeout=5) as reply:
            return reply.read() == b"ok"
    except OSError:
        return False


def wait_until(holds, limit_s):
    end = time.monotonic() + limit_s
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)
