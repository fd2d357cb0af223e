"""sersk doctor."""

import sys


def test_whole_installation(run_well, tmp_path):
    lines = run_well("doctor", "--cache", tmp_path).out.splitlines()
    assert lines[0].startswith("ok  sersk ")
    assert any(line.startswith("ok  scikit-learn ") for line in lines)
    assert not any(line.startswith("!!") for line in lines)


def test_broken_library_is_told_by_status(run, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "xgboost", None)
    result = run("doctor", "--cache", tmp_path)
    assert result.status == 1
    assert result.err == ""
    (line,) = [line for line in result.out.splitlines() if line.startswith("!!")]
    assert line.startswith("!!  xgboost ")
    assert "pip install" in line
