"""sersk demo."""

import click

from sersk.cli._options import FILE


@click.command(short_help="Try everything on synthetic speech.")
@click.argument("folder", type=FILE, default="sersk-demo")
def demo(folder):
    """Make synthetic speech in FOLDER, fit a model to it, and predict clips of unseen speakers.

    What the model is worth is told in FOLDER/report.html, where matplotlib is installed.
    """
    import shlex

    from sersk.workflows import write_demo_corpus

    sersk = click.get_current_context().find_root().command
    click.echo(f"Synthesising speech in {folder}")
    manifest = write_demo_corpus(folder)
    model, predictions = folder / "model.joblib", folder / "predictions.csv"
    # Without copies, so that the curve takes seconds.
    fit = ["fit", "--data", manifest, "--no-copies", "--learning-curve", "--importance"]
    report, missing = _find_report(folder)
    for args in (
        [*fit, "--output", model, *report],
        ["predict", "--model", model, folder / "TEST", "--output", predictions],
        ["info", model],
    ):
        args = [str(arg) for arg in args]
        click.echo(f"\n$ {shlex.join(['sersk', *args])}")
        sersk.main(args, prog_name="sersk", standalone_mode=False, obj=args)
    if missing is not None:
        click.echo(f"\nThere is no report: {missing}")
    made = f"The predictions are in {predictions}"
    if report:
        made += f", and what the model is worth is told in {report[-1]}"
    click.echo(f"\n{made}. Now try it on your own TRAIN.csv.")


def _find_report(folder):
    """Give the option for a report, or tell what it lacks."""
    from sersk.display._figure import check_matplotlib

    try:
        check_matplotlib()
    except ImportError as error:
        return [], error
    return ["--report", folder / "report.html"], None
