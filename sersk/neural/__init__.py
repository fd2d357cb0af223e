"""The five systems' networks as scikit-learn classifiers; needs the extra ``sersk[torch]``."""

from importlib.util import find_spec

from sersk.utils._lazy import make_lazy


def _is_installed(name):
    try:
        return find_spec(name) is not None
    # What stands in for a missing library, as for the documentation or in tests, has no spec.
    except (ImportError, ValueError):
        return False


if not (_is_installed("torch") and _is_installed("skorch")):
    raise ImportError(
        'sersk.neural needs torch and skorch. Install them with: pip install "sersk[torch]"'
    )

# A submodule, and with it torch, is imported when one of its names is first touched.
_SUBMODULES = {
    "ANNClassifier": "_ann",
    "AugmentedCNNClassifier": "_augmented_cnn",
    "BiLSTMClassifier": "_bilstm",
    "CNNClassifier": "_cnn",
    "DeepMLPClassifier": "_mlp_deep",
    "DenseNetClassifier": "_densenet_classifier",
    "EpochAugmentedClassifier": "_epoch_augmented",
    "HybridClassifier": "_hybrid",
    "LSTMClassifier": "_lstm",
    "NeuralClassifier": "_base",
}

__all__ = [
    "ANNClassifier",
    "AugmentedCNNClassifier",
    "BiLSTMClassifier",
    "CNNClassifier",
    "DeepMLPClassifier",
    "DenseNetClassifier",
    "EpochAugmentedClassifier",
    "HybridClassifier",
    "LSTMClassifier",
    "NeuralClassifier",
]

__getattr__, __dir__ = make_lazy(__name__, _SUBMODULES)
