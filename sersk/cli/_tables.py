"""Writing tables as CSV, JSON or JSON lines."""

import json

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
    from sersk.utils._files import replace_file

    text = _format_table(table, format_)
    if output is None:
        click.echo(text, nl=False)
        return
    with replace_file(output) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")
    click.echo(f"Wrote {output} ({len(table)} rows).", err=True)


def _format_table(table, format_):
    if format_ == "csv":
        return table.to_csv(index=False, float_format="%.6f", lineterminator="\n")
    # Missing values become null; what pandas would write as NaN is no JSON.
    table = table.round(6).astype(object)
    records = table.where(table.notna(), None).to_dict("records")
    if format_ == "jsonl":
        return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    return json.dumps(records, ensure_ascii=False, indent=2) + "\n"
