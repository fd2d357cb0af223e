"""Fixtures and rules for all tests.

* Tests marked `corpus` are deselected, not skipped, unless SERSK_CORPORA names their folder;
  those marked `torch`, and all of `neural`, where torch is not installed; all of `app` where
  streamlit is not, and those marked `browser` where there is no Chromium.
* Tests marked `benchmark` are deselected unless asked for with ``-m benchmark``: scripts that
  nobody installs need not be run by whoever tests the package.
* Where the variable CI is set, a skipped test fails the session: a test that quietly stopped
  running is worth nothing.
"""

import os
import shutil
import tempfile

# Without it some of scikit-learn's common checks skip themselves; scipy reads it on import.
os.environ["SCIPY_ARRAY_API"] = "1"
# Pictures need no screen.
os.environ["MPLBACKEND"] = "Agg"

import warnings
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from sersk.exceptions import LicenceWarning

HAS_TORCH = all(find_spec(name) is not None for name in ("torch", "skorch"))
HAS_STREAMLIT = find_spec("streamlit") is not None
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
HAS_BROWSER = CHROMIUM is not None and find_spec("playwright") is not None
_SKIPPED = pytest.StashKey[list]()
_STORE = pytest.StashKey[Path]()


def pytest_configure(config):
    # Never the store of whoever runs the tests; and one for all workers, which inherit it.
    if not hasattr(config, "workerinput"):
        folder = tempfile.TemporaryDirectory(prefix="sersk-tests-", ignore_cleanup_errors=True)
        config.add_cleanup(folder.cleanup)
        os.environ["SERSK_CACHE"] = folder.name
    config.stash[_STORE] = Path(os.environ["SERSK_CACHE"])
    config.stash[_SKIPPED] = []
    root = Path(__file__).resolve().parents[1]
    for part, is_there in {"neural": HAS_TORCH, "app": HAS_STREAMLIT}.items():
        if not is_there:
            both = [str(root / "tests" / part), str(root / "sersk" / part)]
            config.option.ignore = [*(config.option.ignore or []), *both]
    config.pluginmanager.register(_SkipsFail(config), "sersk-skips-fail")


def pytest_collection_modifyitems(config, items):
    is_given = {
        "corpus": bool(os.environ.get("SERSK_CORPORA")),
        "torch": HAS_TORCH,
        "browser": HAS_BROWSER,
        "benchmark": "benchmark" in config.option.markexpr,
    }
    missing = [marker for marker, given in is_given.items() if not given]
    without = [item for item in items if any(map(item.get_closest_marker, missing))]
    if without:
        config.hook.pytest_deselected(items=without)
        items[:] = [item for item in items if not any(map(item.get_closest_marker, missing))]


class _SkipsFail:
    """Note what was skipped, in this process and in the workers of pytest-xdist."""

    def __init__(self, config):
        self.config = config
        self.skipped = config.stash[_SKIPPED]

    def pytest_runtest_logreport(self, report):
        if report.skipped and not hasattr(report, "wasxfail"):
            self.skipped.append(report.nodeid)

    def pytest_collectreport(self, report):
        if report.skipped:
            self.skipped.append(report.nodeid)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node):
        # Skipped tests reach the controller as reports; modules skipped as a whole do not.
        self.skipped += getattr(node, "workeroutput", {}).get("skipped_modules", [])

    def pytest_sessionfinish(self, session):
        if hasattr(self.config, "workeroutput"):
            modules = [nodeid for nodeid in self.skipped if "::" not in nodeid]
            self.config.workeroutput["skipped_modules"] = modules
        elif os.environ.get("CI") and self.skipped and session.exitstatus in (0, 5):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter):
        if os.environ.get("CI") and self.skipped:
            skipped = sorted(set(self.skipped))
            terminalreporter.section("skipped tests fail where CI is set", red=True)
            terminalreporter.write_line(
                f"{len(skipped)} skipped, so the session fails: {', '.join(skipped)}"
            )


@pytest.fixture(scope="session")
def playwright():
    """What starts browsers: one for all tests, since it cannot run twice in a process."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def common_cache(pytestconfig):
    """Folder of the feature store that all tests of real corpora share."""
    return pytestconfig.stash[_STORE]


@pytest.fixture(autouse=True)
def cache(request, tmp_path_factory, common_cache, monkeypatch):
    """Folder of the feature store, where the command line keeps one: the test's own, or that."""
    if request.node.get_closest_marker("corpus"):
        return common_cache
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("SERSK_CACHE", str(folder))
    return folder


@pytest.fixture(autouse=True)
def _without_licence_warning():
    """Ignore openSMILE's licence note, which falls on whichever test comes first."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LicenceWarning)
        yield


@pytest.fixture(scope="session")
def corpora():
    """Folder of the real corpora; for tests marked `corpus` only."""
    return Path(os.environ["SERSK_CORPORA"])


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture(scope="session")
def tone():
    """Make a sine, float32."""

    def make(frequency_hz=440.0, *, duration_s=1.0, sample_rate=22050, amplitude=0.5):
        times = np.arange(round(duration_s * sample_rate)) / sample_rate
        return (amplitude * np.sin(2 * np.pi * frequency_hz * times)).astype(np.float32)

    return make


@pytest.fixture
def write_audio(tmp_path):
    """Write a sound file below the test's own folder and give its path."""
    import soundfile

    def write(name, signal, sample_rate=22050, **kwargs):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, signal, sample_rate, **kwargs)
        return path

    return write


@pytest.fixture
def count(monkeypatch):
    """Count the calls of a function from now on."""

    def replace(owner, name):
        calls = []
        original = getattr(owner, name)

        def counting(*args, **kwargs):
            calls.append(args)
            return original(*args, **kwargs)

        monkeypatch.setattr(owner, name, counting)
        return calls

    return replace


@pytest.fixture
def workers_at_once(monkeypatch):
    """Start worker processes even where the work is too little to pay for them."""
    monkeypatch.setattr("sersk.utils._parallel._PROCESS_START_S", 0.0)
