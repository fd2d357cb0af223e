"""What all networks share: their parameters, fitting, predicting, and being saved."""

import copy
import secrets
from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from numbers import Integral, Real
from os import PathLike

import numpy as np
import torch
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_consistent_length, check_is_fitted

from sersk.neural._batches import Samples
from sersk.neural._callbacks import Renew
from sersk.neural._checkpoint import write_checkpoint
from sersk.neural._holdout import hold_out
from sersk.neural._inputs import check_samples, measure_columns, standardize, take
from sersk.neural._seeding import find_device, seeded, single_threaded
from sersk.neural._targets import number_classes, weigh
from sersk.neural._temperature import fit_temperature
from sersk.neural._training import OPTIMIZERS, train
from sersk.utils._files import check_writable
from sersk.utils._sklearn import Interval, StrOptions


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
    label_smoothing : float, default=0.0
        Share of each label that goes to all classes alike, against ever surer answers.
    monitor : {"loss", "uar"}, default="loss"
        What tells the best epoch, on the validation part. A network that is surer and surer of
        its errors has a worse loss while it still recognises more.
    early_stopping : bool, default=True
        Stop after `patience` epochs that are no better.
    patience : int, default=20
        How many epochs to wait.
    validation_fraction : float, default=0.2
        About which part of the clips tells the best epoch and is not trained on. 0 trains on all
        and goes by the training loss.
    lr_patience : int or None, default=None
        Lower the learning rate after this many epochs that are no better. None keeps it.
    lr_factor : float, default=0.5
        What to multiply it with.
    min_lr : float, default=1e-6
        Where it ends.
    standardize : bool, default=True
        Bring each column, over all frames of the training part, to mean 0 and standard deviation
        1.
    device : {"auto", "cpu", "cuda"}, default="auto"
        Where to compute. "auto" means the GPU where there is one.
    checkpoint : path-like, callable or None, default=None
        File that after each epoch that is the best so far holds the classifier with its weights,
        for `joblib.load`; or a function that is given that classifier. None keeps none.
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
    feature_names_in_ : ndarray of shape (n_features,)
        Names of the columns, where a data frame was given.
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
    temperature_ : float
        What the logits are divided by before they become probabilities: that which the clips of
        the validation part, as they are after the best epoch, ask for; 1 where there is none.
    n_parameters_ : int
        Weights that were trained.
    input_shapes_ : dict of str to tuple
        Shape of each input of the module, without the first dimension, in training.

    Notes
    -----
    The validation part has speakers of its own where `fit` is given groups. It chooses the epoch
    and fits the temperature, so that both suit it a little too well. Fitted networks hold
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
    label_smoothing: float = 0.0
    monitor: str = "loss"
    early_stopping: bool = True
    patience: int = 20
    validation_fraction: float = 0.2
    lr_patience: int | None = None
    lr_factor: float = 0.5
    min_lr: float = 1e-6
    standardize: bool = True
    device: str = "auto"
    checkpoint: str | PathLike | Callable | None = None
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
        "label_smoothing": [Interval(Real, 0, 1, closed="left")],
        "monitor": [StrOptions({"loss", "uar"})],
        "early_stopping": ["boolean"],
        "patience": [Interval(Integral, 1, None, closed="left")],
        "validation_fraction": [Interval(Real, 0, 0.5, closed="both")],
        "lr_patience": [Interval(Integral, 0, None, closed="left"), None],
        "lr_factor": [Interval(Real, 0, 1, closed="neither")],
        "min_lr": [Interval(Real, 0, None, closed="left")],
        "standardize": ["boolean"],
        "device": [StrOptions({"auto", "cpu", "cuda"})],
        "checkpoint": [str, PathLike, callable, None],
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
            When the loss is no number, or the checkpoint can no longer be written.
        ValueError
            When a parameter, `X` or `y` is not as it must be.
        OSError
            When the checkpoint cannot be written from the start.
        """
        return self._fit(X, y, groups, sample_weight)

    def _fit(self, X, y, groups, sample_weight, renew=None):
        """Train the network, on other samples in each epoch where `renew` gives them.

        It takes the number of the epoch, from 1, and the indices of the training part, and gives
        that part as `check_samples` does.
        """
        try:
            self._fit_all(X, y, groups, sample_weight, renew)
        except BaseException:
            # Neither half of this fit stays, nor an earlier one under new parameters.
            self._forget()
            raise
        return self

    def _fit_all(self, X, y, groups, sample_weight, renew):
        self._validate_params()
        if isinstance(self.checkpoint, (str, PathLike)):
            check_writable(self.checkpoint)
        device = find_device(self.device)
        seed = self._draw_seed()
        samples = check_samples(self, X, reset=True)
        self.classes_, codes = number_classes(y, type(self).__name__)
        check_consistent_length(samples, codes, groups)
        weights = weigh(self.classes_, codes, self.class_weight, sample_weight)
        parts = hold_out(
            codes, None if groups is None else np.asarray(groups), self.validation_fraction, seed
        )
        sets = self._make_sets(self._arrange(samples), codes, weights, parts)
        callbacks = []
        if renew is not None:
            callbacks.append(Renew(lambda epoch: self._prepare(renew(epoch, parts[0]))))
        self._train(*sets, seed, device, callbacks)

    def _forget(self):
        for name in list(vars(self)):
            if name.endswith("_") and not name.startswith("_"):
                delattr(self, name)

    def _draw_seed(self):
        if self.random_state is None:
            return secrets.randbits(31)
        if isinstance(self.random_state, Integral):
            return int(self.random_state)
        return int(self.random_state.randint(2**31))

    def _make_sets(self, samples, codes, weights, parts):
        """Make what is trained on and what tells the best epoch."""
        train_part = parts[0]
        mean_weight = weights[train_part].mean()
        if mean_weight == 0:
            raise ValueError(
                "All samples to train on have the weight 0. Pass another sample_weight or "
                "class_weight."
            )
        # Their mean is 1, so that the learning rate means the same whatever their unit.
        weights = (weights / mean_weight).astype(np.float32)
        self.mean_ = self.scale_ = None
        if self.standardize:
            self.mean_, self.scale_ = measure_columns(take(samples, train_part))
        return [
            Samples(
                self._make_inputs(self._scale(take(samples, part))), codes[part], weights[part]
            )
            if len(part)
            else None
            for part in parts
        ]

    def _train(self, train_set, valid_set, seed, device, callbacks):
        self.input_shapes_ = {name: x.shape[1:] for name, x in train_set.inputs.items()}
        with seeded(seed, device):
            module = self._make_module(self.input_shapes_, len(self.classes_))
            self._initialise(module)
            self.n_parameters_ = sum(p.numel() for p in module.parameters() if p.requires_grad)
            history, best_epoch = train(
                self,
                module,
                train_set,
                valid_set,
                device=device,
                callbacks=callbacks,
                on_best=None
                if self.checkpoint is None
                else partial(self._save_best, module, valid_set, device),
            )
            self._learn(module, valid_set, device, history, best_epoch)

    def _learn(self, module, valid_set, device, history, best_epoch):
        self.temperature_ = 1.0
        if valid_set is not None:
            logits = self._compute_logits(module, valid_set.inputs, device)
            self.temperature_ = fit_temperature(logits, valid_set.codes, valid_set.weights)
        self.weights_ = {k: v.cpu().numpy() for k, v in module.state_dict().items()}
        self.history_ = history
        self.best_epoch_ = best_epoch

    def _save_best(self, module, valid_set, device, history):
        snapshot = copy.copy(self)
        snapshot._learn(module, valid_set, device, history, len(history["epoch"]))
        if callable(self.checkpoint):
            # What is kept of the network must not drag the function along.
            self.checkpoint(snapshot.set_params(checkpoint=None))
        else:
            write_checkpoint(snapshot, self.checkpoint)

    def _compute_logits(self, module, inputs, device):
        module.eval()
        n_samples = len(next(iter(inputs.values())))
        logits = []
        with torch.inference_mode():
            for start in range(0, n_samples, self.batch_size):
                batch = {k: v[start : start + self.batch_size] for k, v in inputs.items()}
                logits.append(_run(module, batch, device).cpu().numpy())
        return np.concatenate(logits)

    def _scale(self, samples):
        return samples if self.mean_ is None else standardize(samples, self.mean_, self.scale_)

    def _arrange(self, samples):
        """Bring the samples, before they are standardised, to what the network looks at."""
        return samples

    def _prepare(self, samples):
        return self._make_inputs(self._scale(self._arrange(samples)))

    @abstractmethod
    def _make_inputs(self, samples):
        """Turn samples into the arguments of the module, a dict of ndarray."""

    @abstractmethod
    def _make_module(self, shapes, n_classes):
        """Make the module for inputs of these shapes, without their first dimension.

        Its parameters and persistent buffers are all that is kept of it.
        """

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
        # A network fitted on a GPU also predicts where there is none.
        device = find_device("cpu" if self.device == "cpu" else "auto")
        module = self._restore_module().to(device)
        probabilities = []
        with single_threaded(), torch.inference_mode():
            for start in range(0, len(samples), self.batch_size):
                inputs = self._prepare(samples[start : start + self.batch_size])
                logits = _run(module, inputs, device) / self.temperature_
                probabilities.append(logits.softmax(dim=1).cpu().numpy())
        return np.concatenate(probabilities)

    def _restore_module(self):
        # On "meta" no first weights are drawn, which would take longer than all else.
        with torch.device("meta"):
            module = self._make_module(self.input_shapes_, len(self.classes_))
        weights = {name: torch.tensor(values) for name, values in self.weights_.items()}
        module.load_state_dict(weights, assign=True)
        return module.eval()

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


def _run(module, inputs, device):
    return module(**{name: torch.from_numpy(x).to(device) for name, x in inputs.items()})
