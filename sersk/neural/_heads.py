"""Dense layers that each have a dropout of their own."""

from numbers import Integral, Real

from torch import nn


def make_embedding(n_features, sizes, dropouts):
    """Make dense layers with ReLU and dropout after each.

    Parameters
    ----------
    n_features : int
        Values that go in.
    sizes : sequence of int
        Units of each layer; the last one's come out.
    dropouts : sequence of float
        Share of values left out after each layer while training.

    Returns
    -------
    layers : torch Sequential
        The layers.
    """
    layers = []
    for size, dropout in zip(sizes, dropouts, strict=True):
        layers += [nn.Linear(n_features, size), nn.ReLU(), nn.Dropout(dropout)]
        n_features = size
    return nn.Sequential(*layers)


def check_all(network, name, kind, low, high=float("inf")):
    """Check a parameter that holds several numbers.

    Parameters
    ----------
    network : NeuralClassifier
        Whose parameter.
    name : str
        Its name.
    kind : {"ints", "floats"}
        What it must hold.
    low, high : float
        From where up to where; the end does not belong to it.

    Raises
    ------
    ValueError
        When there are none, or one is something else.
    """
    values = getattr(network, name)
    number = {"ints": Integral, "floats": Real}[kind]
    if len(values) == 0 or not all(isinstance(v, number) and low <= v < high for v in values):
        raise ValueError(
            f"The {name!r} parameter of {type(network).__name__} must hold {kind} in the range "
            f"[{low}, {high}), at least one. Got {values!r} instead."
        )
