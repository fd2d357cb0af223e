"""CPU time of a grid search over 9 settings of an SVM and 5 folds: ways to come by the features.

The features are mean and standard deviation of 40 MFCC. The last row is a search over a matrix
that was there before; the ratios are to it.
"""

import tempfile
from pathlib import Path

import _common
import librosa
import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.model_selection import GridSearchCV, GroupKFold
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from sersk.features import MFCC, FeatureStore

RATE = 16000
GRID = {"svc__C": [1, 10, 100], "svc__gamma": ["scale", 0.003, 0.03]}


class CountedMFCC(MFCC):
    """Sersk's MFCC; counts how many clips it was asked for."""

    n_extracted = 0

    def transform(self, X):
        """Count the clips, and extract them."""
        CountedMFCC.n_extracted += len(X)
        return super().transform(X)


class LibrosaMFCC(TransformerMixin, BaseEstimator):
    """The same with librosa, as a transformer is usually written."""

    n_extracted = 0

    def fit(self, X, y=None):
        """Do nothing."""
        return self

    def transform(self, X):
        """Count the clips, and extract them."""
        LibrosaMFCC.n_extracted += len(X)
        return np.stack([self._extract(path) for path in X])

    def _extract(self, path):
        signal, _ = librosa.load(path, sr=RATE)
        mfcc = librosa.feature.mfcc(y=signal, sr=RATE, n_mfcc=40)
        return np.concatenate([mfcc.mean(axis=1), mfcc.std(axis=1)])

    def __sklearn_is_fitted__(self):
        return True


def search(extractor, X, corpus, *, memory=None):
    """Search the grid; give the mean score of each setting."""
    steps = [("scaler", StandardScaler()), ("svc", SVC())]
    if extractor is not None:
        steps.insert(0, ("features", extractor))
    found = GridSearchCV(
        Pipeline(steps, memory=memory),
        GRID,
        scoring="balanced_accuracy",
        cv=GroupKFold(min(5, len(set(corpus.speakers)))),
        error_score="raise",
    )
    return found.fit(X, corpus.labels, groups=corpus.speakers).cv_results_["mean_test_score"]


def warm_up(corpus):
    """Do what happens once in a process: imports, compilation, filters."""
    few = corpus.paths[:4]
    matrices = [LibrosaMFCC().transform(few), MFCC(sample_rate=RATE).transform(few)]
    np.testing.assert_allclose(*matrices, atol=0.05)
    with tempfile.TemporaryDirectory() as folder:
        MFCC(sample_rate=RATE, memory=folder).transform(few)
    search(None, MFCC(sample_rate=RATE).transform(corpus.paths), corpus)


def make_ways(corpus, folder):
    """Make the ways of one round, each a function that searches and gives scores and count."""
    store = FeatureStore(Path(folder) / "store")
    matrix = MFCC(sample_rate=RATE).transform(corpus.paths)

    def counted(extractor, **how):
        kind = type(extractor)
        kind.n_extracted = 0
        return search(extractor, corpus.paths, corpus, **how), kind.n_extracted

    def stored():
        n_before = store.info().n_computed
        scores = search(MFCC(sample_rate=RATE, memory=store), corpus.paths, corpus)
        return scores, store.info().n_computed - n_before

    return {
        "librosa in a transformer": lambda: counted(LibrosaMFCC()),
        "sersk": lambda: counted(CountedMFCC(sample_rate=RATE)),
        "sersk, Pipeline(memory=folder)": lambda: counted(
            CountedMFCC(sample_rate=RATE), memory=str(Path(folder) / "joblib")
        ),
        "sersk, new FeatureStore": stored,
        "sersk, FeatureStore filled before": stored,
        "matrix made before": lambda: (search(None, matrix, corpus), 0),
    }


def main():
    """Print the table."""
    parser = _common.make_parser(__doc__, n_clips=80, n_rounds=3)
    args = parser.parse_args()
    _common.print_header()
    with tempfile.TemporaryDirectory() as folder:
        n_speakers = min(5, max(2, args.clips // 4))
        corpus = _common.find_corpus(args.data, folder, args.clips, n_speakers=n_speakers)
        if corpus.labels is None or corpus.speakers is None:
            raise SystemExit(f"{args.data} must have columns of classes and speakers.")
        _common.read_once(corpus.paths)
        seconds, best, counts = {}, {}, {}
        warm_up(corpus)
        for i in range(args.rounds):
            for name, way in make_ways(corpus, Path(folder) / str(i)).items():
                started = _common.cpu_time()
                scores, counts[name] = way()
                seconds.setdefault(name, []).append(_common.cpu_time() - started)
                if not name.startswith("librosa"):
                    # Ways differ in what they cost, not in what they find.
                    np.testing.assert_array_equal(scores, best.setdefault("sersk", scores))
                best[name] = scores
    table = _common.Table(
        features="<33", CPU_s=">8.2f", ratio=">6.1f", clips_extracted=">15d", best_UAR=">8.4f"
    )
    alone = seconds["matrix made before"]
    for name, taken in seconds.items():
        ratio = _common.median_ratio(taken, alone)
        table.add(name, np.median(taken), ratio, counts[name], best[name].max())


if __name__ == "__main__":
    main()
