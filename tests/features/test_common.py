"""What every extractor must do: scikit-learn's common checks, and ours."""

import pickle
import re
import warnings
from collections import Counter
from unittest import SkipTest

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import SkipTestWarning
from sklearn.model_selection import GridSearchCV, LeaveOneGroupOut, cross_val_score
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.utils.estimator_checks import estimator_checks_generator

from sersk.exceptions import AudioReadError
from sersk.features import (
    MFCC,
    RMS,
    AudioFeatures,
    BaseExtractor,
    Chroma,
    FrameExtractor,
    MelSpectrogram,
    OpenSMILE,
    SpectralContrast,
    SpectralShape,
    ZeroCrossingRate,
)

FRAME_EXTRACTORS = [
    MFCC(),
    MelSpectrogram(),
    Chroma(),
    SpectralContrast(),
    SpectralShape(),
    ZeroCrossingRate(),
    RMS(),
]
EXTRACTORS = [
    *FRAME_EXTRACTORS,
    OpenSMILE(),
    AudioFeatures([("mfcc", MFCC()), ("rms", RMS())]),
]
# The floor is far below today's 46: it is to notice a tag that silently turns checks off.
MIN_CHECKS = 30

CHECKS = [pair for extractor in EXTRACTORS for pair in estimator_checks_generator(extractor)]


def _id(value):
    if isinstance(value, (str, float)):
        return str(value)
    return getattr(value, "func", type(value)).__name__


every_extractor = pytest.mark.parametrize("extractor", EXTRACTORS, ids=_id)
every_frame_extractor = pytest.mark.parametrize("extractor", FRAME_EXTRACTORS, ids=_id)
# Most signals here are too short for openSMILE, which test_opensmile.py looks into.
pytestmark = pytest.mark.filterwarnings("ignore:.*padded with zeros for openSMILE")


@pytest.mark.parametrize(("extractor", "check"), CHECKS, ids=_id)
def test_scikit_learn_check(extractor, check):
    with warnings.catch_warnings():
        warnings.simplefilter("error", SkipTestWarning)
        try:
            check(clone(extractor))
        except SkipTest as skip:
            pytest.fail(f"scikit-learn skipped its check: {skip}")


@every_extractor
def test_scikit_learn_runs_its_whole_suite(extractor):
    n_checks = Counter(type(checked).__name__ for checked, _ in CHECKS)
    assert n_checks[type(extractor).__name__] >= MIN_CHECKS


def test_every_public_extractor_is_tested_here():
    import sersk.features

    public = {getattr(sersk.features, name) for name in sersk.features.__all__}
    assert public - {BaseExtractor, FrameExtractor} == {type(e) for e in EXTRACTORS}


@every_extractor
def test_names_match_columns(extractor, voices):
    rows = extractor.fit_transform(voices[:2])
    names = extractor.get_feature_names_out()
    assert rows.dtype == np.float32
    assert rows.shape == (2, len(names))
    assert names.dtype == object
    assert len(set(names)) == len(names)
    table = clone(extractor).set_output(transform="pandas").fit_transform(voices[:2])
    assert list(table.columns) == list(names)
    np.testing.assert_array_equal(table.to_numpy(), rows)


@pytest.mark.parametrize("deltas", [0, 1, 2])
@pytest.mark.parametrize("functionals", [("mean",), ["iqr", "percentile5", "kurtosis"], None])
@every_frame_extractor
def test_names_match_columns_with_other_parameters(extractor, voices, deltas, functionals):
    extractor = clone(extractor).set_params(deltas=deltas, functionals=functionals)
    names = extractor.get_feature_names_out()
    assert len(set(names)) == len(names)
    if functionals is None:
        sequences = extractor.fit_transform(voices[:2])
        assert [s.shape for s in sequences] == [(len(s), len(names)) for s in sequences]
        assert all(s.dtype == np.float32 for s in sequences)
        return
    table = extractor.set_output(transform="pandas").fit_transform(voices[:2])
    assert list(table.columns) == list(names)
    n_descriptors = len(names) // len(functionals) // (1 + deltas)
    plain = clone(extractor).set_params(deltas=0, functionals=functionals[:1])
    assert list(plain.get_feature_names_out()) == list(names[:n_descriptors])
    # Each column holds what its name says.
    for functional in functionals:
        alone = clone(extractor).set_params(functionals=[functional])
        alone = alone.set_output(transform="pandas").fit_transform(voices[:2])
        pd.testing.assert_frame_equal(table[list(alone.columns)], alone)


@pytest.mark.parametrize(("deltas", "suffix"), [(1, "_delta_"), (2, "_delta2_")])
@every_frame_extractor
def test_delta_columns_come_from_delta_frames(extractor, voices, deltas, suffix):
    extractor = clone(extractor).set_params(deltas=deltas, functionals=("max",))
    columns = [suffix in name for name in extractor.get_feature_names_out()]
    sequence = clone(extractor).set_params(functionals=None).transform(voices[-1:])[0]
    np.testing.assert_array_equal(
        extractor.transform(voices[-1:])[0, columns], sequence.max(axis=0)[columns]
    )


@every_extractor
def test_a_row_does_not_depend_on_its_neighbours(extractor, voices):
    some = voices[:5]
    together = extractor.fit_transform(some)
    alone = np.vstack([clone(extractor).fit_transform([signal]) for signal in some])
    np.testing.assert_array_equal(together, alone)
    np.testing.assert_array_equal(extractor.transform(some[::-1]), together[::-1])
    assert len(np.unique(together, axis=0)) == len(some)


@every_extractor
def test_input_is_not_changed(extractor, voices):
    signals = [signal.copy() for signal in voices[:2]]
    extractor.fit_transform(signals)
    for signal, before in zip(signals, voices[:2], strict=True):
        np.testing.assert_array_equal(signal, before)


@every_extractor
def test_list_and_matrix_agree(extractor, voices):
    matrix = np.stack([signal[:3000] for signal in voices[:4]])
    rows = extractor.fit_transform(list(matrix))
    np.testing.assert_array_equal(clone(extractor).fit_transform(matrix), rows)
    np.testing.assert_array_equal(clone(extractor).fit_transform(np.asfortranarray(matrix)), rows)
    np.testing.assert_array_equal(clone(extractor).fit_transform(matrix.astype(float)), rows)
    np.testing.assert_array_equal(clone(extractor).fit_transform(matrix.tolist()), rows)
    np.testing.assert_array_equal(clone(extractor).fit_transform(tuple(matrix)), rows)
    series = pd.Series(list(matrix))
    np.testing.assert_array_equal(clone(extractor).fit_transform(series), rows)


@every_extractor
def test_number_of_workers_does_not_matter(extractor, voices):
    assert len(voices) > 16  # one chunk would go to one worker
    one = clone(extractor).set_params(n_jobs=1).fit_transform(voices)
    two = clone(extractor).set_params(n_jobs=2).fit_transform(voices)
    np.testing.assert_array_equal(one, two)


@every_extractor
def test_clones_and_copies_agree(extractor, voices):
    rows = extractor.fit_transform(voices[:3])
    fitted_copy = pickle.loads(pickle.dumps(extractor))
    np.testing.assert_array_equal(fitted_copy.transform(voices[:3]), rows)
    np.testing.assert_array_equal(clone(extractor).transform(voices[:3]), rows)


def _edge_cases():
    rng = np.random.default_rng(0)
    yield "silence", np.zeros(22050)
    yield "one_sample", np.array([0.5])
    yield "one_silent_sample", np.array([0.0])
    yield "two_samples", np.array([0.5, -0.5])
    yield "constant", np.full(9000, 0.25)
    yield "full_scale", np.ones(5000)
    yield "negative_full_scale", -np.ones(5000)
    yield "square_wave", np.sign(np.sin(np.arange(9000) / 7))
    yield "loud_noise", rng.normal(scale=1e4, size=9000)
    yield "faint_noise", rng.normal(scale=1e-30, size=9000)
    yield "click", np.eye(1, 9000, 4000)[0]
    yield "tenth_of_a_second", rng.normal(scale=0.1, size=1600)
    yield "short", rng.normal(scale=0.1, size=100)
    yield "just_under_a_frame", rng.normal(scale=0.1, size=2047)


EDGE_CASES = dict(_edge_cases())


@pytest.mark.parametrize("case", EDGE_CASES)
@every_extractor
def test_edge_cases_give_finite_rows(extractor, case):
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        assert np.isfinite(extractor.transform([EDGE_CASES[case].astype(np.float32)])).all()


@pytest.mark.parametrize("case", EDGE_CASES)
@every_frame_extractor
def test_edge_cases_give_finite_rows_whatever_is_asked_for(extractor, case):
    signal = EDGE_CASES[case].astype(np.float32)
    functionals = ("skewness", "kurtosis", "iqr", "median", "percentile95", "range")
    for center in (True, False):
        full = clone(extractor).set_params(functionals=functionals, deltas=2, center=center)
        with warnings.catch_warnings():
            warnings.simplefilter("error", RuntimeWarning)
            assert np.isfinite(full.transform([signal])).all()


_SIGNAL = np.zeros(100, dtype=np.float32)
WRONG_INPUTS = {
    "empty_list": ([], ValueError, r"expects at least one clip\. Got an empty list"),
    "single_path": ("a.wav", TypeError, r"Got the single path 'a\.wav'\. Put it in a list"),
    "one_array": (_SIGNAL, ValueError, r"put it in a list, \[signal\]"),
    "list_of_numbers": ([0.1, 0.2], ValueError, "Expected 2D array, got 1D array instead"),
    "cube": (np.zeros((2, 2, 50)), ValueError, "Found array with dim 3"),
    "stereo": (
        [_SIGNAL, np.zeros((100, 2))],
        ValueError,
        r"Clip 1 must be one channel.*\(100, 2\)",
    ),
    "empty_clip": ([_SIGNAL, _SIGNAL[:0]], ValueError, "Clip 1 must have at least one sample"),
    "nan": ([_SIGNAL, _SIGNAL * np.nan], ValueError, "Clip 1 contains NaN or infinity"),
    "inf": ([_SIGNAL, _SIGNAL + np.inf], ValueError, "Clip 1 contains NaN or infinity"),
    "matrix_with_nan": (np.full((2, 9), np.nan), ValueError, "Input X contains NaN"),
    "matrix_with_inf": (np.full((2, 9), np.inf), ValueError, "Input X contains infinity"),
    "beyond_float32": ([np.full(9, 1e300)], ValueError, "Clip 0 contains NaN or infinity"),
    "matrix_beyond_float32": (np.full((2, 9), 1e300), ValueError, "infinity|too large"),
    "int16": ([_SIGNAL.astype(np.int16)], ValueError, r"Got int16.*signal / 32768"),
    "int16_matrix": (np.zeros((2, 9), np.int16), ValueError, r"Got int16.*signal / 32768"),
    "uint8": ([_SIGNAL.astype(np.uint8)], ValueError, "Got uint8, which looks like PCM"),
    "complex": ([_SIGNAL * 1j], ValueError, "Clip 0 must hold real numbers. Got dtype complex"),
    "path_then_array": (["a.wav", _SIGNAL], TypeError, "not both. Item 0 is a path, item 1 is"),
    "array_then_path": ([_SIGNAL, "a.wav"], TypeError, "not both. Item 0 is a signal, item 1 is"),
    "path_then_none": (["a.wav", None], TypeError, "item 1 is of type NoneType"),
    "array_then_none": ([_SIGNAL, None], TypeError, "item 1 is of type NoneType"),
    "array_then_number": ([_SIGNAL, 0.5], TypeError, "item 1 is of type float"),
}


@pytest.mark.parametrize("case", WRONG_INPUTS)
@pytest.mark.parametrize("method", ["fit", "transform"])
@every_extractor
def test_wrong_input_is_explained(extractor, method, case):
    X, error, message = WRONG_INPUTS[case]
    with pytest.raises(error, match=message):
        getattr(clone(extractor), method)(X)


@every_extractor
def test_a_matrix_fixes_the_width(extractor, voices):
    matrix = np.stack([signal[:2000] for signal in voices[:3]])
    extractor = clone(extractor).fit(matrix)
    assert extractor.n_features_in_ == 2000
    with pytest.raises(ValueError, match=r"X has 1999 features, but .* is expecting 2000"):
        extractor.transform(matrix[:, 1:])
    # Lists have no width, and fitting on one forgets it.
    assert len(extractor.transform([matrix[0, 1:]])) == 1
    extractor.fit([matrix[0]])
    assert not hasattr(extractor, "n_features_in_")
    assert len(extractor.transform(matrix[:, 1:])) == 3


@every_extractor
def test_paths_and_arrays_may_follow_each_other(extractor, voices, write_audio):
    matrix = np.stack([signal[:2000] for signal in voices[:2]])
    rate = _sample_rate(extractor)
    paths = [write_audio(f"{i}.wav", s, rate, subtype="FLOAT") for i, s in enumerate(matrix)]
    rows = extractor.fit_transform(list(matrix))
    for first in (matrix, paths, list(matrix)):
        fitted = clone(extractor).fit(first)
        for then in (matrix, paths, list(matrix)):
            np.testing.assert_array_equal(fitted.transform(then), rows)


def _sample_rate(extractor):
    return getattr(extractor, "sample_rate", None) or 22050


@every_extractor
def test_every_form_of_paths_agrees(extractor, voices, write_audio):
    rate = _sample_rate(extractor)
    paths = [write_audio(f"{i}.wav", voices[i], rate, subtype="FLOAT") for i in range(3)]
    names = [str(path) for path in paths]
    rows = extractor.fit_transform(voices[:3])
    forms = [
        paths,
        tuple(names),
        np.array(names),
        np.array(names, dtype=object),
        np.array(names)[:, np.newaxis],
        pd.Series(names, index=[7, 8, 9]),
        pd.Series(names, dtype=object),
        pd.Series(names, dtype="string"),
        pd.Series(paths),
        pd.Index(names),
        pd.DataFrame({"path": names}),
        pd.DataFrame({"path": names}, dtype=object),
    ]
    for form in forms:
        fitted = clone(extractor).fit(form)
        np.testing.assert_array_equal(fitted.transform(form), rows)
        np.testing.assert_array_equal(clone(extractor).fit_transform(form), rows)


@every_extractor
def test_unreadable_files_are_counted_and_the_first_is_named(
    extractor, voices, write_audio, tmp_path
):
    good = [write_audio(f"{i}.wav", voices[i]) for i in range(18)]
    empty = tmp_path / "empty.wav"
    empty.touch()
    paths = [*good[:3], empty, *good[3:], tmp_path / "missing.wav"]
    with pytest.raises(
        AudioReadError,
        match=r"^Cannot read 2 of 20 files \(first: '.*empty\.wav', clip 3: the file is empty\)\. "
        r"Mend them, or leave them out\.$",
    ) as caught:
        extractor.fit(paths).transform(paths)
    assert caught.value.path == str(empty)
    assert caught.value.reason == "the file is empty"


@every_extractor
def test_fit_reads_no_file(extractor):
    assert clone(extractor).fit(["no such file.wav"]) is not None


FILES = {
    "8k": dict(sample_rate=8000),
    "16k": dict(sample_rate=16000),
    "44.1k": dict(sample_rate=44100),
    "48k": dict(sample_rate=48000),
    "stereo": dict(sample_rate=44100, n_channels=2),
    "24_bit": dict(sample_rate=48000, subtype="PCM_24"),
    "32_bit_stereo": dict(sample_rate=16000, n_channels=2, subtype="PCM_32"),
    "flac": dict(sample_rate=22050, suffix="flac"),
}


# Above 4 kHz a file at 8 kHz is empty, and between the tones the level is that of the rounding to
# 16 bits; there are the limits below. Without resampling the differences are hundreds of times
# these. Medians over the frames leave out the ends, where a resampler rings.
_MEDIAN = dict(functionals=("median",))
CLOSE = [
    (MFCC(fmax=3500, **_MEDIAN), "mfcc", 0.05),
    (MelSpectrogram(fmax=3500, **_MEDIAN), "mel", 0.05),
    (Chroma(**_MEDIAN), "chroma", 1e-4),
    (SpectralContrast(**_MEDIAN), "spectral_contrast[1-4]", 4.0),
    (SpectralShape(**_MEDIAN), "spectral_(centroid|bandwidth|rolloff)", 10.0),
    (SpectralShape(**_MEDIAN), "spectral_flatness", 1e-7),
    (ZeroCrossingRate(**_MEDIAN), "zero_crossing_rate", 5e-4),
    (RMS(**_MEDIAN), "rms", 1e-5),
    # Jitter, shimmer and slopes of a clean tone hang on tiny things; its pitch does not.
    (OpenSMILE(), "F0semitoneFrom27.5Hz_sma3nz_(amean|percentile)", 0.05),
    (OpenSMILE(sample_rate=8000), "F0semitoneFrom27.5Hz_sma3nz_(amean|percentile)", 0.05),
    (AudioFeatures([("m", MFCC(fmax=3500, **_MEDIAN)), ("r", RMS(**_MEDIAN))]), "", 0.05),
]


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize(("extractor", "columns", "tolerance"), CLOSE, ids=_id)
def test_the_rate_of_the_file_does_not_matter(
    extractor, columns, tolerance, tone, write_audio, file
):
    """The same sound at another rate, and in another format, gives the same features."""
    settings = dict(FILES[file])
    n_channels, suffix = settings.pop("n_channels", 1), settings.pop("suffix", "wav")

    def sound(sample_rate):
        parts = [(440, 0.4), (1000, 0.2), (2500, 0.1)]
        return sum(tone(f, amplitude=a, sample_rate=sample_rate) for f, a in parts)

    signal = sound(settings["sample_rate"])
    path = write_audio(f"a.{suffix}", np.tile(signal[:, np.newaxis], n_channels), **settings)
    columns = [bool(re.match(columns, name)) for name in extractor.get_feature_names_out()]
    assert any(columns)
    expected = extractor.transform([sound(_sample_rate(extractor))])[0, columns]
    got = extractor.transform([path])[0, columns]
    np.testing.assert_allclose(got, expected, rtol=0, atol=tolerance)


@every_extractor
def test_in_a_feature_union(extractor, voices):
    union = FeatureUnion([("a", extractor), ("b", RMS())], verbose_feature_names_out=True)
    rows = union.fit_transform(voices[:2])
    np.testing.assert_array_equal(rows[:, :-2], extractor.fit_transform(voices[:2]))
    assert len(union.get_feature_names_out()) == rows.shape[1]


@pytest.mark.parametrize("columns", ["path", ["path"]], ids=["series", "frame"])
@every_extractor
def test_in_a_column_transformer(extractor, voices, write_audio, columns):
    paths = [str(write_audio(f"{i}.wav", voices[i])) for i in range(2)]
    table = pd.DataFrame({"age": [30, 40], "path": paths, "mood": ["sad", "happy"]})
    transformer = ColumnTransformer(
        [("sound", clone(extractor), columns), ("rest", "passthrough", ["age"])],
        verbose_feature_names_out=False,
    )
    rows = transformer.set_output(transform="pandas").fit_transform(table)
    names = list(extractor.get_feature_names_out())
    assert list(rows.columns) == [*names, "age"]
    np.testing.assert_array_equal(rows[names].to_numpy(), extractor.fit_transform(paths))
    again = transformer.transform(table.iloc[::-1])
    np.testing.assert_array_equal(again[names].to_numpy(), rows[names].to_numpy()[::-1])


class TestInAPipeline:
    """Paths in, classifier out: two emotions, told apart by their noise, of three speakers."""

    @pytest.fixture
    def corpus(self, voice, write_audio):
        paths, moods, speakers = [], [], []
        for seed in range(12):
            mood = ["calm", "tense"][seed % 2]
            signal = voice(seed, duration_s=0.3, noise=0.2 if mood == "tense" else 0.001)
            paths.append(str(write_audio(f"{seed}.wav", signal)))
            moods.append(mood)
            speakers.append(seed // 4)
        return paths, np.array(moods), np.array(speakers)

    def test_grid_search_over_extractor_and_classifier(self, corpus):
        X, y, groups = corpus
        search = GridSearchCV(
            make_pipeline(MFCC(), StandardScaler(), SVC()),
            {"mfcc__n_mfcc": [2, 13], "svc__C": [1e-6, 10.0]},
            cv=LeaveOneGroupOut(),
        ).fit(X, y, groups=groups)
        assert search.best_params_["svc__C"] == 10.0
        assert search.best_score_ == 1.0
        assert len(search.cv_results_["params"]) == 4
        n_mfcc = search.best_params_["mfcc__n_mfcc"]
        assert search.best_estimator_["standardscaler"].n_features_in_ == 2 * n_mfcc
        np.testing.assert_array_equal(search.predict(X), y)

    @pytest.mark.parametrize("form", [list, np.array, pd.Series])
    def test_cross_validation_by_speaker(self, corpus, form):
        X, y, groups = corpus
        pipeline = make_pipeline(MFCC(), StandardScaler(), SVC(C=10.0))
        scores = cross_val_score(pipeline, form(X), y, groups=groups, cv=LeaveOneGroupOut())
        np.testing.assert_array_equal(scores, [1.0, 1.0, 1.0])

    def test_grid_search_over_the_parts_of_audio_features(self, corpus):
        X, y, groups = corpus
        features = AudioFeatures([("mfcc", MFCC()), ("rms", RMS())])
        search = GridSearchCV(
            make_pipeline(features, StandardScaler(), SVC(C=10.0)),
            [
                {"audiofeatures__mfcc__n_mfcc": [2, 13]},
                {"audiofeatures__mfcc": ["drop", MelSpectrogram(n_mels=10)]},
            ],
            cv=LeaveOneGroupOut(),
            refit=False,
            error_score="raise",
        ).fit(X, y, groups=groups)
        assert search.cv_results_["mean_test_score"].shape == (4,)
        assert max(search.cv_results_["mean_test_score"]) == 1.0
        # The estimator that was searched over keeps its own settings.
        assert features.get_params()["mfcc__n_mfcc"] == 40

    def test_names_pass_through_a_pipeline(self, corpus):
        X, y, _ = corpus
        pipeline = make_pipeline(MFCC(n_mfcc=3), StandardScaler()).set_output(transform="pandas")
        table = pipeline.fit_transform(X, y)
        assert list(table.columns) == list(MFCC(n_mfcc=3).get_feature_names_out())
        assert list(pipeline.get_feature_names_out()) == list(table.columns)
