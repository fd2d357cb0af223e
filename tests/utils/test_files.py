import json
import os
from pathlib import Path

import pytest

from sersk.utils._files import check_writable, replace_file, write_json


def _names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_new_file(tmp_path):
    path = tmp_path / "x.txt"
    with replace_file(path) as temporary:
        assert temporary.parent == tmp_path
        assert temporary.suffix == ".txt"
        temporary.write_text("new")
        assert not path.exists()
    assert path.read_text() == "new"
    assert _names(tmp_path) == ["x.txt"]


def test_old_file_stays_until_the_end(tmp_path):
    path = tmp_path / "x.txt"
    path.write_text("old")
    with replace_file(str(path)) as temporary:
        temporary.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert _names(tmp_path) == ["x.txt"]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_nothing_changes_when_the_block_raises(tmp_path, error):
    path = tmp_path / "x.txt"
    path.write_text("old")

    def write_half():
        with replace_file(path) as temporary:
            temporary.write_text("half")
            raise error("stop")

    with pytest.raises(error, match="stop"):
        write_half()
    assert path.read_text() == "old"
    assert _names(tmp_path) == ["x.txt"]


def test_no_file_when_the_block_raises(tmp_path):
    with pytest.raises(RuntimeError, match="stop"), replace_file(tmp_path / "x.txt"):
        raise RuntimeError("stop")
    assert _names(tmp_path) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no umask")
@pytest.mark.parametrize("umask", [0o022, 0o077, 0o002])
def test_rights_are_those_of_an_ordinary_new_file(tmp_path, umask):
    before = os.umask(umask)
    try:
        with replace_file(tmp_path / "x.txt") as temporary:
            temporary.write_text("x")
        assert (tmp_path / "x.txt").stat().st_mode & 0o777 == 0o666 & ~umask
        assert os.umask(umask) == umask
    finally:
        os.umask(before)


def test_name_without_suffix_in_the_current_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with replace_file("model") as temporary:
        temporary.write_bytes(b"x")
    assert Path("model").read_bytes() == b"x"
    assert _names(tmp_path) == ["model"]


def test_json_is_indented_utf8_and_ends_in_a_newline(tmp_path):
    path = tmp_path / "x.json"
    content = {"class": "fröhlich 你好", "counts": [1, 2], "none": None}
    write_json(path, content)
    text = path.read_bytes().decode("utf-8")
    assert "fröhlich 你好" in text
    assert text.startswith('{\n  "class"')
    assert text.endswith("}\n")
    assert json.loads(text) == content


def test_json_that_cannot_be_written_leaves_the_old_file(tmp_path):
    path = tmp_path / "x.json"
    write_json(path, {"old": 1})
    with pytest.raises(TypeError, match="not JSON serializable"):
        write_json(path, {"new": object()})
    assert json.loads(path.read_text()) == {"old": 1}
    assert _names(tmp_path) == ["x.json"]


# check_writable


def test_writable(tmp_path, monkeypatch):
    assert check_writable(tmp_path / "new.csv") is None
    (tmp_path / "old.csv").touch()
    assert check_writable(str(tmp_path / "old.csv")) is None
    monkeypatch.chdir(tmp_path)
    assert check_writable("new.csv") is None
    assert _names(tmp_path) == ["old.csv"]


def test_a_folder_cannot_be_written(tmp_path):
    with pytest.raises(IsADirectoryError, match=r"^Cannot write '.*': it is a folder\. Name a f"):
        check_writable(tmp_path)


@pytest.mark.parametrize("parent", ["none", "file.txt"])
def test_the_folder_must_exist(tmp_path, parent):
    (tmp_path / "file.txt").touch()
    with pytest.raises(
        FileNotFoundError,
        match=rf"^Cannot write '.*x\.csv': the folder '.*{parent}' does not exist\. Make it",
    ):
        check_writable(tmp_path / parent / "x.csv")


def test_the_folder_must_be_writable(tmp_path, monkeypatch):
    # The tests may run as root, who may write anywhere.
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    with pytest.raises(PermissionError, match=r"^Cannot write '.*x\.csv': no right to write in"):
        check_writable(tmp_path / "x.csv")
