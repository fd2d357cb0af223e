import shutil

import numpy as np
import pandas as pd
import pytest
import soundfile
from sklearn.metrics import balanced_accuracy_score

from sersk.exceptions import AudioReadError, ClipWarning, DataWarning, ManifestError
from sersk.workflows import evaluate, extract, find_clips, find_rows, predict
from sersk.workflows._parts import find_guards


class TestFindClips:
    def test_order_is_that_given_and_folders_are_walked(self, tmp_path):
        for name in ("b.wav", "a.FLAC", "deep/er/c.mp3", ".hidden.wav", "notes.txt"):
            (tmp_path / "folder" / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "folder" / name).touch()
        folder = str(tmp_path / "folder")
        found = find_clips(["z.wav", folder, "y.wav", "z.wav"])
        inner = [str(tmp_path / "folder" / n) for n in ("a.FLAC", "b.wav", "deep/er/c.mp3")]
        assert found == ["z.wav", *inner, "y.wav", "z.wav"]

    def test_empty_folder(self, tmp_path):
        with pytest.raises(AudioReadError, match="holds no sound file") as caught:
            find_clips([tmp_path])
        assert str(tmp_path) in str(caught.value)

    def test_file_of_any_suffix_is_taken_as_named(self, tmp_path):
        (tmp_path / "call.xyz").touch()
        assert find_clips([tmp_path / "call.xyz"]) == [str(tmp_path / "call.xyz")]


class TestFindRows:
    def test_missing_files_keep_their_place(self, rows, tmp_path):
        names = [rows.path[3], "gone.wav", rows.path[1], "lost.wav"]
        pd.DataFrame({"file": names}).to_csv(tmp_path / "list.csv", index=False)
        filenames, paths = find_rows(tmp_path / "list.csv")
        assert filenames == names
        assert paths == names

    def test_names_are_as_given_and_paths_where_they_are(self, clips_csv, rows):
        filenames, paths = find_rows(clips_csv)
        assert filenames == rows.Filename.tolist()
        assert paths == rows.path.tolist()

    def test_same_file_twice(self, rows, tmp_path):
        names = [rows.path[0], "gone.wav", rows.path[0], "gone.wav"]
        pd.DataFrame({"file": names}).to_csv(tmp_path / "list.csv", index=False)
        assert find_rows(tmp_path / "list.csv")[0] == names


class TestPredict:
    def test_unknown_choice_about_errors(self, fitted, new_clips):
        with pytest.raises(ValueError, match=r"must be 'raise' or 'skip'\. Got 'ignore' instead"):
            predict(fitted.pipeline, new_clips, on_error="ignore")

    def test_agrees_with_the_pipeline(self, fitted, new_clips):
        table = predict(fitted.pipeline, new_clips, n_jobs=1)
        assert table.Filename.tolist() == new_clips
        assert table.Class.tolist() == fitted.pipeline.predict(new_clips).tolist()
        columns = fitted.pipeline.classes_
        probabilities = fitted.pipeline.predict_proba(new_clips)
        np.testing.assert_allclose(table[columns], probabilities)

    def test_workers_do_not_matter(self, fitted, rows, real_workers):
        one = predict(fitted.pipeline, rows.path, n_jobs=1)
        two = predict(fitted.pipeline, rows.path, n_jobs=2)
        pd.testing.assert_frame_equal(one, two)

    def test_relative_paths_follow_the_working_folder(
        self, fitted, rows, monkeypatch, tmp_path, real_workers
    ):
        # Workers of an earlier call live on, in the folder that was the current one then.
        predict(fitted.pipeline, rows.path, n_jobs=2)
        (tmp_path / "here").mkdir()
        for path in rows.path:
            shutil.copy(path, tmp_path / "here")
        monkeypatch.chdir(tmp_path / "here")
        table = predict(fitted.pipeline, rows.Filename, n_jobs=2)
        assert table.Filename.tolist() == rows.Filename.tolist()

    def test_names_are_the_users(self, fitted, new_clips):
        table = predict(fitted.pipeline, ["one", "two"], new_clips[:2], n_jobs=1)
        assert table.Filename.tolist() == ["one", "two"]

    def test_warnings_are_a_column_and_one_line(self, fitted, new_clips, tmp_path):
        signal, rate = soundfile.read(new_clips[1])
        spoilt = str(tmp_path / "spoilt.wav")
        soundfile.write(spoilt, np.clip(20 * signal / np.abs(signal).max(), -1, 1), rate)
        with pytest.warns(ClipWarning) as told:
            table = predict(
                fitted.pipeline,
                [new_clips[0], "mine", new_clips[2]],
                [new_clips[0], spoilt, new_clips[2]],
            )
        (line,) = {str(one.message) for one in told}
        assert line.startswith("1 of 3 clips has warnings (first: mine: ")
        assert line.endswith(" See the column Warning.")
        assert table.columns[-1] == "Warning"
        assert (table.Warning.iloc[0], table.Warning.iloc[2]) == ("", "")
        assert "of the samples are cut off" in table.Warning.iloc[1]

    def test_saved_model_alone_warns_and_answers_the_same(self, fitted, new_clips):
        classes = predict(fitted.pipeline, new_clips).Class
        assert fitted.pipeline.predict(new_clips).tolist() == classes.tolist()
        tones = [0.3 * np.sin(2 * np.pi * 440 * np.arange(22050) / 22050)]
        with pytest.warns(ClipWarning) as told:
            fitted.pipeline.predict(tones)
        said = [str(one.message) for one in told]
        assert ["Nothing is to be heard above" in text for text in said] == [True, False]
        assert "unlike those that the model learned from" in said[1]

    def test_guards_learn_from_the_training_clips(self, fitted, rows):
        guards = fitted.description["guards"]
        sound, novelty = find_guards(fitted.pipeline)
        assert guards["min_duration_s"] == pytest.approx(sound.limits_.min_duration_s, abs=1e-3)
        assert guards["max_distance"] == pytest.approx(novelty.threshold_, abs=1e-3)
        assert fitted.results["sound"]["channels"] == {"1": len(rows)}
        X = fitted.pipeline["features"].transform(rows.path.tolist())
        np.testing.assert_allclose(novelty.mean_, X.mean(axis=0), rtol=1e-4, atol=1e-5)

    def test_failure_is_named_by_the_users_name(self, fitted, new_clips, tmp_path):
        names, paths = ["good", "wrong"], [new_clips[0], str(tmp_path / "gone.wav")]
        with pytest.raises(AudioReadError, match=r"1 of 2 files \(first: 'wrong'.*no such file"):
            predict(fitted.pipeline, names, paths, n_jobs=1)
        with pytest.warns(DataWarning, match="'wrong'"):
            table = predict(fitted.pipeline, names, paths, on_error="skip", n_jobs=1)
        assert table.Filename.tolist() == names
        assert table.iloc[1, 1:].isna().all()
        assert table.iloc[0].notna().all()

    @pytest.mark.filterwarnings("ignore:.*clips have warnings")
    @pytest.mark.parametrize("taken", ["Class", "Filename", "Warning"])
    def test_class_of_the_name_of_a_column(self, taken, rows, new_clips):
        from sersk.recipes import make_custom_recipe

        labels = np.where(rows.Class == "anger", taken, "other")
        pipeline = make_custom_recipe(["zcr"]).make_pipeline().fit(rows.path.tolist(), labels)
        table = predict(pipeline, new_clips, n_jobs=1)
        # Classes sort by code point, and both names begin with a capital.
        assert table.columns.tolist() == ["Filename", "Class", f"P({taken})", "other", "Warning"]
        assert table.iloc[:, 0].tolist() == new_clips
        assert set(table.iloc[:, 1]) <= {taken, "other"}

    @pytest.mark.filterwarnings("ignore:.*clips have warnings")
    def test_pipeline_may_be_any_with_an_extractor_first(self, rows, new_clips):
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        from sersk.features import RMS

        pipeline = make_pipeline(RMS(), StandardScaler(), LogisticRegression())
        pipeline.fit(rows.path.tolist(), rows.Class)
        table = predict(pipeline, new_clips, n_jobs=1)
        assert table.Class.tolist() == pipeline.predict(new_clips).tolist()


class TestAbstaining:
    def test_the_unsure_keep_their_probabilities(self, fitted, new_clips):
        plain = predict(fitted.pipeline, new_clips, n_jobs=1)
        highest = plain[fitted.pipeline.classes_].max(axis=1)
        # As high as that of one clip, which is therefore judged.
        limit = float(np.sort(highest)[len(highest) // 2])
        table = predict(fitted.pipeline, new_clips, abstain_below=limit, n_jobs=1)
        unsure = highest < limit
        assert 0 < unsure.sum() < len(table)
        assert table.Class.isna().tolist() == unsure.tolist()
        pd.testing.assert_frame_equal(table.drop(columns="Class"), plain.drop(columns="Class"))
        assert table.Class[~unsure].tolist() == plain.Class[~unsure].tolist()

    def test_probabilities_count_after_summing_up(self, fitted, new_clips):
        plain = predict(fitted.pipeline, new_clips, labels="sentiment3", n_jobs=1)
        highest = plain.iloc[:, 2:-1].max(axis=1)
        limit = float(highest.median())
        table = predict(
            fitted.pipeline, new_clips, labels="sentiment3", abstain_below=limit, n_jobs=1
        )
        assert table.Class.isna().tolist() == (highest < limit).tolist()

    @pytest.mark.parametrize("limit", [0, 1, -0.5, 1.5, float("nan"), "0.5"])
    def test_limits(self, limit, fitted, new_clips, clips_csv):
        match = f"^'abstain_below' must be a probability .* Got {limit!r} instead"
        with pytest.raises(ValueError, match=match):
            predict(fitted.pipeline, new_clips, abstain_below=limit)
        with pytest.raises(ValueError, match=match):
            evaluate(fitted.pipeline, clips_csv, abstain_below=limit)

    def test_scores_of_the_judged_by_hand(self, fitted, clips_csv, rows):
        part = rows.iloc[:30][["path", "Class", "Speaker"]]
        path = clips_csv.with_name("judged.csv")
        part.to_csv(path, index=False)
        probabilities = fitted.pipeline.predict_proba(part.path.tolist())
        highest = probabilities.max(axis=1)
        limit = float(np.median(highest))
        plain = evaluate(fitted.pipeline, path, n_jobs=1)
        scores = evaluate(fitted.pipeline, path, abstain_below=limit, n_jobs=1)
        judged = highest >= limit
        y = part.Class.to_numpy()[judged]
        predicted = fitted.pipeline.classes_[probabilities.argmax(axis=1)][judged]
        assert scores.pop("abstention") == {
            "abstain_below": limit,
            "n_clips": judged.sum(),
            "coverage": judged.mean(),
            "accuracy": (y == predicted).mean(),
            "uar": pytest.approx(balanced_accuracy_score(y, predicted)),
        }
        assert plain.pop("abstention") is None
        assert scores == plain

    def test_nothing_is_judged(self, fitted, clips_csv, rows):
        path = clips_csv.with_name("few.csv")
        rows.iloc[:20][["path", "Class"]].to_csv(path, index=False)
        limit = np.nextafter(1, 0)
        scores = evaluate(fitted.pipeline, path, abstain_below=limit, n_jobs=1)["abstention"]
        assert (scores["n_clips"], scores["coverage"]) == (0, 0)
        assert scores["accuracy"] is scores["uar"] is None


class TestEvaluate:
    def test_scores_by_hand(self, fitted, clips_csv, rows):
        part = rows.iloc[:20][["path", "Class", "Speaker"]]
        path = clips_csv.with_name("part.csv")
        part.to_csv(path, index=False)
        scores = evaluate(fitted.pipeline, path, n_jobs=1)
        predicted = fitted.pipeline.predict(part.path.tolist())
        assert scores["accuracy"] == pytest.approx((predicted == part.Class).mean())
        assert scores["n_speakers"] == part.Speaker.nunique()

    def test_classes_are_needed(self, fitted, rows, tmp_path):
        rows[["path"]].to_csv(tmp_path / "bare.csv", index=False)
        with pytest.raises(ManifestError, match="no column for the label"):
            evaluate(fitted.pipeline, tmp_path / "bare.csv")

    def test_training_csv_is_known_by_its_content(self, fitted, clips_csv, rows, tmp_path):
        from sersk.persistence import save_model

        save_model(fitted.pipeline, tmp_path / "m.joblib", fitted.description)
        shutil.copy(clips_csv, tmp_path / "copy.csv")
        options = {"audio_dir": clips_csv.with_suffix(""), "n_jobs": 1}
        with pytest.warns(DataWarning, match="fitted on this very CSV"):
            evaluate(fitted.pipeline, tmp_path / "copy.csv", **options)


class TestExtract:
    def test_equals_the_transformer(self, clips_csv, rows):
        from sersk.recipes import make_recipe

        table = extract(clips_csv, recipe="svm", n_jobs=1)
        extractor = make_recipe("svm")[0][0]
        names = extractor.get_feature_names_out()
        np.testing.assert_array_equal(table[names], extractor.transform(rows.path.tolist()))
        assert list(table.columns) == ["Filename", "Class", "Speaker", *names]
        pd.testing.assert_frame_equal(
            table[["Filename", "Class", "Speaker"]],
            rows[["Filename", "Class", "Speaker"]],
            check_dtype=False,
        )

    def test_workers_do_not_matter(self, clips_csv, real_workers):
        one, two = (extract(clips_csv, recipe="svm", n_jobs=n) for n in (1, 2))
        pd.testing.assert_frame_equal(one, two)
