"""Pictures of a signal show what it holds, where it is, however long it is."""

import base64
import io
import re
from xml.etree import ElementTree

import numpy as np
import pytest
import soundfile
from matplotlib import pyplot
from matplotlib.figure import Figure
from numpy.testing import assert_allclose, assert_array_equal

from sersk.display import (
    MelSpectrogramDisplay,
    MFCCDisplay,
    SpectrogramDisplay,
    WaveformDisplay,
)
from sersk.display._pooling import Columns, pool_mean
from sersk.exceptions import AudioReadError
from sersk.features import MFCC, MelSpectrogram

DISPLAYS = (WaveformDisplay, SpectrogramDisplay, MelSpectrogramDisplay, MFCCDisplay)
RATE = 16000


@pytest.fixture
def axes():
    return Figure(layout="constrained").subplots()


@pytest.fixture
def glide():
    """A second of silence, then one of a tone of 1 kHz."""
    signal = np.zeros(2 * RATE, dtype=np.float32)
    signal[RATE:] = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(RATE) / RATE)
    return signal


class TestColumns:
    @pytest.mark.parametrize("n_rows", [1, 7, 8, 9, 16, 17, 100, 1023])
    @pytest.mark.parametrize("n_pieces", [1, 3])
    def test_against_reduceat(self, n_rows, n_pieces, rng):
        rows = rng.normal(size=(n_rows, 2))
        columns = Columns(np.maximum, 8)
        for piece in np.array_split(rows, n_pieces):
            columns.add(piece)
        found = columns.result()
        assert len(found) <= 9
        assert len(found) > 4 or columns.step == 1
        starts = np.arange(0, n_rows, columns.step)
        assert_array_equal(found, np.maximum.reduceat(rows, starts))

    @pytest.mark.parametrize("n_rows", [3, 8, 21])
    def test_means(self, n_rows, rng):
        rows = rng.normal(size=(n_rows, 2))
        means, step = pool_mean(np.array_split(rows, 2), 8)
        expected = [rows[i : i + step].mean(axis=0) for i in range(0, n_rows, step)]
        assert_allclose(means, expected)


class TestWaveform:
    def test_short_is_the_signal(self, axes, rng):
        signal = rng.uniform(-1, 1, 3000).astype(np.float32)
        display = WaveformDisplay.from_signal(signal, RATE, ax=axes)
        times, values = display.line_.get_data()
        assert_array_equal(values, signal)
        assert_allclose(times, np.arange(3000) / RATE)
        assert axes.get_xlim() == (0, 3000 / RATE)
        assert axes.get_xlabel() == "Time (s)"

    def test_envelope_covers_extremes(self, axes, rng):
        signal = rng.uniform(-0.1, 0.1, 2**21 + 12345).astype(np.float32)
        signal[1_234_567], signal[1_900_000], signal[-1] = 0.9, -0.8, 0.7
        display = WaveformDisplay.from_signal(signal, RATE, ax=axes)
        times, values = display.line_.get_data()
        assert len(values) <= 2 * 4001
        assert values.max() == np.float32(0.9)
        assert values.min() == np.float32(-0.8)
        assert_allclose(times[values.argmax()], 1_234_567 / RATE, atol=2 * display.step_s)
        assert_allclose(times[values.argmin()], 1_900_000 / RATE, atol=2 * display.step_s)
        assert values[-1] == np.float32(0.7)
        low, high = axes.get_ylim()
        assert low < -0.8 < 0.9 < high

    def test_silence_has_limits(self, axes):
        WaveformDisplay.from_signal(np.zeros(100), RATE, ax=axes)
        assert axes.get_ylim()[1] > 0

    def test_hours_are_marked_as_such(self, axes):
        signal = np.zeros(3600 * 100 + 1)
        WaveformDisplay.from_signal(signal, 100, ax=axes)
        assert axes.get_xlabel() == "Time (h:min:s)"
        assert "0:30:00" in [tick.get_text() for tick in axes.get_xticklabels()]


class TestSpectrogram:
    def test_tone_is_where_and_when_it_sounds(self, axes, glide):
        display = SpectrogramDisplay.from_signal(glide, RATE, ax=axes)
        level = display.image_.get_array()
        left, right, bottom, top = display.image_.get_extent()
        row, column = np.unravel_index(level.argmax(), level.shape)
        height = (top - bottom) / level.shape[0]
        assert_allclose(bottom + (row + 0.5) * height, 1000, atol=height / 2)
        assert 1 <= left + (column + 0.5) * (right - left) / level.shape[1] <= 2
        assert level.max() == pytest.approx(0, abs=1e-4)
        assert level.min() == pytest.approx(-80, abs=1e-4)
        is_silent = level.max(axis=0) < -70
        assert_allclose(left + is_silent.sum() * display.step_s, 1, atol=0.04)
        assert axes.get_ylim() == (0, 8000)
        assert axes.get_ylabel() == "Frequency (kHz)"
        assert [t.get_text() for t in axes.get_yticklabels()][:3] == ["0", "1", "2"]
        assert display.colorbar_.ax.get_ylabel() == "Level (dB re maximum)"

    def test_gain_does_not_matter(self, axes, glide):
        first = SpectrogramDisplay.from_signal(glide, RATE, ax=axes).level_db
        second = SpectrogramDisplay.from_signal(glide / 10, RATE, ax=axes).level_db
        assert_allclose(first, second, atol=1e-3)

    def test_silence_is_dark(self, axes):
        display = SpectrogramDisplay.from_signal(np.zeros(RATE), RATE, ax=axes)
        assert (display.image_.get_array() == -80).all()

    def test_fmax(self, axes, glide):
        display = SpectrogramDisplay.from_signal(glide, RATE, ax=axes)
        display.plot(Figure().subplots(), fmax=1500)
        assert display.ax_.get_ylim() == (0, 1500)
        assert display.ax_.get_ylabel() == "Frequency (Hz)"

    def test_framing(self, axes, glide):
        display = SpectrogramDisplay.from_signal(glide, RATE, n_fft=256, hop_length=100, ax=axes)
        assert display.level_db.shape == (1 + 2 * RATE // 100, 129)
        assert display.step_s == 100 / RATE


class TestMel:
    def test_values_are_those_of_the_extractor(self, axes, speech):
        display = MelSpectrogramDisplay.from_signal(speech, RATE, ax=axes)
        framing = dict(sample_rate=RATE, n_fft=512, hop_length=128, functionals=None)
        [expected] = MelSpectrogram(n_mels=64, scale="db", **framing).transform([speech])
        assert_allclose(display.level_db, expected - expected.max(), atol=1e-3)
        assert_array_equal(display.image_.get_array(), display.level_db.T)

    @pytest.mark.parametrize("sample_rate", [8000, 16000, 22050, 44100, 48000])
    def test_no_band_is_empty(self, axes, sample_rate, rng):
        noise = rng.normal(scale=0.1, size=sample_rate)
        display = MelSpectrogramDisplay.from_signal(noise, sample_rate, ax=axes)
        assert display.level_db[5:-5].mean(axis=0).min() > -40

    @pytest.mark.parametrize("frequency_hz", [500, 1000, 2000, 4000])
    def test_ticks_are_where_tones_are(self, axes, tone, frequency_hz):
        signal = tone(frequency_hz, sample_rate=RATE)
        display = MelSpectrogramDisplay.from_signal(signal, RATE, ax=axes)
        ticks = dict(
            zip([t.get_text() for t in axes.get_yticklabels()], axes.get_yticks(), strict=True)
        )
        loudest = display.level_db[20].argmax()
        assert ticks[f"{frequency_hz / 1000:g}"] == pytest.approx(loudest, abs=0.75)

    def test_parameters_are_checked(self, axes):
        with pytest.raises(ValueError, match="'n_mels' parameter of MelSpectrogram must be"):
            MelSpectrogramDisplay.from_signal(np.ones(99), RATE, n_mels=0, ax=axes)
        with pytest.raises(ValueError, match="'hop_length' parameter of MelSpectrogramDisplay"):
            MelSpectrogramDisplay.from_signal(np.ones(99), RATE, hop_length=0, ax=axes)


class TestMFCC:
    def test_values_are_those_of_the_extractor(self, axes, speech):
        display = MFCCDisplay.from_signal(speech, RATE, n_mfcc=13, ax=axes)
        framing = dict(sample_rate=RATE, n_fft=512, hop_length=128, functionals=None)
        [expected] = MFCC(n_mfcc=13, n_mels=64, **framing).transform([speech])
        assert_allclose(display.mfcc, expected, atol=1e-3)
        assert_array_equal(display.image_.get_array(), display.mfcc.T[1:])
        assert display.image_.get_extent()[2:] == [0.5, 12.5]

    def test_from_coefficient_zero(self, axes, speech):
        display = MFCCDisplay.from_signal(speech, RATE, ax=axes).plot(Figure().subplots(), first=0)
        assert display.image_.get_array().shape[0] == 20
        low, high = display.image_.get_clim()
        assert low == -high

    def test_a_single_one(self, axes, speech):
        display = MFCCDisplay.from_signal(speech, RATE, n_mfcc=1, ax=axes)
        assert display.image_.get_array().shape[0] == 1

    @pytest.mark.parametrize("delta", [1, 2])
    def test_derivatives(self, axes, speech, delta):
        display = MFCCDisplay.from_signal(speech, RATE, n_mfcc=13, delta=delta, ax=axes)
        framing = dict(n_fft=512, hop_length=128, sample_rate=RATE, functionals=None)
        [expected] = MFCC(n_mfcc=13, n_mels=64, deltas=2, **framing).transform([speech])
        assert_allclose(display.mfcc, expected[:, 13 * delta : 13 * (delta + 1)], atol=1e-3)
        assert axes.get_ylabel().startswith("Delta of")

    def test_no_further_derivative(self, speech):
        with pytest.raises(ValueError, match="'delta' parameter of MFCCDisplay must be an int"):
            MFCCDisplay.from_signal(speech, RATE, delta=3)


@pytest.fixture
def speech():
    from sersk.datasets import make_emotional_speech

    return make_emotional_speech(1, 1, classes=("anger",), duration_s=0.8)[0][0]


@pytest.mark.parametrize("display_type", DISPLAYS)
class TestEach:
    def test_long_recording_is_pooled(self, display_type, axes, rng):
        signal = rng.normal(scale=0.1, size=1000 * 700).astype(np.float32)
        display = display_type.from_signal(signal, 1000, ax=axes)
        n_columns = len(vars(display)[next(iter(vars(display)))])
        assert 500 < n_columns <= 4001
        assert axes.get_xlim() == (0, 700)
        assert axes.get_xlabel() == "Time (min:s)"
        if display_type is not WaveformDisplay:
            assert n_columns <= 2001
            left, right = display.image_.get_extent()[:2]
            assert left <= 0
            assert 700 <= right < 702

    def test_file_at_its_own_rate(self, display_type, axes, write_audio, tone):
        path = write_audio("tone $x$.wav", tone(sample_rate=44100), 44100)
        display = display_type.from_file(path, offset_s=0.25, duration_s=0.5, ax=axes)
        assert display.sound.sample_rate == 44100
        assert axes.get_xlim() == (0.25, 0.75)
        assert axes.get_title() == "tone $x$.wav"
        axes.figure.draw_without_rendering()
        assert len(display.sound.excerpt) == 22050

    def test_file_is_like_its_samples(self, display_type, axes, write_audio, speech):
        path = write_audio("speech.wav", speech, RATE, subtype="FLOAT")
        from_file = vars(display_type.from_file(path, ax=axes))
        from_signal = vars(display_type.from_signal(speech, RATE, ax=axes))
        name = next(iter(from_file))
        assert_array_equal(from_file[name], from_signal[name])

    def test_one_sample(self, display_type, axes):
        display_type.from_signal([0.5], RATE, ax=axes)
        axes.figure.draw_without_rendering()

    def test_axes_of_the_user(self, display_type, axes, speech):
        display = display_type.from_signal(speech, RATE, ax=axes)
        assert display.ax_ is axes
        assert display.figure_ is axes.figure
        assert pyplot.get_fignums() == []
        assert display.plot() is display
        assert display.ax_ is not axes
        assert pyplot.get_fignums() == [display.figure_.number]

    def test_text_lies_inside(self, display_type, speech, write_audio, text_inside):
        path = write_audio("speech.wav", speech, RATE)
        text_inside(display_type.from_file(path).figure_)

    def test_errors(self, display_type, axes, tmp_path, write_audio):
        with pytest.raises(AudioReadError, match="no such file"):
            display_type.from_file(tmp_path / "absent.wav", ax=axes)
        (tmp_path / "text.wav").write_text("no sound", encoding="utf-8")
        with pytest.raises(AudioReadError, match="not a sound file"):
            display_type.from_file(tmp_path / "text.wav", ax=axes)
        path = write_audio("short.wav", np.zeros(100))
        with pytest.raises(AudioReadError, match="the offset is 5"):
            display_type.from_file(path, offset_s=5, ax=axes)
        name = display_type.__name__
        with pytest.raises(ValueError, match=rf"'duration_s' parameter of {name} must be"):
            display_type.from_file(path, duration_s=0, ax=axes)
        with pytest.raises(ValueError, match=rf"'offset_s' parameter of {name} must be"):
            display_type.from_file(path, offset_s=-1, ax=axes)
        with pytest.raises(ValueError, match=rf"'sample_rate' parameter of {name} must be"):
            display_type.from_signal(np.zeros(9), 0, ax=axes)
        with pytest.raises(ValueError, match="must be one channel"):
            display_type.from_signal(np.zeros((2, 9)), RATE, ax=axes)
        with pytest.raises(ValueError, match="at least one sample"):
            display_type.from_signal([], RATE, ax=axes)
        with pytest.raises(ValueError, match="NaN"):
            display_type.from_signal([0.1, np.nan], RATE, ax=axes)
        with pytest.raises(TypeError, match="Use from_file for a file"):
            display_type.from_signal("clip.wav", RATE, ax=axes)


def _read_html(text):
    """Give the parts of the player: its figure, its picture, its sound."""
    # What is well-formed XML is also well-formed HTML, but for empty elements and attributes.
    text = re.sub(r"(<img[^>]*)>", r"\1/>", text.replace("<br>", "<br/>"))
    figure = ElementTree.fromstring(text.replace(" controls ", ' controls="" '))
    contents = []
    for kind, tag in (("image/png", "img"), ("audio/wav", "audio")):
        uri = figure.find(tag).get("src")
        assert uri.startswith(f"data:{kind};base64,")
        contents.append(io.BytesIO(base64.b64decode(uri.partition(",")[2], validate=True)))
    return figure, pyplot.imread(contents[0]), soundfile.read(contents[1])


class TestPlayer:
    def test_plays_the_samples(self, speech):
        display = WaveformDisplay.from_signal(speech, RATE)
        figure, image, (samples, sample_rate) = _read_html(display._repr_html_())
        assert sample_rate == RATE
        assert_allclose(samples, speech, atol=1 / 32768)
        assert image.std() > 0.05
        assert figure.find("audio").get("aria-label") == "Play the signal"
        assert figure.find("figcaption") is None

    def test_clips_what_is_too_loud(self, speech):
        loud = np.array([0.0, 1.5, -1.5, 0.5], dtype=np.float32)
        display = WaveformDisplay.from_signal(loud, RATE)
        _, _, (samples, _) = _read_html(display._repr_html_())
        assert_allclose(samples, [0, 1, -1, 0.5], atol=1e-4)

    def test_label_names_the_file(self, write_audio, speech):
        path = write_audio("R&D \u201cA\u201d.wav", speech, RATE)
        figure, _, _ = _read_html(MFCCDisplay.from_file(path)._repr_html_())
        label = f"Cepstral coefficients of {path.name}, {len(speech) / RATE:.3g} s"
        assert figure.get("aria-label") == figure.find("img").get("alt") == label
        assert figure.find("audio").get("aria-label") == f"Play {path.name}"

    def test_is_cut_after_a_minute(self, rng):
        signal = rng.uniform(-1, 1, 1000 * 100).astype(np.float32)
        display = WaveformDisplay.from_signal(signal, 1000)
        figure, _, (samples, _) = _read_html(display._repr_html_())
        assert_allclose(samples, signal[:60000], atol=1 / 32768)
        assert figure.find("figcaption").text == "The player has the first 60 s of 100 s."

    def test_begins_at_the_offset(self, write_audio, speech):
        path = write_audio("speech.wav", speech, RATE)
        display = WaveformDisplay.from_file(path, offset_s=0.25)
        _, _, (samples, _) = _read_html(display._repr_html_())
        assert_allclose(samples, speech[RATE // 4 :], atol=1.01 / 32768)

    def test_notebook_shows_the_picture_once(self, axes, speech):
        display = WaveformDisplay.from_signal(speech, RATE)
        display._repr_html_()
        assert pyplot.get_fignums() == []
        of_user = pyplot.figure()
        WaveformDisplay.from_signal(speech, RATE, ax=of_user.subplots())._repr_html_()
        assert pyplot.get_fignums() == [of_user.number]
