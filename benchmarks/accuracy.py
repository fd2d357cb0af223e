"""Accuracy: the score of recipes under one protocol, what they cost, and what their parts bring.

Scores are unweighted average recalls (UAR) of speakers that the models have not heard, unless the
protocol shares speakers. The interval, over speakers, is the mean of those of the seeds. A score
that is called transductive has seen the clips of the test speakers, though not their labels.
Extraction is CPU time of one thread per second of sound, in turns with eGeMAPS; the fit is CPU
time from rows of features to a calibrated model of all clips. --ablation takes parts of the first
recipe away, one at a time.
"""

import datetime
import json
import sys
import tempfile
import warnings
from dataclasses import replace
from pathlib import Path

import _common
import numpy as np
import pandas as pd
import soundfile
from _ablation import ablate
from _rows import open_bench

from sersk.exceptions import LicenceWarning
from sersk.features import FeatureStore, OpenSMILE
from sersk.persistence import library_versions
from sersk.recipes import VoiceRecipe, find_recipe
from sersk.workflows import fit

_RECIPES = "default,voice,svm,ann,xgboost,egemaps-svm"
# A corpus, its copies and an ablation of three seeds.
_STORE_BYTES = 16 * 2**30


def measure_extraction(recipes, paths, n_rounds):
    """Give the milliseconds that each recipe takes for a second of sound, and eGeMAPS."""
    extractors = {recipe.name: recipe.make_pipeline()[0] for recipe in recipes}
    extractors["eGeMAPS"] = OpenSMILE()
    _common.read_once(paths)
    for extractor in extractors.values():
        # The first clip makes filter banks and the like.
        extractor.transform(paths[:1])
    batches = _common.split(paths, n_rounds)
    seconds = _common.take_turns([each.transform for each in extractors.values()], batches)
    lengths_s = [sum(soundfile.info(path).duration for path in batch) for batch in batches]
    return {
        name: 1e3 * float(np.median(np.divide(side, lengths_s)))
        for name, side in zip(extractors, seconds, strict=True)
    }


def measure_fit(recipe, bench):
    """Give the seconds from rows of features to a model of all clips; None for a network."""
    if recipe.is_network:
        return None
    pipeline = recipe.make_pipeline(random_state=bench.seed)
    X = bench.extract(pipeline[0], recipe.augment)
    started = _common.cpu_time()
    bench.fit(pipeline[1:], X)
    return _common.cpu_time() - started


def score(recipe, data, seeds, **how):
    """Fit and score a recipe with each seed; give a row for the folds, and one for the test."""
    results = [fit(data, recipe=recipe, random_state=seed, **how).results for seed in seeds]
    rows = [_summarise(recipe.name, results[0]["protocol"], results)]
    if how["test"] is not None:
        tests = [result["test"] for result in results]
        rows.append(_summarise(recipe.name, f"test on {Path(how['test']).name}", tests))
    return rows


def _summarise(name, protocol, results):
    intervals = [result["interval"]["uar"] for result in results]
    transductive = [r["transductive"]["uar"] for r in results if r.get("transductive")]
    return {
        "protocol": protocol,
        "recipe": name,
        "n_clips": results[0]["n_clips"],
        "n_speakers": results[0]["n_speakers"],
        "uar": [result["uar"] for result in results],
        "mean": float(np.mean([result["uar"] for result in results])),
        "accuracy": [result["accuracy"] for result in results],
        "calibration_error": [result["calibration_error"] for result in results],
        "interval": None if None in intervals else np.mean(intervals, axis=0).tolist(),
        "transductive": transductive or None,
    }


def print_ablation(recipe, rows):
    """Print what was removed, and what it was worth."""
    print(f"\n{recipe.name} without one part at a time; p adjusted by Holm's method")
    table = _common.Table(
        removed="<28",
        UAR=">6.3f",
        worth=">+7.3f",
        interval="<18",
        p=">7.4f",
        calibration_error=">6.3f",
    )
    for row in rows:
        removed = row["removed"] or "nothing"
        interval = _format_interval(row["interval"], "+.3f")
        numbers = row["p_adjusted"], row["calibration_error"]
        table.add(removed, row["uar"], row["worth"], interval, *numbers)


def _format_interval(interval, spec=".3f"):
    return None if interval is None else " to ".join(format(end, spec) for end in interval)


def write_corpus(folder, n_clips):
    """Write synthetic speech of five speakers, with its CSV."""
    corpus = _common.write_clips(folder, n_clips, duration_s=1.2, n_speakers=5)
    table = {"Filename": corpus.paths, "Class": corpus.labels, "Speaker": corpus.speakers}
    pd.DataFrame(table).to_csv(Path(folder) / "clips.csv", index=False)
    return Path(folder) / "clips.csv"


def make_parser():
    """Make the parser."""
    parser = _common.make_parser(__doc__, n_rounds=5)
    add = parser.add_argument
    add("--clips", type=int, default=40, help="synthetic clips, without --data (default 40)")
    add("--timed-clips", type=int, default=60, help="clips to time extraction on (default 60)")
    add("--fold-column", metavar="NAME", help="column of published folds")
    add("--protocol", help="as for sersk fit")
    add("--test", metavar="CSV", help="another corpus, to score a model of all clips on")
    add("--labels", metavar="MAP", help="what the classes become, as for sersk fit")
    add("--seeds", type=_split_integers, default=[0], help="as in 0,1,2 (default 0)")
    add("--recipes", default=_RECIPES, help=f"names with commas (default {_RECIPES})")
    add("--no-copies", action="store_true", help="let no recipe learn from changed copies")
    add("--normalize-speakers", action="store_true", help="give transductive scores as well")
    add(
        "--ablation",
        nargs="*",
        metavar="PART",
        help="what to take away, by the beginning of its name, such as block or copies "
        "(default: everything)",
    )
    add("--jobs", type=int, default=_common.count_cores(), help="workers (default: all cores)")
    add("--cache", metavar="DIR", help="where features are kept between runs (default: nowhere)")
    add("--output", type=Path, metavar="JSON", help="where to write everything to")
    return parser


def _split_integers(text):
    return [int(part) for part in text.split(",")]


def find_recipes(args):
    """Look the recipes up, and take their copies away where none are wanted."""
    recipes = [find_recipe(name) for name in args.recipes.split(",")]
    if args.ablation is not None and not isinstance(recipes[0], VoiceRecipe):
        raise SystemExit(f"Recipe {recipes[0].name} has no parts to take away, as default has.")
    if not args.no_copies:
        return recipes
    return [
        replace(recipe, name=f"{recipe.name}, no copies", augment=None)
        if recipe.augment
        else recipe
        for recipe in recipes
    ]


def run(args, data, store):
    """Print the tables, and give what is in them."""
    recipes = find_recipes(args)
    columns = {} if args.fold_column is None else {"fold_column": args.fold_column}
    split = dict(labels=args.labels, protocol=args.protocol, n_jobs=args.jobs, **columns)
    how = dict(test=args.test, memory=store, **split)
    if args.normalize_speakers:
        how["normalize_speakers"] = True
    timed = _common.read_corpus(data, args.timed_clips).paths
    costs = measure_extraction(recipes, timed, args.rounds)
    print(f"eGeMAPS by openSMILE: {costs['eGeMAPS']:.2f} ms per second of sound")
    table = _common.Table(
        protocol="<22",
        recipe="<20",
        **{f"seed_{seed}": ">6.3f" for seed in args.seeds},
        mean=">6.3f",
        interval="<14",
        transductive=">6.3f",
        ms_per_second=">6.2f",
        of_eGeMAPS=">6.2f",
        fit_s=">6.2f",
    )
    bench = open_bench(data, store=store, seed=args.seeds[0], **split)
    rows = []
    for recipe in recipes:
        scored = score(recipe, data, args.seeds, **how)
        ms = costs[recipe.name]
        cost = {"ms_per_second": ms, "fit_s": measure_fit(recipe, bench)}
        for row in scored:
            rows.append({**row, **cost})
            transductive = None if row["transductive"] is None else np.mean(row["transductive"])
            told = row["mean"], _format_interval(row["interval"]), transductive
            numbers = *row["uar"], *told, ms, ms / costs["eGeMAPS"], cost["fit_s"]
            table.add(row["protocol"], row["recipe"], *numbers)
    report = {"scores": rows, "egemaps_ms_per_second": costs["eGeMAPS"], "ablation": None}
    if args.ablation is not None:
        report["ablation"] = ablate(recipes[0], bench, tuple(args.ablation) or ("",))
        print_ablation(recipes[0], report["ablation"])
    return report


def main():
    """Print the tables, and write them as JSON."""
    args = make_parser().parse_args()
    warnings.simplefilter("ignore", LicenceWarning)
    _common.print_header()
    with tempfile.TemporaryDirectory() as folder:
        data = args.data or write_corpus(folder, args.clips)
        store = FeatureStore(args.cache or Path(folder) / "features", max_bytes=_STORE_BYTES)
        report = run(args, data, store)
    if args.output is not None:
        asked = {
            "command": " ".join(map(str, sys.argv)),
            "date": str(datetime.date.today()),
            "processor": _common.find_processor(),
            "versions": library_versions(),
            "seeds": args.seeds,
        }
        args.output.write_text(json.dumps({**asked, **report}, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
