"""Writing tables as CSV, JSON or JSON lines."""

import click


def write_table(table, output, format_):
    """Write a table to a file, in one step, or to stdout.

    Parameters
    ----------
    table : pandas.DataFrame
        What to write.
    output : Path or None
        Where; None means stdout.
    format_ : {"csv", "json", "jsonl"}
        Form of the table.
    """
    from sersk.report import format_table
    from sersk.utils._files import replace_file

    text = format_table(table, format_)
    if output is None:
        click.echo(text, nl=False)
        return
    with replace_file(output) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")
    click.echo(f"Wrote {output} ({len(table)} rows).", err=True)
