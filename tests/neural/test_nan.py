import joblib
import numpy as np
import pytest
from sklearn.exceptions import NotFittedError

from sersk.exceptions import TrainingError
from tests.neural._networks import LinearNetwork, make_bilstm, make_sequences, make_table

X, EMOTIONS, _ = make_table()
SEQUENCES = make_sequences()[0]


@pytest.mark.parametrize(
    ("model", "X"),
    [
        (make_bilstm(lr=1e30, weight_decay=0.1, optimizer="sgd"), SEQUENCES),
        (LinearNetwork(lr=1e30, weight_decay=0.1, max_epochs=50), X),
        (LinearNetwork(lr=1e30, weight_decay=0.1, optimizer="sgd"), X),
        # Inputs of the usual size are no reason either.
        (LinearNetwork(lr=1e30, weight_decay=0.1, max_epochs=50, standardize=False), X),
    ],
)
def test_too_high_learning_rate_is_named(model, X):
    with pytest.raises(
        TrainingError, match=r"Most likely the learning rate is too high\."
    ) as info:
        model.fit(X, EMOTIONS)
    assert f"Lower lr, now {model.lr:g}" in str(info.value)
    # Said only to who does not do it already.
    assert ("gradient_clip=1" in str(info.value)) is (model.gradient_clip is None)
    assert "standardize" not in str(info.value)


def test_outlier_among_standardised_inputs_is_not_blamed():
    outlying = np.zeros((12_000, 2), dtype=np.float32)
    outlying[0] = 1e6
    model = LinearNetwork(
        lr=1e30, weight_decay=0.1, optimizer="sgd", batch_size=2000, validation_fraction=0
    )
    with pytest.raises(TrainingError, match="Most likely the learning rate is too high"):
        model.fit(outlying, np.arange(12_000) % 2)


# scikit-learn adds all values up to see whether one is NaN.
@pytest.mark.filterwarnings("ignore:invalid value encountered in reduce:RuntimeWarning")
@pytest.mark.parametrize(
    ("model", "X"),
    [
        (LinearNetwork(standardize=False, optimizer="sgd", max_epochs=9), 1e30 * X),
        # Before the first step no learning rate has done anything.
        (LinearNetwork(standardize=False, lr=1e30), 1e38 * X.clip(-3, 3)),
    ],
)
def test_huge_inputs_are_named(model, X):
    with pytest.raises(
        TrainingError, match=r"Most likely the inputs, up to \S+e\+3\d, are too"
    ) as info:
        model.fit(X, EMOTIONS)
    assert "Pass standardize=True" in str(info.value)
    model.set_params(standardize=True).fit(X, EMOTIONS)
    assert np.isfinite(model.predict_proba(X)).all()


def test_last_step_that_spoils_the_weights_is_noticed():
    model = LinearNetwork(
        validation_fraction=0, max_epochs=1, batch_size=1000, optimizer="sgd", lr=1e38
    )
    with pytest.raises(TrainingError, match=r"A weight became infinite or NaN in epoch 1\. Most"):
        model.set_params(weight_decay=1e3).fit(X, EMOTIONS)


def test_checkpoint_of_earlier_epochs_stays(tmp_path):
    model = LinearNetwork(
        # Each step multiplies the weights with about -1e6.
        **dict(lr=1.0, weight_decay=1e6, optimizer="sgd", max_epochs=50, batch_size=1000),
        checkpoint=tmp_path / "best.joblib",
    )
    with pytest.raises(TrainingError, match=r"in epoch [3-9]\. Most likely the learning rate"):
        model.fit(X, EMOTIONS)
    saved = joblib.load(tmp_path / "best.joblib")
    assert np.isfinite(saved.predict_proba(X)).all()
    assert len(saved.history_["epoch"]) == saved.best_epoch_ >= 1


def test_failed_fit_leaves_nothing_to_predict_with():
    model = LinearNetwork().fit(X, EMOTIONS)
    unfitted = set(vars(LinearNetwork()))
    model.set_params(lr=1e30, weight_decay=0.1, optimizer="sgd")
    with pytest.raises(TrainingError, match="epoch"):
        model.fit(X, EMOTIONS)
    assert set(vars(model)) == unfitted
    with pytest.raises(NotFittedError, match="not fitted yet"):
        model.predict(X)
    model.set_params(lr=0.01, weight_decay=0).fit(X, EMOTIONS).predict(X)


@pytest.mark.parametrize("y", [EMOTIONS[:-1], ["sad"] * len(X)])
def test_refused_fit_leaves_nothing_either(y):
    model = LinearNetwork()
    with pytest.raises(ValueError, match=r"inconsistent|2 classes"):
        model.fit(X, y)
    assert set(vars(model)) == set(vars(LinearNetwork()))
