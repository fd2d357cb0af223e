"""Features as a table, for use elsewhere."""

import numpy as np
import pandas as pd

from sersk.recipes import find_recipe
from sersk.workflows._clips import extract_clips, read_clips


def extract(
    data,
    *,
    recipe="voice",
    on_error="raise",
    n_jobs=None,
    memory=None,
    show_progress=False,
    **columns,
):
    """Extract the features of a recipe from a corpus.

    Parameters
    ----------
    data : path-like
        CSV of files, with or without classes and speakers; or a folder that `read_manifest`
        reads.
    recipe : str, Recipe or VoiceRecipe, default="voice"
        Whose features to extract.
    on_error : {"raise", "skip"}, default="raise"
        What to do about files that are missing or cannot be read; "skip" leaves out those that are
        missing, and the features of those that cannot be read empty.
    n_jobs : int or None, default=None
        Number of workers; the result does not depend on it.
    memory : path-like, FeatureStore or None, default=None
        Where features are kept between calls, runs and processes. None computes them every time.
    show_progress : bool, default=False
        Show a progress bar on stderr, when that is a terminal.
    **columns : dict
        Further arguments of `sersk.datasets.read_manifest`.

    Returns
    -------
    table : pandas.DataFrame
        ``Filename``, ``Class`` and ``Speaker`` where known, and a column per feature; one row per
        file, in the order of the CSV.
    """
    recipe = find_recipe(recipe) if isinstance(recipe, str) else recipe
    extractor = recipe.make_pipeline()[0]
    manifest = read_clips(data, on_error=on_error, **columns)
    extraction = extract_clips(
        extractor,
        manifest.filenames,
        manifest.paths,
        n_jobs=n_jobs,
        memory=memory,
        on_error=on_error,
        rows=manifest.rows,
        progress="Extracting" if show_progress else None,
    )
    names = extractor.get_feature_names_out()
    values = np.full((len(manifest.paths), len(names)), np.nan, dtype=np.float32)
    values[extraction.is_readable] = extraction.matrix
    known = {
        "Filename": manifest.filenames,
        "Class": manifest.labels,
        "Speaker": manifest.speakers,
    }
    known = {name: column for name, column in known.items() if column is not None}
    return pd.concat([pd.DataFrame(known), pd.DataFrame(values, columns=names)], axis=1)
