"""Parameters of pipelines, by their names."""

import difflib

from sersk.exceptions import RecipeError


def set_params(pipeline, params, name):
    """Set parameters of a pipeline.

    Parameters
    ----------
    pipeline : sklearn.pipeline.Pipeline
        Changed in place.
    params : dict or None
        Values by their names in it, such as ``classifier__lr``.
    name : str
        Name of the recipe that it is of.

    Raises
    ------
    RecipeError
        When it has no parameter of a name.
    """
    if not params:
        return
    known = pipeline.get_params()
    for param in params:
        if param not in known:
            near = difflib.get_close_matches(param, known, n=3, cutoff=0.5)
            advice = f" Did you mean {' or '.join(near)}?" if near else ""
            raise RecipeError(f"Recipe {name!r} has no parameter {param!r}.{advice}")
    pipeline.set_params(**params)
