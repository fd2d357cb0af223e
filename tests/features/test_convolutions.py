"""Pooled random convolutions: against slow loops, and what they must not depend on."""

import warnings
from unittest import SkipTest

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError, SkipTestWarning
from sklearn.utils.estimator_checks import estimator_checks_generator

from sersk.exceptions import AudioReadError
from sersk.features import (
    MFCC,
    AudioFeatures,
    FeatureStore,
    MelSpectrogram,
    RandomConvolutions,
    _biases,
)
from sersk.features import _convolution as convolution
from sersk.features import _framing as framing
from sersk.features._biases import make_kernels
from sersk.features._convolution import pool_kernels
from sersk.features._kernels import Kernels, draw_kernels
from sersk.features._series import LogMelSeries
from tests.features._extractors import name_of

RATE = 16000
FRAMING = dict(sample_rate=RATE, n_fft=512, hop_length=160, win_length=400)
SMALL = dict(n_kernels=30)
N_VALUES = 8
# Some of the bank of thirty kernels.
DILATIONS = [
    1,
    1,
    1,
    1,
    2,
    2,
    2,
    2,
    4,
    4,
    4,
    4,
    4,
    7,
    7,
    8,
    8,
    8,
    10,
    11,
    11,
    11,
    13,
    14,
    17,
    17,
    19,
    28,
    28,
    28,
]
PEAKS = [3, 4, 7]
BIASES = [[-6.5, -1.47, -0.023, 1.162, 5.665], [-2.918, -0.588, 0.904, 2.293, 4.108]]


@pytest.fixture(scope="module")
def clips(voice):
    """Six voices of unequal lengths, the first under 0.8 s."""
    return [voice(seed, duration_s=0.5 + 0.3 * seed, sample_rate=RATE) for seed in range(6)]


def cube(extractor, signals):
    """Rows by clip, kernel and functional."""
    rows = extractor.transform(signals)
    return rows.reshape(len(rows), -1, N_VALUES)


def slow_series(signal, time_step=1, band_step=1):
    mel = MelSpectrogram(**FRAMING, n_mels=64, fmin=50.0, functionals=None)
    power = mel.transform([signal])[0].astype(float)
    series = np.log(np.maximum(power, 1e-8 * power.max()))
    series = (series - series.mean()) / 3
    while len(series) < 80:
        series = np.vstack([series, series[-1:]])
    n_steps = len(series) // time_step
    return np.array(
        [
            [
                series[i * time_step : (i + 1) * time_step, j : j + band_step].mean()
                for j in range(0, 64, band_step)
            ]
            for i in range(n_steps)
        ]
    )


def slow_output(series, channels, taps, dilation):
    """Sum over taps and channels, step by step."""
    output = np.zeros(len(series))
    seen = [channels @ step for step in series]
    for t in range(len(series)):
        for j, weight in enumerate(taps):
            then = t + (j - len(taps) // 2) * dilation
            if 0 <= then < len(series):
                output[t] += weight * seen[then]
    return output


def slow_pool(series, kernels, biases):
    rows = []
    for channels, taps, dilation, thresholds in zip(*kernels, biases, strict=True):
        output = slow_output(series, channels.astype(float), taps, dilation)
        above = [(output > threshold).mean() for threshold in thresholds]
        rows.append([*above, output.std(), output.max(), output.mean()])
    return np.array(rows)


def assert_pooled(found, expected, n_steps):
    # A step whose output is a bias but for rounding may fall on either side.
    np.testing.assert_allclose(found[:, :5], expected[:, :5], rtol=0, atol=1.5 / n_steps)
    assert (np.abs(found[:, :5] - expected[:, :5]) < 1e-6).mean() > 0.99
    np.testing.assert_allclose(found[:, 5:], expected[:, 5:], rtol=1e-4, atol=1e-4)


# The convolution.


def test_a_kernel_made_by_hand():
    """An impulse comes out as the taps, last first, twice a dilation apart."""
    series = np.zeros((9, 2), dtype=np.float32)
    series[4] = 1, -1
    kernels = Kernels(
        np.array([[1, 0], [0, 2]], dtype=np.float32),
        np.array([[1, 2, 4], [1, 2, 4]], dtype=np.float32),
        np.array([1, 3]),
    )
    pooled = pool_kernels(series, kernels, np.array([[0, 3], [-9, -3]], dtype=np.float32))
    outputs = [[0, 0, 0, 4, 2, 1, 0, 0, 0], [0, -8, 0, 0, -4, 0, 0, -2, 0]]
    np.testing.assert_allclose(pooled[:, :2], [[3 / 9, 1 / 9], [1, 7 / 9]])
    np.testing.assert_allclose(pooled[:, 2], np.std(outputs, axis=1), rtol=1e-6)
    np.testing.assert_allclose(pooled[:, 3], [4, 0])
    np.testing.assert_allclose(pooled[:, 4], [7 / 9, -14 / 9], rtol=1e-6)
    _, first = next(convolution.convolve(series, kernels, 0, 9))
    np.testing.assert_array_equal(first, outputs)


@pytest.mark.parametrize("n_steps", [1, 3, 79, 1023, 1024, 1025, 2100])
@pytest.mark.parametrize("kind", ["difference", "average"])
def test_a_direct_loop_agrees(kind, n_steps):
    """Across the edges of the stretches and of the groups of kernels that are worked on."""
    rng = np.random.default_rng(n_steps)
    series = rng.normal(size=(n_steps, 5)).astype(np.float32)
    kernels = draw_kernels(kind, 131, 5, lambda rng: rng.normal(size=5), 40, random_state=3)
    biases = np.sort(rng.normal(size=(131, 5)), axis=1).astype(np.float32)
    found = pool_kernels(series, kernels, biases)
    some = slice(None, None, 26 if n_steps > 100 else 1)
    expected = slow_pool(series, [part[some] for part in kernels], biases[some])
    assert_pooled(found[some], expected, n_steps)


def test_every_step_is_counted():
    """Also where all of a long series lies above; bytes would overflow."""
    series = np.ones((30_000, 1), dtype=np.float32)
    ones = np.ones((2, 1), dtype=np.float32)
    pooled = pool_kernels(series, Kernels(ones, ones, np.array([1, 1])), np.array([[0], [1]]))
    np.testing.assert_array_equal(pooled, [[1, 0, 1, 1], [0, 0, 1, 1]])


def test_deviations_are_found_beside_a_large_mean():
    values = 1000 + np.random.default_rng(0).normal(size=(3000, 1))
    values[2000:] += 5
    ones = np.ones((1, 1), dtype=np.float32)
    kernels = Kernels(ones, ones, np.array([1]))
    (pooled,) = pool_kernels(values.astype(np.float32), kernels, np.zeros((1, 1), np.float32))
    np.testing.assert_allclose(pooled[1:], [values.std(), values.max(), values.mean()], rtol=1e-4)


@pytest.mark.parametrize("duration_s", [0.3, 1.2, 21.0])
@pytest.mark.parametrize(
    "params",
    [dict(), dict(time_step=2, band_step=2, max_dilation=16), dict(kind="average", time_step=3)],
    ids=["difference", "coarse", "average"],
)
def test_a_clip_gives_what_slow_loops_give(voice, params, duration_s):
    """The longest has more frames than a block."""
    signal = voice(3, duration_s=duration_s, sample_rate=RATE)
    extractor = RandomConvolutions(n_kernels=6, random_state=5, **params)
    series = slow_series(signal, params.get("time_step", 1), params.get("band_step", 1))
    bank = extractor._bank
    expected = slow_pool(series, make_kernels(bank), _biases.make_synthetic_biases(bank))
    (found,) = cube(extractor, [signal])
    assert_pooled(found, expected, len(series))


# The kernels.


def test_differences_weigh_three_of_nine_times():
    kernels = make_kernels(RandomConvolutions()._bank)
    np.testing.assert_array_equal(np.sort(kernels.taps)[:, [0, 5, 6, 8]], [[-1, -1, 2, 2]] * 1000)
    assert len(np.unique(kernels.taps, axis=0)) == 84
    assert (kernels.dilations.min(), kernels.dilations.max()) == (1, 31)
    # Even in octaves.
    np.testing.assert_allclose((kernels.dilations < 4).mean(), 2 / 5, atol=0.05)
    np.testing.assert_allclose((kernels.dilations < 16).mean(), 4 / 5, atol=0.05)


def test_averages_are_moving_means_of_contrasts():
    kernels = make_kernels(RandomConvolutions(kind="average")._bank)
    lengths = (kernels.taps > 0).sum(axis=1)
    assert set(lengths) == {1, 3, 5, 9}
    np.testing.assert_allclose(kernels.taps.sum(axis=1), 1, rtol=1e-6)
    np.testing.assert_array_equal(kernels.taps, kernels.taps[:, ::-1])
    assert (kernels.dilations == 1).all()
    is_contrast = np.abs(kernels.channels.sum(axis=1)) < 1e-5
    assert is_contrast.mean() == pytest.approx(0.9, abs=0.03)


@pytest.mark.parametrize("kind", ["difference", "average"])
@pytest.mark.parametrize("n_mels", [1, 2, 64])
def test_channels_are_runs_of_unit_length(kind, n_mels):
    kernels = make_kernels(RandomConvolutions(kind=kind, n_mels=n_mels)._bank)
    np.testing.assert_allclose(np.linalg.norm(kernels.channels, axis=1), 1, rtol=1e-6)
    if (kind, n_mels) == ("difference", 64):
        n_edges = (np.diff(kernels.channels, prepend=0, append=0) != 0).sum(axis=1)
        assert (n_edges.min(), n_edges.max()) == (2, 6)
        assert 0.3 < (kernels.channels.sum(axis=1) > 0).mean() < 0.7


def test_one_seed_one_bank(clips):
    rows = RandomConvolutions(**SMALL).transform(clips)
    _biases.make_kernels.cache_clear()
    _biases.make_synthetic_biases.cache_clear()
    _biases._make_speech.cache_clear()
    np.testing.assert_array_equal(RandomConvolutions(**SMALL).transform(clips), rows)
    other = RandomConvolutions(**SMALL, random_state=1).transform(clips)
    assert (other != rows).mean() > 0.9


def test_kernels_and_biases_are_these_for_good():
    """A model learned from their outputs knows no others."""
    bank = RandomConvolutions(**SMALL)._bank
    kernels = make_kernels(bank)
    assert kernels.dilations.tolist() == DILATIONS
    assert np.flatnonzero(kernels.taps[7] > 0).tolist() == PEAKS
    found = _biases.make_synthetic_biases(bank)[[0, 29]]
    np.testing.assert_allclose(found, BIASES, rtol=0, atol=2e-3)


# What makes no difference, and what does.


@pytest.mark.parametrize("gain", [1e-3, 0.37, 30.0])
@pytest.mark.parametrize("kind", ["difference", "average"])
def test_gain_makes_no_difference(clips, kind, gain):
    extractor = RandomConvolutions(**SMALL, kind=kind)
    rows = cube(extractor, clips)
    louder = cube(extractor, [gain * clip for clip in clips])
    np.testing.assert_allclose(louder[..., 5:], rows[..., 5:], rtol=0, atol=1e-4)
    # A step or two of eighty may change sides.
    np.testing.assert_allclose(louder[..., :5], rows[..., :5], rtol=0, atol=0.03)
    assert (louder[..., :5] == rows[..., :5]).mean() > 0.99


def test_proportions_fall_from_bias_to_bias(clips):
    proportions = cube(RandomConvolutions(**SMALL), clips)[..., :5]
    assert proportions.min() >= 0
    assert proportions.max() <= 1
    assert (np.diff(proportions) <= 0).all()
    typical = proportions.mean(axis=(0, 1))
    np.testing.assert_allclose(typical, [0.9, 0.7, 0.5, 0.3, 0.1], atol=0.15)


@pytest.mark.parametrize("kind", ["difference", "average"])
def test_silence_is_a_constant_series(kind):
    extractor = RandomConvolutions(**SMALL, kind=kind)
    (silent,) = cube(extractor, [np.zeros(RATE)])
    biases = _biases.make_synthetic_biases(extractor._bank)
    np.testing.assert_array_equal(silent[:, :5], biases < 0)
    np.testing.assert_array_equal(silent[:, 5:], 0)


def test_a_short_clip_is_extended_by_its_last_frame(clips):
    series = RandomConvolutions()._bank.series
    recording = framing.Clip(_biases.Recording(clips[0][:4000], RATE))
    computed = series.compute(recording)
    assert computed.shape == (80, 64)
    assert (computed[26:] == computed[25]).all()
    assert (computed[24] != computed[25]).any()


def test_order_in_time_matters_to_differences_alone(clips):
    """Backwards, averages are pooled to the same values, and differences are not."""
    signal = clips[5]
    mel = RandomConvolutions()._bank.series.compute(framing.Clip(_biases.Recording(signal, RATE)))
    for kind, is_same in [("average", True), ("difference", False)]:
        bank = RandomConvolutions(**SMALL, kind=kind)._bank
        what = make_kernels(bank), _biases.make_synthetic_biases(bank)
        forwards, backwards = (pool_kernels(series, *what) for series in (mel, mel[::-1].copy()))
        assert np.allclose(forwards, backwards, atol=0.02) == is_same


def test_a_window_is_a_clip(clips):
    """Where frames at its ends are silent, and so reach no further."""
    quiet = np.zeros(RATE // 10, dtype=np.float32)
    pieces = [np.concatenate([quiet, clip[:RATE], quiet]) for clip in clips[2:]]
    extractor = RandomConvolutions(**SMALL)
    recording = np.concatenate([*pieces, quiet])
    *windows, _ = extractor.extract_windows(recording, window_s=1.2, hop_s=1.2)
    expected = cube(extractor, [piece[: round(1.2 * RATE) - 160] for piece in pieces])
    for window, row in zip(windows, expected, strict=True):
        assert_pooled(window.row.reshape(-1, N_VALUES), row, 120)


def test_the_spectrum_is_computed_once(clips, monkeypatch):
    calls = []
    original = framing._compute_power
    RandomConvolutions(**SMALL).transform(clips[:1])  # its biases need spectra too
    RandomConvolutions(**SMALL, kind="average").transform(clips[:1])
    monkeypatch.setattr(
        framing, "_compute_power", lambda *args: calls.append(1) or original(*args)
    )
    parts = [
        ("difference", RandomConvolutions(**SMALL)),
        ("average", RandomConvolutions(**SMALL, kind="average")),
        ("mfcc", MFCC(**FRAMING)),
    ]
    rows = AudioFeatures(parts).transform(clips)
    assert len(calls) == len(clips)
    apart = [part.transform(clips) for _, part in parts]
    np.testing.assert_array_equal(rows, np.concatenate(apart, axis=1))


# Names and parameters.


def test_names():
    names = list(RandomConvolutions(n_kernels=2).get_feature_names_out())
    functionals = ["above10", "above30", "above50", "above70", "above90", "std", "max", "mean"]
    assert names == [f"mel_difference{i}_{name}" for i in (0, 1) for name in functionals]
    average = RandomConvolutions(n_kernels=2, kind="average")
    assert average.get_feature_names_out()[-1] == "mel_average1_mean"


def test_columns_hold_what_their_names_say(clips):
    table = RandomConvolutions(**SMALL).set_output(transform="pandas").fit_transform(clips)
    for i in range(30):
        values = table.filter(regex=f"^mel_difference{i}_").to_numpy().T
        assert len(values) == N_VALUES
        assert (np.diff(values[:5], axis=0) <= 0).all()
        # None strays from its mean by more than this many standard deviations can say.
        std, greatest, mean = values[5:]
        assert (greatest > mean + 0.5 * std).all()
        assert (greatest < mean + np.sqrt(250) * std).all()


def test_banks_of_one_kind_in_a_union(clips):
    banks = [(f"seed{i}", RandomConvolutions(**SMALL, random_state=i)) for i in (0, 1)]
    with pytest.raises(ValueError, match="both give the feature 'mel_difference0_above10'"):
        AudioFeatures(banks).fit(clips)
    union = AudioFeatures(banks, verbose_feature_names_out=True)
    assert union.fit_transform(clips).shape == (6, 480)
    assert union.get_feature_names_out()[-1] == "seed1__mel_difference29_mean"


@pytest.mark.parametrize(
    ("params", "message"),
    [
        (dict(n_kernels=0), r"The 'n_kernels' parameter of RandomConvolutions must be an int"),
        (dict(kind="mini"), r"The 'kind' parameter of RandomConvolutions must be a str among"),
        (dict(over="wave"), r"The 'over' parameter of RandomConvolutions must be a str among"),
        (dict(biases="x"), r"The 'biases' parameter of RandomConvolutions must be a str among"),
        (dict(sample_rate=4000), r"an int in the range \[8000, 48000\]\. Got 4000 instead"),
        (dict(random_state=None), r"The 'random_state' parameter of RandomConvolutions must be"),
        (
            dict(band_step=3),
            r"'band_step' parameter of RandomConvolutions must divide n_mels, 64\. Got 3 instead",
        ),
        (
            dict(win_length=513),
            r"'win_length' parameter of RandomConvolutions must not exceed n_fft, 512\. Got 513",
        ),
        (dict(fmax=9000.0), r"parameters of RandomConvolutions must satisfy .*fmax=9000\.0"),
    ],
)
def test_wrong_parameters_are_explained(clips, params, message):
    with pytest.raises(ValueError, match=message):
        RandomConvolutions(**params).fit(clips)


@pytest.mark.parametrize(
    "params",
    [dict(sample_rate=8000), dict(sample_rate=48000), dict(hop_length=20_000, time_step=3)],
)
def test_odd_framings(clips, params):
    extractor = RandomConvolutions(n_kernels=5, **params)
    assert np.isfinite(extractor.transform([clips[0], clips[5]])).all()


# Biases from the clips given to fit.

FITTED = RandomConvolutions(**SMALL, biases="fit")
CHECKS = list(estimator_checks_generator(RandomConvolutions(n_kernels=5, biases="fit")))


@pytest.mark.parametrize(("extractor", "check"), CHECKS, ids=name_of)
def test_scikit_learn_check_where_biases_are_learnt(extractor, check):
    with warnings.catch_warnings():
        warnings.simplefilter("error", SkipTestWarning)
        try:
            check(clone(extractor))
        except SkipTest as skip:
            pytest.fail(f"scikit-learn skipped its check: {skip}")


def test_biases_are_quantiles_over_the_clips(clips):
    # Longer than 0.8 s, so that every step counts once.
    clips = clips[2:]
    extractor = clone(FITTED)
    rows = extractor.fit(clips).transform(clips).reshape(4, -1, N_VALUES)
    n_steps = [1 + len(clip) // 160 for clip in clips]
    proportions = np.average(rows[..., :5], axis=0, weights=n_steps)
    expected = np.broadcast_to([0.9, 0.7, 0.5, 0.3, 0.1], (30, 5))
    np.testing.assert_allclose(proportions, expected, atol=2 / sum(n_steps))
    assert extractor.biases_.shape == (30, 5)


def test_biases_come_from_forty_clips_at_most(voices):
    signals = [voices[i % 20] * np.float32(1 + i) + np.float32(0.001 * i) for i in range(60)]
    opened = []
    extractor = clone(FITTED)
    extractor._open = lambda source: opened.append(source) or RandomConvolutions()._open(source)
    extractor.fit(signals)
    places = [next(i for i, s in enumerate(signals) if s is o) for o in opened]
    assert len(set(places)) == 40
    # Not the first ones.
    assert sum(place >= 40 for place in places) > 5
    again = clone(FITTED).fit(signals)
    np.testing.assert_array_equal(again.biases_, extractor.biases_)
    other = clone(FITTED).set_params(random_state=1).fit(signals)
    assert (other.biases_ != extractor.biases_).any()


def test_without_fit_there_are_no_biases(clips, tmp_path):
    extractor = clone(FITTED)
    message = r"biases='fit' is not fitted .* Call fit first, or set biases='synthetic'"
    for what in (extractor, clone(extractor).set_params(memory=tmp_path)):
        with pytest.raises(NotFittedError, match=message):
            what.transform(clips)
        with pytest.raises(NotFittedError, match=message):
            clone(what.fit(clips)).transform(clips)
    extractor.fit(clips).set_params(n_kernels=31)
    with pytest.raises(NotFittedError, match=message):
        extractor.transform(clips)
    assert extractor.set_params(biases="synthetic").transform(clips).shape == (6, 248)


def test_only_learnt_biases_ask_for_fit():
    assert FITTED.__sklearn_tags__().requires_fit
    assert not RandomConvolutions().__sklearn_tags__().requires_fit


def test_a_union_fits_its_parts(clips):
    union = AudioFeatures([("mfcc", MFCC(**FRAMING)), ("bank", clone(FITTED))])
    rows = union.fit(clips[:3]).transform(clips)
    alone = clone(FITTED).fit(clips[:3]).transform(clips)
    np.testing.assert_array_equal(rows[:, -240:], alone)
    with pytest.raises(NotFittedError, match="Call fit first"):
        clone(union).transform(clips)


def test_a_union_learns_from_the_part_of_the_clip_that_it_uses(clips):
    longer = [np.concatenate([clip, clip[:8000][::-1]]) for clip in clips]
    union = AudioFeatures([("bank", clone(FITTED))], duration_s=0.5)
    expected = clone(FITTED).fit([clip[:8000] for clip in clips])
    np.testing.assert_array_equal(
        union.fit(longer).transform(longer), expected.transform([clip[:8000] for clip in clips])
    )


def test_the_store_keeps_biases_apart(clips, tmp_path):
    store = FeatureStore(tmp_path)
    rows = [clone(FITTED).fit(part).transform(clips) for part in (clips[:2], clips[2:])]
    rows.append(RandomConvolutions(**SMALL).transform(clips))
    assert (rows[0] != rows[1]).any()
    for _ in range(2):
        for part, expected in zip((clips[:2], clips[2:]), rows, strict=False):
            extractor = clone(FITTED).set_params(memory=store).fit(part)
            np.testing.assert_array_equal(extractor.transform(clips), expected)
        plain = RandomConvolutions(**SMALL, memory=store)
        np.testing.assert_array_equal(plain.transform(clips), rows[2])
    assert (store.info().n_computed, store.info().n_reused) == (18, 18)


def test_biases_go_to_the_workers(voices, workers_at_once):
    extractor = clone(FITTED).fit(voices)
    expected = extractor.transform(voices)
    np.testing.assert_array_equal(extractor.set_params(n_jobs=2).transform(voices), expected)


def test_files_that_cannot_be_read_are_not_learnt_from(clips, write_audio, tmp_path):
    paths = [str(write_audio(f"{i}.wav", c, RATE, subtype="FLOAT")) for i, c in enumerate(clips)]
    missing = str(tmp_path / "missing.wav")
    found = clone(FITTED).fit([*paths, missing]).biases_
    # Quantiles do not ask for the order of the clips.
    np.testing.assert_allclose(found, clone(FITTED).fit(clips).biases_, rtol=0, atol=1e-5)
    with pytest.raises(AudioReadError, match=r"missing\.wav"):
        clone(FITTED).fit([missing])


def test_series_are_told_apart_by_all_parameters():
    """They are keys of what is computed once in a process."""
    series = RandomConvolutions()._bank.series
    assert isinstance(series, LogMelSeries)
    for name in ("time_step", "band_step", "n_mels", "hop_length", "fmin", "win_length", "n_fft"):
        value = getattr(RandomConvolutions(), name)
        assert RandomConvolutions(**{name: value + 2})._bank.series != series
    for name in ("n_kernels", "max_dilation", "random_state"):
        value = getattr(RandomConvolutions(), name)
        assert RandomConvolutions(**{name: value + 1})._bank != RandomConvolutions()._bank
