import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn import config_context
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.model_selection import LeaveOneGroupOut, cross_validate
from sklearn.pipeline import make_pipeline

from sersk.preprocessing import SpeakerNormalizer
from sersk.utils._metadata import call_with_metadata, fit_with_metadata


class Listener(ClassifierMixin, BaseEstimator):
    """Keeps the features that it is fitted to; predicts by the sign of the first."""

    def fit(self, X, y):
        self.X_, self.classes_ = X, np.unique(y)
        return self

    def predict(self, X):
        return self.classes_[(X[:, 0] > 0).astype(int)]

    def predict_proba(self, X):
        return np.column_stack([X[:, 0], 1 - X[:, 0]])


def draw(rng, n_speakers=4, n_clips=50, n_features=3):
    """Clips whose features move alike in every voice, and voices that shift and stretch them."""
    inner = rng.normal(size=(n_speakers * n_clips, n_features))
    speakers = np.repeat(np.arange(n_speakers), n_clips)
    gains = rng.uniform(0.5, 2, size=(n_speakers, n_features))
    voices = rng.normal(scale=10, size=(n_speakers, n_features))
    return inner, inner * gains[speakers] + voices[speakers], speakers


# What is taken away


def test_gains_and_offsets_of_speakers_are_taken_away_exactly_without_a_prior(rng):
    inner, X, speakers = draw(rng)
    Z = SpeakerNormalizer(prior_clips=0).fit_transform(X, groups=speakers)
    for speaker in range(4):
        own = inner[speakers == speaker]
        assert_allclose(Z[speakers == speaker], (own - own.mean(axis=0)) / own.std(axis=0))


def test_many_clips_outweigh_the_prior(rng):
    inner, X, speakers = draw(rng, n_clips=3000)
    Z = SpeakerNormalizer(prior_clips=5).fit_transform(X, groups=speakers)
    for speaker in range(4):
        assert_allclose(Z[speakers == speaker].std(axis=0), 1, atol=0.01)
    assert_allclose(Z, inner, atol=0.3)


def test_offsets_vanish_and_gains_shrink_towards_the_typical_one(rng):
    _, X, speakers = draw(rng)
    model = SpeakerNormalizer(prior_clips=25).fit(X, groups=speakers)
    within = [X[speakers == speaker].var(axis=0) for speaker in range(4)]
    assert_allclose(model.typical_variance_, np.mean(within, axis=0))
    Z = model.transform(X, groups=speakers)
    for speaker in range(4):
        own = X[speakers == speaker]
        variance = (50 * within[speaker] + 25 * np.mean(within, axis=0)) / 75
        assert_allclose(Z[speakers == speaker], (own - own.mean(axis=0)) / np.sqrt(variance))


def test_few_clips_are_not_normalised_by_speaker(rng):
    _, X, speakers = draw(rng, n_clips=30)
    model = SpeakerNormalizer(min_clips=10).fit(X, groups=speakers)
    plain = model.transform(X)
    assert_allclose(plain, (X - X.mean(axis=0)) / np.sqrt(model.typical_variance_))
    rows = np.r_[0:9, 30:40]
    Z = model.transform(X[rows], groups=speakers[rows])
    assert_allclose(Z[:9], plain[:9])
    assert_allclose(Z[9:].mean(axis=0), 0, atol=1e-12)
    assert not np.allclose(Z[9:], plain[30:40])


def test_speakers_that_are_not_known(rng):
    _, X, speakers = draw(rng)
    names = np.array(["ann", "bob", None, np.nan], dtype=object)[speakers]
    model = SpeakerNormalizer().fit(X, groups=names)
    within = [X[speakers == speaker].var(axis=0) for speaker in (0, 1)]
    assert_allclose(model.typical_variance_, np.mean(within, axis=0))
    Z = model.transform(X, groups=names)
    assert_allclose(Z[100:], model.transform(X)[100:])
    assert_allclose(Z[:50].mean(axis=0), 0, atol=1e-12)


def test_without_any_speaker_all_rows_give_the_variance(rng):
    _, X, speakers = draw(rng, n_clips=5)
    for given in ({}, {"groups": speakers}):
        Z = SpeakerNormalizer().fit_transform(X, **given)
        assert_allclose(Z, (X - X.mean(axis=0)) / X.std(axis=0))


def test_columns_without_variance_stay_finite(rng):
    _, X, speakers = draw(rng)
    X[:, 0] = 0.1
    X[:, 1] = speakers
    X[speakers == 1, 2] = 4.2
    for prior_clips in (0, 20):
        Z = SpeakerNormalizer(prior_clips=prior_clips).fit_transform(X, groups=speakers)
        assert np.all(np.isfinite(Z))
        assert_allclose(Z[:, :2], 0, atol=1e-12)
        assert_allclose(Z[speakers == 1, 2], 0, atol=1e-12)


# Whose rows count


def test_statistics_come_from_the_rows_given_alone(rng):
    """A speaker who sounds otherwise than in training is measured as they sound now."""
    _, X, speakers = draw(rng)
    model = SpeakerNormalizer().fit(X, groups=speakers)
    now = model.transform(X[:50] + 100, groups=speakers[:50])
    assert_allclose(now, model.transform(X, groups=speakers)[:50], atol=1e-9)


def test_other_speakers_do_not_matter(rng):
    _, X, speakers = draw(rng)
    model = SpeakerNormalizer().fit(X, groups=speakers)
    before = model.transform(X, groups=speakers)
    X[50:] *= 7
    assert_array_equal(model.transform(X, groups=speakers)[:50], before[:50])
    assert_array_equal(model.transform(X[:50], groups=speakers[:50]), before[:50])


def test_order_of_rows_and_names_of_speakers_do_not_matter(rng):
    _, X, speakers = draw(rng)
    order = rng.permutation(len(X))
    names = np.array(["d", "b", "c", "a"])[speakers]
    straight = SpeakerNormalizer().fit_transform(X, groups=speakers)
    mixed = SpeakerNormalizer().fit_transform(X[order], groups=names[order])
    assert_allclose(mixed, straight[order], atol=1e-10)


def test_copies_of_a_number_are_a_speaker_apart(rng):
    _, X, speakers = draw(rng)
    rows, groups = np.vstack([X, X * 3 + 50, X - 90]), np.tile(speakers, 3)
    copy_index = np.repeat([0, 1, 2], len(X))
    model = SpeakerNormalizer(prior_clips=0)
    Z = model.fit_transform(rows, groups=groups, copy_index=copy_index)
    alone = SpeakerNormalizer(prior_clips=0).fit_transform(X, groups=speakers)
    assert_allclose(Z, np.tile(alone, (3, 1)), atol=1e-9)
    within = [X[speakers == speaker].var(axis=0) for speaker in range(4)]
    assert_allclose(model.typical_variance_, np.mean(within, axis=0) * 11 / 3)
    assert not np.allclose(model.fit_transform(rows, groups=groups), Z, atol=0.5)


# Routing


def test_groups_and_copies_come_through_a_pipeline(rng):
    _, X, speakers = draw(rng)
    y = np.tile(["angry", "sad"], 100)
    copies = np.tile([0, 1], 100)
    normalizer = SpeakerNormalizer()
    pipeline = make_pipeline(SpeakerNormalizer(), Listener())
    fit_with_metadata(pipeline, X, y, groups=speakers, copy_index=copies)
    expected = normalizer.fit_transform(X, groups=speakers, copy_index=copies)
    assert_array_equal(pipeline[-1].X_, expected)
    probabilities = call_with_metadata(pipeline, "predict_proba", X[:90], groups=speakers[:90])
    expected = normalizer.transform(X[:90], groups=speakers[:90])
    assert_array_equal(probabilities[:, 0], expected[:, 0])
    plain = call_with_metadata(pipeline, "predict_proba", X[:90])
    assert_array_equal(plain, pipeline.predict_proba(X[:90]))
    assert not np.allclose(plain, probabilities)


def test_cross_validation_brings_the_groups_of_each_part(rng):
    """The voices hide the classes: only rows measured against their own speaker tell them."""
    inner, X, speakers = draw(rng, n_clips=40)
    y = np.where(inner[:, 0] > 0, "sad", "angry")
    model = make_pipeline(SpeakerNormalizer(), Listener())
    with config_context(enable_metadata_routing=True):
        how = dict(params={"groups": speakers}, cv=LeaveOneGroupOut(), return_estimator=True)
        result = cross_validate(model, X, y, error_score="raise", return_indices=True, **how)
    assert result["test_score"].min() > 0.85
    for fitted, train in zip(result["estimator"], result["indices"]["train"], strict=True):
        expected = SpeakerNormalizer().fit_transform(X[train], groups=speakers[train])
        assert_array_equal(fitted[-1].X_, expected)
    without = cross_validate(model, X, y, groups=speakers, cv=LeaveOneGroupOut())
    assert without["test_score"].mean() < 0.75


@pytest.mark.parametrize("what", ["groups", "copy_index"])
def test_lengths_must_agree(what, rng):
    _, X, speakers = draw(rng)
    given = {"groups": speakers, "copy_index": np.zeros(200, dtype=int)}
    model = SpeakerNormalizer().fit(X, **given)
    given[what] = given[what][1:]
    for method in (model.fit, model.transform):
        with pytest.raises(ValueError, match="inconsistent numbers of samples"):
            method(X, **given)


@pytest.mark.parametrize(("name", "value"), [("min_clips", 0), ("prior_clips", -1)])
def test_nonsense_is_refused(name, value):
    with pytest.raises(ValueError, match=f"The '{name}' parameter of SpeakerNormalizer must be"):
        SpeakerNormalizer(**{name: value}).fit([[0.0], [1.0]])
