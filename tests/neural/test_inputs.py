import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sersk.neural._inputs import check_samples, measure_columns, pad, standardize
from tests.neural._networks import LinearNetwork, make_bilstm, make_sequences, make_table

FRAMES = np.zeros((3, 2))


def _as_objects(sequences):
    array = np.empty(len(sequences), dtype=object)
    array[:] = sequences
    return array


@pytest.mark.parametrize(
    "form",
    [tuple, _as_objects, pd.Series, lambda X: [sequence.tolist() for sequence in X]],
    ids=["tuple", "objects", "series", "lists"],
)
def test_sequences_in_any_container_give_the_same(form):
    X, emotions, _ = make_sequences()
    expected = make_bilstm().fit(X, emotions)
    model = make_bilstm().fit(form(X), emotions)
    assert model.is_sequence_
    assert model.n_features_in_ == 4
    assert_array_equal(model.predict_proba(form(X)), expected.predict_proba(X))


def test_series_with_another_index_is_read_in_order():
    X = pd.Series([FRAMES, FRAMES + 1], index=[7, 3])
    first, second = check_samples(LinearNetwork(), X, reset=True)
    assert_array_equal(second - first, np.ones((3, 2)))


def test_array_of_three_dimensions_is_sequences_of_one_length():
    X = np.random.default_rng(0).normal(size=(12, 5, 4))
    y = [0, 1] * 6
    model = make_bilstm().fit(X, y)
    assert model.is_sequence_
    assert_array_equal(model.predict_proba(X), model.predict_proba(list(X)))
    assert_array_equal(model.predict_proba(X), model.predict_proba(X.tolist()))


def test_table_is_no_sequence():
    X, emotions, _ = make_table()
    model = make_bilstm().fit(X, emotions)
    assert not model.is_sequence_
    assert_array_equal(model.predict(X.tolist()), model.predict(X))


def test_names_of_a_data_frame_are_kept_and_checked():
    X, emotions, _ = make_table()
    frame = pd.DataFrame(X, columns=list("abcd"))
    model = LinearNetwork().fit(frame, emotions)
    assert_array_equal(model.feature_names_in_, list("abcd"))
    with pytest.raises(ValueError, match="The feature names should match"):
        model.predict(frame[["b", "a", "c", "d"]])
    model.fit(*make_sequences()[:2])
    assert not hasattr(model, "feature_names_in_")


@pytest.mark.parametrize(
    ("X", "message"),
    [
        ([FRAMES, np.zeros((3, 5))], "must all have 2 features.* Got 5 for sequence 1"),
        ([FRAMES, np.zeros((0, 2))], r"at least one of each\. Got \(0, 2\) for sequence 1"),
        ([np.zeros((3, 0)), FRAMES], r"at least one of each\. Got \(3, 0\) for sequence 0"),
        ([FRAMES, np.zeros(2)], r"shape \(n_frames, n_features\).* Got \(2,\) for sequence 1"),
        ([FRAMES, FRAMES * np.nan], "sequence 1 contains NaN"),
        ([FRAMES + np.inf, FRAMES], "sequence 0 contains infinity"),
        ([], "Expected 2D array, got 1D array"),
        (np.zeros((0, 3, 2)), "needs at least one sequence. Got none"),
        (np.zeros(4), "Expected 2D array, got 1D array"),
        (np.zeros((4, 3, 2, 2)), "dim 4"),
        ([[0.0, np.nan], [0.0, 0.0]], "Input X contains NaN"),
    ],
)
def test_wrong_forms_are_named(X, message):
    with pytest.raises(ValueError, match=message):
        LinearNetwork().fit(X, ["a", "b"])


def test_predicting_another_form_than_fitted_is_refused():
    X, emotions, _ = make_table()
    sequences = make_sequences()[0]
    of_table = LinearNetwork().fit(X, emotions)
    with pytest.raises(ValueError, match=r"was fitted on a table .* Got sequences of frames inst"):
        of_table.predict(sequences)
    of_sequences = LinearNetwork().fit(sequences, emotions)
    with pytest.raises(ValueError, match=r"was fitted on sequences of frames.* Got a table of sh"):
        of_sequences.predict(X)


def test_predicting_other_features_than_fitted_is_refused():
    X, emotions, _ = make_table()
    with pytest.raises(ValueError, match="X has 3 features, but LinearNetwork is expecting 4"):
        LinearNetwork().fit(X, emotions).predict(X[:, :3])
    model = LinearNetwork().fit(*make_sequences()[:2])
    with pytest.raises(ValueError, match=r"must all have 4 features, .* Got 3 for sequence 0"):
        model.predict([np.zeros((5, 3))])


def test_columns_are_measured_over_all_frames():
    X = make_sequences()[0]
    mean, scale = measure_columns(X)
    frames = np.concatenate(X).astype(np.float64)
    assert_allclose(mean, frames.mean(axis=0), rtol=1e-6)
    assert_allclose(scale, frames.std(axis=0), rtol=1e-6)
    standardised = np.concatenate(standardize(X, mean, scale))
    assert_allclose(standardised.mean(axis=0), 0, atol=1e-6)
    assert_allclose(standardised.std(axis=0), 1, rtol=1e-6)
    assert standardised.dtype == np.float32
    assert_array_equal(measure_columns(frames.astype(np.float32)), (mean, scale))


def test_constant_columns_are_not_blown_up():
    X = np.full((5, 3), [0.0, 7.0, 1e6], dtype=np.float32)
    # One unit in the last place of float32.
    X[0, 2] = np.nextafter(X[0, 2], np.float32(np.inf))
    mean, scale = measure_columns(X)
    assert_array_equal(scale, [1, 1, 1])
    assert_allclose(standardize(X, mean, scale), 0, atol=0.1)


def test_padding_keeps_and_cuts():
    X = [np.ones((2, 3), np.float32), np.full((4, 3), 2, np.float32)]
    whole = pad(X)
    assert whole["sequence"].shape == (2, 4, 3)
    assert_array_equal(whole["length"], [2, 4])
    assert_array_equal(whole["sequence"][:, :, 0], [[1, 1, 0, 0], [2, 2, 2, 2]])
    cut = pad(X, 3)
    assert_array_equal(cut["length"], [2, 3])
    assert_array_equal(cut["sequence"][:, :, 0], [[1, 1, 0], [2, 2, 2]])
    assert pad(X, 6)["sequence"].shape == (2, 6, 3)


def test_row_of_a_table_is_a_sequence_of_single_values():
    padded = pad(np.array([[1, 2, 3], [4, 5, 6]], dtype=np.float32))
    assert_array_equal(padded["sequence"], [[[1], [2], [3]], [[4], [5], [6]]])
    assert_array_equal(padded["length"], [3, 3])
