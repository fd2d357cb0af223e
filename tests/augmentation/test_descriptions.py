"""Descriptions: equal where the copies are, different where the copies could be."""

import json

import numpy as np
import pytest
from sklearn.base import clone

from sersk.augmentation import (
    AddNoise,
    BaseAugmentation,
    Chain,
    ShiftPitch,
    ShiftTime,
    WarpSpeaker,
    _base,
)
from tests.augmentation._effects import EFFECTS, every_effect


class Quieter(BaseAugmentation):
    def __init__(self, by=0.5):
        self.by = by

    def _change(self, signal, sample_rate, rng):
        return self.by * signal


def test_all_are_different():
    described = [effect.describe() for effect in EFFECTS.values()]
    assert len(set(described)) == len(described)


@every_effect
def test_equal_for_an_equal_one(effect):
    assert clone(effect).describe() == effect.describe()
    assert json.loads(effect.describe())["definitions"] == _base.DEFINITIONS_VERSION


def test_every_parameter_counts():
    other = {
        "white noise": dict(snr_db=5, color="pink"),
        "shift": dict(shift_s=0.1, wrap=False),
        "stretch": dict(rate=1.1),
        "pitch": dict(n_semitones=1),
        "range": dict(gain=2, threshold_db=-10, ratio=2),
        "speed": dict(factor=1.1, keep_length=True),
        "warp": dict(factor=1.1),
    }
    for name, params in other.items():
        for parameter, value in params.items():
            changed = clone(EFFECTS[name]).set_params(**{parameter: value})
            assert changed.describe() != EFFECTS[name].describe(), parameter


@every_effect
def test_version_of_the_definitions_counts(effect, monkeypatch):
    before = effect.describe()
    monkeypatch.setattr(_base, "DEFINITIONS_VERSION", 99)
    assert effect.describe() != before


@every_effect
def test_versions_of_libraries_count(effect, monkeypatch):
    before = effect.describe()
    monkeypatch.setattr(_base, "_find_version", lambda name: "0.0")
    assert effect.describe() != before


def test_libraries_are_those_in_use(write_audio, tone):
    def libraries(effect):
        return set(json.loads(effect.describe())["libraries"])

    assert libraries(ShiftTime()) == {"numpy"}
    assert libraries(AddNoise()) == {"numpy", "scipy"}
    assert libraries(ShiftPitch()) == libraries(WarpSpeaker()) == {"numpy", "scipy", "soxr"}
    path = write_audio("tone.wav", tone())
    assert libraries(AddNoise(files=path)) == {"numpy", "soundfile", "soxr"}


def test_order_and_parts_of_a_chain_count():
    noise, shift = AddNoise(), ShiftTime()
    described = {
        Chain(parts).describe()
        for parts in ([noise, shift], [shift, noise], [noise], [noise, noise], [Chain([noise])])
    }
    assert len(described) == 5
    assert noise.describe() not in described


def test_numbers_of_numpy_are_numbers():
    assert ShiftPitch(np.float64(2.0)).describe() == ShiftPitch(2.0).describe()
    assert ShiftPitch((np.float64(0), np.int64(2))).describe() == ShiftPitch([0.0, 2]).describe()


def test_class_of_a_user_is_described():
    described = json.loads(Quieter(0.25).describe())
    assert described["augmentation"].endswith("test_descriptions.Quieter")
    assert described["params"] == {"by": 0.25}
    with pytest.raises(TypeError, match="A parameter of type ndarray cannot be described"):
        Quieter(np.ones(3)).describe()
