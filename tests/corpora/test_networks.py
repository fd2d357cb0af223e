"""Networks on real corpora."""

import json

import numpy as np
import pytest

from sersk.cli import main
from sersk.datasets import read_manifest
from sersk.metrics import unweighted_average_recall
from sersk.recipes import make_recipe

pytestmark = [pytest.mark.corpus, pytest.mark.torch]


@pytest.mark.parametrize("name", ["cnn", "lstm", "bilstm", "hybrid"])
def test_emodb_is_recognised_by_new_speakers(name, corpora, tmp_path, capsys):
    results = tmp_path / "results.json"
    files = ("--output", tmp_path / "model.joblib", "--results", results)
    # A few epochs tell the emotions of this easy corpus apart.
    args = ("fit", "--data", corpora / "emodb4.csv", "--recipe", name, "--cv", 2, *files)
    main([str(arg) for arg in (*args, "--max-epochs", 12)])
    scores = json.loads(results.read_text(encoding="utf-8"))
    assert scores["protocol"] == "grouped"
    assert not scores["optimistic"]
    assert scores["uar"] > 0.45
    assert f"Recipe {name}" in capsys.readouterr().out


def test_two_directions_over_time_beat_means_on_new_actors(corpora):
    manifest = read_manifest(corpora / "ravdess.csv", fold_column="Fold")
    paths, y = np.array(manifest.paths, dtype=object), manifest.labels
    test = manifest.folds == "3"
    scores = {}
    for name in ("ann", "bilstm"):
        pipeline = make_recipe(name)[0].set_params(features__n_jobs=2)
        groups = {}
        if name == "bilstm":
            # Fewer epochs than it takes by itself show the distance.
            pipeline.set_params(classifier__max_epochs=15)
            groups["classifier__groups"] = manifest.speakers[~test]
        pipeline.fit(paths[~test], y[~test], **groups)
        scores[name] = unweighted_average_recall(y[test], pipeline.predict(paths[test]))
    # On all six published folds the distance is nine points.
    assert scores["bilstm"] > scores["ann"] + 0.05
