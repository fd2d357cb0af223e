"""The section on how the numbers were made, so that they can be made again."""

import shlex

from sersk.report._blocks import facts, part, section, table
from sersk.report._html import join, tag
from sersk.report._setup import describe_learning, describe_protocol
from sersk.report._words import format_choice


def make_making(results):
    """Make the section of recipe, folds, command and versions.

    Parameters
    ----------
    results : dict
        What `sersk.workflows.fit`, `evaluate` or `compare` gives, whole.

    Returns
    -------
    section : Markup or None
        The section; None where nothing of it is known.
    """
    command = results["command"]
    return section(
        "How it was made",
        "The same command on the same data with the same versions gives the same numbers.",
        None if command is None else _make_command(command),
        facts([*_list_facts(results)]),
        _make_folds(results),
    )


def _make_command(command):
    words = [tag("span", shlex.quote(word)) for word in shlex.split(command)]
    return tag("pre", tag("code", join(["$", *words], " ")))


def _list_facts(results):
    if results["recipe"]:
        yield "Recipe", results["recipe"]
    if results["model"]:
        yield "Model file", results["model"]
    if results["select"]:
        yield "Features kept", f"the best {results['select']}, chosen inside each fold"
    is_comparison = results["leaderboard"] is not None
    yield from _list_choices(results) if is_comparison else _list_settings(results)
    n_folds = results["n_folds"] or len(results["folds"] or [])
    if results["protocol"] and n_folds:
        name, _, text = describe_protocol(results["protocol"], n_folds).partition(": ")
        yield name, text
    if results["seed"] is not None:
        yield "Seed", str(results["seed"])
    if results["versions"]:
        yield "Versions", ", ".join(f"{name} {v}" for name, v in results["versions"].items())


def _list_settings(results):
    for sentence in describe_learning(results):
        name, _, text = sentence.partition(": ")
        yield name, text
    if results["search"]:
        yield "The search chose", format_choice(results["search"]["best_params"])


def _list_choices(results):
    """What holds for all recipes of a comparison."""
    if results["augment"]:
        yield "Augmentation", f"each recipe without and with changed copies ({results['augment']})"
    if results["search"]:
        yield "Search", "the space of each recipe, inside each fold"


def _make_folds(results):
    # With a speaker per fold these are the scores of the speakers.
    if not results["folds"] or results["protocol"] == "leave-one-speaker-out":
        return None
    rows = [
        [fold["name"], fold["n_train"], fold["n_test"]]
        + [f"{fold[key]:.3f}" for key in ("uar", "accuracy")]
        for fold in results["folds"]
    ]
    header = ["fold", "learned from", "scored", "UAR", "accuracy"]
    return part("Folds", table(header, rows, kind="numbers"))
