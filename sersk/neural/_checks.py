"""Parameters that hold several numbers."""

from numbers import Integral, Real


def check_all(network, name, kind, low, high=float("inf"), *, at_least=1):
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
    at_least : int, default=1
        How many there must be.

    Raises
    ------
    ValueError
        When there are too few, or one is something else.
    """
    values = getattr(network, name)
    number = {"ints": Integral, "floats": Real}[kind]
    is_right = all(isinstance(value, number) and low <= value < high for value in values)
    if len(values) < at_least or not is_right:
        enough = ", at least one" if at_least else ""
        raise ValueError(
            f"The {name!r} parameter of {type(network).__name__} must hold {kind} in the range "
            f"[{low}, {high}){enough}. Got {values!r} instead."
        )
