"""OpenSMILE: equality with the library, its repairs, its warnings."""

import threading
import warnings

import numpy as np
import opensmile
import pytest

from sersk.exceptions import DataWarning, LicenceWarning
from sersk.features import AudioFeatures, OpenSMILE, _opensmile, _smile

pytestmark = pytest.mark.filterwarnings("ignore:Feature set .* is deprecated")

FULL_SCALE = 32767 / 32768


def _process(signal, feature_set="eGeMAPSv02", sample_rate=16000):
    """What the library itself gives, as a table of one row."""
    smile = opensmile.Smile(
        feature_set=opensmile.FeatureSet[feature_set],
        feature_level=opensmile.FeatureLevel.Functionals,
    )
    return smile.process_signal(signal, sample_rate)


@pytest.fixture
def speech(voice):
    return [voice(seed, duration_s=0.4 + 0.3 * seed, sample_rate=16000) for seed in range(4)]


def test_values_and_names_are_those_of_the_library(speech):
    smile = OpenSMILE()
    rows = smile.transform(speech)
    assert rows.shape == (4, 88)
    for row, signal in zip(rows, speech, strict=True):
        expected = _process(signal)
        np.testing.assert_array_equal(row, expected.to_numpy()[0])
        assert list(smile.get_feature_names_out()) == list(expected.columns)


@pytest.mark.parametrize(
    ("feature_set", "n_features"),
    [("ComParE_2016", 6373), ("GeMAPSv01b", 62), ("emobase", 988), ("eGeMAPSv01b", 88)],
)
def test_other_sets(speech, feature_set, n_features):
    smile = OpenSMILE(feature_set=feature_set)
    expected = _process(speech[1], feature_set)
    names = smile.get_feature_names_out()
    assert len(names) == len(set(names)) == n_features
    assert list(names) == list(expected.columns)
    np.testing.assert_array_equal(smile.transform(speech[1:2]), expected.to_numpy())


def test_every_set_on_offer_exists():
    assert set(_opensmile._FEATURE_SETS) <= set(opensmile.FeatureSet.__members__)


@pytest.mark.corpus
def test_real_clips(corpora):
    import audiofile

    paths = sorted((corpora / "emodb4").rglob("*.wav"))[::80]
    rows = OpenSMILE().transform(paths)
    for row, path in zip(rows, paths, strict=True):
        signal, sample_rate = audiofile.read(path)
        np.testing.assert_array_equal(row, _process(signal, sample_rate=sample_rate).to_numpy()[0])


def test_full_scale_does_not_wrap(speech):
    signal = speech[2] / np.abs(speech[2]).max()
    loud = np.clip(1.5 * signal, -1.0, 1.0)
    assert (loud == 1.0).sum() > 10
    row = OpenSMILE().transform([loud])[0]
    scaled = OpenSMILE().transform([loud * np.float32(FULL_SCALE)])[0]
    np.testing.assert_allclose(row, scaled, rtol=0.02, atol=0.02)
    # The library alone turns +1.0 into -1.0, and this very comparison fails.
    with pytest.raises(AssertionError, match="Not equal to tolerance"):
        np.testing.assert_allclose(_process(loud).to_numpy()[0], scaled, rtol=0.02, atol=0.02)


def test_beyond_full_scale_is_clipped_on_both_sides(speech):
    beyond = 5 * speech[2] / np.abs(speech[2]).max()
    within = np.clip(beyond, -1.0, FULL_SCALE)
    np.testing.assert_array_equal(OpenSMILE().transform([beyond]), OpenSMILE().transform([within]))


def test_channels_are_averaged(speech, write_audio):
    left, right = speech[1], 0.3 * speech[1][::-1]
    stereo = write_audio("a.wav", np.stack([left, right], axis=1), 16000, subtype="FLOAT")
    mono = np.stack([left, right], axis=1).mean(axis=1)
    np.testing.assert_array_equal(OpenSMILE().transform([stereo]), OpenSMILE().transform([mono]))
    assert not np.array_equal(OpenSMILE().transform([stereo]), OpenSMILE().transform([left]))


def test_the_sampling_rate_matters(speech, write_audio):
    path = write_audio("a.wav", speech[1], 16000, subtype="FLOAT")
    wide, narrow = (OpenSMILE(sample_rate=rate).transform([path])[0] for rate in (16000, 8000))
    assert (np.abs(wide - narrow) > 0.01 * np.abs(wide)).sum() > 20
    pitch = list(OpenSMILE().get_feature_names_out()).index("F0semitoneFrom27.5Hz_sma3nz_amean")
    assert wide[pitch] == pytest.approx(narrow[pitch], abs=1)


@pytest.mark.parametrize("n_times", [1, 100, 1599])
@pytest.mark.parametrize("feature_set", ["eGeMAPSv02", "ComParE_2016"])
def test_short_clips_are_padded_with_one_warning(speech, feature_set, n_times):
    short = speech[3][4000 : 4000 + n_times]
    clips = [short, speech[0], short, short]
    smile = OpenSMILE(feature_set=feature_set)
    with pytest.warns(DataWarning, match=r"^3 clip\(s\) shorter than 0\.1 s") as caught:
        rows = smile.transform(clips)
    assert [w.category for w in caught].count(DataWarning) == 1
    assert np.isfinite(rows).all()
    padded = np.pad(short, (0, 1600 - n_times))
    for row in rows[[0, -1]]:
        np.testing.assert_array_equal(row, _process(padded, feature_set).to_numpy()[0])


def test_the_warning_counts_over_all_workers(speech):
    clips = ([speech[0]] * 10 + [speech[0][:50]]) * 3
    with pytest.warns(DataWarning, match=r"^3 clip\(s\) shorter") as caught:
        OpenSMILE(n_jobs=2).transform(clips)
    assert [w.category for w in caught].count(DataWarning) == 1


def test_a_tenth_of_a_second_is_long_enough(speech):
    clip = speech[3][4000:5600]
    row = OpenSMILE().transform([clip])[0]  # a warning would be an error
    np.testing.assert_array_equal(row, _process(clip).to_numpy()[0])


def test_one_warning_per_clip_from_two_sets(speech):
    both = AudioFeatures(
        [("egemaps", OpenSMILE()), ("emobase", OpenSMILE(feature_set="emobase"))],
        verbose_feature_names_out=True,
    )
    with pytest.warns(DataWarning, match=r"^1 clip\(s\) shorter than 0\.1 s") as caught:
        both.transform([speech[0][:50], speech[1]])
    assert [w.category for w in caught].count(DataWarning) == 1


def test_union_with_other_parts_warns_too(speech):
    with pytest.warns(DataWarning, match=r"^1 clip\(s\) shorter than 0\.1 s"):
        AudioFeatures([("egemaps", OpenSMILE())], duration_s=0.05).transform(speech[:1])


@pytest.mark.parametrize("first_use", ["fit", "transform", "get_feature_names_out"])
def test_the_licence_is_told_once_per_process(speech, monkeypatch, first_use):
    monkeypatch.setattr(_opensmile, "_licence_was_said", threading.Event())
    arguments = () if first_use == "get_feature_names_out" else (speech[:1],)
    with pytest.warns(LicenceWarning, match="non-commercial use only") as caught:
        getattr(OpenSMILE(), first_use)(*arguments)
    assert len(caught) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        OpenSMILE().fit_transform(speech[:1])
        AudioFeatures([("egemaps", OpenSMILE())]).fit_transform(speech[:1])


def test_making_one_says_nothing(monkeypatch):
    monkeypatch.setattr(_opensmile, "_licence_was_said", threading.Event())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        OpenSMILE()


@pytest.mark.parametrize("feature_set", ["eGeMAPSv03", "egemapsv02", "", None])
def test_unknown_set(speech, feature_set):
    with pytest.raises(
        ValueError, match=r"'feature_set' parameter of OpenSMILE must be a str among .*eGeMAPSv02"
    ):
        OpenSMILE(feature_set=feature_set).fit(speech)


def test_sampling_rate_below_that_of_speech(speech):
    with pytest.raises(ValueError, match=r"'sample_rate' parameter of OpenSMILE must be an int"):
        OpenSMILE(sample_rate=4000).fit(speech)


def test_two_threads_agree_with_one(voice):
    signals = [voice(seed, duration_s=0.2, sample_rate=16000) for seed in range(40)]
    one = OpenSMILE(n_jobs=1).transform(signals)
    np.testing.assert_array_equal(OpenSMILE(n_jobs=2).transform(signals), one)
    assert len(np.unique(one, axis=0)) == 40


def test_one_instance_per_thread_serves_all_clips(monkeypatch, tone):
    builders = []

    class Counted(_smile._Session):
        def __init__(self, *args):
            builders.append(threading.get_ident())
            super().__init__(*args)

    monkeypatch.setattr(_smile, "_Session", Counted)
    monkeypatch.setattr(_smile, "_sessions", threading.local())
    signals = [tone(f, sample_rate=16000) for f in (200.0, 300.0, 400.0)]
    rows = []
    thread = threading.Thread(target=lambda: rows.append(OpenSMILE().transform(signals)))
    thread.start()
    thread.join()
    np.testing.assert_array_equal(OpenSMILE().transform(signals), rows[0])
    assert len(builders) == len(set(builders)) == 2


def test_an_instance_that_failed_is_not_used_again(monkeypatch, tone):
    signal = tone(200.0, sample_rate=16000)
    expected = OpenSMILE().transform([signal])
    with monkeypatch.context() as patch:
        patch.setattr(_smile._Session, "process", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            OpenSMILE().transform([signal])
    assert ("eGeMAPSv02", 16000) not in _smile._sessions.__dict__
    np.testing.assert_array_equal(OpenSMILE().transform([signal]), expected)
