"""Augmentations by name, and presets of their parameters."""

from itertools import product

from sersk.augmentation._chain import Chain
from sersk.augmentation._dynamics import ChangeDynamicRange
from sersk.augmentation._noise import AddNoise
from sersk.augmentation._pitch import ShiftPitch
from sersk.augmentation._shift import ShiftTime
from sersk.augmentation._speed import ChangeSpeed
from sersk.augmentation._stretch import StretchTime
from sersk.augmentation._warp import WarpSpeaker
from sersk.exceptions import RecipeError

AUGMENTATIONS = {
    "noise": AddNoise,
    "shift": ShiftTime,
    "stretch": StretchTime,
    "pitch": ShiftPitch,
    "range": ChangeDynamicRange,
    "speed": ChangeSpeed,
    "warp-down": WarpSpeaker,
    "warp-up": WarpSpeaker,
}

# Away from 1, where a copy would be the clip once more.
_WARPS = {"warp-down": {"factor": (0.84, 0.95)}, "warp-up": {"factor": (1.05, 1.20)}}
PRESETS = {
    "default": {name: {} for name in AUGMENTATIONS} | _WARPS,
    # The constants of the augmented-cnn system, whose shift is given in samples at 44.1 kHz.
    "augmented-cnn": {
        "noise": {"snr_db": None, "amplitude": (0.0, 0.005)},
        "shift": {"shift_s": (-2500 / 44100, 2500 / 44100)},
        "stretch": {"rate": 0.8},
        "pitch": {"n_semitones": (0, 4)},
        "range": {"gain": (1.5, 3.0), "ratio": 1.0},
        "speed": {"factor": (1.0, 1.25), "keep_length": True},
        **_WARPS,
    },
}
# Names that stand for several, each of which makes a copy of its own.
_SEVERAL = {"warp": tuple(_WARPS)}
# Systems whose name stands for the copies that they make.
_SYSTEMS = {"augmented-cnn": "noise,pitch"}


def make_augmentations(names, preset="default"):
    """Make augmentations by their names, one for each copy of a clip.

    Parameters
    ----------
    names : str or sequence
        Names out of `AUGMENTATIONS`, as in ``"noise,pitch"``. Those joined by ``+``, as in
        ``"noise+pitch,speed"``, change the same copy one after the other. ``"warp"`` stands for
        two copies, ``"warp-down"`` and ``"warp-up"``. ``"augmented-cnn"`` alone means the copies
        of that system, noise and pitch, with its constants. What is an augmentation already stays
        as it is.
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
    copies = [copy for name in names for copy in _name_copies(name)]
    return [_make_copy(copy, PRESETS[preset]) for copy in copies]


def split_names(names, preset="default"):
    """Split names at commas, and and put what a name stands for in its place.

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
    return [copy for name in names.split(",") for copy in _name_copies(name.strip())], preset


def _name_copies(name):
    """Give the names of the copies that a name stands for; most stand for one."""
    if hasattr(name, "describe"):
        return [name]
    parts = [_SEVERAL.get(part.strip(), (part,)) for part in name.split("+")]
    return ["+".join(chosen) for chosen in product(*parts)]


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
    return f"one of: {', '.join([*AUGMENTATIONS, *_SEVERAL])}; those joined by + change one copy"
