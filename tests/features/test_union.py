"""AudioFeatures: equal to its parts, in one pass."""

import pickle

import numpy as np
import pytest
import soxr
from sklearn.base import clone
from sklearn.pipeline import FeatureUnion

import sersk.audio
from sersk.audio import read_audio, resample, trim_silence
from sersk.exceptions import AudioReadError
from sersk.features import (
    MFCC,
    RMS,
    AudioFeatures,
    Chroma,
    MelSpectrogram,
    OpenSMILE,
    SpectralContrast,
    SpectralShape,
    ZeroCrossingRate,
)


def _all_parts():
    return [
        ("mfcc", MFCC(deltas=1)),
        ("mel", MelSpectrogram(functionals=("median", "iqr"))),
        ("chroma", Chroma()),
        ("contrast", SpectralContrast()),
        ("shape", SpectralShape()),
        ("zcr", ZeroCrossingRate()),
        ("rms", RMS()),
    ]


@pytest.fixture
def paths(voice, write_audio):
    signals = [voice(seed, duration_s=0.5, sample_rate=48000) for seed in range(3)]
    return [write_audio(f"{i}.wav", signal, 48000) for i, signal in enumerate(signals)]


def test_equals_a_feature_union(voices, paths):
    for X in (voices[:4], paths):
        ours = AudioFeatures(_all_parts())
        theirs = FeatureUnion(_all_parts(), verbose_feature_names_out=False)
        np.testing.assert_array_equal(ours.fit_transform(X), theirs.fit_transform(X))
        assert list(ours.get_feature_names_out()) == list(theirs.get_feature_names_out())


def test_equals_a_feature_union_with_other_rates_and_framings(paths):
    parts = [
        ("mfcc", MFCC(sample_rate=16000, n_fft=512, hop_length=160)),
        ("egemaps", OpenSMILE()),
        ("chroma", Chroma(n_fft=4096)),
        ("rms", RMS(sample_rate=48000)),
    ]
    ours, theirs = AudioFeatures(parts), FeatureUnion(parts, verbose_feature_names_out=False)
    np.testing.assert_array_equal(ours.fit_transform(paths), theirs.fit_transform(paths))


def test_everything_is_done_once_per_clip(paths, count):
    decoded, resampled = count(sersk.audio, "read_pieces"), count(soxr, "ResampleStream")
    transformed = count(sersk.features._framing, "_compute_power")
    AudioFeatures(_all_parts()).fit_transform(paths)
    assert [len(calls) for calls in (decoded, resampled, transformed)] == [3, 3, 3]
    assert [call[0] for call in decoded] == [str(path) for path in paths]
    FeatureUnion(_all_parts()).fit_transform(paths)
    assert [len(calls) for calls in (decoded, resampled, transformed)] == [24, 24, 18]


def test_one_transform_for_each_framing(paths, count):
    decoded, resampled = count(sersk.audio, "read_pieces"), count(soxr, "ResampleStream")
    transformed = count(sersk.features._framing, "_compute_power")
    parts = [("a", MFCC()), ("b", Chroma()), ("c", SpectralShape(hop_length=256))]
    AudioFeatures(parts).fit_transform(paths[:1])
    assert [len(calls) for calls in (decoded, resampled, transformed)] == [1, 1, 2]


def test_one_resampling_for_each_rate(paths, count):
    decoded, resampled = count(sersk.audio, "read_pieces"), count(soxr, "ResampleStream")
    parts = [
        ("a", MFCC(sample_rate=16000)),
        ("b", Chroma(sample_rate=22050)),
        ("c", RMS(sample_rate=16000)),
        ("d", ZeroCrossingRate(sample_rate=48000)),
    ]
    AudioFeatures(parts).fit_transform(paths[:1])
    assert len(decoded) == 1
    assert [call[:2] for call in resampled] == [(48000, 16000), (48000, 22050)]


def test_fit_reads_no_file():
    AudioFeatures(_all_parts()).fit(["no such file.wav"])


def test_clash_of_names(voices):
    parts = [("fine", MFCC(n_mfcc=3)), ("coarse", MFCC(n_mfcc=2, n_mels=20)), ("rms", RMS())]
    features = AudioFeatures(parts)
    message = (
        r"The parts 'fine' and 'coarse' of AudioFeatures both give the feature 'mfcc0_mean'\. "
        r"Pass verbose_feature_names_out=True"
    )
    with pytest.raises(ValueError, match=message):
        features.fit(voices)
    with pytest.raises(ValueError, match=message):
        features.get_feature_names_out()
    features.set_params(verbose_feature_names_out=True).set_output(transform="pandas")
    table = features.fit_transform(voices[:2])
    assert list(table.columns[:2]) == ["fine__mfcc0_mean", "fine__mfcc1_mean"]
    assert list(table.columns[-2:]) == ["rms__rms_mean", "rms__rms_std"]
    assert table.columns.is_unique
    coarse = parts[1][1].transform(voices[:2])
    np.testing.assert_array_equal(table.filter(regex="^coarse__").to_numpy(), coarse)


class TestRatesOfArrays:
    PARTS = (("rms", RMS()), ("mfcc", MFCC(sample_rate=16000)))

    def test_must_be_told_where_parts_differ(self, voices):
        with pytest.raises(
            ValueError,
            match=r"differ in theirs\. Got {'rms': 22050, 'mfcc': 16000}\. .* with sample_rate=",
        ):
            AudioFeatures(list(self.PARTS)).fit_transform(voices[:1])

    @pytest.mark.parametrize("rate", [8000, 16000, 22050, 48000])
    def test_told(self, voices, write_audio, rate):
        signal = voices[-1]
        features = AudioFeatures(list(self.PARTS), sample_rate=rate)
        row = features.fit_transform([signal])[0]
        at_22050, at_16000 = (resample(signal, rate, part.sample_rate) for _, part in self.PARTS)
        np.testing.assert_array_equal(row[:2], RMS().transform([at_22050])[0])
        np.testing.assert_array_equal(row[2:], MFCC(sample_rate=16000).transform([at_16000])[0])
        path = write_audio("a.wav", signal, rate, subtype="FLOAT")
        np.testing.assert_array_equal(features.transform([path])[0], row)

    def test_one_rate_of_all_parts_is_that_of_the_arrays(self, voices):
        parts = [("rms", RMS(sample_rate=8000)), ("zcr", ZeroCrossingRate(sample_rate=8000))]
        untold = AudioFeatures(parts).transform(voices[:2])
        told = AudioFeatures(parts, sample_rate=8000).transform(voices[:2])
        np.testing.assert_array_equal(untold, told)

    def test_files_need_no_telling(self, paths):
        assert AudioFeatures(list(self.PARTS)).fit_transform(paths).shape == (3, 82)


class TestSequences:
    def test_are_put_side_by_side(self, voices):
        parts = [
            ("mfcc", MFCC(functionals=None, deltas=1)),
            ("zcr", ZeroCrossingRate(functionals=None)),
        ]
        features = AudioFeatures(parts)
        sequences = features.fit_transform(voices[:3])
        for signal, sequence in zip(voices[:3], sequences, strict=True):
            alone = [part.transform([signal])[0] for _, part in parts]
            np.testing.assert_array_equal(sequence, np.hstack(alone))
            assert sequence.dtype == np.float32
            assert sequence.shape[1] == len(features.get_feature_names_out()) == 81

    @pytest.mark.parametrize("pooled", [RMS(), OpenSMILE(sample_rate=22050)])
    def test_do_not_mix_with_pooled_parts(self, voices, pooled):
        parts = [("mfcc", MFCC(functionals=None)), ("pooled", pooled)]
        with pytest.raises(
            ValueError, match=r"all have functionals=None\. Got \['mfcc'\] without"
        ):
            AudioFeatures(parts).fit(voices)

    def test_must_have_as_many_frames(self, voices):
        parts = [("mfcc", MFCC(functionals=None)), ("rms", RMS(functionals=None, hop_length=256))]
        with pytest.raises(
            ValueError,
            match=r"same number of frames\. Got {'mfcc': \d+, 'rms': \d+}\. Give them one",
        ):
            AudioFeatures(parts).fit_transform(voices[-1:])


@pytest.mark.parametrize(
    "params",
    [
        {"offset_s": 0.2},
        {"duration_s": 0.15},
        {"trim_db": 20.0},
        {"offset_s": 0.1, "duration_s": 0.3, "trim_db": 15.0},
    ],
    ids=str,
)
def test_a_part_of_each_clip(paths, params):
    parts = [("mfcc", MFCC()), ("chroma", Chroma())]
    rows = AudioFeatures(parts, **params).fit_transform(paths)
    whole = AudioFeatures(parts).fit_transform(paths)
    assert (rows != whole).any()

    cut = {name: params[name] for name in ("offset_s", "duration_s") if name in params}
    signals = [read_audio(path, sample_rate=22050, **cut)[0] for path in paths]
    if "trim_db" in params:
        signals = [trim_silence(signal, top_db=params["trim_db"]) for signal in signals]
    np.testing.assert_array_equal(rows, AudioFeatures(parts).fit_transform(signals))


def test_a_part_of_each_array(voices):
    signal = voices[-1]
    features = AudioFeatures([("rms", RMS())], offset_s=0.1, duration_s=0.2)
    np.testing.assert_array_equal(
        features.transform([signal]), RMS().transform([signal[2205 : 2205 + 4410]])
    )


def test_offset_beyond_the_end_of_a_file(paths):
    with pytest.raises(
        AudioReadError,
        match=r"Cannot read 3 of 3 files \(first: '.*0\.wav': it lasts 0\.5 s, the ",
    ):
        AudioFeatures([("rms", RMS())], offset_s=2).transform(paths)


def test_offset_beyond_the_end_of_an_array(voices):
    with pytest.raises(AudioReadError, match=r"clip 0: it is shorter than the offset") as caught:
        AudioFeatures([("rms", RMS())], offset_s=2).transform(voices[:2])
    # An array has no path to name.
    assert "None" not in str(caught.value)


class TestParts:
    def test_dropped(self, voices):
        parts = [("mfcc", MFCC()), ("gone", "drop"), ("rms", RMS())]
        rows = AudioFeatures(parts).fit_transform(voices[:2])
        assert rows.shape == (2, 82)
        features = AudioFeatures(_all_parts()).set_params(mfcc="drop", mel="drop", chroma="drop")
        names = features.get_feature_names_out()
        assert names[0] == "spectral_contrast0_mean"
        assert features.fit_transform(voices[:2]).shape == (2, len(names))

    def test_replaced(self, voices):
        features = AudioFeatures([("a", MFCC()), ("b", RMS())])
        features.set_params(a=ZeroCrossingRate(), b__functionals=("max",))
        expected = ["zero_crossing_rate_mean", "zero_crossing_rate_std", "rms_max"]
        assert list(features.get_feature_names_out()) == expected
        assert features.fit_transform(voices[:2]).shape == (2, 3)
        features.set_params(extractors=[("c", RMS())])
        assert features.fit_transform(voices[:2]).shape == (2, 2)

    def test_parameters_of_parts(self):
        features = AudioFeatures([("mfcc", MFCC()), ("gone", "drop")])
        params = features.get_params()
        assert params["mfcc__n_mfcc"] == 40
        assert params["gone"] == "drop"
        features.set_params(mfcc__n_mfcc=3)
        assert features.extractors[0][1].n_mfcc == 3
        with pytest.raises(ValueError, match="Invalid parameter 'n_mfc' for estimator MFCC"):
            features.set_params(mfcc__n_mfc=3)
        with pytest.raises(ValueError, match="Invalid parameter 'chroma' for estimator AudioF"):
            features.set_params(chroma=Chroma())

    def test_a_clone_has_parts_of_its_own(self):
        features = AudioFeatures([("mfcc", MFCC())])
        clone(features).set_params(mfcc__n_mfcc=3)
        assert features.get_params()["mfcc__n_mfcc"] == 40

    def test_survive_pickling(self, voices):
        features = AudioFeatures([("mfcc", MFCC()), ("gone", "drop")]).fit(voices[:2])
        copy = pickle.loads(pickle.dumps(features))
        np.testing.assert_array_equal(copy.transform(voices[:2]), features.transform(voices[:2]))

    def test_check_their_own_parameters(self, voices):
        with pytest.raises(ValueError, match=r"The 'n_mfcc' parameter of MFCC must not exceed"):
            AudioFeatures([("mfcc", MFCC(n_mfcc=200))]).fit(voices)

    @pytest.mark.parametrize("extractors", [[], [("a", "drop")]])
    def test_at_least_one(self, voices, extractors):
        with pytest.raises(ValueError, match="must have at least one extractor"):
            AudioFeatures(extractors).fit(voices)

    @pytest.mark.parametrize(
        "entry",
        [MFCC(), ("a", MFCC), ("a", None), ("a", "mfcc"), ("a", MFCC(), 1), "ab", (1, MFCC())],
        ids=str,
    )
    def test_wrong_entries(self, voices, entry):
        with pytest.raises(
            TypeError,
            match=r"'extractors' parameter of AudioFeatures must be a list of pairs of a",
        ):
            AudioFeatures([("rms", RMS()), entry]).fit(voices)

    @pytest.mark.parametrize(
        ("names", "message"),
        [
            (["a", "a"], "Names provided are not unique"),
            (["a", "b__c"], "names must not contain __"),
            (["a", "n_jobs"], "names conflict with constructor arguments"),
        ],
    )
    def test_wrong_names(self, voices, names, message):
        with pytest.raises(ValueError, match=message):
            AudioFeatures([(names[0], RMS()), (names[1], ZeroCrossingRate())]).fit(voices)

    def test_a_union_in_a_union_keeps_its_settings_or_is_refused(self, voices):
        inner = AudioFeatures([("rms", RMS())], offset_s=0.1)
        try:
            rows = AudioFeatures([("inner", inner)], sample_rate=22050).fit_transform(voices[:2])
        except TypeError:
            return
        np.testing.assert_array_equal(rows, inner.fit_transform(voices[:2]))
