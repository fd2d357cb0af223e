"""Every private name of scikit-learn that sersk leans on.

They are imported here and nowhere else, so that a change upstream is mended in one place.
"""

from sklearn.utils import _safe_indexing as safe_indexing
from sklearn.utils._param_validation import (
    HasMethods,
    Interval,
    StrOptions,
    validate_parameter_constraints,
    validate_params,
)
from sklearn.utils._set_output import _get_container_adapter as get_container_adapter
from sklearn.utils._set_output import _get_output_config as get_output_config
from sklearn.utils.metaestimators import _BaseComposition as BaseComposition
from sklearn.utils.validation import _check_sample_weight as check_sample_weight

__all__ = [
    "BaseComposition",
    "HasMethods",
    "Interval",
    "StrOptions",
    "check_sample_weight",
    "get_container_adapter",
    "get_output_config",
    "safe_indexing",
    "validate_parameter_constraints",
    "validate_params",
]
