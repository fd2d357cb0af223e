"""What fitting a network needs besides: its cost told, its best epoch kept on disk."""

from contextlib import nullcontext
from dataclasses import replace

from joblib import effective_n_jobs
from sklearn.pipeline import Pipeline

from sersk.persistence import save_model


def expect_trainings(recipe, n_trainings, *, n_jobs, show_progress):
    """Tell, once the first epoch is over, what all trainings will take.

    Parameters
    ----------
    recipe : Recipe or NetworkRecipe
        What is fitted.
    n_trainings : int
        How often.
    n_jobs : int or None
        Number of workers.
    show_progress : bool
        Whether to tell.

    Returns
    -------
    context : context manager
        Within it the trainings take place; one that does nothing where no network is trained.
    """
    if not recipe.is_network or not show_progress:
        return nullcontext()
    from sersk.neural._progress import expect_trainings

    return expect_trainings(n_trainings, effective_n_jobs(n_jobs))


def keep_best_epoch(learner, extractor, path, description):
    """Let a network save a model after each epoch that is the best so far.

    Parameters
    ----------
    learner : estimator
        The network, or what holds it; changed in place.
    extractor : AudioFeatures
        What comes before it.
    path : path-like or None
        Where to save; None saves nothing.
    description : dict
        What to know about the model.
    """
    if path is None:
        return

    def save(classifier):
        steps = [("features", extractor), ("classifier", classifier)]
        save_model(Pipeline(steps), path, {**description, "unfinished": True})

    names = [name for name in learner.get_params() if name.endswith("classifier__checkpoint")]
    learner.set_params(**dict.fromkeys(names, save))


def describe_network(recipe):
    """Say what limits the training of a recipe.

    Parameters
    ----------
    recipe : Recipe or NetworkRecipe
        The recipe.

    Returns
    -------
    network : dict or None
        Its form, epochs at most, and how many these would be by themselves; None for a recipe
        that is no network.
    """
    if not recipe.is_network:
        return None
    pipelines = recipe.make_pipeline(), replace(recipe, options={}).make_pipeline()
    asked, usual = (pipeline[-1].max_epochs for pipeline in pipelines)
    return {"input": recipe.input, "max_epochs": asked, "usual_max_epochs": usual}


def describe_training(recipe, classifier):
    """Say how a network was trained.

    Parameters
    ----------
    recipe : NetworkRecipe
        Where it is from.
    classifier : NeuralClassifier
        The fitted network.

    Returns
    -------
    training : dict
        Its form, epochs, the best one, and weights.
    """
    return {
        "input": recipe.input,
        "batch_size": classifier.batch_size,
        "epochs": len(classifier.history_["epoch"]),
        "best_epoch": classifier.best_epoch_,
        "max_epochs": classifier.max_epochs,
        "n_parameters": classifier.n_parameters_,
    }
