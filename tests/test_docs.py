"""The documentation mentions what the package has; the Sphinx build itself runs elsewhere."""

import importlib
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

import sersk
from sersk.augmentation import AUGMENTATIONS
from sersk.cli import cli
from sersk.datasets import CORPORA, LABEL_MAPS
from sersk.features import __all__ as EXTRACTORS
from sersk.recipes import FEATURES, MODELS, RECIPES

DOCS = Path(__file__).resolve().parents[1] / "docs"


def read(name):
    return (DOCS / name).read_text(encoding="utf-8")


def toctree_entries():
    """Give the pages that the toctrees of the index name."""
    entries = []
    for block in re.findall(r"^\.\. toctree::\n((?:(?:   .*)?\n)*)", read("index.rst"), re.M):
        entries += [line.strip() for line in block.splitlines() if line.strip()]
    return [entry for entry in entries if not entry.startswith(":")]


@pytest.mark.parametrize(
    "extractor",
    [
        name
        for name in EXTRACTORS
        if name not in ("BaseExtractor", "FrameExtractor", "FeatureStore", "Window")
        and not name.endswith("_FUNCTIONALS")
    ],
)
def test_guide_explains_extractor(extractor):
    assert f":class:`~sersk.features.{extractor}`" in read("user_guide/features.rst")


@pytest.mark.parametrize(
    "module", [*sersk.__all__, pytest.param("neural", marks=pytest.mark.torch)]
)
def test_reference_lists_module(module):
    section = read("api.rst").partition(f"currentmodule:: sersk.{module}\n")[2]
    section = section.partition("currentmodule::")[0]
    listed = set(re.findall(r"^   (\w+)$", section, re.M))
    listed |= set(re.findall(r"^\.\. data:: (\w+)$", section, re.M))
    assert listed == set(importlib.import_module(f"sersk.{module}").__all__)


def test_guide_has_recipes_from_package():
    page = read("user_guide/recipes.rst")
    assert ".. recipe-table:: recipes" in page
    assert all(f"``{model}``\n" in page for model in MODELS)


def test_tables_hold_every_recipe_feature_and_model(monkeypatch):
    pytest.importorskip("sphinx")
    monkeypatch.syspath_prepend(str(DOCS / "_ext"))
    from_package = importlib.import_module("from_package")
    recipes, search = from_package.make_recipe_table(), from_package.make_search_table()
    recipes += from_package.make_network_table()
    cells = {name: f":doc:`{name} </recipes/{name}>`" for name in RECIPES}
    assert all(f"* - {cells[name]}\n     - {RECIPES[name].summary}" in recipes for name in RECIPES)
    assert all(f"* - ``{name}``\n" in from_package.make_feature_table() for name in FEATURES)
    assert all(f"* - ``{model}``\n" in search for model in MODELS)


@pytest.mark.parametrize("command", sorted(cli.commands))
def test_command_line_page_has_command(command):
    assert f"sersk {command}\n" in read("cli.rst")
    assert f".. command-help:: {command}\n" in read("cli.rst")


@pytest.mark.parametrize("command", ["", *sorted(cli.commands), "cache info", "cache clear"])
def test_help_is_that_of_the_command_line(command, monkeypatch):
    pytest.importorskip("sphinx")
    monkeypatch.syspath_prepend(str(DOCS / "_ext"))
    from_package = importlib.import_module("from_package")
    args = [*command.split(), "--help"]
    width = dict(terminal_width=from_package.WIDTH, max_content_width=from_package.WIDTH)
    shown = CliRunner().invoke(cli, args, prog_name="sersk", **width).stdout
    assert from_package.get_help(command) == shown.rstrip("\n")


def test_tables_hold_every_corpus_and_label_map(monkeypatch):
    pytest.importorskip("sphinx")
    monkeypatch.syspath_prepend(str(DOCS / "_ext"))
    from_package = importlib.import_module("from_package")
    assert ".. recipe-table:: corpora" in read("user_guide/corpora.rst")
    assert ".. recipe-table:: labels" in read("user_guide/labels.rst")
    table = from_package.make_corpus_table()
    assert all(f"* - :doc:`{name} </corpora/{name}>`\n" in table for name in CORPORA)
    assert all(f"* - ``{name}``\n" in from_package.make_label_table() for name in LABEL_MAPS)


@pytest.mark.parametrize("augmentation", [c.__name__ for c in AUGMENTATIONS.values()])
def test_guide_explains_augmentation(augmentation):
    page = read("user_guide/augmentation.rst")
    assert f":class:`~sersk.augmentation.{augmentation}`" in page


def test_every_page_is_in_a_toctree():
    pages = {path.relative_to(DOCS).with_suffix("").as_posix() for path in DOCS.glob("*.rst")}
    pages |= {f"user_guide/{path.stem}" for path in DOCS.glob("user_guide/*.rst")}
    generated = {"auto_examples/index", "corpora/index", "recipes/index"}
    assert pages - {"index", "sg_execution_times"} == set(toctree_entries()) - generated


def test_examples_are_ordered(monkeypatch):
    pytest.importorskip("sphinx")
    monkeypatch.syspath_prepend(str(DOCS / "_ext"))
    ordered = importlib.import_module("from_package")._EXAMPLES
    assert set(ordered) == {path.name for path in (DOCS.parent / "examples").glob("plot_*.py")}
