"""Fitting a model again from its description, to see whether the same figures come out."""

import warnings
from dataclasses import dataclass

from sersk.exceptions import DataWarning, ModelError
from sersk.persistence import library_versions
from sersk.workflows._arguments import plain_to_arguments
from sersk.workflows._differences import compare_figures, compare_inputs
from sersk.workflows._fit import FitResult, fit
from sersk.workflows._inputs import describe_inputs, read_inputs
from sersk.workflows._relabel import describe_labels

_COLUMNS = (
    *("audio_dir", "path_column", "label_column", "group_column", "speaker_pattern"),
    *("gender_column", "sentence_column", "fold_column"),
)
_MAX_NAMED = 3


@dataclass(frozen=True)
class Rerun:
    """What came of fitting a model again.

    Attributes
    ----------
    differences : list of Difference
        What is not as it was when the model was fitted: files, versions, parameters.
    figures : list of Difference or None
        The figures that came out otherwise; empty where all are the same to the digit. None where
        only what goes in was compared.
    fitted : FitResult or None
        The model, fitted again.
    """

    differences: list
    figures: list | None = None
    fitted: FitResult | None = None

    @property
    def is_same(self):
        """Whether the figures are the same; where none were computed, whether nothing differs."""
        return not (self.differences if self.figures is None else self.figures)


def rerun(
    description,
    *,
    folder=".",
    only_check=False,
    on_differences=None,
    n_jobs=None,
    memory=None,
    checkpoint=None,
    show_progress=False,
    **replaced,
):
    """Fit a model again from its description, and compare every figure.

    Parameters
    ----------
    description : dict
        What ``model.json`` holds, as `sersk.persistence.find_description` reads it; or the
        attribute ``description_`` of a loaded model.
    folder : path-like, default="."
        Where the description lies. Files that are not found as they were given are looked for
        there, and in the folders above it.
    only_check : bool, default=False
        Compare what goes in, and fit nothing.
    on_differences : callable or None, default=None
        Called with the list of differences before the long work.
    n_jobs : int or None, default=None
        Number of workers; the result does not depend on it.
    memory : path-like, FeatureStore or None, default=None
        As for `fit`. None computes everything anew.
    checkpoint : path-like or None, default=None
        As for `fit`.
    show_progress : bool, default=False
        As for `fit`.
    **replaced : dict
        Arguments of `fit` in place of those that the description holds, such as ``data`` for the
        new place of the CSV, ``audio_dir``, or ``random_state``.

    Returns
    -------
    rerun : Rerun
        What differs.

    Raises
    ------
    ModelError
        When the description does not hold what it takes, or files that it names are not there.
    """
    arguments = plain_to_arguments(description, folder, replaced=replaced)
    now = _describe_now(arguments)
    differences = compare_inputs(description, now)
    if on_differences is not None:
        on_differences(differences)
    if only_check:
        return Rerun(differences)
    if arguments["on_error"] == "raise":
        _require_clips(differences)
    fitted = fit(
        **arguments,
        n_jobs=n_jobs,
        memory=memory,
        checkpoint=checkpoint,
        show_progress=show_progress,
    )
    return Rerun(
        compare_inputs(description, fitted.description),
        compare_figures(description, fitted.description),
        fitted,
    )


def _describe_now(arguments):
    """Describe what the fit would start from, with files left out that are not there."""
    columns = {name: arguments[name] for name in _COLUMNS if name in arguments}
    asked = {k: v for k, v in arguments.items() if k not in columns and k != "data"}
    with warnings.catch_warnings():
        # They are told as differences, and by the fit.
        warnings.simplefilter("ignore", DataWarning)
        inputs = read_inputs(arguments["data"], **{**asked, "on_error": "skip"}, **columns)
        facts = describe_inputs(inputs, arguments["data"], asked, columns)
    return {
        **facts,
        "recipe": inputs.recipe.name,
        "labels": describe_labels(inputs.label_map, inputs.manifest),
        "seed": arguments["random_state"],
        "versions": library_versions(),
    }


def _require_clips(differences):
    for kind in ("clip", "test clip"):
        missing = [d.name for d in differences if d.kind == kind and d.now is None]
        if missing:
            first = ", ".join(missing[:_MAX_NAMED]) + (", …" if len(missing) > _MAX_NAMED else "")
            raise ModelError(
                f"{len(missing)} {kind}(s) that the model was fitted with are not there: {first}. "
                "Put them back, or name the folder that they are in with --audio-dir."
            )
