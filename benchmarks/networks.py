"""CPU time of an epoch of each network, and of a prediction, beside its number of weights."""

import tempfile

import _common
import numpy as np

from sersk.recipes import RECIPES, find_recipe


def extract(extractor, corpus, n_clips):
    """Give the features of so many clips; those of the corpus are taken again and again."""
    rows, _, _ = extractor.extract_each(corpus.paths)
    places = np.arange(n_clips) % len(rows)
    # A list holds tables as well as sequences.
    rows = [rows[place] for place in places]
    labels = np.asarray(corpus.labels)[places]
    return np.stack(rows) if rows[0].ndim == 1 else rows, labels


def take_cpu_s(function, *args):
    """Call a function, and tell what it returned and its CPU time."""
    started = _common.cpu_time()
    result = function(*args)
    return result, _common.cpu_time() - started


def main():
    """Print the table."""
    parser = _common.make_parser(__doc__, n_clips=160, n_rounds=3)
    args = parser.parse_args()
    _common.print_header()
    table = _common.Table(
        recipe="<14", weights=">10d", epoch_ms_per_clip=">18.2f", predict_ms_per_clip=">20.2f"
    )
    names = [name for name, recipe in RECIPES.items() if recipe.is_network]
    with tempfile.TemporaryDirectory() as folder:
        corpus = _common.find_corpus(args.data, folder, args.clips)
        for name in names:
            recipe = find_recipe(name).configure(max_epochs=args.rounds, early_stopping=False)
            extractor, network = (step for _, step in recipe.make_pipeline().steps)
            X, y = extract(extractor, corpus, args.clips)
            network.set_params(validation_fraction=0)
            # What torch loads and prepares in its first training is not an epoch's.
            network.fit(X, y)
            _, fit_s = take_cpu_s(network.fit, X, y)
            _, predict_s = take_cpu_s(network.predict_proba, X)
            epoch_s = fit_s / args.rounds
            table.add(
                name,
                network.n_parameters_,
                1e3 * epoch_s / args.clips,
                1e3 * predict_s / args.clips,
            )


if __name__ == "__main__":
    main()
