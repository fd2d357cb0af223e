"""What all networks share: their parameters, fitting, predicting, and being saved."""

import copy
import secrets
from abc import abstractmethod
from dataclasses import dataclass
from numbers import Integral, Real
from os import PathLike
from weakref import WeakKeyDictionary

import joblib
import numpy as np
import torch
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import check_random_state, compute_class_weight
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_consistent_length, check_is_fitted, column_or_1d

from sersk.neural._batches import Samples
from sersk.neural._holdout import hold_out
from sersk.neural._inputs import check_samples, measure_columns, standardize, take
from sersk.neural._seeding import find_device, seeded
from sersk.neural._training import OPTIMIZERS, train
from sersk.utils._files import replace_file
from sersk.utils._sklearn import Interval, StrOptions, check_sample_weight

# The modules of fitted networks, which are no part of what is pickled.
_modules = WeakKeyDictionary()


@dataclass(kw_only=True, eq=False, repr=False)
class NeuralClassifier(ClassifierMixin, BaseEstimator):
    """Base of the networks: what all of them take and do.

    A subclass says how its samples become the inputs of a `torch.nn.Module` (`_make_inputs`) and
    makes that module (`_make_module`). Training is skorch's [1]_.

    Parameters
    ----------
    max_epochs : int, default=100
        Walks over the training part at most.
    batch_size : int, default=32
        Samples per step.
    optimizer : {"adam", "sgd"}, default="adam"
        How steps are made.
    lr : float, default=1e-3
        Learning rate at the start.
    momentum : float, default=0.0
        Share of the last step in the next one, for "sgd".
    weight_decay : float, default=0.0
        Strength of the L2 penalty.
    gradient_clip : float or None, default=None
        Norm of the gradient at most. None does not clip.
    class_weight : dict, "balanced" or None, default=None
        Weight of each class in the loss, as in scikit-learn.
    early_stopping : bool, default=True
        Stop after `patience` epochs without a better validation loss.
    patience : int, default=20
        How many epochs to wait.
    validation_fraction : float, default=0.2
        About which part of the clips tells the best epoch and is not trained on. 0 trains on all
        and goes by the training loss.
    lr_patience : int or None, default=None
        Lower the learning rate after this many epochs without a better validation loss. None
        keeps it.
    lr_factor : float, default=0.5
        What to multiply it with.
    min_lr : float, default=1e-6
        Where it ends.
    standardize : bool, default=True
        Bring each column, over all frames of the training part, to mean 0 and standard deviation
        1.
    device : {"auto", "cpu", "cuda"}, default="auto"
        Where to compute. "auto" means the GPU where there is one.
    checkpoint : path-like or None, default=None
        File that after each epoch that is the best so far holds the classifier with its weights,
        for `joblib.load`. None writes none.
    verbose : bool, default=False
        Show the epochs on stderr.
    random_state : int, RandomState instance or None, default=None
        Controls the first weights, the order of samples, dropout and the validation part.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels met in `fit`, sorted.
    n_features_in_ : int
        Columns of a table, or of each frame.
    is_sequence_ : bool
        Whether sequences were given.
    mean_, scale_ : ndarray of shape (n_features,) or None
        What is subtracted from each column, and what it is then divided by.
    weights_ : dict of str to ndarray
        Parameters and buffers of the module, by their names in it.
    history_ : dict of str to list
        For each epoch: ``epoch``, ``dur`` in seconds, ``lr``, and for ``train`` and ``valid``
        loss, accuracy, uar, precision, recall (which is uar) and f1, as in ``valid_uar``; the
        last three are unweighted means over classes.
    best_epoch_ : int
        Number of the epoch, from 1, whose weights are kept.
    n_parameters_ : int
        Weights that were trained.

    Notes
    -----
    The validation part has speakers of its own where `fit` is given groups. Fitted networks hold
    NumPy arrays: they can be pickled, and loaded where there is no GPU.

    References
    ----------
    .. [1] M. Tietz, T. J. Fan, D. Nouri and B. Bossan, "skorch: A scikit-learn compatible neural
       network library that wraps PyTorch", 2017.
    """

    max_epochs: int = 100
    batch_size: int = 32
    optimizer: str = "adam"
    lr: float = 1e-3
    momentum: float = 0.0
    weight_decay: float = 0.0
    gradient_clip: float | None = None
    class_weight: dict | str | None = None
    early_stopping: bool = True
    patience: int = 20
    validation_fraction: float = 0.2
    lr_patience: int | None = None
    lr_factor: float = 0.5
    min_lr: float = 1e-6
    standardize: bool = True
    device: str = "auto"
    checkpoint: str | PathLike | None = None
    verbose: bool = False
    random_state: int | np.random.RandomState | None = None

    # scikit-learn's metadata routing then brings both here without being asked.
    __metadata_request__fit = {"groups": True, "sample_weight": True}

    _parameter_constraints = {
        "max_epochs": [Interval(Integral, 1, None, closed="left")],
        "batch_size": [Interval(Integral, 1, None, closed="left")],
        "optimizer": [StrOptions(set(OPTIMIZERS))],
        "lr": [Interval(Real, 0, None, closed="neither")],
        "momentum": [Interval(Real, 0, 1, closed="left")],
        "weight_decay": [Interval(Real, 0, None, closed="left")],
        "gradient_clip": [Interval(Real, 0, None, closed="neither"), None],
        "class_weight": [dict, StrOptions({"balanced"}), None],
        "early_stopping": ["boolean"],
        "patience": [Interval(Integral, 1, None, closed="left")],
        "validation_fraction": [Interval(Real, 0, 0.5, closed="both")],
        "lr_patience": [Interval(Integral, 0, None, closed="left"), None],
        "lr_factor": [Interval(Real, 0, 1, closed="neither")],
        "min_lr": [Interval(Real, 0, None, closed="left")],
        "standardize": ["boolean"],
        "device": [StrOptions({"auto", "cpu", "cuda"})],
        "checkpoint": [str, PathLike, None],
        "verbose": ["boolean"],
        "random_state": ["random_state"],
    }

    def fit(self, X, y, groups=None, sample_weight=None):
        """Train the network.

        Parameters
        ----------
        X : list of ndarray of shape (n_frames, n_features), or array-like with 2 or 3 dimensions
            Sequences; or a table of shape (n_samples, n_features).
        y : array-like of shape (n_samples,)
            Their classes.
        groups : array-like of shape (n_samples,) or None, default=None
            Their speakers: those of the validation part are then not trained on.
        sample_weight : array-like of shape (n_samples,) or None, default=None
            Their weights in the loss.

        Returns
        -------
        self : NeuralClassifier
            The classifier.

        Raises
        ------
        TrainingError
            When the loss is no number.
        ValueError
            When a parameter, `X` or `y` is not as it must be.
        """
        self._validate_params()
        samples = check_samples(self, X, reset=True)
        codes, weights = self._check_targets(samples, y, sample_weight)
        check_consistent_length(codes, groups)
        seed = self._draw_seed()
        train_part, valid_part = hold_out(
            codes, None if groups is None else np.asarray(groups), self.validation_fraction, seed
        )
        samples = self._arrange(samples)
        self.mean_ = self.scale_ = None
        if self.standardize:
            self.mean_, self.scale_ = measure_columns(take(samples, train_part))
        inputs = self._make_inputs(self._scale(samples))
        self.input_shapes_ = {name: values.shape[1:] for name, values in inputs.items()}
        sets = [
            Samples({k: v[part] for k, v in inputs.items()}, codes[part], weights[part])
            for part in (train_part, valid_part)
        ]
        self._train(*sets, seed)
        return self

    def _check_targets(self, samples, y, sample_weight):
        """Number the classes and weigh the samples."""
        y = column_or_1d(y, warn=True)
        check_consistent_length(samples, y)
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(
                f"{type(self).__name__} needs samples of at least 2 classes. Got one class, "
                f"{self.classes_.tolist()[0]!r}."
            )
        weights = check_sample_weight(sample_weight, codes[:, np.newaxis], dtype=np.float64)
        of_classes = compute_class_weight(self.class_weight, classes=self.classes_, y=y)
        weights = weights * of_classes[codes]
        # Their mean is 1, so that the learning rate means the same whatever their unit.
        return codes, (weights / weights.mean()).astype(np.float32)

    def _draw_seed(self):
        if self.random_state is None:
            return secrets.randbits(31)
        if isinstance(self.random_state, Integral):
            return int(self.random_state)
        return int(check_random_state(self.random_state).randint(2**31))

    def _train(self, train_set, valid_set, seed):
        device = find_device(self.device)
        with seeded(seed, device):
            module = self._make_module(self.input_shapes_, len(self.classes_))
            self._initialise(module)
            history = train(
                self,
                module,
                train_set,
                valid_set if len(valid_set) else None,
                device=device,
                on_best=None if self.checkpoint is None else self._write_checkpoint,
            )
        losses = history["valid_loss" if len(valid_set) else "train_loss"]
        self.history_ = history
        self.best_epoch_ = int(np.argmin(losses)) + 1
        self.n_parameters_ = sum(p.numel() for p in module.parameters() if p.requires_grad)
        self._keep(module)

    def _keep(self, module):
        module.eval().to("cpu")
        self.weights_ = {name: values.numpy() for name, values in module.state_dict().items()}
        _modules[self] = module

    def _write_checkpoint(self, module):
        snapshot = copy.copy(self)
        snapshot.weights_ = {
            name: values.cpu().numpy() for name, values in module.state_dict().items()
        }
        with replace_file(self.checkpoint) as path:
            joblib.dump(snapshot, path)

    def _scale(self, samples):
        return samples if self.mean_ is None else standardize(samples, self.mean_, self.scale_)

    def _arrange(self, samples):
        """Bring the samples, before they are standardised, to what the network looks at."""
        return samples

    @abstractmethod
    def _make_inputs(self, samples):
        """Turn samples into the arguments of the module, a dict of ndarray."""

    @abstractmethod
    def _make_module(self, shapes, n_classes):
        """Make the module for inputs of these shapes, without their first dimension."""

    def _initialise(self, module):
        """Bring a new module to where training begins, in `fit` only."""

    def predict_proba(self, X):
        """Probability of each class.

        Parameters
        ----------
        X : list of ndarray of shape (n_frames, n_features), or array-like with 2 or 3 dimensions
            Sequences, or a table, as in `fit`.

        Returns
        -------
        probabilities : ndarray of shape (n_samples, n_classes), dtype float32
            Columns in the order of `classes_`.
        """
        check_is_fitted(self)
        samples = check_samples(self, X, reset=False)
        module = self._find_module()
        device = "cuda" if self.device != "cpu" and torch.cuda.is_available() else "cpu"
        module.to(device)
        probabilities = []
        with seeded(0, device), torch.inference_mode():
            for start in range(0, len(samples), self.batch_size):
                batch = samples[start : start + self.batch_size]
                inputs = self._make_inputs(self._scale(self._arrange(batch)))
                logits = module(**{k: torch.from_numpy(v).to(device) for k, v in inputs.items()})
                probabilities.append(logits.softmax(dim=1).cpu().numpy())
        return np.concatenate(probabilities)

    def _find_module(self):
        """Give the module; that of a network out of a pickle is made from its weights."""
        if self not in _modules:
            module = self._make_module(self.input_shapes_, len(self.classes_)).eval()
            weights = {k: torch.from_numpy(np.array(v)) for k, v in self.weights_.items()}
            module.load_state_dict(weights)
            _modules[self] = module
        return _modules[self]

    def predict(self, X):
        """Class with the highest probability.

        Parameters
        ----------
        X : list of ndarray of shape (n_frames, n_features), or array-like with 2 or 3 dimensions
            Sequences, or a table, as in `fit`.

        Returns
        -------
        y : ndarray of shape (n_samples,)
            The classes.
        """
        best = self.predict_proba(X).argmax(axis=1)
        return self.classes_[best]

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.non_deterministic = self.random_state is None
        return tags
