"""sersk info."""

import click

from sersk.cli._options import FILE


@click.command(short_help="Tell what a saved model is.")
@click.argument("model", type=FILE, default="model.joblib")
def info(model):
    """Tell what a saved model is: recipe, classes, sampling rate, features, training, versions.

    Reads the description beside the model and loads nothing, so it is safe with files you do not
    trust.
    """
    from sersk.cli._description import format_description
    from sersk.persistence import read_description

    click.echo(format_description(model, read_description(model)))
