"""sersk info."""

import click

from sersk.cli._options import FILE
from sersk.cli._outputs import check_outputs


@click.command(short_help="Tell what a saved model is.")
@click.argument("model", type=FILE, default="model.joblib")
@click.option("--card", is_flag=True, help="Write a model card in Markdown, to be published.")
@click.option(
    "--output", "-o", type=FILE, metavar="FILE", help="With --card: where to; stdout by default."
)
def info(model, card, output):
    """Tell what a saved model is: recipe, classes, sampling rate, features, training, versions.

    Reads the description beside the model and loads nothing, so it is safe with files you do not
    trust.
    """
    from sersk.persistence import description_path, read_description
    from sersk.report import format_card

    if output is not None and not card:
        raise click.UsageError("--output goes with --card. Add --card.")
    description = read_description(model)
    if not card:
        from sersk.cli._description import format_description

        click.echo(format_description(model, description))
        return
    text = format_card(description, model.name)
    if output is None:
        click.echo(text, nl=False)
        return
    from sersk.utils._files import replace_file

    check_outputs({"--output": output}, [model, description_path(model)])
    with replace_file(output) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")
    click.echo(f"Wrote {output}.")
