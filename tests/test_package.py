"""What the package promises of every public name: that it is there, and that it is documented."""

import configparser
import dataclasses
import importlib
import inspect
import re
import tomllib
from importlib import metadata
from pathlib import Path

import numpydoc.validate
import pytest

import sersk

REPOSITORY = Path(sersk.__file__).parents[1]
MODULES = ["sersk", *(f"sersk.{name}" for name in sersk.__all__)]
CHECKS = set(
    tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
        "numpydoc_validation"
    ]["checks"]
)


def _public_names():
    return [
        (module, name) for module in MODULES for name in importlib.import_module(module).__all__
    ]


def _public_objects():
    """Dotted names of the public classes, functions and methods that are our own."""
    names = set()
    for module, name in _public_names():
        thing = getattr(importlib.import_module(module), name, None)
        if inspect.isfunction(thing) or inspect.isclass(thing):
            names.add(f"{module}.{name}")
        if inspect.isclass(thing):
            names.update(f"{module}.{name}.{method}" for method in _own_methods(thing))
    return sorted(names)


def _own_methods(cls):
    """Public methods and properties whose code is in sersk, inherited ones included."""
    for name, member in inspect.getmembers(cls):
        code = getattr(member, "fget", member)
        is_callable = inspect.isroutine(code) or isinstance(member, property)
        if not name.startswith("_") and is_callable:
            # A wrapper, such as scikit-learn's of transform, keeps the module of what it wraps.
            owner = getattr(code, "__module__", None) or ""
            if owner.split(".")[0] == "sersk":
                yield name


def _get(dotted):
    parts = dotted.split(".")
    n_module = max(n for n in range(len(parts) + 1) if ".".join(parts[:n]) in MODULES)
    thing = importlib.import_module(".".join(parts[:n_module]))
    for part in parts[n_module:]:
        thing = getattr(thing, part)
    return thing


def find_docstring_faults(dotted):
    """What numpydoc has against a docstring, by the checks of pyproject.toml."""
    faults = numpydoc.validate.validate(dotted)["errors"]
    thing = _get(dotted)
    if inspect.isclass(thing) and (
        # The fields are documented as attributes, and are the parameters at the same time.
        dataclasses.is_dataclass(thing)
        # The parameters are those of a class of scikit-learn, documented there.
        or not getattr(thing.__init__, "__module__", "").startswith("sersk")
    ):
        faults = [fault for fault in faults if fault[0] not in ("PR01", "PR02")]
    return [f"{code}: {text}" for code, text in faults if code in CHECKS]


@pytest.mark.parametrize(("module", "name"), _public_names())
def test_public_name_exists(module, name):
    assert getattr(importlib.import_module(module), name) is not None
    assert name in dir(importlib.import_module(module))


@pytest.mark.parametrize("module", MODULES)
def test_all_is_sorted_and_without_twins(module):
    names = importlib.import_module(module).__all__
    assert len(set(names)) == len(names)
    # ruff's order: constants, then classes, then the rest.
    assert names == sorted(names, key=lambda name: (not name.isupper(), name.islower(), name))


@pytest.mark.parametrize("module", MODULES)
def test_unknown_name_raises_attribute_error(module):
    with pytest.raises(AttributeError, match="has no attribute 'no_such_name'"):
        _ = importlib.import_module(module).no_such_name


def test_every_public_module_is_listed():
    found = {
        path.stem if path.suffix else path.name
        for path in Path(sersk.__file__).parent.iterdir()
        if not path.name.startswith("_")
        and (path.suffix == ".py" or (path / "__init__.py").exists())
    }
    # utils is for sersk itself, cli is the command, and neural needs an extra.
    assert found - {"utils", "cli", "app", "neural"} == set(sersk.__all__)
    assert set(dir(sersk)) == {*sersk.__all__, "neural", "__version__"}


@pytest.mark.torch
def test_networks_are_an_attribute():
    assert sersk.neural.BiLSTMClassifier().max_epochs == 50


@pytest.mark.parametrize("module", MODULES)
def test_module_has_a_summary(module):
    summary = importlib.import_module(module).__doc__.splitlines()[0]
    assert re.fullmatch(r"[A-Z`].+\.", summary)


@pytest.mark.parametrize("dotted", _public_objects())
def test_docstring_is_numpydoc(dotted):
    assert find_docstring_faults(dotted) == []


def test_many_objects_are_checked():
    objects = _public_objects()
    assert {"sersk.features.MFCC.transform", "sersk.workflows.fit"} <= set(objects)
    assert len(objects) > 80


@pytest.mark.parametrize("module", MODULES)
def test_dataclass_documents_its_fields(module):
    for name in importlib.import_module(module).__all__:
        thing = getattr(importlib.import_module(module), name)
        if inspect.isclass(thing) and dataclasses.is_dataclass(thing):
            for field in dataclasses.fields(thing):
                assert re.search(rf"^ +{field.name} : ", thing.__doc__, re.MULTILINE), field.name


def _undocumented(first, second):
    """Do something.

    Parameters
    ----------
    first : int
        The first.
    """


def test_docstring_fault_is_found(monkeypatch):
    from sersk import metrics

    monkeypatch.setattr(metrics, "unweighted_average_recall", _undocumented)
    assert any(
        fault.startswith("PR01")
        for fault in find_docstring_faults("sersk.metrics.unweighted_average_recall")
    )


def test_version_is_the_one_in_the_metadata():
    config = configparser.ConfigParser()
    config.read(REPOSITORY / "setup.cfg", encoding="utf-8")
    assert config["metadata"]["version"] == "attr: sersk.__version__"
    assert re.fullmatch(r"\d+\.\d+\.\d+([.a-z]+\d+)?", sersk.__version__)
    assert metadata.version("sersk") == sersk.__version__
