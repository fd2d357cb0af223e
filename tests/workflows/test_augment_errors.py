"""How files are cut before they are changed, and what goes wrong when clips are augmented."""

import sys

import numpy as np
import pandas as pd
import pytest
import soundfile

from sersk.augmentation import AUGMENTATIONS, PRESETS
from sersk.exceptions import AudioReadError, ManifestError, RecipeError
from sersk.workflows import augment
from tests.workflows._copies import contents, list_files


@pytest.mark.usefixtures("quick_pictures")
class TestPreparation:
    """That of the augmented-cnn system: 44.1 kHz, from 0.5 s on, 3 s at most, trimmed by 30 dB."""

    RATE = 22050

    def prepare(self, write_audio, out, *parts):
        signal = np.concatenate(parts).astype(np.float32)
        path = write_audio("long.wav", signal, self.RATE, subtype="FLOAT")
        augment(path, out, names="range", preset="augmented-cnn")
        return soundfile.read(out / "original.wav")

    def make(self, tone, frequency_hz, duration_s, level_db=0.0):
        amplitude = 0.5 * 10 ** (level_db / 20)
        return tone(
            frequency_hz, duration_s=duration_s, amplitude=amplitude, sample_rate=self.RATE
        )

    def test_rate_and_length(self, tone, write_audio, out):
        prepared, rate = self.prepare(write_audio, out, self.make(tone, 300, 6.0))
        assert rate == 44100
        assert len(prepared) == 3 * 44100
        assert soundfile.info(out / "range.wav").samplerate == 44100

    def test_the_first_half_second_is_not_heard(self, tone, write_audio, out):
        parts = self.make(tone, 2000, 0.5), self.make(tone, 300, 2.0)
        prepared, _ = self.prepare(write_audio, out, *parts)
        assert len(prepared) == pytest.approx(2 * 44100, abs=2)
        power = np.abs(np.fft.rfft(prepared[2000:-2000])) ** 2
        frequencies = np.fft.rfftfreq(len(prepared) - 4000, 1 / 44100)
        assert frequencies[power.argmax()] == pytest.approx(300, abs=2)
        assert power[frequencies > 1500].sum() < 1e-4 * power.sum()

    @pytest.mark.parametrize(("level_db", "duration_s"), [(-25, 3.0), (-40, 1.0)])
    def test_silence_is_what_lies_30_db_below_the_peak(
        self, tone, write_audio, out, level_db, duration_s
    ):
        soft = self.make(tone, 300, 1.0, level_db)
        parts = np.zeros(self.RATE // 2), soft, self.make(tone, 300, 1.0), soft, soft
        prepared, _ = self.prepare(write_audio, out, *parts)
        assert len(prepared) / 44100 == pytest.approx(duration_s, abs=0.1)

    def test_copies_are_of_what_is_written(self, tone, write_audio, out):
        """Trimmed at the same rate as the original, and none that keeps its length is longer."""
        parts = np.zeros(48000), tone(300.0, sample_rate=48000), np.zeros(30000)
        path = write_audio("long.wav", np.concatenate(parts), 48000)
        augment(path, out, preset="augmented-cnn")
        frames = {path.stem: soundfile.info(path).frames for path in out.glob("*.wav")}
        assert frames.pop("stretch") == round(frames["original"] / 0.8)
        assert len(set(frames.values())) == 1

    def test_constants(self, tone, write_audio, out, monkeypatch):
        made = []

        def note(names, preset):
            made.append((names, preset))
            return [AUGMENTATIONS[name](**PRESETS[preset][name]) for name in names]

        monkeypatch.setattr("sersk.workflows._augment.make_augmentations", note)
        self.prepare(write_audio, out, self.make(tone, 300, 1.5))
        assert made == [(["range"], "augmented-cnn")]

    def test_too_short(self, tone, write_audio, out):
        with pytest.raises(AudioReadError, match=r"lasts 0\.4 s, the offset is 0\.5 s"):
            self.prepare(write_audio, out, self.make(tone, 300, 0.4))
        assert not out.exists()
        assert list(out.parent.iterdir()) == []

    def test_by_default_the_file_is_as_it_was(self, tone, write_audio, out):
        parts = np.zeros(self.RATE), self.make(tone, 300, 3.0), np.zeros(self.RATE)
        path = write_audio("long.wav", np.concatenate(parts), self.RATE)
        augment(path, out, names="shift")
        info = soundfile.info(out / "original.wav")
        assert (info.samplerate, info.frames) == (self.RATE, 5 * self.RATE)


@pytest.mark.usefixtures("quick_pictures")
class TestErrors:
    def test_folder_with_something_in_it(self, spoken_clip, out):
        out.mkdir(parents=True)
        (out / "mine.txt").write_text("mine", encoding="utf-8")
        with pytest.raises(FileExistsError, match=r"not an empty folder. Name another, or empty"):
            augment(spoken_clip, out)
        assert contents(out) == {"mine.txt": b"mine"}

    def test_the_source_itself(self, spoken_csv):
        folder = spoken_csv.with_suffix("")
        before = contents(folder)
        with pytest.raises(FileExistsError, match="not an empty folder"):
            augment(folder, folder)
        with pytest.raises(FileExistsError, match="not an empty folder"):
            augment(spoken_csv, spoken_csv)
        assert contents(folder) == before

    @pytest.mark.parametrize("names", ["hiss", "noise,hiss", "noise+hiss", "noise,", ""])
    def test_unknown_names(self, spoken_clip, out, names):
        with pytest.raises(RecipeError, match=r"There is no augmentation '(hiss)?'\."):
            augment(spoken_clip, out, names=names)
        assert not out.parent.exists()

    def test_unknown_preset(self, spoken_clip, out):
        with pytest.raises(RecipeError, match=r"no preset 'loud' .* default, augmented-cnn"):
            augment(spoken_clip, out, preset="loud")

    def test_no_such_file(self, tmp_path, out):
        with pytest.raises(ManifestError, match=r"There is no file .*nothing\.wav"):
            augment(tmp_path / "nothing.wav", out)
        assert not out.parent.exists()

    def test_unreadable(self, spoken_csv, spoken, tmp_path, out):
        (tmp_path / "broken.wav").write_bytes(b"no sound")
        with pytest.raises(AudioReadError, match=r"Cannot read '.*broken\.wav'"):
            augment(tmp_path / "broken.wav", out)
        rows = spoken[1].assign(
            Filename=str(spoken_csv.with_suffix("")) + "/" + spoken[1].Filename
        )
        rows = pd.concat([rows, rows.iloc[:1].assign(Class="x", Filename="broken.wav")])
        rows.to_csv(tmp_path / "rows.csv", index=False)
        with pytest.raises(AudioReadError, match=r"Cannot read '.*broken\.wav'"):
            augment(tmp_path / "rows.csv", out, names="shift")
        assert not out.exists()
        assert list(out.parent.iterdir()) == []

    @pytest.mark.parametrize("error", [KeyboardInterrupt, OSError("No space left on device")])
    @pytest.mark.parametrize("exists", [False, True])
    def test_nothing_half_written_when_it_stops(self, spoken_csv, out, monkeypatch, error, exists):
        out.parent.mkdir()
        if exists:
            out.mkdir()
        write, n_written = soundfile.write, []

        def fail_late(*args, **kwargs):
            n_written.append(1)
            if len(n_written) == 4:
                raise error
            write(*args, **kwargs)

        monkeypatch.setattr(soundfile, "write", fail_late)
        with pytest.raises(type(error) if isinstance(error, OSError) else error):
            augment(spoken_csv, out, names="shift")
        assert out.exists() == exists
        assert list_files(out.parent) == []
        assert list(out.parent.iterdir()) == ([out] if exists else [])


def test_without_matplotlib_nothing_is_written(spoken_csv, spoken_clip, out, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    for source in (spoken_clip, spoken_csv):
        with pytest.raises(ImportError, match=r"needs matplotlib\. Install it with"):
            augment(source, out)
        assert not out.parent.exists()
