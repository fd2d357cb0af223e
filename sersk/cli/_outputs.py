"""What a command writes, checked before any work is done."""

from pathlib import Path

import click

from sersk.cli._options import FILE

report_option = click.option(
    "--report",
    type=FILE,
    metavar="FILE.html",
    help="Where to write all of it for people, in one page with pictures.",
)


def check_report(path, option="--report"):
    """Raise, before any work is done, unless a report can be made and has a fitting name.

    Parameters
    ----------
    path : Path or None
        Where to; None for no report.
    option : str, default="--report"
        What names it.
    """
    from sersk.display._figure import check_matplotlib

    if path is None:
        return
    if path.suffix.lower() != ".html":
        raise click.UsageError(f"{option} must end in .html. Got {path}.")
    check_matplotlib()


def check_outputs(outputs, inputs):
    """Raise unless each output can be written, and is neither an input nor another output.

    Parameters
    ----------
    outputs : dict of str to (Path or None)
        Files that the command is to write, by the option that names each.
    inputs : sequence of (path-like or None)
        Files that it reads.
    """
    from sersk.utils._files import check_writable

    taken = {Path(path).resolve(): "an input" for path in inputs if path is not None}
    for option, path in outputs.items():
        if path is None:
            continue
        if path.resolve() in taken:
            raise click.UsageError(
                f"{option} must not be {path}: that is {taken[path.resolve()]} of this command. "
                "Name another file."
            )
        check_writable(path)
        taken[path.resolve()] = option
