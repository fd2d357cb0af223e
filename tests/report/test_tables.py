"""The text of tables, which commands print and files hold."""

import json

import numpy as np
import pandas as pd
import pytest

from sersk.report import format_table


@pytest.fixture
def table():
    columns = {"Filename": ["a.wav", "ü, b.wav"], "Class": ["sad", None], "sad": [2 / 3, np.nan]}
    return pd.DataFrame(columns)


def test_csv(table):
    assert format_table(table) == 'Filename,Class,sad\na.wav,sad,0.666667\n"ü, b.wav",,\n'


def test_json_has_null_for_what_is_missing(table):
    text = format_table(table, "json")
    assert "NaN" not in text
    assert text.endswith("]\n")
    assert "ü" in text
    assert json.loads(text)[1] == {"Filename": "ü, b.wav", "Class": None, "sad": None}


def test_json_lines_are_one_record_each(table):
    first, second = format_table(table, "jsonl").splitlines()
    assert json.loads(first) == {"Filename": "a.wav", "Class": "sad", "sad": 0.666667}
    assert json.loads(second)["sad"] is None


@pytest.mark.parametrize("format_", ["csv", "json", "jsonl"])
def test_table_stays_as_it_is(table, format_):
    before = table.copy()
    format_table(table, format_)
    pd.testing.assert_frame_equal(table, before)
