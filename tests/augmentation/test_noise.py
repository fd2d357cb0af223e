"""Noise: its level, its colour, its files."""

import re

import numpy as np
import pytest
from scipy.signal import welch

from sersk.augmentation import AddNoise
from sersk.exceptions import AudioReadError
from tests.augmentation._sounds import level_db, make_vowel

COLORS = ["white", "pink", "brown"]


def split(changed, signal):
    """Split a mixture into signal and noise, whatever it was scaled by as a whole."""
    signal = signal.astype(np.float64)
    part = (changed @ signal) / (signal @ signal) * signal
    return part, changed - part


def noise_of(augmentation, signal, sample_rate=16000, seed=0):
    return split(augmentation(signal, sample_rate, seed), signal)[1]


@pytest.mark.parametrize("color", COLORS)
@pytest.mark.parametrize("snr_db", [-10, 0, 12.5, 30, 60])
@pytest.mark.parametrize("sample_rate", [8000, 48000])
def test_ratio_is_the_one_asked_for(sample_rate, snr_db, color):
    signal = make_vowel(sample_rate=sample_rate)
    changed = AddNoise(snr_db, color=color)(signal, sample_rate, 0)
    speech, noise = split(changed, signal)
    assert level_db(speech) - level_db(noise) == pytest.approx(snr_db, abs=0.3)


def test_ratio_stays_where_the_peak_would_exceed_full_scale():
    signal = make_vowel() / 0.3
    changed = AddNoise(3)(signal, 16000, 0)
    speech, noise = split(changed, signal)
    assert np.abs(changed).max() == 1
    assert level_db(speech) < level_db(signal) - 0.5
    assert level_db(speech) - level_db(noise) == pytest.approx(3, abs=0.3)


def test_ratio_is_drawn_uniformly():
    signal = make_vowel()[:2000]
    found = [
        level_db(signal) - level_db(AddNoise((10, 30))(signal, 16000, seed) - signal)
        for seed in range(200)
    ]
    assert 10 <= min(found) < 10.6
    assert 29.4 < max(found) <= 30
    assert np.mean(found) == pytest.approx(20, abs=1)


@pytest.mark.parametrize("color", COLORS)
def test_amplitude_is_relative_to_the_peak(color):
    signal = make_vowel()
    changed = AddNoise(snr_db=None, amplitude=0.1, color=color)(signal, 16000, 0)
    noise = changed - signal
    assert np.sqrt(np.mean(noise**2)) == pytest.approx(0.1 * np.abs(signal).max(), rel=1e-4)


@pytest.mark.parametrize("sample_rate", [8000, 44100])
@pytest.mark.parametrize(
    ("color", "db_per_octave"), [("white", 0), ("pink", -3.01), ("brown", -6.02)]
)
def test_slope_of_the_spectrum(color, db_per_octave, sample_rate):
    noise = AddNoise(0, color=color)(np.full(20 * sample_rate, 0.1), sample_rate, 0) - 0.1
    frequencies, power = welch(noise, sample_rate, nperseg=4096)
    centres = 62.5 * 2.0 ** np.arange(6)
    octaves = [
        power[(frequencies >= f / 2**0.5) & (frequencies < f * 2**0.5)].mean() for f in centres
    ]
    slopes = np.diff(10 * np.log10(octaves))
    np.testing.assert_allclose(slopes, db_per_octave, atol=1.0)
    assert slopes.mean() == pytest.approx(db_per_octave, abs=0.3)


def test_brown_noise_does_not_hide_below_hearing():
    noise = AddNoise(0, color="brown")(np.full(160000, 0.1), 16000, 0) - 0.1
    power = np.abs(np.fft.rfft(noise)) ** 2
    assert power[:150].sum() < 0.5 * power.sum()


def test_noise_is_gaussian_and_without_memory():
    noise = AddNoise(0)(np.full(100000, 0.1), 16000, 0) - 0.1
    noise /= noise.std()
    assert np.mean(noise**4) == pytest.approx(3, abs=0.1)
    assert abs(np.mean(noise[1:] * noise[:-1])) < 0.02


@pytest.mark.parametrize("color", COLORS)
@pytest.mark.parametrize("n_times", [1, 2, 7])
def test_few_samples_get_their_noise(n_times, color):
    signal = np.full(n_times, 0.1)
    noise = AddNoise(20, color=color)(signal, 16000, 0) - signal
    assert np.sqrt(np.mean(noise**2)) == pytest.approx(0.01, rel=1e-3)


@pytest.mark.parametrize(
    "params", [dict(), dict(snr_db=None, amplitude=0.5), dict(color="brown")], ids=str
)
def test_silence_stays_silent(params):
    assert not AddNoise(**params)(np.zeros(1000), 16000, 0).any()


@pytest.mark.parametrize(
    ("params", "got"),
    [
        (dict(amplitude=0.1), "Got snr_db=(10, 30) and amplitude=0.1 instead."),
        (dict(snr_db=None), "Got snr_db=None and amplitude=None instead."),
    ],
)
def test_exactly_one_level(params, got):
    with pytest.raises(ValueError, match=r"exactly one must be None\. " + re.escape(got)):
        AddNoise(**params)(np.zeros(10), 16000)


@pytest.fixture
def hum(tone):
    """Two seconds of 1 kHz at 44.1 kHz, which grow louder so that places can be told apart."""
    return tone(1000, duration_s=2.0, sample_rate=44100) * np.linspace(0.1, 1, 88200)


def test_noise_from_a_file_has_its_ratio_and_is_resampled(write_audio, hum):
    path = write_audio("noise/hum.flac", hum, 44100)
    signal = make_vowel()
    for files in (path, str(path), [path], path.parent):
        changed = AddNoise(12, files=files)(signal, 16000, 0)
        noise = changed - signal
        assert level_db(signal) - level_db(noise) == pytest.approx(12, abs=0.1)
        assert np.abs(np.fft.rfft(noise)).argmax() == 1000


def test_files_and_places_are_drawn(write_audio, tone, hum):
    paths = [write_audio("hum.wav", hum, 44100)]
    paths.append(write_audio("beep.wav", tone(3000, duration_s=3.0, sample_rate=16000), 16000))
    signal = np.full(1600, 0.1)
    noises = [AddNoise(0, files=paths)(signal, 16000, seed) - signal for seed in range(30)]
    tones = [np.abs(np.fft.rfft(noise)).argmax() * 10 for noise in noises]
    assert 8 < tones.count(1000) < 22
    assert tones.count(1000) + tones.count(3000) == 30
    # Where the hum grows by how much tells the place of a stretch.
    growth = {
        round(np.abs(noise[-400:]).max() / np.abs(noise[:400]).max(), 3)
        for noise, f_hz in zip(noises, tones, strict=True)
        if f_hz == 1000
    }
    assert len(growth) > 6


def test_short_file_is_repeated(write_audio, rng):
    short = (0.5 * rng.standard_normal(700)).clip(-1, 1)
    path = write_audio("short.wav", short, 16000, subtype="FLOAT")
    noise = AddNoise(0, files=path)(np.full(4000, 0.1), 16000, 3) - 0.1
    np.testing.assert_allclose(noise[700:], noise[:-700], atol=1e-6)
    assert len(np.unique(noise[:700].round(5))) > 600
    longer = np.full(1000, 0.1)
    starts = {AddNoise(0, files=path)(longer, 16000, seed)[0] for seed in range(9)}
    assert len(starts) == 9


def test_stretch_that_is_silent_gives_way_to_one_that_is_not(write_audio, rng):
    noise = np.zeros(160000)
    noise[100000:101000] = 0.1 * rng.standard_normal(1000)
    path = write_audio("gaps.wav", noise, 16000)
    signal = make_vowel()[:4000]
    for seed in range(10):
        changed = AddNoise(10, files=path)(signal, 16000, seed)
        assert level_db(signal) - level_db(changed - signal) == pytest.approx(10, abs=0.1)


def test_silent_file_is_an_error(write_audio):
    path = write_audio("silent.wav", np.zeros(16000), 16000)
    with pytest.raises(AudioReadError, match=r"silent\.wav' is silent\. Leave it out"):
        AddNoise(files=path)(make_vowel(), 16000, 0)


def test_file_that_cannot_be_read_is_an_error(tmp_path):
    (tmp_path / "text.wav").write_text("no sound")
    with pytest.raises(AudioReadError, match=r"Cannot read '.*text\.wav'"):
        AddNoise(files=tmp_path)(make_vowel(), 16000, 0)
    with pytest.raises(AudioReadError, match=r"Cannot read '.*gone\.wav': no such file"):
        AddNoise(files=[tmp_path / "gone.wav"])(make_vowel(), 16000, 0)
    with pytest.raises(AudioReadError, match=r"Cannot read '.*gone\.wav': no such file"):
        AddNoise(files=[tmp_path / "gone.wav"]).describe()


def test_no_files_is_an_error(tmp_path):
    with pytest.raises(ValueError, match=r"with sound files in it.* Got '.*' instead, with none"):
        AddNoise(files=tmp_path)(make_vowel(), 16000, 0)
    with pytest.raises(ValueError, match=r"Got an empty list instead"):
        AddNoise(files=[])(make_vowel(), 16000, 0)


def test_description_goes_by_the_content_of_files(write_audio, hum):
    here = write_audio("here/hum.wav", hum, 44100)
    there = write_audio("there/other-name.wav", hum, 44100)
    described = AddNoise(files=here).describe()
    assert AddNoise(files=there.parent).describe() == described
    assert AddNoise(files=[there, here]).describe() != described
    assert AddNoise().describe() != described
    write_audio("here/hum.wav", 0.5 * hum, 44100)
    assert AddNoise(files=here).describe() != described


def test_order_of_files_counts_in_the_description(write_audio, hum, tone):
    paths = [write_audio("a.wav", hum, 44100), write_audio("b.wav", tone(), 22050)]
    assert AddNoise(files=paths).describe() != AddNoise(files=paths[::-1]).describe()
