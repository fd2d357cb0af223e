"""Two dense layers."""

from dataclasses import dataclass
from numbers import Real

from sersk.neural._base import NeuralClassifier
from sersk.neural._checks import check_all
from sersk.neural._dense import average_over_time, make_dense
from sersk.utils._sklearn import Interval


@dataclass(kw_only=True, eq=False, repr=False)
class ANNClassifier(NeuralClassifier):
    """Dense layers over one row of features per clip.

    Two hidden layers with ReLU and dropout [1]_: the small network of three sentiments. With 40
    features and 3 classes it has 13 699 weights. Sequences are averaged over time first.

    Parameters
    ----------
    hidden_sizes : tuple of int, default=(128, 64)
        Units of each layer.
    dropout : float, default=0.3
        Share of values left out after each layer while training.
    **params : dict
        Those of `NeuralClassifier`; here ``lr_patience=5``.

    Attributes
    ----------
    weights_ : dict of str to ndarray
        And others, as in `NeuralClassifier`.

    Notes
    -----
    The original did not scale its features, stopped with a patience of 10, and was scored on the
    very clips that had chosen the epoch to stop at.

    References
    ----------
    .. [1] N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever and R. Salakhutdinov, "Dropout: A
       simple way to prevent neural networks from overfitting", Journal of Machine Learning
       Research, 2014.

    Examples
    --------
    >>> from sersk.datasets import make_emotional_speech
    >>> from sersk.features import MFCC
    >>> from sersk.neural import ANNClassifier
    >>> signals, emotions, speakers = make_emotional_speech(n_speakers=3, n_clips_per_class=2)
    >>> means = MFCC(functionals=("mean",)).transform(signals)
    >>> model = ANNClassifier(max_epochs=2, random_state=0)
    >>> model.fit(means, emotions, groups=speakers).predict_proba(means).shape
    (24, 4)
    """

    hidden_sizes: tuple = (128, 64)
    dropout: float = 0.3
    lr_patience: int | None = 5

    _parameter_constraints = {
        **NeuralClassifier._parameter_constraints,
        "hidden_sizes": [tuple, list],
        "dropout": [Interval(Real, 0, 1, closed="left")],
    }

    def _arrange(self, samples):
        return average_over_time(samples)

    def _make_inputs(self, samples):
        return {"input": samples}

    def _make_module(self, shapes, n_classes):
        check_all(self, "hidden_sizes", "ints", 1, at_least=0)
        return make_dense(*shapes["input"], self.hidden_sizes, self.dropout, n_classes)
