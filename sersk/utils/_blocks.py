"""Blocks of neighbouring columns, and where each of them lies."""

from numbers import Integral


def slice_blocks(blocks, n_features, owner):
    """Find the columns of each block.

    Parameters
    ----------
    blocks : list of (str, int) or None
        Name and number of columns of each block, in the order of the columns; None for a single
        block named "all".
    n_features : int
        Number of columns there are.
    owner : str
        Name of the estimator, for its errors.

    Returns
    -------
    slices : dict of str to slice
        The columns by name.

    Raises
    ------
    TypeError
        When `blocks` is no list of pairs of a name and a number.
    ValueError
        When a name comes twice, or the numbers do not add up to `n_features`.
    """
    if blocks is None:
        return {"all": slice(0, n_features)}
    slices, start = {}, 0
    for entry in blocks:
        name, n_columns = _check_entry(entry, owner)
        if name in slices:
            raise ValueError(
                f"The 'blocks' parameter of {owner} must name each block once. Got {name!r} twice."
            )
        slices[name] = slice(start, start + n_columns)
        start += n_columns
    if start != n_features:
        raise ValueError(
            f"The 'blocks' parameter of {owner} must hold as many columns as X. Got {start} for "
            f"{n_features} features. Give each block its number of columns, or pass blocks=None "
            "for a single one."
        )
    return slices


def _check_entry(entry, owner):
    if isinstance(entry, (tuple, list)) and len(entry) == 2:
        name, n_columns = entry
        is_number = isinstance(n_columns, Integral) and not isinstance(n_columns, bool)
        if isinstance(name, str) and is_number and n_columns >= 1:
            return name, int(n_columns)
    raise TypeError(
        f"The 'blocks' parameter of {owner} must be a list of pairs of a name and a number of "
        f"columns, at least 1. Got {entry!r} in it instead."
    )
