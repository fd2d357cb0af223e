"""predict_timeline and its table: the parts that the command's tests do not see."""

import numpy as np
import pytest
import soundfile

from sersk.exceptions import AudioReadError, DataWarning
from sersk.timeline import measure_activity
from sersk.workflows import (
    find_views,
    predict,
    predict_timeline,
    predict_timelines,
    summarise_timelines,
)
from tests.workflows.conftest import CLASSES

RATE = 16000


@pytest.fixture(scope="module")
def call(new_clips, tmp_path_factory):
    """A recording of new clips, three seconds of silence, and new clips again."""
    signals = [soundfile.read(path)[0] for path in new_clips]
    speech = np.concatenate(signals)[: 6 * RATE]
    path = tmp_path_factory.mktemp("call") / "call.wav"
    soundfile.write(path, np.concatenate([speech, np.zeros(5 * RATE), speech]), RATE)
    return path


def test_short_recording_is_judged_as_a_clip(fitted, new_clips):
    timeline = predict_timeline(fitted.pipeline, new_clips[0])
    row = predict(fitted.pipeline, [new_clips[0]]).iloc[0]
    assert len(timeline.windows.probabilities) == 1
    np.testing.assert_allclose(
        timeline.windows.probabilities[0], row[list(CLASSES)].astype(float), atol=1e-6
    )
    assert timeline.segments[0].label == row["Class"]


def test_silent_windows_are_not_judged(fitted, call, count):
    asked = count(type(fitted.pipeline[-1]), "predict_proba")
    timeline = predict_timeline(fitted.pipeline, call, window_s=1, hop_s=1)
    activity = measure_activity(call)
    is_silent = activity.is_silent(timeline.windows.start_s, timeline.windows.stop_s)
    assert is_silent.sum() >= 4
    np.testing.assert_array_equal(np.isnan(timeline.windows.probabilities).all(axis=1), is_silent)
    # Nor are their rows handed to the model.
    assert sum(len(args[1]) for args in asked) == (~is_silent).sum()


def test_all_silence_has_no_label(fitted, tmp_path):
    path = tmp_path / "silence.wav"
    soundfile.write(path, np.zeros(5 * RATE), RATE)
    timeline = predict_timeline(fitted.pipeline, path)
    assert [segment.label for segment in timeline.segments] == [""]
    table = summarise_timelines([timeline])
    assert table["Class"].isna().all()
    assert table["Silence"].tolist() == [1.0]


def test_progress_is_told(fitted, call, monkeypatch):
    monkeypatch.setattr("sersk.workflows._timeline._BATCH_SIZE", 4)
    told = []
    predict_timeline(fitted.pipeline, call, progress=told.append)
    assert len(told) > 2
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_batches_do_not_matter(fitted, call, monkeypatch):
    one = predict_timeline(fitted.pipeline, call)
    monkeypatch.setattr("sersk.workflows._timeline._BATCH_SIZE", 3)
    other = predict_timeline(fitted.pipeline, call)
    assert one.segments == other.segments
    np.testing.assert_allclose(
        one.windows.probabilities, other.windows.probabilities, rtol=0, atol=1e-12
    )


def test_workers_do_not_matter(fitted, call, new_clips, real_workers):
    paths = [str(call), *new_clips[:3]]
    made = [predict_timelines(fitted.pipeline, paths, n_jobs=n) for n in (1, 2)]
    first, second = ([timeline.to_dict() for timeline in some] for some in made)
    assert first == second


def test_broken_recording(fitted, call, tmp_path):
    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"no sound")
    names = ["a", "b"]
    with pytest.raises(AudioReadError, match=r"Cannot read 1 of 2 files \(first: 'b'"):
        predict_timelines(fitted.pipeline, names, [str(call), str(broken)])
    with pytest.warns(DataWarning, match="Left out 1 of 2"):
        made = predict_timelines(fitted.pipeline, names, [str(call), str(broken)], on_error="skip")
    assert [timeline.filename for timeline in made] == ["a"]
    with pytest.raises(AudioReadError, match="'b'"):
        predict_timelines(fitted.pipeline, ["b"], [str(broken)], on_error="skip")
    with pytest.raises(ValueError, match="on_error must be"):
        predict_timelines(fitted.pipeline, names, on_error="ignore")


def test_summary_gives_shares_of_what_is_heard(fitted, call):
    timeline = predict_timeline(fitted.pipeline, call, filename="call")
    row = summarise_timelines([timeline]).iloc[0]
    assert row["Filename"] == "call"
    assert row["Duration"] == pytest.approx(17)
    assert row[list(CLASSES)].sum() == pytest.approx(1)
    assert row["Class"] == max(CLASSES, key=lambda name: row[name])
    assert 0.1 < row["Silence"] < 0.4


@pytest.mark.parametrize(
    ("classes", "names"),
    [
        (["angry", "happy", "sad", "neutral"], ["sentiment3"]),
        (["Positive", "Negative", "Neutral"], []),
        (["this", "that"], []),
        (["anger", "sadness"], []),
    ],
)
def test_views_are_those_with_fewer_classes(classes, names):
    assert list(find_views(classes)) == names
