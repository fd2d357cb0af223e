"""Where sound is cut off: of filtered noise, of synthetic speech, and of real corpora."""

import numpy as np
import pandas as pd
import pytest
import soundfile
import soxr

from sersk.audit._bandwidth import measure_bandwidth
from sersk.datasets import make_emotional_speech
from tests.audit._bandwidths import make_narrow, make_wide


def measure(signal, sample_rate=16000):
    return measure_bandwidth([np.asarray(signal, dtype=np.float32)], sample_rate)


@pytest.fixture(scope="module")
def speech():
    """A sentence with everything up to 8 kHz: the synthesiser's vowels, and hiss in between."""
    signal = make_emotional_speech(1, 1, sample_rate=16000, random_state=0)[0][0][:32000]
    signal = (signal / np.abs(signal).max()).astype(np.float32)
    for start in range(4000, len(signal) - 2000, 8000):
        signal[start : start + 2000] += 0.05 * np.random.default_rng(start).normal(size=2000)
    return signal


@pytest.fixture(scope="module")
def narrow(speech):
    return make_narrow(speech, 16000)


@pytest.fixture(scope="module")
def wide(speech):
    return make_wide(speech, 16000)


class TestNoise:
    @pytest.mark.parametrize("sample_rate", [8000, 11025, 16000, 22050, 44100, 48000, 96000])
    def test_without_a_filter_reaches_half_the_rate(self, rng, sample_rate):
        assert measure(0.1 * rng.normal(size=sample_rate), sample_rate) == sample_rate / 2

    @pytest.mark.parametrize("old_rate", [6000, 8000, 11025, 16000, 22050])
    @pytest.mark.parametrize("sample_rate", [32000, 44100, 48000])
    def test_of_a_lower_rate_reaches_half_of_that(self, rng, old_rate, sample_rate):
        noise = 0.1 * rng.normal(size=2 * old_rate)
        found = measure(soxr.resample(noise, old_rate, sample_rate), sample_rate)
        assert found == pytest.approx(old_rate / 2, abs=300)

    def test_gain_makes_no_difference(self, rng):
        noise = soxr.resample(rng.normal(size=16000), 8000, 16000)
        assert {measure(gain * noise) for gain in (1e-4, 0.01, 1.0)} == {4000.0}

    def test_gentle_slope_is_no_end(self, rng):
        """Some 6 dB per 500 Hz: 60 dB are lost by and by, and nothing is cut off."""
        spectrum = np.fft.rfft(rng.normal(size=32000))
        spectrum *= 10 ** (-np.linspace(0, 96, len(spectrum)) / 20)
        assert measure(np.fft.irfft(spectrum)) == 8000

    def test_filter_may_take_two_bands_to_its_end(self, rng):
        spectrum = np.fft.rfft(rng.normal(size=32000))
        levels_db = {0: 0, 1000: -25, 3750: -45, 4000: -53, 4250: -100}
        for start_hz, level_db in levels_db.items():
            spectrum[2 * start_hz :] /= np.abs(spectrum[2 * start_hz :])
            spectrum[2 * start_hz :] *= 10 ** (level_db / 20)
        assert measure(np.fft.irfft(spectrum)) == 4000

    def test_loudness_alone_is_no_mirror(self, rng):
        """What is above 4 kHz gets loud with what is below, and is not the same for that."""
        noise = 0.1 * rng.normal(size=32000)
        noise *= np.repeat(rng.choice([0.02, 1.0], 32), 1000)
        assert measure(noise) == 8000

    def test_little_at_the_end_of_much_makes_no_difference(self, rng):
        """It would in a block of its own that counted as much as the others."""
        much = soxr.resample(rng.normal(size=8000 * 41), 8000, 16000)
        assert measure(np.concatenate([0.1 * much, 0.003 * rng.normal(size=8000)])) == 4000

    def test_constant_is_no_sound(self, rng):
        noise = 0.001 * soxr.resample(rng.normal(size=16000), 8000, 16000)
        assert measure(noise + 0.5) == 4000


class TestSpeech:
    def test_narrow_is_found(self, narrow):
        found = {name: measure(*clip) for name, clip in narrow.items()}
        assert {name: width for name, width in found.items() if not 3250 <= width < 5000} == {}

    def test_wide_is_none(self, wide):
        found = {name: measure(*clip) for name, clip in wide.items()}
        assert {name: width for name, width in found.items() if width < 5000} == {}

    def test_vowels_alone_are_none(self):
        """The synthesiser has no sibilants."""
        for signal in make_emotional_speech(2, 1, sample_rate=16000, random_state=1)[0]:
            assert measure(signal) == 8000

    @pytest.mark.parametrize("name", ["soxr to 44100", "held", "mu-law, noise"])
    def test_pieces_make_no_difference(self, narrow, name):
        signal, sample_rate = narrow[name]
        pieces = np.array_split(signal, 7)
        assert measure_bandwidth(pieces, sample_rate) == measure(signal, sample_rate)

    def test_long_recording_is_one_of_many_blocks(self, narrow, wide):
        for clips, expected in ((narrow, 4000), (wide, 8000)):
            signal, sample_rate = clips["soxr to 16000" if clips is narrow else "16 kHz"]
            assert measure_bandwidth([signal] * 45, sample_rate) == expected


class TestLittle:
    @pytest.mark.parametrize("n_times", [1, 2, 100, 641, 1600])
    @pytest.mark.parametrize("sample_rate", [1, 100, 8000, 44100])
    def test_too_short_to_tell(self, rng, n_times, sample_rate):
        found = measure(rng.normal(size=n_times), sample_rate)
        assert found in (None, sample_rate / 2)
        assert sample_rate < 8000 or found is None

    def test_silence(self):
        assert measure(np.zeros(16000)) is None

    def test_one_click(self):
        assert measure(np.eye(1, 16000, 8000)[0]) is None

    @pytest.mark.parametrize("value", [1e-30, 0.5, 1.0])
    def test_constant(self, value):
        assert measure(np.full(16000, value)) in (None, 8000)


@pytest.mark.corpus
@pytest.mark.parametrize("corpus", ["ravdess", "emodb4"])
def test_corpus(corpora, corpus):
    """Of whole clips none is called narrow; of narrow ones hardly any is missed."""
    table = pd.read_csv(corpora / f"{corpus}.csv").sample(12, random_state=0)
    missed, n_narrow = [], 0
    for name in table["Filename"]:
        signal, sample_rate = soundfile.read(corpora / name, dtype="float32", always_2d=True)
        signal = signal.mean(axis=1)
        for form, clip in make_wide(signal, sample_rate).items():
            assert measure(*clip) >= 5000, (name, form)
        for form, clip in make_narrow(signal, sample_rate).items():
            n_narrow += 1
            if not 3250 <= measure(*clip) < 5000:
                missed.append((name, form))
    assert len(missed) <= 0.03 * n_narrow, missed
