"""What a saved model is made of, and which columns of features are whose."""

from sersk.preprocessing import BlockScaler
from sersk.utils._blocks import slice_blocks


def split_model(pipeline):
    """Split a model into what listens and what judges.

    Parameters
    ----------
    pipeline : sklearn.pipeline.Pipeline
        A model, as `fit` gives it.

    Returns
    -------
    extractor : BaseExtractor
        From paths or signals to rows of features.
    judge : sklearn.pipeline.Pipeline
        From rows of features to classes.
    """
    return pipeline[0], pipeline[1:]


def locate_extractors(extractor):
    """Find the columns of each part of an extractor.

    Parameters
    ----------
    extractor : BaseExtractor
        What listens.

    Returns
    -------
    columns : dict of str to range
        Columns by the name of the part; those of an extractor without parts under that of its
        class.
    """
    columns, start = {}, 0
    for name, part in extractor._parts:
        stop = start + len(part.get_feature_names_out())
        columns[name or type(part).__name__] = range(start, stop)
        start = stop
    return columns


def locate_blocks(pipeline, n_features):
    """Find the columns of each block that a model weighs as a whole.

    Parameters
    ----------
    pipeline : sklearn.pipeline.Pipeline
        The model, fitted or not.
    n_features : int
        Number of columns that its extractor gives.

    Returns
    -------
    columns : dict of str to range
        Columns by the name of the block; none where it weighs no blocks.
    """
    scaler = next((step for _, step in pipeline.steps if isinstance(step, BlockScaler)), None)
    if scaler is None:
        return {}
    slices = slice_blocks(scaler.blocks, n_features, type(scaler).__name__)
    return {name: range(block.start, block.stop) for name, block in slices.items()}
