"""sersk doctor."""

import click

from sersk.cli._options import cache_option

_MARKS = {"ok": "ok", "missing": "--", "broken": "!!"}


@click.command(short_help="Tell what works in this installation.")
@cache_option
def doctor(cache):
    """Tell what works in this installation, and what each missing piece takes away.

    Libraries are imported and sound files of each format written and read, so this takes a few
    seconds. The exit status is 1 where something that should work does not; an extra that is not
    installed is no fault.
    """
    from sersk.workflows import examine

    is_well = True
    for check in examine(cache):
        click.echo(f"{_MARKS[check.state]}  {check.name:<13} {check.text}")
        is_well &= check.state != "broken"
    if not is_well:
        raise click.exceptions.Exit(1)
