"""How often an interval of 95 % holds the true score, in simulated corpora.

Speakers differ as they do for the recipe svm on RAVDESS (24 actors with 60 clips in 8 classes):
on the logit scale of a class's recall, the speaker as such has a standard deviation of 0.24, and
the speaker with the class one of 1.45. In the first simulation the predictions are drawn from that
logistic-normal model directly, and the truth is the score of the population of speakers. In the
second, features are drawn, and predicted by a linear discriminant that leaves out one speaker at a
time; the truth is the mean score of all corpora of that size, so that chance in what the model
learns counts as well. For contrast, the last columns resample clips instead of speakers.
"""

import statistics

import _common
import numpy as np
from scipy.special import expit
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

from sersk.metrics import speaker_interval, unweighted_average_recall

# As fitted by maximum likelihood to the predictions for RAVDESS, in the order of the classes'
# names: neutral, the sixth, has half as many clips and the lowest recall.
CLASS_LOGITS = np.array([0.89, -0.42, -0.13, 0.18, -0.44, -1.48, -1.01, 0.58])
N_CLIPS = np.array([8, 8, 8, 8, 8, 4, 8, 8])
N_CLASSES = len(N_CLIPS)
SPEAKER_SD, SPEAKER_BY_CLASS_SD = 0.24, 1.45

# Chosen so that the speakers' scores have about the mean (0.47) and spread (0.11) of RAVDESS.
N_FEATURES = 10
CLASS_SD, OFFSET_SD, OFFSET_BY_CLASS_SD = 0.93, 1.2, 1.1

N_CLIP_RESAMPLES = 1000


def draw_recalls(n_speakers, rng):
    """Draw the chance of each speaker's clips of each class to be recognised."""
    speakers = rng.normal(scale=SPEAKER_SD, size=(n_speakers, 1))
    interactions = rng.normal(scale=SPEAKER_BY_CLASS_SD, size=(n_speakers, N_CLASSES))
    return expit(CLASS_LOGITS + speakers + interactions)


def draw_predictions(n_speakers, rng):
    """Draw predictions; a wrong one is any of the other classes."""
    y_true, speakers = lay_out_clips(n_speakers)
    is_right = rng.random(len(y_true)) < draw_recalls(n_speakers, rng)[speakers, y_true]
    other = (y_true + rng.integers(1, N_CLASSES, size=len(y_true))) % N_CLASSES
    return y_true, np.where(is_right, y_true, other), speakers


def draw_corpus(n_speakers, rng):
    """Draw features, and predict each speaker from the others."""
    y_true, speakers = lay_out_clips(n_speakers)
    # The classes are the same in all corpora: only speakers and clips are chance.
    means = np.random.default_rng(0).normal(scale=CLASS_SD, size=(N_CLASSES, N_FEATURES))
    offsets = rng.normal(scale=OFFSET_SD, size=(n_speakers, 1, N_FEATURES))
    by_class = rng.normal(scale=OFFSET_BY_CLASS_SD, size=(n_speakers, N_CLASSES, N_FEATURES))
    X = (means + offsets + by_class)[speakers, y_true]
    X += rng.normal(size=X.shape)
    y_pred = np.empty_like(y_true)
    for speaker in range(n_speakers):
        is_out = speakers == speaker
        model = LinearDiscriminantAnalysis(solver="lsqr").fit(X[~is_out], y_true[~is_out])
        y_pred[is_out] = model.predict(X[is_out])
    return y_true, y_pred, speakers


def lay_out_clips(n_speakers):
    """Give class and speaker of the clips of a corpus."""
    per_speaker = np.repeat(np.arange(N_CLASSES), N_CLIPS)
    return np.tile(per_speaker, n_speakers), np.repeat(np.arange(n_speakers), N_CLIPS.sum())


def resample_clips(y_true, y_pred, rng):
    """Give the interval that takes clips for independent: quantiles of the bootstrap's scores."""
    is_right = y_true == y_pred
    cells = np.bincount(2 * y_true + is_right, minlength=2 * N_CLASSES)
    # Drawing clips with replacement, and then counting them, is a multinomial draw of the counts.
    drawn = rng.multinomial(len(y_true), cells / len(y_true), size=N_CLIP_RESAMPLES)
    scores = (drawn[:, 1::2] / (drawn[:, ::2] + drawn[:, 1::2])).mean(axis=1)
    return np.quantile(scores, (0.025, 0.975))


def measure(draw, n_speakers, n_data_sets, truth=None):
    """Give truth, coverage by speakers, mean width, and the same two by clips.

    Without a truth, that is the mean score of all corpora, and these are cross-validated.
    """
    scores, intervals, naive = [], [], []
    for seed in range(n_data_sets):
        rng = np.random.default_rng([seed, n_speakers])
        y_true, y_pred, speakers = draw(n_speakers, rng)
        scores.append(unweighted_average_recall(y_true, y_pred))
        interval = speaker_interval(y_true, y_pred, speakers, cross_validated=truth is None)
        intervals.append(interval.uar)
        naive.append(resample_clips(y_true, y_pred, rng))
    truth = statistics.fmean(scores) if truth is None else truth
    return [truth, *describe(intervals, truth), *describe(naive, truth)]


def describe(intervals, truth):
    """Give the share of intervals that hold the truth, in percent, and their mean width."""
    low, high = np.transpose(intervals)
    return [100 * np.mean((low <= truth) & (truth <= high)), np.mean(high - low)]


def main():
    """Print the table."""
    parser = _common.make_parser(__doc__.splitlines()[0], has_data=False)
    parser.add_argument(
        "--data-sets", type=int, default=1000, help="corpora per row (default 1000)"
    )
    parser.add_argument(
        "--speakers",
        type=int,
        nargs="+",
        default=[24, 10, 5],
        help="numbers of speakers (default 24 10 5)",
    )
    args = parser.parse_args()
    _common.print_header()
    table = _common.Table(
        simulation="<11",
        speakers=">8d",
        data_sets=">9d",
        true_UAR=">8.3f",
        coverage_percent=">16.1f",
        width=">5.3f",
        by_clips_percent=">16.1f",
        width_by_clips=">14.3f",
    )
    population = draw_recalls(200_000, np.random.default_rng(0)).mean()
    for n_speakers in args.speakers:
        for name, draw, truth in (
            ("predictions", draw_predictions, population),
            ("features", draw_corpus, None),
        ):
            figures = measure(draw, n_speakers, args.data_sets, truth)
            table.add(name, n_speakers, args.data_sets, *figures)


if __name__ == "__main__":
    main()
