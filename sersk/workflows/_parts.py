"""What a saved model is made of."""

from sersk.guards import NoveltyGuard, SoundGuard


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
