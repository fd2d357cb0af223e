"""The five systems' networks as scikit-learn classifiers; needs the extra ``sersk[torch]``."""

from importlib.util import find_spec

from sersk.utils._lazy import make_lazy

if any(find_spec(name) is None for name in ("torch", "skorch")):
    raise ImportError(
        'sersk.neural needs torch and skorch. Install them with: pip install "sersk[torch]"'
    )

# A submodule, and with it torch, is imported when one of its names is first touched.
_SUBMODULES = {
    "BiLSTMClassifier": "_bilstm",
    "DenseNetClassifier": "_densenet_classifier",
    "HybridClassifier": "_hybrid",
    "NeuralClassifier": "_base",
}

__all__ = [
    "BiLSTMClassifier",
    "DenseNetClassifier",
    "HybridClassifier",
    "NeuralClassifier",
]

__getattr__, __dir__ = make_lazy(__name__, _SUBMODULES)
