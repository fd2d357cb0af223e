"""Other labels, further corpora and changed copies on real speech (fixture ``corpora``)."""

import json

import pandas as pd
import pytest
import soundfile
from matplotlib.image import imread

from sersk.cli import main

pytestmark = pytest.mark.corpus


@pytest.fixture
def fit(corpora, capsys, tmp_path):
    """Fit the recipe svm, and give the results and what was printed."""

    def run_fit(data, *args):
        files = ("--output", tmp_path / "model.joblib", "--results", tmp_path / "results.json")
        main([str(arg) for arg in ("fit", "--data", data, "--recipe", "svm", *files, *args)])
        return json.loads((tmp_path / "results.json").read_text(encoding="utf-8")), (
            capsys.readouterr()
        )

    return run_fit


def test_ravdess_for_emodb_under_common_labels(fit, corpora):
    test = corpora / "emodb4.csv"
    results, done = fit(corpora / "ravdess.csv", "--test", test, "--labels", "emotion4", "--cv", 4)
    table = pd.read_csv(corpora / "ravdess.csv", dtype=str)
    has_place = table.Class.isin(["angry", "happy", "neutral", "sad"])
    assert results["classes"] == ["anger", "happiness", "neutral", "sadness"]
    assert results["n_clips"] == has_place.sum()
    found = results["test"]
    assert found["kind"] == "cross-corpus"
    assert found["n_clips"] == 339
    # Both number their speakers from the beginning.
    trained, tested = (
        set(pd.read_csv(p, dtype=str).Speaker) for p in (corpora / "ravdess.csv", test)
    )
    assert trained & tested
    assert found["shared_speakers"] == []
    assert found["shared_clips"] == 0
    assert not found["optimistic"]
    assert "speaker(s) of" not in done.err
    assert "are among the training clips" not in done.err
    (title,) = [line for line in done.out.splitlines() if line.startswith("Test on ")]
    assert title == f"Test on {test} (cross-corpus: no clip and no speaker of it was learned from)"
    # Another language, other rooms: worse than at home.
    assert 0.2 < found["uar"] < results["uar"] - 0.05


def test_emodb_as_a_folder(fit, corpora):
    by_csv, _ = fit(corpora / "emodb4.csv")
    by_folder, _ = fit(corpora / "emodb4")
    assert by_folder["n_speakers"] == by_csv["n_speakers"] == 10
    assert by_folder["extraction"]["reused"] == 339
    for key in ("uar", "confusion_matrix", "classes", "folds", "per_speaker", "interval"):
        assert by_folder[key] == by_csv[key]


def test_copies_are_the_same_for_any_number_of_workers(fit, corpora, tmp_path):
    args = ("--augment", "noise", "--copies", 1, "--cv", 3)
    found = []
    for jobs in (1, 2):
        own = ("--jobs", jobs, "--cache", tmp_path / str(jobs))
        results, _ = fit(corpora / "emodb4.csv", *args, *own)
        assert results["extraction"].pop("computed") == 339
        del results["extraction"], results["command"]
        found.append(results)
    assert found[0] == found[1]
    plain, _ = fit(corpora / "emodb4.csv", "--cv", 3)
    assert plain["uar"] != found[0]["uar"]
    assert plain["uar"] == pytest.approx(found[0]["uar"], abs=0.1)


def test_ravdess_prepared_as_for_the_augmented_cnn(corpora, tmp_path, capsys):
    table = pd.read_csv(corpora / "ravdess.csv", dtype=str)
    rows = table[table.Class == "angry"].head(3)
    rows = rows.assign(Filename=[str(corpora / name) for name in rows.Filename])
    rows.to_csv(tmp_path / "some.csv", index=False)
    out = tmp_path / "out"
    args = ("--preset", "augmented-cnn", "--augment", "noise,pitch", "-o", out)
    main([str(arg) for arg in ("augment", tmp_path / "some.csv", *args)])
    assert capsys.readouterr().out == f"Wrote {out}: 1 clip, 2 changed copies, 4 pictures.\n"
    (folder,) = (path for path in out.iterdir() if path.is_dir())
    lengths = set()
    for name in ("original", "noise", "pitch"):
        info = soundfile.info(folder / f"{name}.wav")
        assert info.samplerate == 44100
        lengths.add(info.frames)
        picture = imread(folder / f"{name}.png")
        assert picture.shape[1] > 1000
        assert picture[..., :3].std() > 0.05
    # None of the two changes the length, and no clip is longer than that.
    (length,) = lengths
    assert 0.3 * 44100 < length <= 3 * 44100
    assert imread(out / "classes.png").shape[1] > 500
