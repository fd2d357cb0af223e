"""What a fit starts from: recipe, augmentations, label map and clips, read and checked."""

from dataclasses import dataclass

from sklearn.pipeline import Pipeline

from sersk.datasets import Manifest
from sersk.model_selection import check_speakers_for_curve
from sersk.recipes import find_recipe
from sersk.workflows._arguments import arguments_to_plain
from sersk.workflows._clips import read_labelled_clips
from sersk.workflows._facts import describe_data, describe_machine, describe_parameters
from sersk.workflows._learning import check_each_epoch, find_augmentations
from sersk.workflows._normalization import check_normalization, require_speakers
from sersk.workflows._relabel import find_labels
from sersk.workflows._scoring import plan_folds
from sersk.workflows._testing import read_test_clips


@dataclass(frozen=True)
class Inputs:
    """What a fit starts from.

    Attributes
    ----------
    recipe : Recipe, VoiceRecipe or NetworkRecipe
        What to fit.
    pipeline : sklearn.pipeline.Pipeline
        The recipe's, unfitted.
    augmentations : list of BaseAugmentation or None
        How copies are changed; None where none are made.
    label_map : LabelMap or None
        What the classes become.
    manifest : Manifest
        The clips to learn from.
    test : Manifest or None
        The clips to test on.
    split : dict
        How `plan_folds` is to split.
    """

    recipe: object
    pipeline: Pipeline
    augmentations: list | None
    label_map: object
    manifest: Manifest
    test: Manifest | None
    split: dict


def read_inputs(
    data,
    *,
    recipe,
    select,
    params,
    labels,
    test,
    augment,
    copies,
    oversample,
    augment_each_epoch,
    protocol,
    n_splits,
    search,
    learning_curve,
    importance,
    normalize_speakers,
    random_state,
    on_error,
    **columns,
):
    """Read what a fit starts from, and raise before the long work where it cannot be done.

    The parameters are those of `sersk.workflows.fit`.

    Returns
    -------
    inputs : Inputs
        What is there.
    """
    recipe = find_recipe(recipe) if isinstance(recipe, str) else recipe
    pipeline = recipe.make_pipeline(select=select, params=params, random_state=random_state)
    if augment_each_epoch:
        check_each_epoch(pipeline, recipe, augment, copies, oversample=oversample)
    augmentations = find_augmentations(augment, copies, recipe=recipe, oversample=oversample)
    if importance:
        _check_importance(recipe, augment)
    if normalize_speakers:
        check_normalization(
            recipe, search=search, learning_curve=learning_curve, importance=importance
        )
    split = dict(
        protocol=protocol,
        n_splits=n_splits,
        random_state=random_state,
        is_network=recipe.is_network,
    )
    label_map = find_labels(labels)
    manifest = read_labelled_clips(
        data, on_error=on_error, protocol=protocol, label_map=label_map, **columns
    )
    if normalize_speakers:
        require_speakers(manifest)
    if test is not None:
        test = read_test_clips(test, manifest, on_error=on_error, label_map=label_map, **columns)
    # Planned here as well so that a corpus that does not allow it fails before the long work.
    plan_folds(manifest, **split)
    if learning_curve:
        check_speakers_for_curve(manifest.speakers)
    return Inputs(recipe, pipeline, augmentations, label_map, manifest, test, split)


def describe_inputs(inputs, data, asked, columns):
    """Say in plain JSON what a fit starts from.

    Parameters
    ----------
    inputs : Inputs
        What is there.
    data : path-like
        The CSV or folder, as it was given.
    asked : dict
        The further arguments of `read_inputs`.
    columns : dict
        Those for `sersk.datasets.read_manifest`.

    Returns
    -------
    facts : dict
        ``arguments``, ``parameters``, ``data``, ``test_data`` and ``machine``.
    """
    search_space = inputs.recipe.search_space if asked["search"] else None
    return {
        "arguments": arguments_to_plain(data, asked, columns, inputs.recipe),
        "parameters": describe_parameters(inputs.pipeline, inputs.augmentations, search_space),
        "data": describe_data(inputs.manifest),
        "test_data": None if inputs.test is None else describe_data(inputs.test),
        "machine": describe_machine(inputs.recipe),
    }


def _check_importance(recipe, augment):
    if augment is not None:
        raise ValueError(
            "The importance of features is not measured for a model that learns from copies. "
            "Leave out --importance or --augment."
        )
    if recipe.is_network:
        raise ValueError(
            "The importance of features is not measured for a network. Leave out --importance."
        )
