"""What augmentations make of clips: files to listen to, and pictures."""

import numpy as np
import pandas as pd
import pytest
import soundfile
from numpy.testing import assert_allclose

from sersk.augmentation import AUGMENTATIONS
from sersk.exceptions import ManifestError
from sersk.workflows import augment
from tests.workflows._copies import contents, list_files


def pairs(*stems):
    return sorted(f"{stem}.{suffix}" for stem in stems for suffix in ("wav", "png"))


@pytest.mark.usefixtures("quick_pictures")
class TestWhatIsWritten:
    def test_file(self, spoken_clip, out):
        written = augment(spoken_clip, out)
        assert list_files(out) == pairs("original", *AUGMENTATIONS)
        assert written == sorted(out.iterdir())
        original, rate = soundfile.read(out / "original.wav")
        sound, own_rate = soundfile.read(spoken_clip)
        assert rate == own_rate == 8000
        assert_allclose(original, sound, atol=2**-15)
        for name in AUGMENTATIONS:
            changed, rate = soundfile.read(out / f"{name}.wav")
            assert rate == 8000
            assert len(changed) != len(original) or not np.allclose(changed, original, atol=1e-3)

    def test_names_and_those_joined(self, spoken_clip, out):
        augment(spoken_clip, out, names=" noise , pitch+range")
        assert list_files(out) == pairs("original", "noise", "pitch+range")

    def test_csv_gives_a_clip_of_each_class(self, spoken_csv, spoken, out):
        augment(spoken_csv, out, names="noise")
        folders = sorted(path.name for path in out.iterdir() if path.is_dir())
        assert [name.split("-")[0] for name in folders] == ["anger", "neutral", "sadness"]
        of_stem = spoken[1].set_index("Filename").Class
        for name in folders:
            emotion, stem = name.split("-")
            assert of_stem[f"{stem}.wav"] == emotion
            assert list_files(out / name) == pairs("original", "noise")
            original, _ = soundfile.read(out / name / "original.wav")
            sound, _ = soundfile.read(spoken_csv.with_suffix("") / f"{stem}.wav")
            assert_allclose(original, sound, atol=2**-15)
        assert (out / "classes.png").is_file()
        assert len(list_files(out)) == 3 * 4 + 1

    @pytest.mark.parametrize(("n_clips", "n_each"), [(2, 2), (100, 6)])
    def test_clips_per_class(self, spoken_csv, out, n_clips, n_each):
        augment(spoken_csv, out, names="shift", n_clips=n_clips)
        classes = [path.name.split("-")[0] for path in out.iterdir() if path.is_dir()]
        assert sorted(classes) == sorted(["anger", "neutral", "sadness"] * n_each)

    def test_folder_per_class(self, spoken_csv, spoken, tmp_path, out):
        for name, emotion in zip(spoken[1].Filename, spoken[1].Class, strict=True):
            path = tmp_path / "corpus" / emotion / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes((spoken_csv.with_suffix("") / name).read_bytes())
        augment(tmp_path / "corpus", out, names="shift")
        classes = [path.name.split("-")[0] for path in out.iterdir() if path.is_dir()]
        assert sorted(classes) == ["anger", "neutral", "sadness"]

    def test_named_column(self, spoken_csv, spoken, out):
        rows = spoken[1].rename(columns={"Class": "mood"})
        rows.assign(Filename="clips/" + rows.Filename).to_csv(spoken_csv.with_name("mood.csv"))
        with pytest.raises(ManifestError, match="--label-column mood"):
            augment(spoken_csv.with_name("mood.csv"), out)
        augment(spoken_csv.with_name("mood.csv"), out, names="shift", label_column="mood")
        assert len(list_files(out)) == 3 * 4 + 1

    def test_same_seed_same_files(self, spoken_csv, out, tmp_path):
        how = dict(names="noise,pitch", n_clips=2)
        augment(spoken_csv, out, **how)
        augment(spoken_csv, tmp_path / "again", **how)
        assert contents(tmp_path / "again") == contents(out)

    def test_other_seeds(self, spoken_csv, spoken_clip, out, tmp_path):
        augment(spoken_clip, out / "0", names="noise,shift")
        augment(spoken_clip, out / "1", names="noise,shift", random_state=1)
        first, second = contents(out / "0"), contents(out / "1")
        assert first["original.wav"] == second["original.wav"]
        assert first["noise.wav"] != second["noise.wav"]
        assert first["shift.wav"] != second["shift.wav"]
        chosen = set()
        for seed in range(4):
            augment(spoken_csv, tmp_path / str(seed), names="shift", random_state=seed)
            chosen |= {path.name for path in (tmp_path / str(seed)).iterdir() if path.is_dir()}
        assert len(chosen) > 3

    def test_existing_empty_folder(self, spoken_clip, out):
        out.mkdir(parents=True)
        augment(spoken_clip, out, names="noise")
        assert list_files(out) == pairs("original", "noise")
        assert list(out.parent.iterdir()) == [out]

    def test_folder_within_the_source(self, spoken_csv, tmp_path):
        source = tmp_path / "corpus"
        for number, emotion in enumerate(("anger", "sadness")):
            path = source / emotion / "x.wav"
            path.parent.mkdir(parents=True)
            path.write_bytes((spoken_csv.with_suffix("") / f"{number:03d}.wav").read_bytes())
        before = contents(source)
        augment(source, source / "heard", names="shift")
        assert {name: contents(source)[name] for name in before} == before
        assert len(list_files(source / "heard")) == 2 * 4 + 1

    def test_the_current_folder(self, spoken_clip, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        augment(spoken_clip, ".", names="noise")
        assert list_files(tmp_path) == pairs("original", "noise")

    def test_a_system_by_its_name(self, spoken_clip, out, tmp_path):
        """As in `fit`, where it stands for its copies with its constants."""
        augment(spoken_clip, out, names="augmented-cnn")
        assert list_files(out) == pairs("original", "noise", "pitch")

    def test_a_name_for_two_copies(self, spoken_clip, out):
        augment(spoken_clip, out, names="noise+warp")
        assert list_files(out) == pairs("original", "noise+warp-down", "noise+warp-up")


@pytest.mark.usefixtures("quick_pictures")
class TestOddNames:
    CLASSES = ("a/b", "a b", "a_b", "A_B", "größe", "..", ".", "-x", "wie? so!", "грусть", "a\\b")

    def test_of_classes(self, spoken_csv, out):
        """All have the same file name, in folders of their own."""
        rows = []
        for number, name in enumerate(self.CLASSES):
            folder = spoken_csv.parent / "odd" / str(number)
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "x.wav").write_bytes(
                (spoken_csv.with_suffix("") / f"{number:03d}.wav").read_bytes()
            )
            rows.append((f"odd/{number}/x.wav", name))
        table = spoken_csv.with_name("odd.csv")
        pd.DataFrame(rows, columns=["Filename", "Class"]).to_csv(table, index=False)
        augment(table, out, names="shift")
        folders = [path for path in out.iterdir() if path.is_dir()]
        assert len(folders) == len({path.name.lower() for path in folders}) == len(self.CLASSES)
        assert all(list_files(path) == pairs("original", "shift") for path in folders)
        sounds = {(path / "original.wav").read_bytes() for path in folders}
        assert len(sounds) == len(self.CLASSES)
        assert "größe-x" in {path.name for path in folders}
        assert list(out.parent.iterdir()) == [out]

    def test_equal_stems_of_one_class(self, spoken_csv, tmp_path, out):
        for number, name in enumerate(("anger/a/x.wav", "anger/b/x.wav", "sadness/a/x.wav")):
            path = tmp_path / "corpus" / name
            path.parent.mkdir(parents=True)
            path.write_bytes((spoken_csv.with_suffix("") / f"{number:03d}.wav").read_bytes())
        augment(tmp_path / "corpus", out, names="shift", n_clips=3)
        folders = sorted(path.name for path in out.iterdir() if path.is_dir())
        assert folders == ["anger-x", "anger-x-2", "sadness-x"]
        assert len({(out / name / "original.wav").read_bytes() for name in folders}) == 3


def test_pictures_open_and_are_the_same_each_time(spoken_csv, spoken_clip, out, tmp_path):
    from matplotlib.image import imread

    augment(spoken_clip, out, names="noise")
    augment(spoken_clip, tmp_path / "again", names="noise")
    assert contents(out) == contents(tmp_path / "again")
    for name, size in (("original.png", (1540, 1100)), ("noise.png", (660, 1320))):
        picture = imread(out / name)
        assert picture.shape[:2] == size
        assert picture[..., :3].std() > 0.05
