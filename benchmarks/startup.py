"""CPU time of fresh processes: imports, help, and the prediction of one file.

The last row is a script as it is usually written: librosa, scikit-learn, joblib.load, mean and
standard deviation of 40 MFCC, predict. A warm store holds the file's features.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

import _common

SCRIPT = """
import sys
import joblib
import librosa
import numpy as np
import sklearn.pipeline
import sklearn.preprocessing
import sklearn.svm

model = joblib.load(sys.argv[1])
signal, sample_rate = librosa.load(sys.argv[2], sr=22050)
mfcc = librosa.feature.mfcc(y=signal, sr=sample_rate, n_mfcc=40)
print(model.predict([np.concatenate([mfcc.mean(axis=1), mfcc.std(axis=1)])])[0])
"""


def fit_models(corpus, folder):
    """Fit and save sersk's model, and one of scikit-learn alone on the same features."""
    import csv

    import joblib
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC

    from sersk.features import MFCC
    from sersk.persistence import save_model
    from sersk.workflows import fit

    manifest = folder / "train.csv"
    with manifest.open("w", newline="", encoding="utf-8") as file:
        rows = zip(corpus.paths, corpus.labels, corpus.speakers, strict=True)
        csv.writer(file).writerows([("Filename", "Class", "Speaker"), *rows])
    fitted = fit(manifest, recipe="svm", n_splits=2, n_jobs=1)
    save_model(fitted.pipeline, folder / "sersk.joblib", fitted.description)
    plain = make_pipeline(StandardScaler(), SVC(C=10.0))
    plain.fit(MFCC().transform(corpus.paths), corpus.labels)
    joblib.dump(plain, folder / "plain.joblib")


def make_commands(clip, folder):
    """Give each command by its name."""
    python = sys.executable
    script = folder / "script.py"
    script.write_text(SCRIPT, encoding="utf-8")
    predict = [python, "-m", "sersk", "predict", clip, "--model", str(folder / "sersk.joblib")]
    return {
        "python -c pass": [python, "-c", "pass"],
        "import click": [python, "-c", "import click"],
        "import sersk": [python, "-c", "import sersk"],
        "sersk --help": [python, "-m", "sersk", "--help"],
        # Its modules are loaded when a name in them is first used.
        "import librosa.feature": [python, "-c", "import librosa; librosa.feature.mfcc"],
        # The second finds what the first has put there.
        "sersk predict, new store": [*predict, "--cache", str(folder / "store-ROUND")],
        "sersk predict, warm store": [*predict, "--cache", str(folder / "store-ROUND")],
        "sersk predict --no-cache": [*predict, "--no-cache"],
        "script with librosa": [python, str(script), str(folder / "plain.joblib"), clip],
    }


def measure(commands, folder, n_rounds):
    """Run all commands in turns; give CPU and wall seconds, a list for each command."""
    cpu_s = {name: [] for name in commands}
    wall_s = {name: [] for name in commands}
    for i in range(n_rounds):
        for name, command in commands.items():
            started = time.perf_counter()
            usage = _common.run_process(
                [part.replace("ROUND", str(i)) for part in command], cwd=folder
            )
            wall_s[name].append(time.perf_counter() - started)
            cpu_s[name].append(usage.cpu_s)
    return cpu_s, wall_s


def main():
    """Print the table."""
    parser = _common.make_parser(__doc__, n_clips=48, n_rounds=15)
    args = parser.parse_args()
    _common.print_header()
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        corpus = _common.find_corpus(args.data, folder, args.clips, n_speakers=4)
        if corpus.labels is None or corpus.speakers is None:
            raise SystemExit(f"{args.data} must have columns of classes and speakers.")
        fit_models(corpus, folder)
        commands = make_commands(str(Path(corpus.paths[0]).absolute()), folder)
        cpu_s, wall_s = measure(commands, folder, args.rounds)
    table = _common.Table(
        process="<26",
        CPU_ms=">8.0f",
        wall_ms=">8.0f",
        ratio_to_pass=">13.1f",
        script_to_it=">12.1f",
    )
    for name, seconds in cpu_s.items():
        table.add(
            name,
            1e3 * statistics.median(seconds),
            1e3 * statistics.median(wall_s[name]),
            _common.median_ratio(seconds, cpu_s["python -c pass"]),
            _common.median_ratio(cpu_s["script with librosa"], seconds),
        )


if __name__ == "__main__":
    main()
