"""Clips that are there more than once: which, how bad, and what is said about them."""

import numpy as np
import pytest
import soundfile

from sersk.audit import check_exact_duplicates, check_near_duplicates, check_rows, measure_files
from sersk.datasets import make_emotional_speech
from tests.audit._corpora import find_one, list_kinds, make_manifest

EXACT, NEAR = "exact_duplicate", "near_duplicate"
FOUR_NAMES = ["a.wav", "b.wav", "c.wav", "d.wav"]


def _digests(text):
    return [letter.encode() for letter in text]


def _check(text, labels="xxxx", speakers=None, folds=None):
    return check_exact_duplicates(
        _digests(text), make_manifest(FOUR_NAMES, labels, speakers, folds=folds)
    )


class TestLevels:
    def test_all_different_is_none(self):
        assert _check("1234") == []

    def test_within_speaker_and_label(self):
        (finding,) = _check("1213", speakers="sttt"[:1] * 4, folds="1111")
        assert (finding.kind, finding.level) == (EXACT, "warning")
        assert (finding.files, finding.score) == (["a.wav", "c.wav"], 1)
        assert finding.message == "2 files hold the same sound: a.wav, c.wav."
        assert "whole speakers" in finding.advice

    def test_without_known_speakers(self):
        (finding,) = _check("1213")
        assert finding.level == "warning"
        assert "without speakers" in finding.advice

    @pytest.mark.parametrize(
        ("columns", "words"),
        [
            (dict(labels="xyyx"), "labels"),
            (dict(labels="xyyx", speakers="ssss"), "labels"),
            (dict(speakers="stts"), "speakers"),
            (dict(folds="1221"), "given folds"),
            (dict(labels="xyyx", speakers="stts"), "labels and speakers"),
            (
                dict(labels="xyyx", speakers="stts", folds="1221"),
                "labels and speakers and given folds",
            ),
        ],
    )
    def test_across(self, columns, words):
        (finding,) = _check("1213", **columns)
        assert (finding.kind, finding.level) == (EXACT, "error")
        assert finding.files == ["a.wav", "c.wav"]
        assert finding.message.endswith(f": a.wav, c.wav. They differ in their {words}.")
        assert "One of them is wrong" in finding.advice

    def test_what_others_differ_in_is_no_matter(self):
        (finding,) = _check("1213", labels="xyxz", speakers="stsu", folds="1213")
        assert finding.level == "warning"

    def test_three_copies_are_one_finding(self):
        (finding,) = _check("1121", labels="xxxy")
        assert finding.files == ["a.wav", "b.wav", "d.wav"]
        assert finding.message.startswith("3 files hold")
        assert finding.level == "error"

    def test_two_sounds_are_two_findings(self):
        assert [f.files for f in _check("1212")] == [["a.wav", "c.wav"], ["b.wav", "d.wav"]]


@pytest.fixture(scope="module")
def voices():
    """Nine clips, all different; on the steps of 16 bit, so that all formats hold the same."""
    signals = make_emotional_speech(
        3, 1, classes=("anger", "neutral", "sadness"), duration_s=1.5, random_state=7
    )[0]
    return [np.round(32768 * x.astype(np.float64)) / 32768 + 0.0 for x in signals]


@pytest.fixture
def check(write_audio):
    """Write clips, measure them, and look for both kinds of duplicates."""

    def run(clips, labels=None, speakers=None):
        """Clips: of each, its name, samples and how to write them."""
        paths = [write_audio(n, x, **{"sample_rate": 16000, **how}) for n, x, how in clips]
        manifest = make_manifest(
            [name for name, _, _ in clips],
            labels or ["x"] * len(clips),
            speakers or ["s"] * len(clips),
            paths=paths,
        )
        measurements, failures = measure_files(manifest.paths)
        assert failures == []
        return [
            *check_exact_duplicates([m.digest for m in measurements], manifest),
            *check_near_duplicates(measurements, manifest),
        ]

    return run


class TestFiles:
    @pytest.mark.parametrize(
        "how",
        [
            dict(name="copy.wav"),
            dict(name="copy.flac"),
            dict(name="copy.wav", subtype="PCM_24"),
            dict(name="copy.wav", subtype="FLOAT"),
            dict(name="copy.aiff"),
            dict(name="copy.caf"),
        ],
        ids=str,
    )
    def test_same_samples_are_exact_whatever_holds_them(self, check, voices, how):
        how = dict(how)
        found = check(
            [
                ("one.wav", voices[0], {}),
                (how.pop("name"), voices[0], how),
                ("other.wav", voices[1], {}),
            ]
        )
        assert list_kinds(found) == [(EXACT, "warning")]
        assert found[0].files[0] == "one.wav"
        assert len(found[0].files) == 2

    def test_tags_do_not_matter(self, check, voices, tmp_path):
        with soundfile.SoundFile(tmp_path / "tagged.wav", "w", 16000, 1, "PCM_16") as file:
            file.title, file.artist = "Another title", "Somebody"
            file.write(voices[0])
        found = check([("one.wav", voices[0], {}), ("two.wav", voices[1], {})])
        assert found == []
        manifest = make_manifest(
            ["one.wav", "tagged.wav"],
            "xx",
            paths=[tmp_path / "one.wav", tmp_path / "tagged.wav"],
        )
        assert (tmp_path / "one.wav").read_bytes() != (tmp_path / "tagged.wav").read_bytes()
        measurements, _ = measure_files(manifest.paths)
        digests = [m.digest for m in measurements]
        assert list_kinds(check_exact_duplicates(digests, manifest)) == [(EXACT, "warning")]

    def test_two_equal_channels_are_the_mono_file(self, check, voices):
        clips = [("mono.wav", voices[0], {}), ("stereo.wav", np.stack([voices[0]] * 2, 1), {})]
        assert list_kinds(check(clips)) == [(EXACT, "warning")]

    def test_same_samples_at_another_rate_are_not_exact(self, check, voices):
        clips = [("one.wav", voices[0], {}), ("fast.wav", voices[0], dict(sample_rate=32000))]
        assert EXACT not in [f.kind for f in check(clips)]

    @pytest.mark.parametrize("what", ["gain", "noise", "mp3", "rate", "cut"])
    def test_changed_copies_are_near(self, check, voices, what):
        noise = 0.0005 * np.random.default_rng(0).normal(size=len(voices[0]))
        copies = {
            "gain": ("copy.wav", 0.5 * voices[0], {}),
            "noise": ("copy.wav", voices[0] + noise, {}),
            "mp3": ("copy.mp3", voices[0], {}),
            "rate": ("copy.wav", np.repeat(voices[0], 2), dict(sample_rate=32000)),
            "cut": ("copy.wav", voices[0][1600:], {}),
        }
        clips = [(f"{i}.wav", voice, {}) for i, voice in enumerate(voices)]
        (finding,) = check([*clips, copies[what]])
        assert (finding.kind, finding.level) == (NEAR, "warning")
        assert finding.files == ["0.wav", copies[what][0]]
        assert 0.85 <= finding.score <= 1
        assert finding.message == (
            f"2 files hold the same recording: 0.wav, {copies[what][0]} "
            f"(similarity {finding.score:.2f})."
        )

    @pytest.mark.parametrize(
        ("labels", "speakers", "words"),
        [("xxy", "sst", "labels and speakers"), ("xxy", "sss", "labels"), ("xxx", "sst", "sp")],
    )
    def test_near_across_is_an_error(self, check, voices, labels, speakers, words):
        clips = [
            ("one.wav", voices[0], {}),
            ("other.wav", voices[1], {}),
            ("loud.wav", 1.5 * voices[0], {}),
        ]
        (finding,) = check(clips, list(labels), list(speakers))
        assert (finding.kind, finding.level) == (NEAR, "error")
        assert f"They differ in their {words}" in finding.message

    def test_different_clips_are_none(self, check, voices):
        assert check([(f"{i}.wav", voice, {}) for i, voice in enumerate(voices)]) == []

    def test_takes_of_different_loudness_are_one_finding(self, check, voices):
        clips = [(f"{gain}.wav", gain * voices[0], {}) for gain in (1.0, 0.7, 0.4)]
        (finding,) = check([*clips, ("other.wav", voices[1], {})])
        assert finding.files == ["1.0.wav", "0.7.wav", "0.4.wav"]
        assert finding.message.startswith("3 files hold the same recording")

    def test_near_beside_exact(self, check, voices):
        """An exact copy is told as such, and stands for both as far as near ones go."""
        clips = [
            ("one.wav", voices[0], {}),
            ("same.flac", voices[0], {}),
            ("soft.wav", 0.4 * voices[0], {}),
            ("other.wav", voices[1], {}),
        ]
        found = check(clips)
        assert list_kinds(found) == [(EXACT, "warning"), (NEAR, "warning")]
        assert find_one(found, EXACT).files == ["one.wav", "same.flac"]
        assert find_one(found, NEAR).files == ["one.wav", "soft.wav"]

    def test_label_of_an_exact_copy_is_told(self, check, voices):
        """It alone differs, so the error is among the exact ones."""
        clips = [
            ("one.wav", voices[0], {}),
            ("same.flac", voices[0], {}),
            ("soft.wav", 0.4 * voices[0], {}),
        ]
        found = check(clips, ["x", "y", "x"])
        assert list_kinds(found) == [(EXACT, "error"), (NEAR, "warning")]

    def test_silent_files_are_near_to_nothing(self, check, voices):
        clips = [
            ("zero.wav", np.zeros(16000), {}),
            ("longer.wav", np.zeros(17000), {}),
            ("constant.wav", np.full(16000, 0.25), {}),
            ("voice.wav", voices[0], {}),
        ]
        assert check(clips) == []


class TestRows:
    """What fit looks at: clips with equal features."""

    def test_equal_sound(self, write_audio, voices):
        paths = [write_audio(f"{i}.wav", voices[k], 16000) for i, k in enumerate((0, 1, 0))]
        X = np.array([[1.0, 2.0], [3.0, 4.0], [1.0, 2.0]], dtype=np.float32)
        manifest = make_manifest(["0.wav", "1.wav", "2.wav"], "xxy", paths=paths)
        (finding,) = check_rows(X, manifest)
        assert (finding.kind, finding.level) == (EXACT, "error")
        assert finding.files == ["0.wav", "2.wav"]

    def test_equal_features_of_different_sound_are_none(self, write_audio, voices):
        paths = [write_audio(f"{i}.wav", voices[i], 16000) for i in range(3)]
        manifest = make_manifest(["0.wav", "1.wav", "2.wav"], "xxx", paths=paths)
        assert check_rows(np.zeros((3, 2)), manifest) == []

    def test_only_equal_rows_are_decoded(self, write_audio, voices):
        """The third file is no sound, and nobody looks."""
        paths = [write_audio(f"{i}.wav", voices[0], 16000) for i in range(2)]
        manifest = make_manifest(["0.wav", "1.wav", "2.wav"], "xxx", paths=[*paths, "absent"])
        X = np.array([[1.0], [1.0], [2.0]])
        assert list_kinds(check_rows(X, manifest)) == [(EXACT, "warning")]

    def test_columns_of_a_larger_matrix(self, write_audio, voices):
        paths = [write_audio(f"{i}.wav", voices[0], 16000) for i in range(2)]
        manifest = make_manifest(["0.wav", "1.wav"], "xx", paths=paths)
        X = np.arange(20.0).reshape(2, 10)
        X[1, ::2] = X[0, ::2]
        assert list_kinds(check_rows(X[:, ::2], manifest)) == [(EXACT, "warning")]
