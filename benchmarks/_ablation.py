"""What each part of a recipe of the voice is worth: the recipe without it, clip by clip."""

import sys
import time
from typing import NamedTuple

from _rows import PlainProbabilities
from joblib import hash as make_hash
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from sersk.metrics import (
    adjust_p_values,
    calibration_error,
    compare_predictions,
    unweighted_average_recall,
)

# Beyond any value of a standardised column.
_NO_BOUND = 1e6
CALIBRATION = "calibration"


class Setup(NamedTuple):
    """A pipeline from sound to label, and what changes the copies that it learns from."""

    pipeline: Pipeline
    augment: str | None


# Each lever gives the setup without it, or None where there is nothing of the kind.


def without_copies(setup):
    """Learn from the clips alone."""
    return setup._replace(augment=None) if setup.augment else None


def with_one_lda(setup):
    """Let one discriminant analysis see all blocks, in place of one for each kind of them."""
    name, lda, _ = setup.pipeline[-1].estimator.estimators[0]
    if len(setup.pipeline[-1].estimator.estimators) == 1:
        return None
    return _set(setup, classifier__estimator__estimators=[(name, lda, None)])


def with_half_the_shrinkage(setup):
    """Shrink the covariances half as far."""
    members = setup.pipeline[-1].estimator.estimators
    halved = {
        f"classifier__estimator__{name}__shrinkage": lda.shrinkage / 2 for name, lda, _ in members
    }
    return _set(setup, **halved)


def without_clipping(setup):
    """Take standardised values however large."""
    return _set(setup, scaler__clip=_NO_BOUND)


def without_block_weights(setup):
    """Let every column weigh the same, and so a block by its width."""
    return _set(setup, scaler__blocks=None) if len(find_blocks(setup.pipeline)) > 1 else None


def without_calibration(setup):
    """Take the probabilities as they come: nothing to change, as all setups are scored so."""
    return setup


def without_level_normalisation(setup):
    """Measure levels from full scale, so that the gain of a recording counts."""
    return _set_parts(setup, level="absolute")


def without_trimming(setup):
    """Hear the silence before and after speech too."""
    return _set(setup, features__trim_db=None)


def with_fitted_biases(setup):
    """Find thresholds on clips of the corpus, those of test speakers among them."""
    return _set_parts(setup, biases="fit")


LEVERS = {
    "copies": without_copies,
    "two LDAs (one instead)": with_one_lda,
    "shrinkage (half of it)": with_half_the_shrinkage,
    "clipping": without_clipping,
    "block weights": without_block_weights,
    CALIBRATION: without_calibration,
    "level normalisation": without_level_normalisation,
    "trimming": without_trimming,
    "synthetic biases (fitted)": with_fitted_biases,
}


def list_removals(setup):
    """Give the setups without each block, each extractor of a block of several, each lever."""
    blocks = find_blocks(setup.pipeline)
    removals = {}
    if len(blocks) > 1:
        removals = {f"block {name}": drop(setup, parts) for name, parts in blocks.items()}
    for parts in blocks.values():
        if len(parts) > 1:
            removals.update((f"extractor {part}", drop(setup, [part])) for part in parts)
    removals.update((name, remove(setup)) for name, remove in LEVERS.items())
    return {name: changed for name, changed in removals.items() if changed is not None}


def find_blocks(pipeline):
    """Tell which extractors make up each block, in the order of their columns."""
    blocks, parts = {}, iter(pipeline["features"].extractors)
    for name, width in pipeline["scaler"].blocks:
        blocks[name] = []
        while width > 0:
            part, extractor = next(parts)
            blocks[name].append(part)
            width -= len(extractor.get_feature_names_out())
    return blocks


def drop(setup, parts):
    """Leave extractors out, and blocks and members that are left without any."""
    pipeline = setup.pipeline
    extractors = dict(pipeline["features"].extractors)
    lost = {
        name: sum(
            len(extractors[part].get_feature_names_out()) for part in of_block if part in parts
        )
        for name, of_block in find_blocks(pipeline).items()
    }
    blocks = [(name, width - lost[name]) for name, width in pipeline["scaler"].blocks]
    blocks = [(name, width) for name, width in blocks if width]
    members = [
        (name, lda, [block for block in wanted if block in dict(blocks)])
        for name, lda, wanted in pipeline[-1].estimator.estimators
    ]
    return _set(
        setup,
        features__extractors=[pair for pair in extractors.items() if pair[0] not in parts],
        scaler__blocks=blocks,
        classifier__estimator__blocks=blocks,
        classifier__estimator__estimators=[member for member in members if member[2]],
    )


def _set(setup, **params):
    return setup._replace(pipeline=clone(setup.pipeline).set_params(**params))


def _set_parts(setup, **params):
    """Set parameters of all extractors that have them."""
    (name,) = params
    found = {
        f"features__{part}__{name}": params[name]
        for part, extractor in setup.pipeline["features"].extractors
        if name in extractor.get_params()
    }
    return _set(setup, **found) if found else None


def ablate(recipe, bench, wanted):
    """Score a recipe, and the recipe without each of the parts whose names begin as wanted.

    One temperature for all classes changes no label, so only the whole recipe is calibrated: that
    takes five further fits. Gives a dict for each row; what was removed is None for the whole.
    """
    whole = Setup(recipe.make_pipeline(random_state=bench.seed), recipe.augment)
    X = bench.extract(whole.pipeline[0], whole.augment)
    reference = _announce(None, bench.cross_validate, whole.pipeline[1:], X)
    rows = [_describe(None, bench, reference, reference, X.shape)]
    for name, setup in list_removals(whole).items():
        if name.startswith(wanted):
            changed, shape = _announce(name, _cross_validate, setup, bench, whole, X)
            rows.append(_describe(name, bench, reference, changed, shape))
    tested = [row for row in rows if row["p_value"] is not None]
    for row, p in zip(tested, adjust_p_values([row["p_value"] for row in tested]), strict=True):
        row["p_adjusted"] = p
    return rows


def _cross_validate(setup, bench, whole, X):
    """Score a setup on the rows of the whole recipe, where its features are the same."""
    learner = clone(setup.pipeline[1:])
    learner.set_params(classifier=PlainProbabilities(learner[-1].estimator))
    extractors = [make_hash(clone(one.pipeline[0])) for one in (setup, whole)]
    if extractors[0] != extractors[1]:
        X = bench.extract(setup.pipeline[0], setup.augment)
    X = X if setup.augment else X[:, :1]
    return bench.cross_validate(learner, X), X.shape


def _announce(name, function, *args):
    """Call a function, and say on stderr what for and how long it took."""
    started = time.perf_counter()
    result = function(*args)
    seconds = time.perf_counter() - started
    print(
        f"{'the whole' if name is None else 'without ' + name}: {seconds:.0f} s", file=sys.stderr
    )
    return result


def _describe(name, bench, reference, changed, shape):
    y = bench.manifest.labels
    row = {
        "removed": name,
        "n_copies": shape[1] - 1,
        "n_features": shape[2],
        "uar": unweighted_average_recall(y, changed.predictions),
        "worth": None,
        "interval": None,
        "p_value": None,
        "p_adjusted": None,
        "calibration_error": None,
    }
    if name in (None, CALIBRATION):
        row["calibration_error"] = calibration_error(y, changed.probabilities, changed.classes)
    if name is None:
        return row
    both = reference.predictions, changed.predictions
    test = compare_predictions(y, *both, bench.manifest.speakers)
    row["worth"] = test.difference
    if name == CALIBRATION:
        # Not one of the tests: nothing could come of it.
        return row
    row["p_value"] = test.p_value
    if test.low is not None:
        row["interval"] = [test.low, test.high]
    return row
