"""Augmentations by name."""

import re

import numpy as np
import pytest

from sersk.augmentation import (
    AUGMENTATIONS,
    PRESETS,
    AddNoise,
    Chain,
    ChangeDynamicRange,
    ChangeSpeed,
    ShiftPitch,
    ShiftTime,
    StretchTime,
    WarpSpeaker,
    make_augmentations,
)
from sersk.augmentation._registry import split_names
from sersk.exceptions import RecipeError
from tests.augmentation._sounds import level_db, make_vowel


def test_names_make_the_augmentations():
    names = "noise,shift,stretch,pitch,range,speed,warp-down,warp-up"
    kinds = [type(made) for made in make_augmentations(names)]
    assert kinds == [
        *(AddNoise, ShiftTime, StretchTime),
        *(ShiftPitch, ChangeDynamicRange, ChangeSpeed),
        *(WarpSpeaker, WarpSpeaker),
    ]
    assert kinds == list(AUGMENTATIONS.values())


@pytest.mark.parametrize("names", [" noise + pitch , speed", ["noise+pitch", "speed"]])
def test_plus_joins_in_one_copy(names):
    chain, speed = make_augmentations(names)
    assert isinstance(chain, Chain)
    assert [type(part) for part in chain.augmentations] == [AddNoise, ShiftPitch]
    assert isinstance(speed, ChangeSpeed)


def test_warp_stands_for_a_lower_and_a_higher_copy():
    down, up = make_augmentations("warp")
    assert (down.factor, up.factor) == ((0.84, 0.95), (1.05, 1.20))
    for names in ("warp-down,warp-up", [" warp"], [down, "warp-up"]):
        assert list(map(repr, make_augmentations(names))) == [repr(down), repr(up)]
    assert list(map(repr, make_augmentations("warp", "augmented-cnn"))) == [repr(down), repr(up)]


def test_warp_among_others_is_two_copies_as_well():
    assert [type(made) for made in make_augmentations("noise, warp,speed")] == [
        *(AddNoise, WarpSpeaker, WarpSpeaker, ChangeSpeed)
    ]
    chains = [made.augmentations for made in make_augmentations("noise + warp + range")]
    kinds = [AddNoise, WarpSpeaker, ChangeDynamicRange]
    assert [[type(part) for part in chain] for chain in chains] == [kinds, kinds]
    assert [chain[1].factor for chain in chains] == [(0.84, 0.95), (1.05, 1.20)]


def test_names_are_split_into_one_for_each_copy():
    assert split_names("noise, warp") == (["noise", "warp-down", "warp-up"], "default")
    assert split_names("warp+range") == (["warp-down+range", "warp-up+range"], "default")
    assert split_names("augmented-cnn") == (["noise", "pitch"], "augmented-cnn")


def test_default_preset_is_that_of_the_classes():
    names = [name for name in AUGMENTATIONS if not name.startswith("warp-")]
    for name, made in zip(names, make_augmentations(names), strict=True):
        assert made.get_params() == AUGMENTATIONS[name]().get_params()


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_know_every_name_and_work(preset):
    assert list(PRESETS[preset]) == list(AUGMENTATIONS)
    for made in make_augmentations(list(AUGMENTATIONS), preset):
        assert len(made(make_vowel(), 16000, 0)) > 0


def test_augmented_cnn_stands_for_its_two_copies():
    made = make_augmentations("augmented-cnn")
    assert [type(part) for part in made] == [AddNoise, ShiftPitch]
    both = make_augmentations("noise,pitch", "augmented-cnn")
    assert [part.describe() for part in made] == [part.describe() for part in both]


def test_augmented_cnn_has_its_constants():
    noise, shift, stretch, pitch, dynamics, speed, *_ = make_augmentations(
        list(AUGMENTATIONS), "augmented-cnn"
    )
    assert (noise.snr_db, noise.amplitude, noise.color) == (None, (0, 0.005), "white")
    assert np.multiply(shift.shift_s, 44100) == pytest.approx((-2500, 2500))
    assert shift.wrap
    assert stretch.rate == 0.8
    assert pitch.n_semitones == (0, 4)
    assert (dynamics.gain, dynamics.ratio) == ((1.5, 3), 1)
    assert (speed.factor, speed.keep_length) == ((1, 1 / 0.8), True)


def test_noise_of_augmented_cnn_is_at_most_half_a_percent_of_the_peak():
    signal = make_vowel()
    peak = np.abs(signal).max()
    noise = make_augmentations("noise", "augmented-cnn")[0]
    shares = [
        10 ** (level_db(noise(signal, 16000, seed) - signal) / 20) / peak for seed in range(60)
    ]
    assert 0 <= min(shares) < 0.0005
    assert 0.0045 < max(shares) <= 0.00501


def test_presets_cannot_be_changed_through_what_they_made():
    make_augmentations("pitch", "augmented-cnn")[0].set_params(n_semitones=12)
    assert make_augmentations("pitch", "augmented-cnn")[0].n_semitones == (0, 4)


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ("echo", "There is no augmentation 'echo'. It must be one of: noise, shift, stretch, "),
        ("noise,", "There is no augmentation ''. It must be one of: "),
        ("noise++pitch", "There is no augmentation ''. It must be one of: "),
        ("noise,augmented-cnn", "There is no augmentation 'augmented-cnn'."),
        ("echo", "range, speed, warp-down, warp-up, warp; those joined by +"),
        ([], "At least one augmentation must be named, one of: noise, shift,"),
    ],
)
def test_unknown_names(names, message):
    with pytest.raises(RecipeError, match=re.escape(message)):
        make_augmentations(names)


def test_unknown_preset():
    with pytest.raises(
        RecipeError, match=r"no preset 'loud' .* must be one of: default, augmented-cnn\."
    ):
        make_augmentations("noise", "loud")
