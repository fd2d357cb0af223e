"""Audits of real corpora, in the folder that the variable SERSK_CORPORA names."""

import json

import numpy as np
import pandas as pd
import pytest

from sersk.audit import check_manifest, check_voices
from sersk.cli import main
from sersk.datasets import read_manifest
from sersk.features import MFCC
from sersk.workflows import audit

pytestmark = pytest.mark.corpus

SAME_AUDIO = [f"ravdess/Actor_07/03-01-03-01-02-0{take}-07.flac" for take in (1, 2)]


@pytest.fixture(scope="module")
def reports(corpora, common_cache):
    """Audit each corpus once, in its whole length."""
    return {
        name: audit(corpora / f"{name}.csv", recipe="svm", n_jobs=-1, memory=common_cache)
        for name in ("ravdess", "emodb4")
    }


def _list(report, *levels):
    return [f["kind"] for f in report["findings"] if f["level"] in levels]


def _find(report, kind):
    (finding,) = (f for f in report["findings"] if f["kind"] == kind)
    return finding


class TestRavdess:
    def test_warnings_are_the_pair_and_the_stereo_files(self, reports):
        report = reports["ravdess"]
        assert _list(report, "error") == []
        assert _list(report, "warning") == ["exact_duplicate", "multi_channel"]
        assert _find(report, "exact_duplicate")["files"] == SAME_AUDIO
        assert len(_find(report, "multi_channel")["files"]) == 5

    def test_gap(self, reports):
        report = reports["ravdess"]
        assert report["scores"]["independent"]["uar"] == pytest.approx(0.47, abs=0.04)
        assert report["scores"]["random"]["uar"] > 0.7
        assert _find(report, "optimism_gap")["score"] > 0.25
        for name in ("independent", "random", "sound_only"):
            low, high = report["scores"][name]["interval"]
            assert 0 < low < report["scores"][name]["uar"] < high < 1

    def test_published_folds(self, corpora):
        """Folds of whole actors share sentences, and nothing else."""
        manifest = read_manifest(corpora / "ravdess.csv", fold_column="Fold")
        found = [(f.kind, f.level) for f in check_manifest(manifest)]
        assert found == [("sentences_shared_by_folds", "note")]

    def test_order_of_rows_is_no_matter_where_names_spell_the_class(self, corpora, tmp_path):
        table = pd.read_csv(corpora / "ravdess.csv", dtype=str)
        orders = {"shuffled": table.sample(frac=1, random_state=0)}
        orders["by name"] = table.sort_values("Filename")
        for rows in orders.values():
            rows.to_csv(tmp_path / "rows.csv", index=False)
            manifest = read_manifest(tmp_path / "rows.csv", keep_missing=True)
            assert [f.level for f in check_manifest(manifest)] == ["note"]


class TestEmoDb:
    def test_nothing_but_notes(self, reports):
        report = reports["emodb4"]
        assert _list(report, "error", "warning") == []
        assert _list(report, "note") == [
            "optimism_gap",
            "sentences_shared_by_folds",
            "sound_only",
        ]

    def test_names_spell_the_class_in_any_order(self, corpora):
        manifest = read_manifest(corpora / "emodb4.csv")
        for order in (np.argsort(manifest.labels, kind="stable"), np.argsort(manifest.filenames)):
            rows = pd.DataFrame({"file": manifest.filenames, "label": manifest.labels})
            assert len(rows.iloc[order]) == 339
            kinds = [f.kind for f in check_manifest(_reorder(manifest, order))]
            assert "label_from_number" not in kinds


def _reorder(manifest, order):
    """The same rows in another order."""
    from dataclasses import replace

    names = ("labels", "speakers", "genders", "sentences")
    return replace(
        manifest,
        filenames=[manifest.filenames[i] for i in order],
        paths=[manifest.paths[i] for i in order],
        rows=[manifest.rows[i] for i in order],
        **{name: getattr(manifest, name)[order] for name in names},
    )


def test_sentiment_set_without_its_sound(corpora, capsys):
    """The number gives the class away; that the sound is missing ends nothing."""
    main(["audit", "--data", str(corpora / "kaggle_format" / "TRAIN.csv"), "--format", "json"])
    report = json.loads(capsys.readouterr().out)
    assert _list(report, "error") == []
    assert _list(report, "warning") == ["label_from_number", "missing_audio"]
    assert _find(report, "label_from_number")["score"] > 0.95
    assert len(_find(report, "missing_audio")["files"]) == 250
    assert report["n_missing"] == report["n_files"] == 250


@pytest.fixture(scope="module")
def voices(corpora, common_cache):
    """Features and speakers of each corpus."""
    features = MFCC(memory=common_cache, n_jobs=-1)
    manifests = {n: read_manifest(corpora / f"{n}.csv") for n in ("ravdess", "emodb4")}
    return {name: (features.transform(m.paths), m.speakers) for name, m in manifests.items()}


@pytest.mark.parametrize("corpus", ["ravdess", "emodb4"])
class TestVoices:
    def test_intact_corpora_have_one_name_per_voice(self, voices, corpus):
        assert check_voices(*voices[corpus]) == []

    def test_halves_of_each_speaker_are_found(self, voices, corpus):
        """One speaker after the other gets two names, at random."""
        X, speakers = voices[corpus]
        for number, name in enumerate(np.unique(speakers).tolist()):
            clips = np.random.default_rng(number).permutation(np.flatnonzero(speakers == name))
            names = speakers.astype("U9")
            names[clips[::2]] = "new"
            found = check_voices(X, names)
            assert [f.level for f in found] == ["error"], name
            assert repr(name) in found[0].message
            assert "'new'" in found[0].message

    def test_two_speakers_under_one_name_are_no_finding(self, voices, corpus):
        X, speakers = voices[corpus]
        first, second = np.unique(speakers)[:2]
        assert check_voices(X, np.where(speakers == first, second, speakers)) == []
