"""Five dense layers."""

from dataclasses import dataclass

from sersk.neural._ann import ANNClassifier


@dataclass(kw_only=True, eq=False, repr=False)
class DeepMLPClassifier(ANNClassifier):
    """Five dense layers over one row of features per clip.

    Each has ReLU and half of its values dropped out: the network that a published web
    application really ran. With 40 features and 6 classes it has 85 062 weights. Sequences are
    averaged over time first.

    Parameters
    ----------
    hidden_sizes : tuple of int, default=(256, 128, 128, 128, 64)
        Units of each layer.
    dropout : float, default=0.5
        Share of values left out after each layer while training.
    **params : dict
        Those of `NeuralClassifier`.

    Attributes
    ----------
    weights_ : dict of str to ndarray
        And others, as in `NeuralClassifier`.

    See Also
    --------
    ANNClassifier : Two layers.

    Notes
    -----
    The original was described as a DenseNet beside a convolutional network; what it shipped was
    this.

    Examples
    --------
    >>> from sersk.datasets import make_emotional_speech
    >>> from sersk.features import MFCC
    >>> from sersk.neural import DeepMLPClassifier
    >>> signals, emotions, speakers = make_emotional_speech(n_speakers=3, n_clips_per_class=2)
    >>> means = MFCC(functionals=("mean",)).transform(signals)
    >>> model = DeepMLPClassifier(max_epochs=2, random_state=0)
    >>> model.fit(means, emotions, groups=speakers).predict_proba(means).shape
    (24, 4)
    """

    hidden_sizes: tuple = (256, 128, 128, 128, 64)
    dropout: float = 0.5
    lr_patience: int | None = None
