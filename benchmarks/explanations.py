"""Whether the stretch that an explanation names matters more than one drawn at random.

A recipe is fitted to some of the speakers, and its decisions about clips of the others are
explained. Then the stretch named most important is taken out, and in its place stretches of the
same length that begin anywhere in the clip, or anywhere in its sound (within 40 dB of the loudest
frame); each version is a sound file of its own, which the model is asked about as about any other.
A clip counts by the share of its random stretches that change the probability less. For contrast,
the same of a model fitted to shuffled labels, of which nothing should be said.
"""

import tempfile

import _common
import numpy as np
import soundfile
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from sersk.audio import find_sound, read_audio
from sersk.explanation import remove_stretch
from sersk.model_selection import fit_with_groups
from sersk.recipes import make_recipe
from sersk.workflows import explain

REMOVALS = ("cut", "silence")
SOUND_DB = 40.0
# Of the speakers, every fourth is held out.
N_PARTS = 4


def fit_on_others(recipe, corpus, *, shuffled):
    """Fit a recipe to three quarters of the speakers; give it, and the clips of the others."""
    pipeline, _ = make_recipe(recipe)
    held_out = np.isin(corpus.speakers, np.unique(corpus.speakers)[::N_PARTS])
    kept = np.flatnonzero(~held_out)
    paths, labels = np.array(corpus.paths), corpus.labels[kept]
    if shuffled:
        labels = np.random.default_rng(0).permutation(labels)
    rows = pipeline[0].fit(paths[kept]).transform(paths[kept])
    judge = fit_with_groups(clone(pipeline[1:]), rows, labels, corpus.speakers[kept])
    return Pipeline([pipeline.steps[0], *judge.steps]), paths[held_out]


def draw_stretches(signal, sample_rate, length_s, n_draws, rng):
    """Draw stretches of one length: half of them in the clip, half of them in its sound."""
    sound = find_sound(signal, SOUND_DB)
    n_times = round(length_s * sample_rate)
    starts = []
    for start, stop in ((0, len(signal)), (sound.start, sound.stop)):
        last = max(start, min(stop, len(signal)) - n_times)
        starts += rng.integers(start, last + 1, size=n_draws).tolist()
    return [(start / sample_rate, start / sample_rate + length_s) for start in starts]


def measure_clip(pipeline, path, removal, n_draws, rng, folder):
    """Explain a clip; give the changes by the stretch named and by those drawn.

    An array of shape (2, 1 + 2 * n_draws): a row for each way of taking out.
    """
    explanation = explain(pipeline, path, removal=removal)
    if explanation.most_important is None:
        return None
    signal, sample_rate = read_audio(path)
    named = tuple(explanation.stretches[explanation.most_important])
    drawn = draw_stretches(signal, sample_rate, named[1] - named[0], n_draws, rng)
    versions = []
    for way in REMOVALS:
        for span in (named, *drawn):
            versions.append(f"{folder}/{len(versions)}.wav")
            without = remove_stretch(signal, sample_rate, *span, way)
            soundfile.write(versions[-1], without, sample_rate, subtype="FLOAT")
    column = explanation.classes.index(explanation.label)
    without = pipeline.predict_proba(np.array(versions))[:, column]
    changes = np.abs(without - explanation.probability)
    return changes.reshape(len(REMOVALS), -1), explanation.stands_out


def summarise(measured, removal, n_draws):
    """Shares of clips, in percent, and mean changes, in points."""
    changes = np.array([changes for changes, _ in measured])
    own, other = changes[:, REMOVALS.index(removal)], changes[:, 1 - REMOVALS.index(removal)]
    beats = [
        100 * np.mean(side[:, :1] > side[:, drawn])
        for side, drawn in (
            (own, slice(1, 1 + n_draws)),
            (own, slice(1 + n_draws, None)),
            (other, slice(1 + n_draws, None)),
        )
    ]
    points = 100 * own[:, 0].mean(), 100 * own[:, 1 + n_draws :].mean()
    return *beats, *points, 100 * np.mean([stands_out for _, stands_out in measured])


def main():
    parser = _common.make_parser(__doc__, n_clips=120)
    parser.add_argument("--recipes", default="svm,voice", help="separated by commas")
    parser.add_argument("--draws", type=int, default=4, help="random stretches (default 4)")
    options = parser.parse_args()
    _common.print_header()
    table = _common.Table(
        recipe="<14",
        labels="<8",
        taken_out="<9",
        clips=">5d",
        in_clip=">7.1f",
        in_sound=">8.1f",
        other_way=">9.1f",
        named_points=">12.1f",
        random_points=">13.1f",
        stands_out=">10.1f",
    )
    with tempfile.TemporaryDirectory() as folder:
        n_clips = None if options.data else 2 * options.clips
        corpus = _common.find_corpus(options.data, folder, n_clips)
        for recipe in options.recipes.split(","):
            for shuffled in (False, True):
                pipeline, paths = fit_on_others(recipe, corpus, shuffled=shuffled)
                for removal in REMOVALS[:1] if shuffled else REMOVALS:
                    rng = np.random.default_rng(0)
                    found = [
                        measure_clip(pipeline, path, removal, options.draws, rng, folder)
                        for path in paths[: options.clips]
                    ]
                    measured = [one for one in found if one is not None]
                    figures = summarise(measured, removal, options.draws)
                    labels = "shuffled" if shuffled else "true"
                    table.add(recipe, labels, removal, len(measured), *figures)


if __name__ == "__main__":
    main()
