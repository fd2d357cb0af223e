"""Compression, gain and limiter, on tones whose level is known."""

import numpy as np
import pytest

from sersk.augmentation import ChangeDynamicRange
from tests.augmentation._sounds import level_db, make_vowel

RATES = [8000, 16000, 48000]


def louder_by_db(changed, signal, part):
    return level_db(changed[part]) - level_db(signal[part])


def steps(tone, sample_rate, *amplitudes):
    """Half a second of a tone at each amplitude, 0.5 at most."""
    parts = [tone(200, duration_s=0.5, sample_rate=sample_rate, amplitude=a) for a in amplitudes]
    return np.concatenate(parts)


@pytest.mark.parametrize("sample_rate", RATES)
@pytest.mark.parametrize(
    ("threshold_db", "ratio", "loss_db"), [(-20, 2, 10), (-12, 4, 9), (-6, 1, 0)]
)
def test_steady_tone_is_turned_down_by_the_ratio(tone, sample_rate, threshold_db, ratio, loss_db):
    signal = tone(200, sample_rate=sample_rate, amplitude=0.3)
    compress = ChangeDynamicRange(gain=1, threshold_db=threshold_db, ratio=ratio)
    changed = compress(signal, sample_rate)
    middle = slice(sample_rate // 4, -sample_rate // 4)
    assert louder_by_db(changed, signal, middle) == pytest.approx(-loss_db, abs=0.3)


@pytest.mark.parametrize("sample_rate", RATES)
def test_only_what_is_loud_is_turned_down(tone, sample_rate):
    signal = steps(tone, sample_rate, 0.005, 0.5, 0.05)
    changed = ChangeDynamicRange(gain=1, threshold_db=-30, ratio=2)(signal, sample_rate)
    half = sample_rate // 2
    # 40 dB below the peak, 0 dB, and at the end of the release 20 dB: nothing, 15 and 5 dB.
    for part, loss_db in ((0, 0), (1, 15), (2, 5)):
        end = slice(part * half + half * 9 // 10, (part + 1) * half - sample_rate // 100)
        assert louder_by_db(changed, signal, end) == pytest.approx(-loss_db, abs=0.5)


@pytest.mark.parametrize("sample_rate", RATES)
def test_it_sets_in_faster_than_it_lets_go(tone, sample_rate):
    signal = steps(tone, sample_rate, 0.05, 0.5, 0.05)
    changed = ChangeDynamicRange(gain=1, threshold_db=-20, ratio=2)(signal, sample_rate)
    with np.errstate(divide="ignore", invalid="ignore"):
        loss_db = -20 * np.log10(np.abs(changed / signal))
    milliseconds = np.nanmedian(loss_db[: len(loss_db) // 1500 * 1500].reshape(1500, -1), axis=1)
    # Of 10 dB, 63 % are there after the attack and 37 % are left after the release.
    assert np.flatnonzero(milliseconds[500:] > 6.3)[0] in range(3, 9)
    assert np.flatnonzero(milliseconds[1000:] < 3.7)[0] in range(90, 112)


def test_compression_does_not_depend_on_the_level_of_the_clip():
    vowel = make_vowel()
    compress = ChangeDynamicRange(gain=1, ratio=2)
    loud, soft = compress(vowel, 16000), compress(0.01 * vowel, 16000)
    np.testing.assert_allclose(soft, 0.01 * loud, atol=1e-7)


def test_gain_alone_is_a_factor():
    vowel = make_vowel()
    changed = ChangeDynamicRange(gain=2.5, ratio=1)(vowel, 16000)
    np.testing.assert_allclose(changed, 2.5 * vowel, rtol=1e-6)


def test_gain_is_drawn():
    vowel = make_vowel()[4000:5000]
    augmentation = ChangeDynamicRange(gain=(1.5, 3), ratio=1)
    gains = [augmentation(vowel, 16000, seed).max() / vowel.max() for seed in range(100)]
    assert 1.5 <= min(gains) < 1.55
    assert 2.95 < max(gains) <= 3


@pytest.mark.parametrize("sample_rate", RATES)
@pytest.mark.parametrize("f_hz", [60, 200, 1000])
def test_limiter_bends_no_wave(tone, f_hz, sample_rate):
    signal = tone(f_hz, sample_rate=sample_rate, amplitude=0.9)
    changed = ChangeDynamicRange(gain=3, ratio=1)(signal, sample_rate)
    assert 0.99 < np.abs(changed).max() <= 1
    power = np.abs(np.fft.rfft(changed)) ** 2
    others = power.sum() - power[f_hz - 3 : f_hz + 4].sum()
    # Cut off at ±1, a sine three times too large is distorted by 30 %.
    assert np.sqrt(others / power.sum()) < 0.01


def test_limiter_acts_around_the_peak_alone():
    signal = 0.1 * np.ones(16000)
    signal[8000] = 0.9
    changed = ChangeDynamicRange(gain=3, ratio=1)(signal, 16000)
    np.testing.assert_allclose(changed[:7600], 0.3, rtol=1e-6)
    np.testing.assert_allclose(changed[8400:], 0.3, rtol=1e-6)
    # Scaled by the limiter and not as a whole; the peak just touches full scale.
    assert changed[8000] == pytest.approx(1, abs=1e-6)
    assert np.abs(np.diff(np.delete(changed, 8000))).max() < 0.004


def test_noise_beyond_full_scale_is_limited(rng):
    signal = rng.uniform(-1, 1, 16000)
    changed = ChangeDynamicRange(gain=100, ratio=1)(signal, 16000)
    assert np.abs(changed).max() <= 1
    assert level_db(changed) > level_db(signal) - 1
    assert (np.sign(changed) == np.sign(signal.astype(np.float32))).all()


def test_default_keeps_the_order_of_loud_and_soft():
    levels = [0.005, 0.05, 0.2]
    times = np.arange(24000) / 16000
    signal = np.repeat(levels, 8000) * np.sin(2 * np.pi * 150 * times)
    for seed in range(5):
        changed = ChangeDynamicRange()(signal, 16000, seed)
        found = [level_db(part[4000:]) for part in np.split(changed, 3)]
        gaps = np.diff(found)
        assert (gaps > 3).all()
        assert gaps.sum() < 32.04 - 2
