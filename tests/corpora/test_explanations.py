"""On real speech: the stretch named matters more than another, and a random model has none."""

import numpy as np
import pytest
from sklearn.pipeline import Pipeline

from sersk.audio import read_audio
from sersk.datasets import read_manifest
from sersk.explanation import remove_stretch
from sersk.features import AudioFeatures
from sersk.model_selection import fit_with_groups
from sersk.recipes import make_recipe
from sersk.workflows import explain

pytestmark = pytest.mark.corpus
N_CLIPS = 30


@pytest.fixture(scope="module")
def split(corpora):
    """Recipe, rows and manifest of two thirds of the clips of EmoDB, and paths of the rest."""
    manifest = read_manifest(corpora / "emodb4.csv")
    held_out = np.isin(manifest.speakers, np.unique(manifest.speakers)[::3])
    kept = manifest.select(~held_out)
    pipeline, _ = make_recipe("svm")
    rows = pipeline[0].fit(kept.paths).transform(kept.paths)
    paths = np.random.default_rng(0).permutation(np.array(manifest.paths)[held_out])
    return pipeline, rows, kept, paths[:N_CLIPS].tolist()


def _fit(split, labels):
    pipeline, rows, kept, _ = split
    _, *judge = make_recipe("svm")[0].steps
    judge = fit_with_groups(Pipeline(judge), rows, labels, kept.speakers)
    return Pipeline([pipeline.steps[0], *judge.steps])


def test_the_stretch_named_matters_more_than_a_random_one(split):
    *_, kept, paths = split
    model = _fit(split, kept.labels)
    rng = np.random.default_rng(0)
    wins = []
    for path in paths:
        explanation = explain(model, path)
        named = explanation.stretch_changes[explanation.most_important]
        start_s, stop_s = explanation.stretches[explanation.most_important]
        signal, rate = read_audio(path)
        drawn_s = rng.uniform(0, len(signal) / rate - (stop_s - start_s))
        without = remove_stretch(signal, rate, drawn_s, drawn_s + stop_s - start_s)
        rows = AudioFeatures(model[0].extractors, sample_rate=rate).transform([without])
        column = explanation.classes.index(explanation.label)
        change = model[1:].predict_proba(rows)[0, column] - explanation.probability
        wins.append(abs(named) > abs(change))
    assert np.mean(wins) >= 0.8


def test_a_model_of_shuffled_labels_has_little_to_explain(split):
    *_, kept, paths = split
    labels = np.random.default_rng(0).permutation(kept.labels)
    models = _fit(split, kept.labels), _fit(split, labels)
    real, random = ([explain(model, path) for path in paths[:8]] for model in models)
    largest = [
        np.mean([np.abs(explanation.stretch_changes).max() for explanation in explanations])
        for explanations in (real, random)
    ]
    assert largest[1] < 0.25 * largest[0]
    assert np.mean([explanation.stands_out for explanation in random]) < 0.2
