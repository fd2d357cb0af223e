"""What is said of an installation, whole and with pieces taken away."""

import sys

import soundfile

from sersk.workflows import _doctor, examine


def _find(name, cache):
    return next(check for check in examine(cache) if check.name == name)


def test_whole_core_works(tmp_path):
    checks = {check.name: check for check in examine(tmp_path)}
    core = ("sersk", "Python", "scikit-learn", "soundfile", "xgboost", "opensmile", "sound files")
    assert [checks[name].state for name in core] == ["ok"] * len(core)
    assert checks["sound files"].text.startswith("WAV, FLAC, OGG, MP3;")
    assert str(tmp_path) in checks["features kept"].text


def _rename(module, monkeypatch):
    """Let pictures need another module."""
    monkeypatch.setitem(_doctor._EXTRAS, "plot", ((module,), "pictures and reports"))


def test_extra_that_is_not_there_is_missing(monkeypatch, tmp_path):
    _rename("no_such_module", monkeypatch)
    check = _find("plot", tmp_path)
    assert check.state == "missing"
    way_out = 'Needed for pictures and reports. Install it with: pip install "sersk[plot]"'
    assert check.text == way_out


def test_extra_that_cannot_be_imported_is_broken(monkeypatch, tmp_path):
    (tmp_path / "half_a_module.py").write_text("raise ImportError('no such symbol')")
    monkeypatch.syspath_prepend(tmp_path)
    _rename("half_a_module", monkeypatch)
    check = _find("plot", tmp_path)
    assert check.state == "broken"
    assert check.text.startswith("ImportError: no such symbol. Needed for pictures and reports.")


def test_core_that_fails_is_broken(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "opensmile", None)
    check = _find("opensmile", tmp_path)
    assert check.state == "broken"
    assert "pip install" in check.text


def test_format_that_cannot_be_read_is_named(monkeypatch, tmp_path):
    original = soundfile.write

    def write(path, *args, **kwargs):
        if str(path).endswith("mp3"):
            raise soundfile.LibsndfileError(1)
        original(path, *args, **kwargs)

    monkeypatch.setattr(soundfile, "write", write)
    check = _find("sound files", tmp_path)
    assert check.state == "broken"
    assert check.text.startswith("MP3 cannot be read here.")


def test_store_that_cannot_be_used_is_broken(tmp_path):
    (tmp_path / "file").touch()
    check = _find("features kept", tmp_path / "file")
    assert check.state == "broken"
    assert "--no-cache" in check.text
