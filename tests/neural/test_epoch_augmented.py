"""Which clips are changed, when and how; and that what comes of it reaches the network."""

import pickle
import warnings
from collections import Counter

import numpy as np
import pytest
import torch
from sklearn import config_context
from sklearn.base import clone, is_classifier
from sklearn.exceptions import NotFittedError
from sklearn.metrics import get_scorer
from sklearn.model_selection import cross_validate
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

import sersk.features._extraction
from sersk.audio import LoadAudio
from sersk.augmentation import AddNoise, AugmentedEstimator
from sersk.exceptions import AudioReadError
from sersk.features import MFCC, RMS, AudioFeatures, FeatureStore
from sersk.model_selection import SpeakerKFold
from sersk.neural import BiLSTMClassifier, EpochAugmentedClassifier
from sersk.neural._inputs import measure_columns
from sersk.utils._metadata import fit_with_metadata
from tests.augmentation._stand_ins import Noise, global_states
from tests.neural._watched import Twice, Watched, WatchedClassifier, twice

RATE = 8000
N_CLIPS = 24


@pytest.fixture(autouse=True)
def _clear():
    Watched.SEEN.clear()
    Twice.LOG.clear()


@pytest.fixture(scope="module")
def clips():
    """Signals of unequal length, classes and speakers."""
    rng = np.random.default_rng(0)
    y = np.tile(["angry", "sad", "sad"], N_CLIPS // 3)
    signals = [
        rng.normal(scale=0.3 if name == "angry" else 0.1, size=500 + 10 * i).astype(np.float32)
        for i, name in enumerate(y)
    ]
    return signals, y, np.arange(N_CLIPS) // 6


def make_extractor(functionals=("mean",), **params):
    return MFCC(
        n_mfcc=3,
        n_mels=8,
        n_fft=256,
        hop_length=128,
        sample_rate=RATE,
        functionals=functionals,
        **params,
    )


def make_learner(network=None, *steps, functionals=("mean",), **params):
    extractor = make_extractor(functionals, **params)
    return make_pipeline(extractor, *steps, network or WatchedClassifier())


def make_model(learner=None, augmentations=None, **params):
    params = {"random_state": 0, **params}
    return EpochAugmentedClassifier(learner or make_learner(), augmentations or Twice(), **params)


def find_weights(model):
    pipeline = getattr(model, "estimator_", model)
    return {name: values.tolist() for name, values in pipeline[-1].weights_.items()}


def split_seen():
    """Give what the network was shown, epoch by epoch: the training and the other part."""
    *epochs, (is_training, last) = Watched.SEEN
    flags = [is_training for is_training, _ in epochs]
    assert flags == [True, False] * (len(flags) // 2)
    batches = [sequences for _, sequences in epochs]
    # In the end the temperature is taken from the other part, and no other clip.
    assert not is_training
    assert as_set(last) == as_set(batches[1])
    return list(zip(batches[::2], batches[1::2], strict=True))


def as_set(sequences):
    """Sequences as the network sees them, in no order; rows are sequences of one channel."""
    columns = [np.asarray(s)[:, None] if np.ndim(s) == 1 else s for s in sequences]
    return Counter(column.astype(np.float32).tobytes() for column in columns)


def locate(signals, heard):
    """Give the places of clips by their samples."""
    places = {signal.tobytes(): i for i, signal in enumerate(signals)}
    return [places[samples] for samples in heard]


def changed_per_epoch(n_epochs, n_each):
    """Split the log of changes, all clips being changed in every epoch."""
    assert len(Twice.LOG) == n_epochs * n_each
    return [Twice.LOG[i * n_each : (i + 1) * n_each] for i in range(n_epochs)]


# Which clips are changed


@pytest.mark.parametrize("functionals", [("mean",), None])
def test_the_training_part_is_changed_and_no_other(clips, functionals):
    signals, y, speakers = clips
    make_model(make_learner(functionals=functionals), probability=1).fit(signals, y, speakers)
    epochs = changed_per_epoch(3, N_CLIPS // 2)
    train = sorted(locate(signals, [samples for samples, _ in epochs[0]]))
    valid = sorted(set(range(N_CLIPS)) - set(train))
    assert not set(speakers[train]) & set(speakers[valid])
    for epoch in epochs:
        assert sorted(locate(signals, [samples for samples, _ in epoch])) == train
    # And what comes of it, and nothing else, is what the network sees.
    extractor = make_extractor(functionals)
    expected = as_set(extractor.transform([twice(signals[i]) for i in train]))
    as_they_are = as_set(extractor.transform([signals[i] for i in valid]))
    assert [(as_set(a), as_set(b)) for a, b in split_seen()] == [(expected, as_they_are)] * 3


def test_each_clip_keeps_its_class(clips):
    """Loud clips stay angry, also where all are softer than before."""
    signals, y, _ = clips
    network = WatchedClassifier(
        max_epochs=60, optimizer="adam", lr=0.1, validation_fraction=0, standardize=True
    )
    model = make_model(make_learner(network, functionals=None), probability=1).fit(signals, y)
    assert model.score([twice(signal) for signal in signals], y) == 1
    assert model.score(signals, y) < 1


def test_test_clips_are_never_changed(clips):
    signals, y, speakers = clips
    for train, test in SpeakerKFold(2).split(signals, y, speakers):
        Twice.LOG.clear()
        model = make_model(probability=1).fit([signals[i] for i in train], y[train])
        assert set(locate(signals, [samples for samples, _ in Twice.LOG])) <= set(train)
        n_changed = len(Twice.LOG)
        assert n_changed
        Watched.SEEN.clear()
        left_out = [signals[i] for i in test]
        model.predict_proba(left_out)
        assert as_set(Watched.SEEN[0][1]) == as_set(make_extractor().transform(left_out))
        assert len(Twice.LOG) == n_changed


def test_about_half_of_the_clips_are_changed(clips):
    signals, y, speakers = clips
    network = WatchedClassifier(max_epochs=20)
    make_model(make_learner(network)).fit(signals, y, speakers)
    extractor = make_extractor()
    plain = as_set(extractor.transform(signals))
    changed = as_set(extractor.transform([twice(signal) for signal in signals]))
    numbers = []
    for train, _ in split_seen():
        seen = as_set(train)
        assert seen <= plain + changed
        numbers.append((seen & changed).total())
    assert sum(numbers) == len(Twice.LOG)
    # Of 240 draws; five standard deviations about their mean.
    assert 80 < sum(numbers) < 160
    assert len(set(numbers)) > 3


def test_each_epoch_draws_anew(clips):
    signals, y, speakers = clips
    make_model(augmentations=Noise(), probability=1).fit(signals, y, speakers)
    seen = [as_set(train) for train, _ in split_seen()]
    assert not seen[0] & seen[1]
    assert not seen[0] & seen[2]
    assert not seen[1] & seen[2]
    make_model(probability=1).fit(signals, y, speakers)
    assert len({seed for _, seed in Twice.LOG}) == len(Twice.LOG) == 3 * N_CLIPS // 2


# What is fitted to clips as they are


def test_scales_are_those_of_clips_as_they_are(clips):
    signals, y, speakers = clips
    network = WatchedClassifier(standardize=True)
    model = make_model(make_learner(network, StandardScaler()), probability=1)
    fitted = model.fit(signals, y, speakers).estimator_
    rows = make_extractor().transform(signals)
    scaler = StandardScaler().fit(rows)
    np.testing.assert_array_equal(fitted["standardscaler"].mean_, scaler.mean_)
    train = sorted(set(locate(signals, [samples for samples, _ in Twice.LOG])))
    mean, scale = measure_columns(scaler.transform(rows[train]).astype(np.float32))
    np.testing.assert_allclose(fitted[-1].mean_, mean, rtol=1e-5, atol=1e-6)
    # And what is changed goes the same way.
    changed = make_extractor().transform([twice(signals[i]) for i in train])
    expected = (scaler.transform(changed).astype(np.float32) - mean) / scale
    for part, _ in split_seen():
        seen = np.stack(part)[:, :, 0]
        np.testing.assert_allclose(
            np.sort(seen, axis=0), np.sort(expected, axis=0), rtol=1e-4, atol=1e-4
        )


@pytest.mark.parametrize("is_weighted", [False, True])
@pytest.mark.parametrize("steps", ["table", "scaled", "sequences"])
def test_without_changes_it_is_the_pipeline(clips, steps, is_weighted):
    signals, y, speakers = clips
    network = BiLSTMClassifier(hidden_sizes=(3,), max_epochs=3, batch_size=5, random_state=0)
    learner = make_learner(
        network,
        *([StandardScaler()] if steps == "scaled" else []),
        functionals=None if steps == "sequences" else ("mean", "std"),
    )
    given = {"groups": speakers}
    if is_weighted:
        given["sample_weight"] = np.linspace(1, 3, N_CLIPS)
    plain = fit_with_metadata(clone(learner), signals, y, **given)
    still = make_model(learner, probability=0).fit(signals, y, **given)
    assert Twice.LOG == []
    assert find_weights(still) == find_weights(plain)
    assert still.estimator_[-1].history_["valid_loss"] == plain[-1].history_["valid_loss"]
    changed = make_model(learner, probability=0.3).fit(signals, y, **given)
    assert find_weights(changed) != find_weights(plain)


def test_data_frames(clips):
    signals, y, speakers = clips
    learner = make_learner(None, StandardScaler())
    arrays = make_model(learner).fit(signals, y, speakers)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        frames = make_model(clone(learner).set_output(transform="pandas"))
        frames.fit(signals, y, speakers).predict(signals)
    assert find_weights(frames) == find_weights(arrays)


# Randomness


def test_the_same_seed_gives_the_same_weights(clips):
    signals, y, speakers = clips

    def fit(random_state, **params):
        model = make_model(augmentations=[Noise(), Twice()], random_state=random_state, **params)
        return find_weights(model.fit(signals, y, speakers))

    first = fit(0)
    assert fit(1) != first
    assert fit(0) == fit(np.int64(0)) == first
    assert fit(0, probability=0.9) != first
    assert fit(np.random.RandomState(0)) == fit(np.random.RandomState(0))
    assert fit(None) != fit(None)


@pytest.mark.parametrize("of", ["model", "extractor"])
def test_the_same_for_any_number_of_workers(clips, workers_at_once, count, of):
    signals, y, _ = clips
    network = WatchedClassifier(max_epochs=1, validation_fraction=0)
    model = make_model(make_learner(network), Noise(), probability=1)
    one = find_weights(model.fit(signals, y))
    work = count(sersk.features._extraction, "_extract_one")
    name = "n_jobs" if of == "model" else "estimator__mfcc__n_jobs"
    assert find_weights(model.set_params(**{name: 2}).fit(signals, y)) == one
    # The second chunk of clips was changed elsewhere.
    assert len(work) < 2 * N_CLIPS


def test_neither_order_nor_other_clips_change_what_is_drawn(clips):
    signals, y, _ = clips
    network = WatchedClassifier(validation_fraction=0)
    make_model(make_learner(network)).fit(signals, y)
    alone = Counter(Twice.LOG)
    Twice.LOG.clear()
    order = np.random.default_rng(1).permutation(N_CLIPS)
    others = [signal[::-1].copy() for signal in signals]
    make_model(make_learner(network)).fit([*others, *(signals[i] for i in order)], [*y, *y[order]])
    known = {signal.tobytes() for signal in signals}
    of_both = Counter(Twice.LOG)
    assert Counter({key: n for key, n in of_both.items() if key[0] in known}) == alone
    assert of_both.total() > alone.total() > 0


def test_paths_and_signals_are_changed_alike(clips, write_audio):
    signals, y, speakers = clips
    paths = [
        str(write_audio(f"{i}.wav", signal, RATE, subtype="FLOAT"))
        for i, signal in enumerate(signals)
    ]
    of_paths = make_model(augmentations=Noise()).fit(paths, y, speakers)
    of_signals = make_model(augmentations=Noise()).fit(signals, y, speakers)
    assert find_weights(of_paths) == find_weights(of_signals)


@pytest.mark.parametrize("random_state", [0, None])
def test_no_global_generator_is_touched(clips, random_state):
    signals, y, speakers = clips
    before = global_states(), torch.random.get_rng_state().tolist()
    make_model(augmentations=Noise(), random_state=random_state).fit(signals, y, speakers)
    assert (global_states(), torch.random.get_rng_state().tolist()) == before


# Extraction


def test_a_store_keeps_no_changed_clips(clips, tmp_path, count):
    signals, y, speakers = clips
    work = count(sersk.features._extraction, "_extract_one")
    kept = make_model(make_learner(memory=str(tmp_path))).fit(signals, y, speakers)
    n_changed = len(Twice.LOG)
    assert len(work) == N_CLIPS + n_changed > N_CLIPS
    (part,) = FeatureStore(tmp_path).info().parts
    assert part.n_clips == N_CLIPS
    again = make_model(make_learner(memory=str(tmp_path))).fit(signals, y, speakers)
    assert len(work) == N_CLIPS + 2 * n_changed
    without = make_model().fit(signals, y, speakers)
    assert find_weights(again) == find_weights(kept) == find_weights(without)
    assert kept.estimator_[0].memory == str(tmp_path)


def test_several_extractors_that_trim(clips):
    """What is changed is what is read: the stretch without silence."""
    signals, y, speakers = clips
    padded = [np.pad(signal, 6000) for signal in signals]
    union = AudioFeatures([("rms", RMS(sample_rate=RATE)), ("mfcc", make_extractor())])
    learner = make_pipeline(union.set_params(trim_db=30), WatchedClassifier())
    make_model(learner, probability=1).fit(padded, y, speakers)
    assert len(Twice.LOG) == 3 * N_CLIPS // 2
    assert max(len(np.frombuffer(samples, np.float32)) for samples, _ in Twice.LOG) < 6000
    assert len(Watched.SEEN[0][1][0]) == len(union.get_feature_names_out())


# As an estimator


def test_what_is_fitted_is_a_plain_pipeline(clips):
    signals, y, speakers = clips
    learner = make_learner(None, StandardScaler())
    model = make_model(learner).fit(signals, y, groups=speakers)
    assert type(model.estimator_) is Pipeline
    assert list(model.estimator_.named_steps) == list(learner.named_steps)
    assert list(map(type, model.estimator_)) == list(map(type, learner))
    assert not hasattr(learner[-1], "weights_")
    assert model.classes_.tolist() == ["angry", "sad"]
    np.testing.assert_array_equal(model.predict(signals), model.estimator_.predict(signals))
    probabilities = model.predict_proba(signals)
    np.testing.assert_array_equal(probabilities, model.estimator_.predict_proba(signals))
    assert model.score(signals, y) == np.mean(model.predict(signals) == y)
    for copy in (pickle.loads(pickle.dumps(model)), pickle.loads(pickle.dumps(model.estimator_))):
        np.testing.assert_array_equal(copy.predict_proba(signals), probabilities)
    assert is_classifier(model)
    assert not hasattr(model, "decision_function")
    fresh = clone(model)
    assert not hasattr(fresh, "estimator_")
    with pytest.raises(NotFittedError, match="not fitted yet"):
        fresh.predict(signals)


def test_parameters_of_the_network_can_be_set(clips):
    signals, y, speakers = clips
    model = make_model().set_params(estimator__watchedclassifier__max_epochs=1, probability=1)
    assert len(model.fit(signals, y, speakers).estimator_[-1].history_["epoch"]) == 1
    assert len(Twice.LOG) == N_CLIPS // 2


def test_routing_brings_groups_and_weights(clips):
    signals, y, speakers = clips
    with config_context(enable_metadata_routing=True):
        scorer = get_scorer("accuracy").set_score_request(sample_weight=False)
        given = {"groups": speakers, "sample_weight": np.linspace(1, 5, N_CLIPS)}
        result = cross_validate(
            make_model(probability=1),
            signals,
            y,
            cv=SpeakerKFold(2),
            scoring=scorer,
            params=given,
            return_estimator=True,
            return_indices=True,
        )
    for model, train in zip(result["estimator"], result["indices"]["train"], strict=True):
        again = make_model(probability=1)
        again.fit(
            [signals[i] for i in train],
            y[train],
            **{name: values[train] for name, values in given.items()},
        )
        assert find_weights(model) == find_weights(again)
        bare = make_model(probability=1).fit([signals[i] for i in train], y[train])
        assert find_weights(model) != find_weights(bare)


def test_names_stand_for_augmentations(clips):
    signals, y, speakers = clips
    model = make_model(augmentations="noise").fit(signals, y, speakers)
    assert list(map(type, model.augmentations_)) == [AddNoise]


def test_a_matrix_fixes_the_width(clips):
    signals, y, speakers = clips
    matrix = np.stack([signal[:500] for signal in signals])
    model = make_model().fit(matrix, y, speakers)
    assert model.n_features_in_ == 500
    with pytest.raises(ValueError, match="X has 499 features, but EpochAugmentedClassifier is"):
        model.predict(matrix[:, 1:])


# Errors

WRONG = {
    "no pipeline": ({"estimator": SVC()}, ValueError, r"must be an instance of .*Pipeline"),
    "no network": (
        {"estimator": make_pipeline(RMS(), SVC())},
        TypeError,
        r"must end in a network of sersk\.neural\. Got SVC as its last.* take AugmentedEstimator",
    ),
    "wrapped": (
        {"estimator": AugmentedEstimator(make_learner(), Twice())},
        ValueError,
        "must be an instance of",
    ),
    "no extractor": (
        {"estimator": make_pipeline(LoadAudio(), WatchedClassifier())},
        TypeError,
        r"must begin with an extractor of sersk\.features, .*\. Got LoadAudio as its first step",
    ),
    "network alone": (
        {"estimator": make_pipeline(WatchedClassifier())},
        TypeError,
        "Got WatchedClassifier as its first step",
    ),
    "probability": ({"probability": 1.5}, ValueError, r"'probability' .* range \[0.0, 1.0\]"),
    "none": ({"augmentations": []}, ValueError, "of Epoch.* Got none. Pass probability=0 to"),
    "function": ({"augmentations": [abs]}, TypeError, "of EpochAugmentedClassifier must be a l"),
    "seed": ({"random_state": -1}, ValueError, "'random_state' parameter of EpochAugmented"),
}


@pytest.mark.parametrize("case", WRONG)
def test_nonsense_is_explained(clips, case):
    params, error, message = WRONG[case]
    with pytest.raises(error, match=message):
        make_model().set_params(**params).fit(*clips[:2])
    assert Watched.SEEN == []


@pytest.mark.parametrize("what", ["y", "groups", "sample_weight"])
def test_lengths_must_agree(clips, what):
    signals, y, groups = clips
    given = {"y": y, "groups": groups, "sample_weight": np.ones(N_CLIPS)}
    given[what] = given[what][1:]
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        make_model().fit(signals, **given)


def test_unreadable_files_are_named(write_audio, tmp_path):
    paths = [str(write_audio("a.wav", np.ones(500), RATE)), str(tmp_path / "absent.wav")]
    with pytest.raises(AudioReadError, match=r"1 of 2 files \(first: '.*absent\.wav': no such"):
        make_model().fit(paths, ["angry", "sad"])


def test_a_change_that_gives_no_sound(clips):
    signals, y, speakers = clips

    class Mute(Twice):
        def __call__(self, signal, sample_rate, random_state):
            return signal[:0]

    with pytest.raises(ValueError, match=r"must give a 1-D array .* from seed \d+ for Mute\(\)"):
        make_model(augmentations=Mute()).fit(signals, y, speakers)
