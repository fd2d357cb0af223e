"""Label files and sound files as they are found."""

import json
import shutil
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import soundfile

from sersk.datasets import make_emotional_speech

pytestmark = pytest.mark.corpus


def test_kaggle_format_needs_only_data(corpora, tmp_path):
    # The real label file as it is, with synthetic clips in place of its audio.
    shutil.copy(corpora / "kaggle_format" / "TRAIN.csv", tmp_path)
    table = pd.read_csv(tmp_path / "TRAIN.csv")
    assert list(table.columns) == ["Filename", "Class"]
    (tmp_path / "TRAIN").mkdir()
    emotion = {"Positive": "happiness", "Neutral": "neutral", "Negative": "anger"}
    signals, emotions, _ = make_emotional_speech(
        8, 15, classes=tuple(emotion.values()), duration_s=0.6
    )
    stock = {name: np.flatnonzero(emotions == name).tolist() for name in emotion.values()}
    for row in table.itertuples():
        signal = signals[stock[emotion[row.Class]].pop()]
        soundfile.write(tmp_path / "TRAIN" / row.Filename, signal, 16000)
    command = [sys.executable, "-m", "sersk", "fit", "--data", "TRAIN.csv"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{len(table)} clips, 3 classes, speakers not known" in done.stdout
    assert "stratified, 5 folds" in done.stdout
    assert "This score is optimistic" in done.stdout
    description = json.loads((tmp_path / "model.json").read_text(encoding="utf-8"))
    assert description["classes"] == ["Negative", "Neutral", "Positive"]
    assert description["training"]["clips_per_class"] == table.Class.value_counts().to_dict()


def test_predict_on_a_folder_of_wav_and_flac(fit, run, corpora, tmp_path):
    table = pd.read_csv(corpora / "ravdess.csv", dtype=str)
    table = table[table.Speaker.isin(["01", "03", "04"])]
    table.to_csv(tmp_path / "three.csv", index=False)
    fit(tmp_path / "three.csv", "--audio-dir", corpora, "--recipe", "svm")
    folder = tmp_path / "mixed"
    for name in ("Actor_02", "Actor_05"):
        shutil.copytree(corpora / "ravdess" / name, folder / name)
    files = sorted(str(path) for path in folder.rglob("*") if path.is_file())
    assert {path.rsplit(".", 1)[1] for path in files} == {"wav", "flac"}
    output = tmp_path / "predictions.csv"
    run("predict", "--model", tmp_path / "model.joblib", folder, "--output", output)
    predicted = pd.read_csv(output)
    assert predicted.Filename.tolist() == files
    assert len(files) == 120
    assert predicted.drop(columns="Warning").notna().all(axis=None)
