"""sersk augment: what it says and writes; tests of the function behind it have the rest."""

import sys

import pytest
import soundfile


@pytest.fixture(autouse=True)
def quick_pictures(monkeypatch):
    """Pictures without anything in them: the real ones take a second each."""
    from matplotlib.figure import Figure

    for name in ("draw_clip", "draw_change"):
        monkeypatch.setattr(f"sersk.workflows._augment.{name}", lambda *_: Figure((1, 1)))


@pytest.fixture
def clip(corpus):
    return corpus / "TRAIN" / "000.wav"


def list_files(folder):
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def test_file(run_well, clip, tmp_path):
    out = tmp_path / "out"
    done = run_well("augment", clip, "-o", out)
    assert done.out == f"Wrote {out}: 1 clip, 8 changed copies, 9 pictures.\n"
    assert done.err == ""
    assert len(list_files(out)) == 18


def test_one_of_each(run_well, clip, tmp_path):
    out = tmp_path / "out"
    done = run_well("augment", clip, "--output", out, "--augment", "noise+pitch")
    assert done.out == f"Wrote {out}: 1 clip, 1 changed copy, 2 pictures.\n"
    names = ["noise+pitch.png", "noise+pitch.wav", "original.png", "original.wav"]
    assert list_files(out) == names


def test_csv(run_well, corpus, tmp_path):
    out = tmp_path / "out"
    args = ("--augment", "noise,shift", "--clips", 2)
    done = run_well("augment", corpus / "TRAIN.csv", "-o", out, *args)
    # And the shares of the classes.
    assert done.out == f"Wrote {out}: 6 clips, 12 changed copies, 19 pictures.\n"
    assert len(list_files(out)) == 6 * 6 + 1


def test_preset_and_seed(run_well, tone, write_audio, tmp_path):
    path = write_audio("long.wav", tone(300, duration_s=1.0))
    sounds = []
    for number, seed in enumerate((0, 0, 1)):
        out = tmp_path / str(number)
        args = ("--preset", "augmented-cnn", "--augment", "noise", "--seed", seed)
        run_well("augment", path, "-o", out, *args)
        assert soundfile.info(out / "original.wav").samplerate == 44100
        sounds.append((out / "noise.wav").read_bytes())
    assert sounds[0] == sounds[1] != sounds[2]


def test_label_column(run_well, write_csv, table, tmp_path, run, assert_error):
    data = write_csv(table, columns={"Class": "mood"})
    assert_error(run("augment", data, "-o", tmp_path / "out"), "--label-column mood")
    named = ("--label-column", "mood", "--augment", "shift")
    done = run_well("augment", data, "-o", tmp_path / "out", *named)
    assert "3 clips, 3 changed copies" in done.out


class TestErrors:
    @pytest.fixture
    def fails(self, run, assert_error, tmp_path):
        def check(*args, names, status=1):
            done = run("augment", *args)
            assert_error(done, *names)
            assert (done.status, done.out) == (status, "")

        return check

    def test_no_output(self, fails, clip):
        fails(clip, names=["--output"], status=2)

    def test_folder_in_use(self, fails, clip, tmp_path):
        (tmp_path / "out").mkdir()
        (tmp_path / "out" / "mine.txt").touch()
        fails(clip, "-o", tmp_path / "out", names=["not an empty folder", "Name another"])
        assert list_files(tmp_path) == ["out/mine.txt"]

    def test_output_is_the_source(self, fails, corpus):
        before = list_files(corpus)
        for source in (corpus / "TRAIN", corpus / "TRAIN.csv", corpus / "TRAIN" / "000.wav"):
            fails(source, "-o", source, names=["not an empty folder"])
        assert list_files(corpus) == before

    @pytest.mark.parametrize(
        ("args", "status", "words"),
        [
            (("--augment", "hiss"), 1, ["no augmentation 'hiss'", "noise, shift, stretch"]),
            (("--augment", ""), 1, ["no augmentation ''"]),
            (("--preset", "loud"), 2, ["--preset", "loud", "augmented-cnn"]),
            (("--clips", 0), 2, ["--clips", "0"]),
            (("--seed", -1), 2, ["--seed"]),
        ],
    )
    def test_arguments(self, args, status, words, fails, clip, tmp_path):
        fails(clip, "-o", tmp_path / "out", *args, names=words, status=status)
        assert not (tmp_path / "out").exists()

    def test_sources(self, fails, tmp_path, write_audio, tone):
        out = ("-o", tmp_path / "out")
        fails(tmp_path / "no.csv", *out, names=["There is no file", "no.csv"])
        (tmp_path / "noise.wav").write_bytes(b"no sound")
        fails(tmp_path / "noise.wav", *out, names=["Cannot read", "noise.wav"])
        short = write_audio("short.wav", tone(duration_s=0.3))
        cnn = ("--preset", "augmented-cnn")
        fails(short, *out, *cnn, names=["short.wav", "lasts 0.3 s, the offset is 0.5 s"])
        (tmp_path / "empty").mkdir()
        fails(tmp_path / "empty", *out, names=["empty"])
        assert not (tmp_path / "out").exists()

    def test_without_matplotlib(self, fails, clip, tmp_path, monkeypatch):
        monkeypatch.setitem(sys.modules, "matplotlib", None)
        fails(clip, "-o", tmp_path / "new" / "out", names=['pip install "sersk[plot]"'])
        assert not (tmp_path / "new").exists()
