"""Changed copies of clips that keep their label, made of training clips only."""

from sersk.utils._lazy import make_lazy

# Where each public name lives. A submodule is imported when one of its names is first touched.
_SUBMODULES = {
    "AUGMENTATIONS": "_registry",
    "PRESETS": "_registry",
    "AddNoise": "_noise",
    "AugmentedEstimator": "_estimator",
    "BaseAugmentation": "_base",
    "Chain": "_chain",
    "ChangeDynamicRange": "_dynamics",
    "ChangeSpeed": "_speed",
    "ShiftPitch": "_pitch",
    "ShiftTime": "_shift",
    "StretchTime": "_stretch",
    "WarpSpeaker": "_warp",
    "make_augmentations": "_registry",
}

__all__ = [
    "AUGMENTATIONS",
    "PRESETS",
    "AddNoise",
    "AugmentedEstimator",
    "BaseAugmentation",
    "Chain",
    "ChangeDynamicRange",
    "ChangeSpeed",
    "ShiftPitch",
    "ShiftTime",
    "StretchTime",
    "WarpSpeaker",
    "make_augmentations",
]

__getattr__, __dir__ = make_lazy(__name__, _SUBMODULES)
