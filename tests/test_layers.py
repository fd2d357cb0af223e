"""Imports point downwards only, in the order of the layers, and the light ways in stay light.

The rules are functions of a folder, so that each is tried on a small package with that fault
planted (`test_planted_*`) as well as on sersk.
"""

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import sersk

LAYERS = (
    ("exceptions",),
    ("utils",),
    ("audio",),
    ("features",),
    ("augmentation", "datasets", "metrics"),
    ("model_selection",),
    ("preprocessing",),
    ("classifiers",),
    ("neural",),
    ("recipes",),
    ("audit", "display"),
    ("guards",),
    ("report", "persistence", "timeline", "explanation"),
    ("workflows",),
    ("cli", "app"),
    ("__main__",),
)
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
SKLEARN_FILE = "utils/_sklearn.py"
ROOT = Path(sersk.__file__).parent

HEAVY = {
    *("numpy", "sklearn", "pandas", "librosa", "xgboost", "opensmile", "soundfile", "soxr"),
    *("joblib", "scipy", "click", "threadpoolctl", "tqdm", "torch", "skorch", "matplotlib"),
    *("yaml", "streamlit"),
}


class Import:
    """One name that a file imports."""

    def __init__(self, file, line, module, name, is_inside_function):
        self.file, self.line, self.module, self.name = file, line, module, name
        self.is_inside_function = is_inside_function

    @property
    def parts(self):
        return [*self.module.split("."), *([self.name] if self.name else [])]

    def __str__(self):
        return f"{self.file}:{self.line}: {'.'.join(self.parts)}"


@cache
def read_imports(root):
    """List the imports of every file below a package's folder."""
    return [found for path in sorted(root.rglob("*.py")) for found in _read_file(root, path)]


def _read_file(root, path):
    file = path.relative_to(root)
    package = [root.name, *file.parent.parts]
    tree = ast.parse(path.read_text(encoding="utf-8"))
    deferred = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        where = (file.as_posix(), getattr(node, "lineno", 0))
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(*where, alias.name, None, id(node) in deferred)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                yield Import(*where, module, alias.name, id(node) in deferred)
        elif _is_dynamic(node):
            yield Import(*where, node.args[0].value, None, id(node) in deferred)


def _is_dynamic(node):
    """Whether this is import_module("…") or __import__("…") of a name written out."""
    if not isinstance(node, ast.Call) or not node.args:
        return False
    called = getattr(node.func, "attr", getattr(node.func, "id", None))
    argument = node.args[0]
    return (
        called in ("import_module", "__import__")
        and isinstance(argument, ast.Constant)
        and isinstance(argument.value, str)
    )


def _own_layer(file):
    return Path(file).parts[0].removesuffix(".py")


def find_unknown_layers(root):
    """Files and folders of the package that have no place among the layers."""
    names = {_own_layer(path.relative_to(root)) for path in root.rglob("*.py")}
    return sorted(names - set(LEVEL) - {"__init__"})


def find_upward_imports(root):
    """Imports of sersk that point upwards or sideways, and eager ones of neural."""
    faults = []
    for found in read_imports(root):
        if found.parts[0] != root.name or found.parts == [root.name, "__version__"]:
            continue
        here = _own_layer(found.file)
        there = found.parts[1] if len(found.parts) > 1 else None
        if here == "__init__":
            faults.append(f"{found} (the package itself imports nothing of its own)")
        elif there not in LEVEL:
            faults.append(f"{found} (no such layer)")
        elif here != there and LEVEL[there] >= LEVEL[here]:
            faults.append(f"{found} (from {here})")
        elif there == "neural" != here and not found.is_inside_function:
            faults.append(f"{found} (neural outside a function)")
    return faults


def find_cycles(root):
    """Loops of imports between the modules, those inside functions included."""
    modules = {}
    for path in root.rglob("*.py"):
        parts = [root.name, *path.relative_to(root).with_suffix("").parts]
        modules[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    edges = {name: set() for name in modules}
    names = {path.relative_to(root).as_posix(): name for name, path in modules.items()}
    for found in read_imports(root):
        target = ".".join(found.parts)
        if target == f"{root.name}.__version__":
            continue
        # `from package import name`: the name is a module, or else lives in the package's own.
        target = target if target in modules else found.module
        if target in modules:
            edges[names[found.file]].add(target)
    return _loops(edges)


def _loops(edges):
    loops, done = set(), set()

    def visit(name, trail):
        if name in trail:
            loop = trail[trail.index(name) :]
            start = loop.index(min(loop))
            loops.add(" -> ".join([*loop[start:], *loop[:start], min(loop)]))
        elif name not in done:
            for target in sorted(edges[name]):
                visit(target, [*trail, name])
            done.add(name)

    for name in sorted(edges):
        visit(name, [])
    return sorted(loops)


def find_private_sklearn(root):
    """Private names of scikit-learn imported anywhere but in the one file for them."""
    return [
        str(found)
        for found in read_imports(root)
        if found.parts[0] == "sklearn"
        and any(part.startswith("_") for part in found.parts)
        and found.file != SKLEARN_FILE
    ]


def find_librosa(root):
    """Imports of librosa."""
    return [str(found) for found in read_imports(root) if found.parts[0] == "librosa"]


def find_streamlit(root):
    """Imports of streamlit outside the application."""
    return [
        str(found)
        for found in read_imports(root)
        if found.parts[0] == "streamlit"
        and not found.file.startswith("app/")
        and not (found.file == "cli/_app.py" and found.is_inside_function)
    ]


RULES = (
    find_unknown_layers,
    find_upward_imports,
    find_cycles,
    find_private_sklearn,
    find_librosa,
    find_streamlit,
)


@pytest.mark.parametrize("rule", RULES)
def test_rule_holds(rule):
    assert rule(ROOT) == []


def test_imports_are_read():
    # A reader that finds nothing would pass every rule.
    found = {(imported.file, ".".join(imported.parts)) for imported in read_imports(ROOT)}
    assert ("workflows/_scoring.py", "sersk.exceptions.ManifestError") in found
    assert ("utils/_sound_files.py", "soundfile") in found
    assert len(found) > 100


GOOD = {
    "__init__.py": "__version__ = '1'",
    "exceptions.py": "from sersk import __version__",
    "utils/__init__.py": "",
    "utils/_sklearn.py": "from sklearn.utils._param_validation import Interval",
    "features/__init__.py": "from sersk.features._mfcc import MFCC",
    "features/_mfcc.py": "from sersk.features._base import Base\nimport sersk.utils",
    "features/_base.py": "from sersk.exceptions import SerskError\nfrom ..utils import x",
    "metrics.py": "from sklearn.metrics import recall_score",
    "neural/__init__.py": "import torch",
    "workflows/__init__.py": "",
    "workflows/_fit.py": "def fit():\n    from sersk.neural import Net",
}


def _write_package(folder, files):
    root = folder / "sersk"
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


@pytest.mark.parametrize("rule", RULES)
def test_planted_nothing_is_found_in_good_package(rule, tmp_path):
    assert rule(_write_package(tmp_path, GOOD)) == []


@pytest.mark.parametrize(
    ("rule", "file", "text"),
    [
        (find_unknown_layers, "helpers.py", ""),
        (find_unknown_layers, "misc/_deep.py", ""),
        (find_upward_imports, "metrics.py", "from sersk.workflows._fit import fit"),
        (find_upward_imports, "metrics.py", "from sersk import workflows"),
        (find_upward_imports, "metrics.py", "import sersk.workflows"),
        (find_upward_imports, "metrics.py", "from . import workflows"),
        (find_upward_imports, "features/_late.py", "from ..metrics import x"),
        (find_upward_imports, "metrics.py", "def f():\n    from sersk.recipes import make"),
        (find_upward_imports, "metrics.py", "import importlib as i\ni.import_module('sersk.cli')"),
        (find_upward_imports, "datasets.py", "from sersk.metrics import uar"),
        (find_upward_imports, "persistence.py", "from sersk.report import x"),
        (find_upward_imports, "exceptions.py", "from sersk.utils import x"),
        (find_upward_imports, "__init__.py", "from sersk.exceptions import SerskError"),
        (find_upward_imports, "recipes.py", "from sersk.neural import Net"),
        (find_upward_imports, "recipes.py", "class A:\n    import sersk.neural"),
        (find_upward_imports, "metrics.py", "from sersk.nowhere import x"),
        (find_cycles, "features/_base.py", "from sersk.features._mfcc import MFCC"),
        (find_cycles, "features/_base.py", "from sersk.features import MFCC"),
        (find_cycles, "features/_base.py", "from ._mfcc import MFCC"),
        (find_cycles, "features/_base.py", "def f():\n    from sersk.features import _mfcc"),
        (find_private_sklearn, "metrics.py", "from sklearn.utils._tags import Tags"),
        (find_private_sklearn, "metrics.py", "import sklearn.metrics._scorer"),
        (find_private_sklearn, "metrics.py", "from sklearn.utils.validation import _num_samples"),
        (find_private_sklearn, "features/_sklearn.py", "from sklearn._config import get_config"),
        (find_librosa, "audio.py", "import librosa.feature"),
        (find_librosa, "audio.py", "def f():\n    from librosa import load"),
        (find_streamlit, "metrics.py", "import streamlit"),
        (find_streamlit, "display/_page.py", "def f():\n    from streamlit import audio"),
        (find_streamlit, "cli/_app.py", "from streamlit.web import cli"),
    ],
)
def test_planted_fault_is_found(rule, file, text, tmp_path):
    faults = rule(_write_package(tmp_path, {**GOOD, file: text}))
    assert len(faults) == 1


def _third_party_after(code):
    """Names of the heavy packages that a fresh interpreter has imported after some code."""
    script = (
        f"import sys\n{code}\n"
        f"print(*sorted({{name.split('.')[0] for name in sys.modules}} & {HEAVY!r}), sep=',')"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=120
    )
    return {name for name in done.stdout.splitlines()[-1].split(",") if name}


def test_importing_the_package_imports_nothing_heavy():
    assert _third_party_after("import sersk") == set()


@pytest.mark.parametrize(
    "module", ["exceptions", "workflows", "datasets", "augmentation", "display", "report"]
)
def test_importing_a_lazy_module_imports_nothing_heavy(module):
    assert _third_party_after(f"import sersk.{module}") == set()


@pytest.mark.parametrize(
    "args",
    [
        ["--help"],
        ["fit", "--help"],
        ["predict", "-h"],
        ["plot", "--help"],
        ["plot", "mel", "--help"],
        ["index", "--help"],
        ["datasets", "--help"],
        ["app", "--help"],
        ["--version"],
    ],
)
def test_help_imports_only_click(args):
    code = f"from sersk.cli import main\ntry:\n    main({args!r})\nexcept SystemExit:\n    pass"
    assert _third_party_after(code) == {"click"}


def test_displays_import_matplotlib_only_to_draw():
    found = _third_party_after("from sersk.display import *")
    assert "matplotlib" not in found
    # What is heavy and imported is noticed, here and so in the tests above.
    assert "numpy" in found
