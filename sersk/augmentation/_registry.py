"""Augmentations by name, and presets of their parameters."""

from sersk.augmentation._chain import Chain
from sersk.augmentation._dynamics import ChangeDynamicRange
from sersk.augmentation._noise import AddNoise
from sersk.augmentation._pitch import ShiftPitch
from sersk.augmentation._shift import ShiftTime
from sersk.augmentation._speed import ChangeSpeed
from sersk.augmentation._stretch import StretchTime
from sersk.exceptions import RecipeError

AUGMENTATIONS = {
    "noise": AddNoise,
    "shift": ShiftTime,
    "stretch": StretchTime,
    "pitch": ShiftPitch,
    "range": ChangeDynamicRange,
    "speed": ChangeSpeed,
}

PRESETS = {
    "default": {name: {} for name in AUGMENTATIONS},
    # The constants of the augmented-cnn system, whose shift is given in samples at 44.1 kHz.
    "augmented-cnn": {
        "noise": {"snr_db": None, "amplitude": (0.0, 0.005)},
        "shift": {"shift_s": (-2500 / 44100, 2500 / 44100)},
        "stretch": {"rate": 0.8},
        "pitch": {"n_semitones": (0, 4)},
        "range": {"gain": (1.5, 3.0), "ratio": 1.0},
        "speed": {"factor": (1.0, 1.25), "keep_length": True},
    },
}
# Systems whose name stands for the copies that they make.
_SYSTEMS = {"augmented-cnn": "noise,pitch"}


def make_augmentations(names, preset="default"):
    """Make augmentations by their names, one for each copy of a clip.

    Parameters
    ----------
    names : str or sequence
        Names out of `AUGMENTATIONS`, as in ``"noise,pitch"``. Those joined by ``+``, as in
        ``"noise+pitch,speed"``, change the same copy one after the other. ``"augmented-cnn"``
        alone means the copies of that system, noise and pitch, with its constants. What is an
        augmentation already stays as it is.
    preset : str, default="default"
        Parameters to give them, one of `PRESETS`.

    Returns
    -------
    augmentations : list of BaseAugmentation
        One for each copy.

    Raises
    ------
    RecipeError
        When a name is unknown.

    Examples
    --------
    >>> from sersk.augmentation import make_augmentations
    >>> make_augmentations("noise+pitch,speed")
    [Chain(augmentations=[AddNoise(), ShiftPitch()]), ChangeSpeed()]
    """
    if isinstance(names, str):
        names, preset = split_names(names, preset)
    if preset not in PRESETS:
        raise RecipeError(
            f"There is no preset {preset!r} of augmentations. It must be one of: "
            f"{', '.join(PRESETS)}."
        )
    if len(names) == 0:
        raise RecipeError(
            f"At least one augmentation must be named, {_explain_names()}. Got none."
        )
    return [_make_copy(name, PRESETS[preset]) for name in names]


def split_names(names, preset="default"):
    """Split names at commas, and put those that it stands for in the place of a system.

    Parameters
    ----------
    names : str
        Names as for `make_augmentations`.
    preset : str, default="default"
        Parameters asked for.

    Returns
    -------
    names : list of str
        A name for each copy.
    preset : str
        Parameters to give them; a system's own for a system.
    """
    if names in _SYSTEMS:
        names, preset = _SYSTEMS[names], names
    return [name.strip() for name in names.split(",")], preset


def _make_copy(names, params):
    if hasattr(names, "describe"):
        return names
    parts = [_make_part(name.strip(), params) for name in names.split("+")]
    return parts[0] if len(parts) == 1 else Chain(parts)


def _make_part(name, params):
    if name not in AUGMENTATIONS:
        raise RecipeError(
            f"There is no augmentation {name!r}. It must be {_explain_names()}, or be "
            f"{' or '.join(_SYSTEMS)} by itself."
        )
    return AUGMENTATIONS[name](**params[name])


def _explain_names():
    return f"one of: {', '.join(AUGMENTATIONS)}; those joined by + change one copy"
