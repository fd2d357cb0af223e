"""What both guards share: whatever comes is given back as it came."""

from os import PathLike

import numpy as np
from sklearn.base import OneToOneFeatureMixin, TransformerMixin

from sersk.utils._changed_clips import ChangedClip
from sersk.utils._sklearn import get_container_adapter

_CLIPS = (str, PathLike, np.ndarray, ChangedClip)


class PassingMixin(OneToOneFeatureMixin, TransformerMixin):
    """Gives clips or rows back as they came.

    scikit-learn's own wrapper would make a data frame of a list of signals, and rename the columns
    of one. So this gives a 2-D array the form that was asked for, and leaves all else alone. The
    wrapper is put around each class anew, which must say that it does without.
    """

    def set_output(self, *, transform=None):
        """Choose the form in which 2-D arrays are given back.

        Parameters
        ----------
        transform : {"default", "pandas", "polars"} or None, default=None
            The form; None changes nothing. Lists, and frames where "default" is chosen, come back
            as they are.

        Returns
        -------
        self : estimator
            The guard.
        """
        if transform is not None:
            self._sklearn_output_config = {"transform": transform}
        return self

    def _give_back(self, X):
        if isinstance(X, (list, tuple)) and isinstance(X[0], _CLIPS):
            return X
        is_frame = hasattr(X, "columns")
        if not is_frame:
            X = np.asarray(X)
        adapter = get_container_adapter("transform", self)
        if adapter is None or X.ndim != 2:
            return X
        columns = list(X.columns) if is_frame else self.get_feature_names_out()
        return adapter.create_container(X, X, columns=columns)
