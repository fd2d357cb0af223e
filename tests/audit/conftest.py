"""The kinds of copies are those of the benchmark."""

import importlib.util
from pathlib import Path


def _load_copies():
    path = Path(__file__).resolve().parents[2] / "benchmarks" / "_copies.py"
    spec = importlib.util.spec_from_file_location("_copies", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


KINDS = _load_copies().KINDS


def pytest_generate_tests(metafunc):
    if "kind" in metafunc.fixturenames:
        metafunc.parametrize("kind", KINDS.values(), ids=KINDS)
