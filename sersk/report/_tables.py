"""The text of a table as CSV, JSON or JSON lines."""

import json


def format_table(table, format_="csv"):
    r"""Write a table as text.

    Parameters
    ----------
    table : pandas.DataFrame
        What to write.
    format_ : {"csv", "json", "jsonl"}, default="csv"
        Form of the text.

    Returns
    -------
    text : str
        With six decimals, and a line feed at the end. What is missing is empty in CSV, and null in
        the others.

    Examples
    --------
    >>> import pandas as pd
    >>> from sersk.report import format_table
    >>> format_table(pd.DataFrame({"Class": ["sad"], "sad": [2 / 3]}), "jsonl")
    '{"Class": "sad", "sad": 0.666667}\n'
    """
    if format_ == "csv":
        return table.to_csv(index=False, float_format="%.6f", lineterminator="\n")
    # Missing values become null; what pandas would write as NaN is no JSON.
    table = table.round(6).astype(object)
    records = table.where(table.notna(), None).to_dict("records")
    if format_ == "jsonl":
        return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    return json.dumps(records, ensure_ascii=False, indent=2) + "\n"
