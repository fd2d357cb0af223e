"""What the guard of clips says of spoilt speech, and what of a corpus that is like that itself."""

import dataclasses

import numpy as np
import pytest
import soxr
from sklearn.pipeline import make_pipeline

from sersk.audit import ClipReport, inspect_clip, learn_limits, summarise_sound, warn_of_clip
from sersk.exceptions import ClipWarning
from sersk.features import MFCC, FeatureStore
from sersk.guards import SoundGuard, measure_clips

RATE = 16000
REPORT = ClipReport(3.0, RATE, 1, -25.0, -6.0, 0.0, 0.3, 8000.0)


def _upsample(signal, rate=RATE):
    return soxr.resample(soxr.resample(signal, rate, 8000), 8000, rate)


SPOILINGS = {
    "bandwidth": _upsample,
    "clipping": lambda x: np.clip(x, -0.25 * np.abs(x).max(), 0.25 * np.abs(x).max()),
    "level": lambda x: 0.01 * x + 1e-6,
    "duration": lambda x: x[len(x) // 2 :][: RATE // 5],
    "silent": lambda x: 0 * x,
}


@pytest.fixture(scope="module")
def guard(speech):
    return SoundGuard(sample_rate=RATE).fit(speech[:32])


def test_new_speakers_are_clean(guard, speech):
    assert guard.check(speech[32:]) == [{}] * 16


@pytest.mark.parametrize("kind", SPOILINGS)
def test_spoilt_speech_is_flagged(guard, speech, kind):
    found = guard.check([SPOILINGS[kind](signal) for signal in speech[32:]])
    n_found = sum(kind in said or (kind == "level" and "silent" in said) for said in found)
    assert n_found >= 15


@pytest.mark.parametrize("kind", [kind for kind in SPOILINGS if kind != "silent"])
def test_a_corpus_does_not_warn_of_itself(speech, kind):
    spoilt = [SPOILINGS[kind](signal) for signal in speech]
    guard = SoundGuard(sample_rate=RATE).fit(spoilt[:32])
    assert sum(kind in said for said in guard.check(spoilt[32:])) <= 1


@pytest.mark.parametrize(
    ("changes", "clip", "expected"),
    [
        # The looser of both: what holds for any speech, and what the clips show.
        ({"duration_s": 0.5}, {"duration_s": 0.45}, []),
        ({"duration_s": 0.5}, {"duration_s": 0.35}, ["duration"]),
        ({"duration_s": 3.0}, {"duration_s": 1.1}, []),
        ({}, {"duration_s": 31.0}, ["duration"]),
        ({"duration_s": 12.0}, {"duration_s": 31.0}, []),
        ({"bandwidth_hz": 3500.0}, {"bandwidth_hz": 3250.0}, []),
        ({"bandwidth_hz": 3500.0}, {"bandwidth_hz": 2500.0}, ["bandwidth"]),
        ({"clipped": 0.01}, {"clipped": 0.009}, []),
        ({"clipped": 0.01}, {"clipped": 0.011}, ["clipping"]),
        ({"silence": 0.95}, {"silence": 0.94}, []),
        ({"n_channels": 2}, {"n_channels": 2}, []),
        # Level is relative, in both directions.
        ({"level_db": -15.0}, {"level_db": -34.0}, []),
        ({"level_db": -15.0}, {"level_db": -36.0}, ["level"]),
        ({"level_db": -60.0}, {"level_db": -79.0}, []),
        ({"level_db": -60.0}, {"level_db": -81.0}, ["silent"]),
    ],
)
def test_limits(changes, clip, expected):
    limits = learn_limits([dataclasses.replace(REPORT, **changes)] * 3)
    report = dataclasses.replace(REPORT, **clip)
    assert list(warn_of_clip(report, limits=limits)) == expected


def test_a_few_odd_training_clips_do_not_loosen_limits():
    odd = dataclasses.replace(REPORT, bandwidth_hz=3000.0, clipped=0.2, duration_s=0.1)
    limits = learn_limits([REPORT] * 999 + [odd])
    assert (limits.min_bandwidth_hz, limits.max_clipped) == (5000, 0.0005)
    assert limits.min_duration_s == 1


def test_level_says_what_the_model_learned_from():
    limits = learn_limits([dataclasses.replace(REPORT, level_db=db) for db in (-30.0, -20.0)])
    said = warn_of_clip(dataclasses.replace(REPORT, level_db=-60.0), limits=limits)
    assert (
        "60 dB below full scale, where the model learned from clips 20 to 30 dB" in said["level"]
    )


@pytest.mark.parametrize("depth", [0.1, 0.3, 0.6])
def test_clipping_below_full_scale(write_audio, speech, depth):
    peak = depth * np.abs(speech[0]).max()
    flat = inspect_clip(write_audio("flat.wav", np.clip(speech[0], -peak, peak), RATE))
    whole = inspect_clip(write_audio("whole.wav", speech[0], RATE))
    assert flat.clipped > 0.0005 > whole.clipped


@pytest.mark.parametrize("steps", [3, 20, 200])
def test_coarse_steps_are_no_clipping(write_audio, speech, steps):
    """Of a soft wave in 16 bits, neighbours at the peak often have the same value."""
    wave = np.round(steps * speech[0] / np.abs(speech[0]).max()) / 32768
    fading = np.round(steps * np.cos(np.arange(RATE) / 25) * np.exp(-np.arange(RATE) / RATE))
    assert inspect_clip(write_audio("fading.wav", fading / 32768, RATE)).clipped == 0
    assert inspect_clip(write_audio("soft.wav", wave, RATE)).clipped == 0


def test_measurements_are_kept_and_the_same(write_audio, speech, tmp_path):
    paths = [str(write_audio(f"{i}.wav", speech[i], RATE)) for i in range(3)]
    plain = measure_clips([*paths, str(tmp_path / "absent.wav")])
    assert plain[-1] is None
    store = FeatureStore(tmp_path / "store")
    assert measure_clips(paths, memory=store) == plain[:3]
    assert measure_clips(paths, memory=store) == plain[:3]
    (part,) = store.info().parts
    assert (part.n_computed, part.n_reused) == (3, 3)
    whole = inspect_clip(paths[0])
    for name, value in dataclasses.asdict(whole).items():
        assert getattr(plain[0], name) == pytest.approx(value, rel=1e-6)


def test_summary_of_a_corpus():
    silent = dataclasses.replace(REPORT, duration_s=1.0, level_db=-120.0, bandwidth_hz=None)
    stereo = dataclasses.replace(REPORT, sample_rate=48000, n_channels=2, clipped=0.1)
    assert summarise_sound([REPORT, silent, stereo]) == {
        "duration_s": {"total": 7.0, "shortest": 1.0, "median": 3.0, "longest": 3.0},
        "sample_rates": {"16000": 2, "48000": 1},
        "channels": {"1": 2, "2": 1},
        "level_db": {"lowest": -120.0, "median": -25.0, "highest": -25.0},
        "bandwidth_hz": {"lowest": 8000.0, "median": 8000.0},
        "clipped": 1,
    }
    assert summarise_sound([]) is None


def test_first_in_a_pipeline_of_ones_own(speech, corpus):
    from sklearn.naive_bayes import GaussianNB

    model = make_pipeline(SoundGuard(sample_rate=RATE), MFCC(sample_rate=RATE), GaussianNB())
    model.fit(speech[:32], corpus[1][:32])
    clipped = np.clip(20 * speech[33], -1, 1)
    with pytest.warns(
        ClipWarning, match=r"^1 of 2 clips has warnings \(first: clip 1: .* cut off"
    ):
        said = model.predict([speech[32], clipped])
    assert said[0] == model[1:].predict([speech[32]])[0]
