"""What every extractor must do: scikit-learn's common checks, and ours on the rows it gives."""

import pickle
import warnings
from collections import Counter
from unittest import SkipTest

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import SkipTestWarning
from sklearn.utils.estimator_checks import estimator_checks_generator

from sersk.features import BaseExtractor, FeatureStore, FrameExtractor, Window
from tests.features._extractors import EXTRACTORS, every_extractor, every_frame_extractor, name_of

# Most signals here are too short for openSMILE, which test_opensmile.py looks into.
pytestmark = pytest.mark.filterwarnings("ignore:.*padded with zeros for openSMILE")

# Another parameter makes no other estimator.
KINDS = {type(extractor): extractor for extractor in EXTRACTORS[::-1]}.values()

# The floor is far below today's 46: it is to notice a tag that silently turns checks off.
MIN_CHECKS = 30

CHECKS = [pair for extractor in KINDS for pair in estimator_checks_generator(extractor)]


@pytest.mark.parametrize(("extractor", "check"), CHECKS, ids=name_of)
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

    named = [getattr(sersk.features, name) for name in sersk.features.__all__]
    public = {item for item in named if isinstance(item, type)}
    assert public - {BaseExtractor, FrameExtractor, FeatureStore, Window} == {
        type(e) for e in EXTRACTORS
    }


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
    voices = voices[::3]
    together = extractor.fit_transform(voices)
    alone = np.vstack([clone(extractor).fit_transform([signal]) for signal in voices])
    np.testing.assert_array_equal(together, alone)
    np.testing.assert_array_equal(extractor.transform(voices[::-1]), together[::-1])
    assert len(np.unique(together, axis=0)) == len(voices)


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
def test_number_of_workers_does_not_matter(extractor, voices, workers_at_once):
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
