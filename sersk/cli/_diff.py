"""sersk diff."""

import click

from sersk.cli._options import FILE


@click.command(short_help="Tell where two models differ.")
@click.argument("first", type=FILE, metavar="A")
@click.argument("second", type=FILE, metavar="B")
def diff(first, second):
    """Tell where two models differ: data, recipe, parameters, seed, folds, versions and scores.

    A and B are models, or the model.json beside each; nothing is loaded. The exit status is 0
    whether or not they differ.
    """
    from sersk.cli._differences import format_diff
    from sersk.persistence import find_description
    from sersk.workflows import diff as compare

    found = compare(find_description(first), find_description(second))
    click.echo(format_diff(found, (first, second)))
