"""Pages say what is so: commands parse, messages are those of the package, figures come out."""

import ast
import doctest
import importlib
import re
import runpy
import shlex
from pathlib import Path

import click
import numpy as np
import pytest
from click.testing import CliRunner

from sersk.cli import cli
from sersk.datasets import CORPORA
from sersk.recipes import RECIPES, find_recipe

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"


@pytest.fixture
def extension(monkeypatch):
    """Import a module of docs/_ext by its name."""
    pytest.importorskip("sphinx")
    monkeypatch.syspath_prepend(str(DOCS / "_ext"))
    return importlib.import_module


def own_pages():
    """Give the pages that are written by hand, and not by a build."""
    return sorted([*DOCS.glob("*.rst"), *DOCS.glob("user_guide/*.rst")])


def find_commands(text):
    """Give the commands of console blocks; lines that end in a backslash go on."""
    text = text.replace("\\\n", " ")
    blocks = re.findall(r"^\.\. code-block:: console\n((?:(?:   .*)?\n)+)", text, re.M)
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    found = re.findall(r"^```sh\n(.*?)^```", text, re.M | re.S)
    lines += [f"$ {line}" for block in found for line in block.splitlines()]
    commands = [re.match(r"\$ (?:\w+=\S+ )*sersk (.+)", line) for line in lines]
    return [command[1] for command in commands if command]


def parse_command(words):
    """Parse a command without running it; raise where the command line would."""
    command, context = cli, click.Context(cli, info_name="sersk")
    while isinstance(command, click.Group):
        words = command.make_parser(context).parse_args(list(words))[1]
        name, command, words = command.resolve_command(context, words)
        context = click.Context(command, info_name=name, parent=context)
    given, rest, _ = command.make_parser(context).parse_args(list(words))
    if rest:
        raise click.UsageError(f"Got unexpected arguments: {rest}")
    for param in command.params:
        value = given.get(param.name)
        if param.required and not value:
            raise click.MissingParameter(ctx=context, param=param)
        # Files need not be there; everything else must be what the option takes.
        if value is not None and not isinstance(param.type, click.Path):
            param.type_cast_value(context, value)
    recipes = [given.get("recipe"), *(given.get("recipes") or "").split(",")]
    for name in filter(None, recipes):
        find_recipe(name)


@pytest.mark.parametrize("page", [*own_pages(), ROOT / "README.md"], ids=lambda path: path.stem)
def test_commands_parse(page):
    for command in find_commands(page.read_text(encoding="utf-8")):
        parse_command(shlex.split(command, comments=True))


@pytest.mark.parametrize(
    ("command", "fault"),
    [
        ("fit --data A.csv --fast", "No such option"),
        ("fit --recipe svm", "Missing parameter: data"),
        ("fit --data A.csv --recipe magic", "no recipe 'magic'"),
        ("fit --data A.csv --cv 1", "not in the range"),
        ("fir --data A.csv", "No such command"),
        ("plot pie A.csv -o a.png", "No such command"),
    ],
)
def test_commands_with_faults_are_noticed(command, fault):
    with pytest.raises((click.UsageError, ValueError), match=fault):
        parse_command(command.split())


def test_pages_have_commands():
    pages = [find_commands(path.read_text(encoding="utf-8")) for path in own_pages()]
    named = {words.split()[0] for commands in pages for words in commands}
    assert named == set(cli.commands)
    assert len(find_commands((ROOT / "README.md").read_text(encoding="utf-8"))) > 10


@pytest.mark.parametrize("corpus", list(CORPORA))
def test_corpus_page(corpus, extension):
    known, words = CORPORA[corpus], extension("corpus_words").WORDS[corpus]
    page = extension("corpus_pages").write_corpus(known)
    assert known.recognises(words.example)
    assert all(f"* - ``{name}``\n" in page for name in known.classes)
    assert all(text in page for text in (known.licence, known.citation, known.url, known.note))
    assert not words.counts or set(words.counts) == set(known.classes)
    assert sum(words.counts.values()) in (0, known.n_clips)
    for command in find_commands(page):
        parse_command(shlex.split(command))
    assert len(find_commands(page)) >= 3


@pytest.mark.parametrize("recipe", list(RECIPES))
@pytest.mark.filterwarnings("ignore::sersk.exceptions.LicenceWarning")
def test_recipe_page(recipe, extension):
    page = extension("recipe_pages").write_recipe(RECIPES[recipe])
    assert extension("recipe_words").WORDS[recipe] in page
    assert all(f"``{name}``" in page for name in RECIPES[recipe].search_space)
    is_limited = "free for non-commercial use only" in page
    assert is_limited == ("features.OpenSMILE" in page)
    for command in find_commands(page):
        parse_command(shlex.split(command))
    assert len(find_commands(page)) >= 1


def test_recipe_page_tells_what_the_pipeline_is_made_of(extension):
    page = extension("recipe_pages").write_recipe(RECIPES["voice"])
    assert "* - ``rhythm``\n     - :class:`~sersk.features.Rhythm`\n     - 11\n" in page
    assert "``speech`` (897), ``quality`` (399)" in page
    assert "     - :class:`~sersk.classifiers.ShrinkageLDA`\n     - ``shrinkage=0.6``" in page


def test_pages_take_their_scores_from_the_page_on_accuracy(extension):
    accuracy = (DOCS / "accuracy.rst").read_text(encoding="utf-8")
    rows = [row for row in extension("measured").read_scores() if row["Recipe"] == "``voice``"]
    assert [row["Protocol"] for row in rows] == [
        "RAVDESS, published folds",
        "EmoDB, four classes",
    ]
    page = extension("recipe_pages").write_recipe(RECIPES["voice"])
    for row in rows:
        assert row["UAR"] in accuracy
        assert f"     - {row['UAR']}\n     - {row['95 % interval']}\n" in page
    corpus = extension("corpus_pages").write_corpus(CORPORA["EmoDB"])
    assert rows[1]["95 % interval"] in corpus
    assert rows[0]["95 % interval"] not in corpus


def test_pages_of_what_is_gone_are_deleted(extension, tmp_path, monkeypatch):
    pages = extension("pages")
    monkeypatch.setattr(pages, "write_recipes", lambda: {"one.rst": "One\n"})
    monkeypatch.setattr(pages, "write_corpora", lambda: {})
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes" / "gone.rst").touch()
    pages.write_pages(tmp_path)
    written = tmp_path / "recipes" / "one.rst"
    assert [path.name for path in tmp_path.glob("*/*")] == ["one.rst"]
    before = written.stat().st_mtime_ns
    pages.write_pages(tmp_path)
    assert written.stat().st_mtime_ns == before


def find_texts():
    """Give every string of the package, with … for what is put into it."""
    for path in (ROOT / "sersk").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                yield "".join(
                    part.value if isinstance(part, ast.Constant) else "…" for part in node.values
                )
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def test_messages_are_those_of_the_package():
    page = (DOCS / "troubleshooting.rst").read_text(encoding="utf-8")
    messages = re.findall(r"^``(.+)``$", page, re.M)
    texts = "\n".join(find_texts())
    assert len(messages) > 30
    assert [message for message in messages if message not in texts] == []


@pytest.mark.parametrize("page", ["user_guide/scores.rst", "user_guide/corpora.rst"])
def test_figures_on_the_page_come_out(page):
    failed, attempted = doctest.testfile(str(DOCS / page), module_relative=False)
    assert attempted > 0
    assert failed == 0


def test_tutorial_shows_what_index_prints(tmp_path, monkeypatch):
    def make(n_speakers, n_clips, **kwargs):
        emotions = np.repeat(["anger", "happiness", "neutral", "sadness"], n_clips)
        speakers = np.repeat([f"S{i + 1:02d}" for i in range(n_speakers)], len(emotions))
        return np.ones((len(speakers), 9)), np.tile(emotions, n_speakers), speakers

    # Names are all that counts here; the sound would take its time.
    monkeypatch.setattr("sersk.datasets.make_emotional_speech", make)
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(DOCS / "make_recordings.py"))
    page = (DOCS / "tutorial.rst").read_text(encoding="utf-8")
    (command,) = (c for c in find_commands(page) if c.startswith("index"))
    printed = CliRunner().invoke(cli, shlex.split(command)).stdout
    assert all(f"   {line}\n" in page for line in printed.splitlines())
    assert Path("TRAIN.csv").read_text(encoding="utf-8").splitlines()[1] in page
    new = [path.name for path in sorted(Path("new").iterdir())]
    assert new == [
        f"{speaker}_{take:02d}.wav" for speaker in ("S09", "S10") for take in range(1, 21)
    ]


def test_glossary_is_sorted():
    terms = re.findall(
        r"^   (\S.*)$",
        (DOCS / "glossary.rst").read_text(encoding="utf-8").partition("glossary::")[2],
        re.M,
    )
    assert terms == sorted(terms, key=str.lower)
    assert len(terms) == len(set(terms))
