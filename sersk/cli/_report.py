"""sersk report."""

import click

from sersk.cli._options import FILE
from sersk.cli._outputs import check_outputs, check_report
from sersk.cli._process import with_plain_warnings


@click.command(short_help="Write results as a page for people.")
@click.argument("results", type=FILE)
@click.option(
    "--output",
    "-o",
    type=FILE,
    default="report.html",
    show_default=True,
    metavar="FILE.html",
    help="Where to write.",
)
@with_plain_warnings
def report(results, output):
    """Write RESULTS as one page with a verdict in words, tables and pictures.

    RESULTS is a file that sersk fit or evaluate --results, or sersk compare --output, has written
    as JSON. No clip is read again.
    """
    import json

    from sersk.exceptions import ResultsError
    from sersk.report import write_report

    check_report(output, "--output")
    check_outputs({"--output": output}, [results])
    if not results.is_file():
        raise ResultsError(
            f"There is no file {str(results)!r}. Name one that sersk fit --results has written."
        )
    try:
        write_report(json.loads(results.read_text(encoding="utf-8")), output)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise ResultsError(
            f"{str(results)!r} holds no results. Name a file that sersk fit or evaluate "
            "--results, or sersk compare --output, has written as .json."
        ) from error
    click.echo(f"Wrote {output}.")
