"""The scripts of the gallery are read, not run: the build of the documentation runs them all."""

import ast
import importlib
import inspect
from pathlib import Path

import pytest

SCRIPTS = sorted((Path(__file__).resolve().parents[1] / "examples").glob("*.py"))


def _make_param(script):
    needs_torch = "sersk.neural" in script.read_text(encoding="utf-8")
    return pytest.param(script, marks=[pytest.mark.torch] if needs_torch else [], id=script.stem)


def _parse(script):
    return ast.parse(script.read_text(encoding="utf-8"))


def _find_imports(tree):
    """Give the modules of sersk that a script imports from, and what by which name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            assert not [alias for alias in node.names if alias.name.startswith("sersk.")]
        elif isinstance(node, ast.ImportFrom) and node.module.split(".")[0] == "sersk":
            module = importlib.import_module(node.module)
            for alias in node.names:
                yield module, alias.name, alias.asname or alias.name


every_script = pytest.mark.parametrize("script", [_make_param(s) for s in SCRIPTS])


def test_there_are_examples():
    assert len(SCRIPTS) >= 6


@every_script
def test_is_run_by_the_build(script):
    assert script.name.startswith("plot_"), "the gallery shows others, but runs them not"
    compile(script.read_text(encoding="utf-8"), str(script), "exec")


@every_script
def test_begins_with_a_title(script):
    title, line, *text = ast.get_docstring(_parse(script)).splitlines()
    assert title.strip()
    assert line == "=" * len(title)
    assert any(text), "a title without a summary"


@every_script
def test_imports_what_is_public(script):
    imported = list(_find_imports(_parse(script)))
    assert imported
    for module, name, _ in imported:
        assert not any(part.startswith("_") for part in module.__name__.split("."))
        assert name in module.__all__, f"{module.__name__} does not offer {name}"


@every_script
def test_names_parameters_that_there_are(script):
    tree = _parse(script)
    known = {alias: getattr(module, name) for module, name, alias in _find_imports(tree)}
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        function = _find_called(call.func, known)
        if function is None:
            continue
        parameters = inspect.signature(function).parameters
        if any(p.kind is p.VAR_KEYWORD for p in parameters.values()):
            continue
        unknown = {keyword.arg for keyword in call.keywords} - {None, *parameters}
        assert not unknown, f"{ast.unparse(call.func)} has no {unknown}"


def _find_called(called, known):
    """Find a function, class, or method of an imported class or module; None for anything else."""
    if isinstance(called, ast.Name):
        return known.get(called.id)
    if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
        return getattr(known.get(called.value.id), called.attr, None)
    return None
