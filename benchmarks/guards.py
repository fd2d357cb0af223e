"""Guards: how many held-out clips they flag, clean and spoilt, and what they cost.

A model's guards learn from the other speakers of the same corpus.
"""

import tempfile
import time
import zlib
from pathlib import Path

import _common
import numpy as np
import soundfile
from _spoilt import SPOILINGS
from sklearn.model_selection import GroupKFold

from sersk.audio import read_audio
from sersk.guards import NoveltyGuard, SoundGuard, measure_clips
from sersk.recipes import make_recipe


def spoil(paths, folder, how):
    """Write a spoilt version of each file, in 16 bits."""
    spoilt = []
    for number, path in enumerate(paths):
        rng = np.random.default_rng([number, zlib.crc32(how.encode())])
        signal, rate = SPOILINGS[how](*read_audio(path), rng)
        spoilt.append(str(Path(folder) / f"{how.replace('/', '-')} {number}.wav"))
        soundfile.write(spoilt[-1], np.clip(signal, -1, 1), rate)
    return spoilt


def main():
    """Print the tables."""
    parser = _common.make_parser(__doc__)
    parser.add_argument("--clips", type=int, help="clips (default: 240 synthetic, all of a CSV)")
    parser.add_argument(
        "--spoilt", type=int, default=60, help="of them spoilt in each way (default %(default)s)"
    )
    parser.add_argument("--recipe", default="svm", help="whose features (default %(default)s)")
    args = parser.parse_args()
    _common.print_header()
    extractor = make_recipe(args.recipe)[0][0]
    rate = max(part.sample_rate for _, part in extractor.extractors)
    with tempfile.TemporaryDirectory() as folder:
        n_clips = args.clips if args.data else args.clips or 240
        corpus = _common.find_corpus(args.data, folder, n_clips)
        started = time.process_time()
        reports = measure_clips(corpus.paths)
        measure_s = time.process_time() - started
        X = np.array(extractor.transform(corpus.paths))
        speakers = np.asarray(corpus.speakers)
        folds = list(GroupKFold(min(5, len(set(speakers)))).split(X, groups=speakers))
        guards, fold_of, fit_s = [], np.zeros(len(X), dtype=int), 0.0
        for fold, (train, test) in enumerate(folds):
            started = time.process_time()
            novelty = NoveltyGuard().fit(X[train], groups=speakers[train])
            fit_s = max(fit_s, time.process_time() - started)
            sound = SoundGuard(sample_rate=rate).fit_reports([reports[i] for i in train])
            guards.append((sound, novelty))
            fold_of[test] = fold

        def flag(chosen, reports, X):
            said = []
            for i, report, row in zip(chosen, reports, X, strict=True):
                sound, novelty = guards[fold_of[i]]
                found = sound.check_reports([report])[0], novelty.check(row[None])[0]
                said.append([bool(one) for one in found])
            said = np.array(said)
            return len(said), *said.mean(axis=0), said.any(axis=1).mean()

        table = _common.Table(
            version="<19", clips=">6d", sound=">7.1%", novelty=">8.1%", any=">7.1%"
        )
        table.add("clean", *flag(range(len(X)), reports, X))
        chosen = np.unique(np.linspace(0, len(X) - 1, args.spoilt).astype(int))
        for how in SPOILINGS:
            paths = spoil([corpus.paths[i] for i in chosen], folder, how)
            table.add(how, *flag(chosen, measure_clips(paths), extractor.transform(paths)))
    total_s = sum(report.duration_s for report in reports)
    table = _common.Table(
        **{"measuring ms per second": ">23.2f", "fit s": ">6.2f", "columns": ">8d"}
    )
    table.add(1000 * measure_s / total_s, fit_s, X.shape[1])


if __name__ == "__main__":
    main()
