"""What every augmentation does with every signal, and as an object of scikit-learn."""

import pickle
import re
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from sklearn.base import clone

from sersk.augmentation import AddNoise, Chain, ShiftPitch, StretchTime
from tests.augmentation._effects import EFFECTS, KEEPS_LENGTH, every_effect
from tests.augmentation._sounds import make_vowel


def _click(n_times):
    signal = np.zeros(n_times)
    signal[n_times // 2] = 1.0
    return signal


SIGNALS = {
    "speech": make_vowel(),
    "double precision": make_vowel().astype(np.float64),
    "half precision": make_vowel()[:4000].astype(np.float16),
    "silence": np.zeros(3000),
    "one sample": np.array([0.5]),
    "one silent sample": np.array([0.0]),
    "two samples": np.array([-1.0, 1.0]),
    "offset": np.full(3000, 0.7),
    "full scale": np.where(np.arange(3000) // 40 % 2, 1.0, -1.0),
    "beyond full scale": 40 * make_vowel(),
    "click": _click(5000),
    "click at the start": np.roll(_click(5000), -2500),
    "faint": 1e-30 * make_vowel(),
    "fainter than normal": np.full(3000, 1e-44),
    "huge": np.full(3000, 3e38),
    "silence, then speech": np.concatenate([np.zeros(8000), make_vowel()]),
    "20 s": np.tile(make_vowel(), 20),
    "every other sample": np.repeat(make_vowel(), 2)[::2],
}


@every_effect
@pytest.mark.parametrize("name", SIGNALS)
def test_copy_is_a_signal(effect, name):
    signal = SIGNALS[name]
    before = signal.copy()
    with np.errstate(all="raise", under="ignore"):
        changed = effect(signal, 16000, 0)
    np.testing.assert_array_equal(signal, before)
    assert changed.dtype == np.float32
    assert changed.ndim == 1
    assert changed.size > 0
    assert changed.flags.c_contiguous
    assert changed.flags.writeable
    assert np.isfinite(changed).all()
    assert np.abs(changed).max() <= 1
    assert not np.shares_memory(changed, signal)
    if not signal.any():
        assert not changed.any()


@pytest.mark.filterwarnings("error")
@every_effect
@pytest.mark.parametrize("sample_rate", [1, 50, 8000, 11025, 22050, 44100, 48000, 96000])
def test_every_sampling_rate(effect, sample_rate):
    changed = effect(make_vowel()[:3000], sample_rate, 0)
    assert np.isfinite(changed).all()
    assert changed.any()


@pytest.mark.parametrize("name", sorted(KEEPS_LENGTH))
@pytest.mark.parametrize("n_times", [1, 2, 3, 100, 4099])
def test_length_is_kept(name, n_times):
    assert len(EFFECTS[name](make_vowel()[200 : 200 + n_times], 16000, 0)) == n_times


@every_effect
def test_same_seed_same_copy(effect):
    signal = make_vowel()[:5000]
    first = effect(signal, 16000, 7)
    np.random.seed(1)  # noqa: NPY002
    state = np.random.get_state()  # noqa: NPY002
    effect(signal, 16000, 8)
    assert np.array_equal(effect(signal, 16000, 7), first)
    assert np.array_equal(effect(signal.astype(np.float64), 16000, 7), first)
    assert np.array_equal(effect(signal, 16000, np.random.RandomState(7)), first)
    assert np.array_equal(clone(effect)(signal, 16000, 7), first)
    assert not np.array_equal(effect(signal, 16000, 9), first)
    # Nothing was drawn from the global generator.
    effect(signal, 16000)
    assert np.array_equal(np.random.get_state()[1], state[1])  # noqa: NPY002
    assert np.random.get_state()[2] == state[2]  # noqa: NPY002


@every_effect
def test_without_seed_something_else_each_time(effect):
    signal = make_vowel()[:5000]
    np.random.seed(1)  # noqa: NPY002
    first = effect(signal, 16000)
    np.random.seed(1)  # noqa: NPY002
    assert not np.array_equal(effect(signal, 16000), first)


@every_effect
def test_threads_make_the_same_copies(effect):
    signal = make_vowel()[:4000]
    expected = [effect(signal, 16000, seed) for seed in range(12)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda seed: effect(signal, 16000, seed), range(12)))
    assert all(np.array_equal(a, b) for a, b in zip(found, expected, strict=True))


@every_effect
def test_it_keeps_nothing(effect):
    before = dict(vars(effect))
    effect(make_vowel()[:1000], 16000, 0)
    effect.describe()
    assert vars(effect) == before


@every_effect
def test_as_an_object_of_scikit_learn(effect):
    signal = make_vowel()[:1000]
    copied = clone(effect)
    assert copied is not effect
    assert repr(copied) == repr(effect)
    restored = pickle.loads(pickle.dumps(effect))
    assert repr(restored) == repr(effect)
    assert np.array_equal(restored(signal, 16000, 0), effect(signal, 16000, 0))
    assert "random_state" not in effect.get_params()
    assert type(effect)(**effect.get_params(deep=False)).describe() == effect.describe()


def test_set_params_is_heeded():
    signal = make_vowel()[:4000]
    stretch = StretchTime(0.8)
    assert len(stretch(signal, 16000)) == 5000
    assert len(stretch.set_params(rate=1.25)(signal, 16000)) == 3200
    with pytest.raises(ValueError, match="'rate' parameter of StretchTime"):
        stretch.set_params(rate=0)(signal, 16000)


def test_repr_shows_what_is_not_default():
    assert repr(AddNoise(snr_db=5, color="pink")) == "AddNoise(color='pink', snr_db=5)"


NUMBERS = [
    (name, parameter)
    for name in ("white noise", "shift", "stretch", "pitch", "range", "speed", "warp")
    for parameter, value in EFFECTS[name].get_params().items()
    if isinstance(value, (tuple, float)) and not isinstance(value, bool)
]


def test_parameters_to_try_are_found():
    assert len(NUMBERS) == 9


@pytest.mark.parametrize(("name", "parameter"), NUMBERS)
@pytest.mark.parametrize(
    "value", [(2, 1), (1,), (1, 2, 3), (), (1, None), ("1", "2"), (1, 1e9), [np.nan, 1]], ids=str
)
def test_pairs_that_are_none(name, parameter, value):
    effect = clone(EFFECTS[name]).set_params(**{parameter: value})
    kind = type(effect).__name__
    message = f"The {parameter!r} parameter of {kind} must be a float in the range ["
    rest = f"or a pair (low, high) of such. Got {value!r} instead."
    for use in (effect.describe, lambda: effect(make_vowel()[:100], 16000)):
        with pytest.raises(ValueError, match=f"{re.escape(message)}.*{re.escape(rest)}"):
            use()


@pytest.mark.parametrize(("name", "parameter"), NUMBERS)
@pytest.mark.parametrize("value", ["much", 1e9, -1e9, np.nan, np.inf], ids=str)
def test_numbers_out_of_range(name, parameter, value):
    effect = clone(EFFECTS[name]).set_params(**{parameter: value})
    with pytest.raises(ValueError, match=f"The '{parameter}' parameter of .* must be a float"):
        effect(make_vowel()[:100], 16000)


@pytest.mark.parametrize(
    ("signal", "message"),
    [
        (np.zeros((2, 100)), r"1-D array .* Got shape \(2, 100\) and dtype float64"),
        (np.zeros(0), r"at least one\. Got shape \(0,\)"),
        (np.zeros(100, dtype=np.int16), "dtype int16 instead"),
        (0.5, r"Got shape \(\)"),
        ("clip.wav", "dtype <U8"),
        (np.array([0.1, np.nan]), "ShiftPitch contains NaN, infinity"),
        (np.array([0.1, np.inf]), "contains NaN, infinity"),
        (np.array([0.1, 1e300]), "too large for float32"),
    ],
    ids=str,
)
def test_signals_that_are_none(signal, message):
    with pytest.raises(ValueError, match=message):
        ShiftPitch()(signal, 16000)


@pytest.mark.parametrize("sample_rate", [0, -1, 16000.0, None, "16000"])
def test_sampling_rates_that_are_none(sample_rate):
    with pytest.raises(ValueError, match=r"rate for ShiftPitch must be an int .* Got .* instead"):
        ShiftPitch()(make_vowel(), sample_rate)


def test_chain_is_one_after_the_other_from_one_generator():
    signal = make_vowel()[:4000]
    noise, stretch = AddNoise(), StretchTime()
    rng = np.random.RandomState(3)
    expected = stretch(noise(signal, 16000, rng), 16000, rng)
    assert np.array_equal(Chain([noise, stretch])(signal, 16000, 3), expected)
    assert not np.array_equal(
        Chain([noise, noise])(signal, 16000, 3) - noise(signal, 16000, 3), np.zeros(4000)
    )


def test_chain_of_nothing_or_of_anything():
    with pytest.raises(ValueError, match=r"Chain must have at least one augmentation\. Got none"):
        Chain([])(make_vowel(), 16000)
    with pytest.raises(TypeError, match=r"list of augmentations\. Got 'noise' in it"):
        Chain(["noise"]).describe()
    with pytest.raises(ValueError, match="'rate' parameter of StretchTime"):
        Chain([AddNoise(), Chain([StretchTime(0)])]).describe()
