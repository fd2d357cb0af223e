"""How files are coded and how they sound, from what was measured of each."""

import numpy as np
import pytest

from sersk.audit import check_sound
from tests.audit._corpora import find_one, list_kinds, make_measurements, number_names

EIGHT = np.repeat(list("abcdefgh"), 30)
TOLD = {
    "label_from_sample_rate": ("sample_rate", 48000, 16000, "sampling rate"),
    "label_from_channels": ("n_channels", 2, 1, "number of channels"),
    "label_from_format": ("format", "FLAC PCM_16", "WAV PCM_16", "file format"),
}
# What the column of each kind raises besides, whatever the labels.
BESIDES = {
    "label_from_sample_rate": [("mixed_rates", "warning")],
    "label_from_channels": [("multi_channel", "warning")],
    "label_from_format": [],
}


def _check(labels, **columns):
    n = len(labels)
    return check_sound(make_measurements(n, **columns), np.array(labels), number_names(n))


def test_clips_without_fault_are_no_finding():
    assert _check(EIGHT) == []


class TestCoding:
    @pytest.mark.parametrize("kind", TOLD)
    @pytest.mark.parametrize("order", ["by class", "shuffled"])
    def test_one_class_of_eight(self, kind, order):
        column, odd, usual, words = TOLD[kind]
        labels = EIGHT if order == "by class" else np.random.default_rng(0).permutation(EIGHT)
        found = _check(labels, **{column: [odd if y == "c" else usual for y in labels]})
        assert list_kinds(found) == [(kind, "error"), *BESIDES[kind]]
        finding = find_one(found, kind)
        assert finding.files == []
        assert finding.score == pytest.approx(2 / 8)
        assert finding.message.startswith(f"The {words} gives the class away, 'c' above all")
        assert "a UAR of 0.25, where chance is 0.12" in finding.message
        assert "convert all clips of all classes in one way" in finding.advice

    @pytest.mark.parametrize("kind", TOLD)
    def test_rate_of_each_class(self, kind):
        column, odd, usual, _ = TOLD[kind]
        labels = np.repeat(["anger", "neutral"], 20)
        found = _check(labels, **{column: [odd if y == "anger" else usual for y in labels]})
        assert find_one(found, kind).score == 1

    @pytest.mark.parametrize("kind", TOLD)
    def test_half_of_a_class(self, kind):
        column, odd, usual, _ = TOLD[kind]
        values = [odd if y == "c" and i % 2 else usual for i, y in enumerate(EIGHT)]
        assert (kind, "error") in list_kinds(_check(EIGHT, **{column: values}))

    @pytest.mark.parametrize("kind", TOLD)
    def test_tied_to_the_speaker_and_not_to_the_class_is_none(self, kind):
        column, odd, usual, _ = TOLD[kind]
        labels = np.tile(list("abcdefgh"), 30)
        speakers = np.repeat(np.arange(10), 24)
        values = [odd if speaker in (2, 5) else usual for speaker in speakers]
        assert list_kinds(_check(labels, **{column: values})) == BESIDES[kind]

    @pytest.mark.parametrize("kind", TOLD)
    @pytest.mark.parametrize("seed", range(5))
    def test_mixed_at_random_is_none(self, kind, seed):
        column, odd, usual, _ = TOLD[kind]
        values = np.where(np.random.default_rng(seed).random(240) < 0.4, odd, usual).tolist()
        assert list_kinds(_check(EIGHT, **{column: values})) == BESIDES[kind]

    @pytest.mark.parametrize("kind", TOLD)
    @pytest.mark.parametrize("n", [2, 8])
    def test_a_handful_of_clips_proves_nothing(self, kind, n):
        column, odd, usual, _ = TOLD[kind]
        values = [odd] * (n // 2) + [usual] * (n // 2)
        assert (
            list_kinds(_check(np.repeat(["a", "b"], n // 2), **{column: values}))
            == (BESIDES[kind])
        )

    @pytest.mark.parametrize("kind", TOLD)
    def test_one_class_in_all_is_none(self, kind):
        column, odd, usual, _ = TOLD[kind]
        values = [odd, usual] * 50
        assert list_kinds(_check(["anger"] * 100, **{column: values})) == BESIDES[kind]

    def test_a_rate_for_each_of_many_files_is_none(self):
        """More rates than anyone could tie to a class."""
        found = _check(EIGHT, sample_rate=np.resize(np.arange(16000, 16048), 240).tolist())
        assert list_kinds(found) == [("mixed_rates", "warning")]


class TestEach:
    @pytest.mark.parametrize(
        ("kind", "column", "faulty", "innocent"),
        [
            ("silent", "level_db", -70.1, -69.9),
            ("very_short", "n_times", 4799, 4800),
            ("clipped", "clipped", 0.00051, 0.0005),
            ("multi_channel", "n_channels", 2, 1),
        ],
    )
    def test_three_files(self, kind, column, faulty, innocent):
        values = [innocent] * 240
        if column == "n_times":
            values = [innocent + 37 * i for i in range(240)]
        for i in (7, 100, 239):
            values[i] = faulty
        (finding,) = _check(EIGHT, **{column: values})
        assert (finding.kind, finding.level) == (kind, "warning")
        assert finding.files == ["0007.wav", "0100.wav", "0239.wav"]
        assert finding.score == pytest.approx(3 / 240)
        assert finding.message.startswith("3 of 240 files are")
        assert finding.message.endswith("0007.wav, 0100.wav, 0239.wav.")
        assert finding.advice

    def test_five_stereo_files_of_1440(self):
        """As in RAVDESS: the channels of so few tell no class."""
        labels = np.resize(list("abcdefgh"), 1440)
        channels = [2 if i < 40 and i % 8 == 0 else 1 for i in range(1440)]
        (finding,) = _check(labels, n_channels=channels)
        assert (finding.kind, finding.level) == ("multi_channel", "warning")
        assert len(finding.files) == 5
        assert "and 1 more" in finding.message

    def test_one_file_may_have_several_faults(self):
        measurements = make_measurements(240)
        measurements[0] = make_measurements(1, n_times=[80], level_db=[-120.0], n_channels=[2])[0]
        found = check_sound(measurements, EIGHT, number_names(240))
        assert {f.kind for f in found} == {"silent", "very_short", "multi_channel"}
        assert all(f.files == ["0000.wav"] for f in found)


class TestTogether:
    def test_mixed_rates(self):
        rates = [16000] * 200 + [44100] * 30 + [48000] * 10
        rates = np.random.default_rng(0).permutation(rates).tolist()
        found = _check(np.resize(list("abcdefgh"), 240), sample_rate=rates)
        finding = find_one(found, "mixed_rates")
        assert finding.level == "warning"
        assert finding.files == [
            n for n, r in zip(number_names(240), rates, strict=True) if r != 16000
        ]
        assert finding.score == pytest.approx(40 / 240)
        assert finding.message == (
            "Files have 3 sampling rates: 16000 Hz (200), 44100 Hz (30), 48000 Hz (10)."
        )

    @pytest.mark.parametrize(("n_cut", "found"), [(240, True), (192, True), (191, False)])
    def test_one_length(self, n_cut, found):
        lengths = [32000] * n_cut + [32001 + i for i in range(240 - n_cut)]
        findings = _check(EIGHT, n_times=lengths)
        if not found:
            assert findings == []
            return
        (finding,) = findings
        assert (finding.kind, finding.level) == ("one_length", "warning")
        assert finding.files == number_names(n_cut)
        assert finding.score == pytest.approx(n_cut / 240)
        assert f"{n_cut} of 240 files last exactly 2.000 s" in finding.message

    def test_one_length_at_two_rates(self):
        """Cut to 2 s, whatever the rate."""
        rates = np.resize([16000, 48000], 240).tolist()
        found = _check(EIGHT, sample_rate=rates, n_times=[2 * rate for rate in rates])
        assert ("one_length", "warning") in list_kinds(found)

    def test_lengths_in_whole_blocks_are_none(self):
        """MP3 and video come in blocks, so that lengths repeat without having been cut."""
        lengths = (1152 * np.random.default_rng(0).integers(14, 60, 240)).tolist()
        assert _check(EIGHT, n_times=lengths) == []

    def test_nine_clips_of_one_length_are_none(self):
        assert _check(EIGHT[:9], n_times=[32000] * 9) == []
        assert list_kinds(_check(EIGHT[:10], n_times=[32000] * 10)) == [("one_length", "warning")]
