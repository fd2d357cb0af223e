"""Directives that take tables and help texts from the package, so that they cannot go stale."""

import warnings
from pathlib import Path

import click
from docutils import nodes
from docutils.parsers.rst import directives
from rest import code, make_list_table
from sphinx.util.docutils import SphinxDirective

# Columns of a help text, as many as fit the page.
WIDTH = 80

# From the first model to the special cases.
_EXAMPLES = (
    "plot_first_model.py",
    "plot_why_speakers_matter.py",
    "plot_from_csv.py",
    "plot_grid_search.py",
    "plot_compare.py",
    "plot_abstention.py",
    "plot_learning_curve.py",
    "plot_report.py",
    "plot_audit.py",
    "plot_cross_corpus.py",
    "plot_augmentation.py",
    "plot_training_curves.py",
    "plot_guards.py",
    "plot_timeline.py",
    "plot_explain.py",
    "plot_dataframe_pipeline.py",
    "plot_what_features_hear.py",
    "plot_voice.py",
    "plot_modulation.py",
    "plot_pictures.py",
)


def example_order(filename):
    """Sort the examples of the gallery; new ones go last."""
    name = Path(filename).name
    place = _EXAMPLES.index(name) if name in _EXAMPLES else len(_EXAMPLES)
    return f"{place:02d} {name}"


def link_recipe(recipe):
    """Link to the page of a recipe."""
    return f":doc:`{recipe.name} </recipes/{recipe.name}>`"


def make_recipe_table():
    """List the recipes with their features and the copies that they bring."""
    from sersk.recipes import RECIPES

    rows = [
        (link_recipe(recipe), recipe.summary, len(_names(recipe)), _name_copies(recipe))
        for recipe in RECIPES.values()
        if not recipe.is_network
    ]
    return make_list_table(("Recipe", "What it is", "Features", "Copies"), rows)


def _name_copies(recipe):
    return "none" if recipe.augment is None else code([recipe.augment])


def make_network_table():
    """List the recipes that are networks."""
    from sersk.recipes import RECIPES

    rows = [
        (link_recipe(recipe), recipe.summary, f":class:`~sersk.neural.{recipe.model}`")
        for recipe in RECIPES.values()
        if recipe.is_network
    ]
    return make_list_table(("Recipe", "What it is", "Class"), rows)


def _names(recipe):
    from sersk.exceptions import LicenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LicenceWarning)
        return recipe.make_pipeline()[0].get_feature_names_out()


def make_feature_table():
    """List the features that ``--features`` knows."""
    from sersk.recipes import FEATURES, make_custom_recipe

    rows = []
    for name in FEATURES:
        recipe = make_custom_recipe([name])
        extractor = recipe.make_pipeline()[0].extractors[0][1]
        # repr shows what differs from the defaults of the class.
        link = f":class:`~sersk.features.{type(extractor).__name__}`"
        rows.append((code([name]), link, code([repr(extractor)]), len(_names(recipe))))
    return make_list_table(("Name", "Extractor", "As", "Features"), rows)


def make_search_table():
    """List the search space of each model, and of the default recipe."""
    from sersk.recipes import MODELS, find_recipe, make_custom_recipe

    spaces = {model: make_custom_recipe(["mfcc"], model).search_space for model in MODELS}
    spaces["default"] = find_recipe("default").search_space
    rows = [
        (code([of]), code([name]), code(values))
        for of, space in spaces.items()
        for name, values in space.items()
    ]
    return make_list_table(("Model or recipe", "Parameter", "Values"), rows)


def make_corpus_table():
    """List the published corpora that ``sersk index`` knows."""
    from sersk.datasets import CORPORA

    rows = [
        (
            f":doc:`{corpus.name} </corpora/{corpus.name}>`",
            corpus.language,
            corpus.n_clips,
            corpus.n_speakers or "not known",
        )
        for corpus in CORPORA.values()
    ]
    return make_list_table(("Corpus", "Language", "Clips", "Speakers"), rows)


def make_label_table():
    """List the named label maps."""
    from sersk.datasets import LABEL_MAPS

    rows = [(code([name]), ", ".join(each.classes)) for name, each in LABEL_MAPS.items()]
    return make_list_table(("Labels", "Classes"), rows)


_TABLES = {
    "recipes": make_recipe_table,
    "networks": make_network_table,
    "features": make_feature_table,
    "search": make_search_table,
    "corpora": make_corpus_table,
    "labels": make_label_table,
}


class RecipeTable(SphinxDirective):
    """``.. recipe-table:: recipes`` (or ``features``, ``search``, ``corpora``, ``labels``)."""

    required_arguments = 1

    def run(self):
        """Make the table."""
        make_table = _TABLES[directives.choice(self.arguments[0], tuple(_TABLES))]
        return self.parse_text_to_nodes(make_table())


def get_help(names=""):
    """Give what ``sersk NAMES --help`` prints, at a width that fits a page."""
    from sersk.cli import cli

    settings = {**cli.context_settings, "terminal_width": WIDTH, "max_content_width": WIDTH}
    command, context = cli, click.Context(cli, info_name="sersk", **settings)
    for name in names.split():
        command = command.commands[name]
        context = click.Context(command, info_name=name, parent=context)
    return command.get_help(context)


class CommandHelp(SphinxDirective):
    """``.. command-help:: cache info``; without a name, the help of ``sersk`` itself."""

    optional_arguments = 1
    final_argument_whitespace = True

    def run(self):
        """Make the block."""
        text = get_help(*self.arguments)
        return [nodes.literal_block(text, text, language="none")]


def setup(app):
    """Register the directives."""
    app.add_directive("recipe-table", RecipeTable)
    app.add_directive("command-help", CommandHelp)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
