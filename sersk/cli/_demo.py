"""sersk demo."""

import click

from sersk.cli._options import FILE


@click.command(short_help="Try everything on synthetic speech.")
@click.argument("folder", type=FILE, default="sersk-demo")
def demo(folder):
    """Make synthetic speech in FOLDER, fit a model to it, and predict clips of unseen speakers."""
    import shlex

    from sersk.workflows import write_demo_corpus

    sersk = click.get_current_context().find_root().command
    click.echo(f"Synthesising speech in {folder}")
    manifest = write_demo_corpus(folder)
    model, predictions = folder / "model.joblib", folder / "predictions.csv"
    for args in (
        ["fit", "--data", manifest, "--output", model],
        ["predict", "--model", model, folder / "TEST", "--output", predictions],
        ["info", model],
    ):
        args = [str(arg) for arg in args]
        click.echo(f"\n$ {shlex.join(['sersk', *args])}")
        sersk.main(args, prog_name="sersk", standalone_mode=False, obj=args)
    click.echo(f"\nThe predictions are in {predictions}. Now try it on your own TRAIN.csv.")
