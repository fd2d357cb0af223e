"""What the networks take: rows of features, or sequences of frames."""

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_array, validate_data


def check_samples(estimator, X, *, reset):
    """Bring every accepted form of input into one of two.

    Parameters
    ----------
    estimator : NeuralClassifier
        On whose behalf; fixes or is checked against its `n_features_in_` and `is_sequence_`.
    X : list, Series or 1-D array of arrays, or array-like with two or three dimensions
        Arrays of shape (n_frames, n_features), as extractors without functionals give them; an
        array of shape (n_samples, n_frames, n_features); or a table of shape
        (n_samples, n_features).
    reset : bool
        True in `fit`: forget the form seen before and learn this one.

    Returns
    -------
    samples : ndarray of shape (n_samples, n_features), or list of ndarray
        A table; or sequences of shape (n_frames, n_features), all of dtype float32.

    Raises
    ------
    ValueError
        For anything else, NaN, infinity, or another form than in `fit`.
    """
    is_sequence = _holds_sequences(X)
    if reset:
        estimator.is_sequence_ = is_sequence
    elif estimator.is_sequence_ != is_sequence:
        forms = ("a table of shape (n_samples, n_features)", "sequences of frames")
        raise ValueError(
            f"{type(estimator).__name__} was fitted on {forms[estimator.is_sequence_]}, and must "
            f"predict the same. Got {forms[is_sequence]} instead."
        )
    if not is_sequence:
        return validate_data(estimator, X, reset=reset, dtype=np.float32)
    return _check_sequences(estimator, X, reset=reset)


def _holds_sequences(X):
    """Tell sequences from all else by the first of them."""
    if isinstance(X, np.ndarray) and X.dtype != object:
        return X.ndim == 3
    is_listing = isinstance(X, (list, tuple, np.ndarray, pd.Series))
    return is_listing and len(X) > 0 and np.ndim(next(iter(X))) == 2


def _check_sequences(estimator, X, *, reset):
    name = type(estimator).__name__
    if len(X) == 0:
        raise ValueError(f"{name} needs at least one sequence. Got none.")
    sequences = []
    for i, sequence in enumerate(X):
        if np.ndim(sequence) != 2 or 0 in np.shape(sequence):
            raise ValueError(
                f"The sequences of {name} must have the shape (n_frames, n_features), with at "
                f"least one of each. Got {np.shape(sequence)} for sequence {i}."
            )
        sequences.append(check_array(sequence, dtype=np.float32, input_name=f"sequence {i}"))
    if reset:
        estimator.n_features_in_ = sequences[0].shape[1]
        if hasattr(estimator, "feature_names_in_"):
            del estimator.feature_names_in_
    for i, sequence in enumerate(sequences):
        if sequence.shape[1] != estimator.n_features_in_:
            raise ValueError(
                f"The sequences of {name} must all have {estimator.n_features_in_} features, as "
                f"the first had in fit. Got {sequence.shape[1]} for sequence {i}."
            )
    return sequences


def take(samples, indices):
    """Take some samples out of a table or list.

    Parameters
    ----------
    samples : ndarray of shape (n_samples, n_features), or list of ndarray
        What `check_samples` gave.
    indices : ndarray
        Which to take.

    Returns
    -------
    samples : ndarray or list
        Those.
    """
    return samples[indices] if isinstance(samples, np.ndarray) else [samples[i] for i in indices]


def measure_columns(samples):
    """Measure mean and standard deviation of each column, over all samples and their frames.

    Parameters
    ----------
    samples : ndarray of shape (n_samples, n_features), or list of ndarray
        A table, or sequences of shape (n_frames, n_features).

    Returns
    -------
    mean, scale : ndarray of shape (n_features,), dtype float32
        Mean, and standard deviation; 1 in place of one that is nearly 0.
    """
    tables = [samples] if isinstance(samples, np.ndarray) else samples
    n_rows = sum(len(table) for table in tables)
    mean = sum(table.sum(axis=0, dtype=np.float64) for table in tables) / n_rows
    variance = sum(np.square(table - mean).sum(axis=0) for table in tables) / n_rows
    scale = np.sqrt(variance)
    # A column that is constant up to rounding says nothing, and must not be blown up.
    scale[scale <= 1e-6 * np.abs(mean)] = 1.0
    scale[scale == 0] = 1.0
    return mean.astype(np.float32), scale.astype(np.float32)


def standardize(samples, mean, scale):
    """Bring each column to what `measure_columns` makes mean 0 and standard deviation 1.

    Parameters
    ----------
    samples : ndarray of shape (n_samples, n_features), or list of ndarray
        A table, or sequences of shape (n_frames, n_features).
    mean, scale : ndarray of shape (n_features,)
        What was measured on the training part.

    Returns
    -------
    samples : ndarray or list
        The same form.
    """
    if isinstance(samples, np.ndarray):
        return (samples - mean) / scale
    return [(sequence - mean) / scale for sequence in samples]


def pad(samples, n_steps=None):
    """Put sequences into one array, with zeros after their ends.

    Parameters
    ----------
    samples : ndarray of shape (n_samples, n_features), or list of ndarray
        Sequences of shape (n_frames, n_channels). The rows of a table are sequences of
        n_features steps with one channel.
    n_steps : int or None, default=None
        Length to cut or fill up to. None means that of the longest.

    Returns
    -------
    inputs : dict of str to ndarray
        ``sequence`` of shape (n_samples, n_steps, n_channels), dtype float32, and ``length`` of
        shape (n_samples,): how many steps of each are not filling.
    """
    if isinstance(samples, np.ndarray):
        samples = samples[:, :, np.newaxis]
    lengths = np.array([len(sequence) for sequence in samples])
    if n_steps is None:
        n_steps = lengths.max()
    lengths = np.minimum(lengths, n_steps)
    padded = np.zeros((len(samples), n_steps, samples[0].shape[1]), dtype=np.float32)
    for row, sequence, length in zip(padded, samples, lengths, strict=True):
        row[:length] = sequence[:length]
    return {"sequence": padded, "length": lengths}
