"""Every private name of scikit-learn that sersk leans on.

They are imported here and nowhere else, so that a change upstream is mended in one place.
"""

from sklearn.utils._param_validation import Interval, StrOptions, validate_params
from sklearn.utils.metaestimators import _BaseComposition as BaseComposition

__all__ = ["BaseComposition", "Interval", "StrOptions", "validate_params"]
