"""The augmentations that the common tests run over."""

import pytest

from sersk.augmentation import (
    AddNoise,
    Chain,
    ChangeDynamicRange,
    ChangeSpeed,
    ShiftPitch,
    ShiftTime,
    StretchTime,
    WarpSpeaker,
)

EFFECTS = {
    "white noise": AddNoise(),
    "loud noise": AddNoise(snr_db=-20),
    "pink noise": AddNoise(color="pink"),
    "brown noise": AddNoise(snr_db=None, amplitude=(0.0, 0.1), color="brown"),
    "shift": ShiftTime(),
    "shift without wrap": ShiftTime(wrap=False),
    "stretch": StretchTime(),
    "pitch": ShiftPitch(),
    "range": ChangeDynamicRange(),
    "loud range": ChangeDynamicRange(gain=50, threshold_db=(-60, -40), ratio=20),
    "speed": ChangeSpeed(),
    "speed of one length": ChangeSpeed(keep_length=True),
    "warp": WarpSpeaker(),
    "strong warp": WarpSpeaker((0.25, 4)),
    "chain": Chain([AddNoise(), ShiftPitch(), ChangeDynamicRange(), ChangeSpeed()]),
}
KEEPS_LENGTH = set(EFFECTS) - {"stretch", "speed", "chain"}

every_effect = pytest.mark.parametrize("effect", EFFECTS.values(), ids=EFFECTS)
