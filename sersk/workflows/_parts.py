"""What a saved model is made of, and which columns of features are whose."""

from sersk.guards import NoveltyGuard, SoundGuard
from sersk.preprocessing import BlockScaler
from sersk.utils._blocks import slice_blocks


def split_model(pipeline):
    """Split a model into what listens and what judges; its guards are neither.

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
    sound, novelty = find_guards(pipeline)
    first = 0 if sound is None else 1
    return pipeline[first], pipeline[first + (1 if novelty is None else 2) :]


def find_guards(pipeline):
    """Find the guards of a model.

    Parameters
    ----------
    pipeline : sklearn.pipeline.Pipeline
        A model, as `fit` gives it.

    Returns
    -------
    sound : SoundGuard or None
        What comes before the extractor.
    novelty : NoveltyGuard or None
        What comes after it.
    """
    steps = [step for _, step in pipeline.steps]
    sound = steps[0] if isinstance(steps[0], SoundGuard) else None
    second = steps[(sound is not None) + 1 :][:1]
    novelty = second[0] if second and isinstance(second[0], NoveltyGuard) else None
    return sound, novelty


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
