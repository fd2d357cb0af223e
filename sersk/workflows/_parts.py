"""What a saved model is made of."""


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
