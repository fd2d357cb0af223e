"""A multi-layer perceptron for corpora of any size."""

from collections import Counter

import numpy as np
from sklearn.neural_network import MLPClassifier


class SmallSampleMLPClassifier(MLPClassifier):
    """A multi-layer perceptron, also for corpora too small for early stopping.

    Early stopping sets a part of the training clips aside, and scikit-learn may raise where that
    part cannot hold every class. This then trains without early stopping instead.
    Parameters and attributes are those of `sklearn.neural_network.MLPClassifier`.

    See Also
    --------
    sklearn.neural_network.MLPClassifier : Parameters and attributes.

    Examples
    --------
    >>> from sersk.classifiers import SmallSampleMLPClassifier
    >>> model = SmallSampleMLPClassifier((8,), early_stopping=True, max_iter=2000, random_state=0)
    >>> print(*model.fit([[0.0], [1.0]] * 2, ["sad", "happy"] * 2).predict([[0.0], [1.0]]))
    sad happy
    """

    def fit(self, X, y, sample_weight=None):
        """Fit the network.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features of the clips.
        y : array-like of shape (n_samples,)
            Their classes.
        sample_weight : array-like of shape (n_samples,) or None, default=None
            Their weights.

        Returns
        -------
        self : SmallSampleMLPClassifier
            The classifier.
        """
        early_stopping = self.early_stopping
        if early_stopping is True and not self._can_hold_out(y):
            self.early_stopping = False
        try:
            return super().fit(X, y, sample_weight)
        finally:
            self.early_stopping = early_stopping

    def _can_hold_out(self, y):
        counts = Counter(np.asarray(y).ravel().tolist()).values()
        n_held_out = int(np.ceil(self.validation_fraction * sum(counts)))
        n_least = min(n_held_out, sum(counts) - n_held_out)
        return min(counts, default=0) >= 2 and len(counts) <= n_least
