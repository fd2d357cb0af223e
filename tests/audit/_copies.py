"""The kinds of copies, which are those of the benchmark."""

import importlib.util
from pathlib import Path


def _load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


KINDS = _load(Path(__file__).resolve().parents[2] / "benchmarks" / "_copies.py").KINDS
