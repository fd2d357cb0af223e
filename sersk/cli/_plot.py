"""sersk plot."""

import click

from sersk.cli._options import FILE
from sersk.cli._outputs import check_outputs
from sersk.cli._process import with_plain_warnings

_SUFFIXES = (".png", ".svg", ".pdf")
_DPI = 150


@click.group(short_help="Draw sound files, classes, scores and training.")
def plot():
    """Draw a sound file, the classes of a CSV, scores, or training, to a PNG, SVG or PDF file."""


_output_option = click.option(
    "--output",
    "-o",
    type=FILE,
    required=True,
    metavar="FILE",
    help="Where to write: .png, .svg or .pdf.",
)


def check_seconds(context, parameter, value):
    """Refuse an offset or a duration that no recording has; a callback of click."""
    # What is too long for a clock is also too long for the samples to be counted.
    is_fit = value is None or (0 <= value < 1e9 and (value > 0 or parameter.name == "offset"))
    if not is_fit:
        least = "at least 0" if parameter.name == "offset" else "more than 0"
        raise click.BadParameter(f"must be {least} seconds. Got {value} instead.")
    return value


def _add_signal_command(name, display, what):
    """Add a command that draws one sound file."""

    @plot.command(name, short_help=f"Draw the {what} of a sound file.")
    @click.argument("file", type=FILE)
    @_output_option
    @click.option(
        "--offset",
        type=float,
        default=0.0,
        callback=check_seconds,
        metavar="SECONDS",
        help="Where to start.",
    )
    @click.option(
        "--duration",
        type=float,
        callback=check_seconds,
        metavar="SECONDS",
        help="How much to show at most.",
    )
    @with_plain_warnings
    def command(file, output, offset, duration):
        part = dict(offset_s=offset, duration_s=duration)
        save_picture(output, file, lambda ax: _find(display).from_file(file, ax=ax, **part))

    command.help = f"Draw the {what} of FILE."


for _names in (
    ("waveform", "WaveformDisplay", "waveform"),
    ("spectrogram", "SpectrogramDisplay", "spectrogram"),
    ("mel", "MelSpectrogramDisplay", "mel spectrogram"),
    ("mfcc", "MFCCDisplay", "cepstral coefficients"),
):
    _add_signal_command(*_names)


@plot.command(short_help="Draw how many clips each class has.")
@click.argument("data", type=FILE)
@_output_option
@click.option("--label-column", metavar="NAME", help="Column of classes, if not recognised.")
@click.option(
    "--kind",
    type=click.Choice(["bar", "pie"]),
    default="bar",
    show_default=True,
    help="Form of the picture.",
)
@with_plain_warnings
def classes(data, output, label_column, kind):
    """Draw how many clips each class of DATA has, a CSV or a folder.

    The sound files that a CSV names need not be there.
    """

    def draw(ax):
        from sersk.datasets import read_labels

        labels = read_labels(data, label_column=label_column)
        _find("ClassDistributionDisplay").from_labels(labels, kind=kind, ax=ax)

    save_picture(output, data, draw)


def _show_confusion(results, ax):
    display = _find("ConfusionMatrixDisplay")(results["confusion_matrix"], results["classes"])
    return display.plot(ax)


def _show_speakers(results, ax):
    speakers = results["per_speaker"]
    uars = [row["uar"] for row in speakers.values()]
    display = _find("SpeakerRecallDisplay")
    return display(list(speakers), uars, chance=1 / len(results["classes"])).plot(ax)


def _show_curve(results, ax):
    curve = results["learning_curve"]
    return _find("LearningCurveDisplay")(curve["n_speakers"], curve["scores"]).plot(ax)


def _show_calibration(results, ax):
    return _find("CalibrationDisplay").from_bins(results["calibration"], ax)


def _show_coverage(results, ax):
    return _find("RiskCoverageDisplay").from_rows(results["risk_coverage"], ax)


def _add_score_command(name, key, show, size, what):
    """Add a command that draws a part of the scores that ``--results`` wrote."""

    @plot.command(name, short_help=f"Draw {what}.")
    @click.argument("results", type=FILE)
    @_output_option
    @with_plain_warnings
    def command(results, output):
        save_picture(output, results, lambda ax: show(_read_results(results, key), ax), size)

    command.help = f"Draw {what}, from RESULTS, a file that sersk fit or evaluate --results wrote."


for _parts in (
    ("confusion", "confusion_matrix", _show_confusion, (6.4, 5.6), "the confusion matrix"),
    ("speakers", "per_speaker", _show_speakers, (10, 4.2), "the UAR of each speaker"),
    ("curve", "learning_curve", _show_curve, (7, 4.2), "the learning curve by speakers"),
    (
        "calibration",
        "calibration",
        _show_calibration,
        (5.4, 5.4),
        "how far to trust probabilities",
    ),
    (
        "coverage",
        "risk_coverage",
        _show_coverage,
        (6.4, 4.6),
        "how much judging only sure clips wins",
    ),
):
    _add_score_command(*_parts)


@plot.command(short_help="Draw what the model leans on.")
@click.argument("results", type=FILE)
@_output_option
@click.option(
    "--by",
    type=click.Choice(["extractor", "block", "descriptor", "feature"]),
    default="descriptor",
    show_default=True,
    help="What was shuffled; the 20 that matter most are drawn.",
)
@with_plain_warnings
def importance(results, output, by):
    """Draw what the model leans on, from RESULTS, a file that sersk fit --results wrote."""

    def draw(ax):
        table = _read_results(results, "importance")["importance"].get(f"by_{by}")
        if table is None:
            from sersk.exceptions import ResultsError

            raise ResultsError(
                f"{str(results)!r} holds no importance by {by}. Name another with --by."
            )
        _find("ImportanceDisplay").from_rows(table["rows"], ax=ax)

    save_picture(output, results, draw, (8, 6))


@plot.command(short_help="Draw how the training of a network went.")
@click.argument("model", type=FILE, default="model.joblib")
@_output_option
@click.option(
    "--metric",
    type=click.Choice(["uar", "accuracy", "precision", "recall", "f1"]),
    default="uar",
    show_default=True,
    help="Score to show beside the loss.",
)
@with_plain_warnings
def training(model, output, metric):
    """Draw loss and score of each epoch of MODEL, a network that sersk fit has written.

    A model file can run any code when it is loaded: open only what you trust.
    """

    def draw(axes):
        from sersk.persistence import load_model

        display = _find("TrainingCurveDisplay")
        display.from_estimator(load_model(model), metric=metric, axes=axes)

    save_picture(output, model, draw, n_columns=2)


_MISSING = {
    "confusion_matrix": "Fit again with --results.",
    "per_speaker": "No speakers were known: name their column with --group-column.",
    "learning_curve": "Fit with --learning-curve.",
    "calibration": "Fit again with --results.",
    "importance": "Fit with --importance.",
    "risk_coverage": "Fit again with --results.",
}


def _read_results(path, key):
    import json

    from sersk.exceptions import ResultsError

    if not path.is_file():
        raise ResultsError(
            f"There is no file {str(path)!r}. Name one that sersk fit --results has written."
        )
    try:
        results = json.loads(path.read_text(encoding="utf-8"))
        known = results[key] is not None and results["classes"]
    except (ValueError, KeyError, TypeError) as error:
        raise ResultsError(
            f"{str(path)!r} holds no scores with {key!r}. Name a file that sersk fit --results "
            "has written."
        ) from error
    if not known:
        raise ResultsError(f"{str(path)!r} has nothing under {key!r}. {_MISSING[key]}")
    return results


def _find(display):
    from sersk import display as displays

    return getattr(displays, display)


def check_picture(output):
    """Refuse a file whose suffix is of no picture.

    Parameters
    ----------
    output : Path
        Where the picture is to go.
    """
    if output.suffix.lower() not in _SUFFIXES:
        raise click.UsageError(f"--output must end in .png, .svg or .pdf. Got {output}.")


def save_picture(output, source, draw, size=(10, 4.2), *, n_columns=1, heights=(1,)):
    """Draw on a figure that needs no screen, and write it whole or not at all.

    Parameters
    ----------
    output : Path
        Where to write.
    source : Path
        What it is drawn from, which must not be the same file.
    draw : callable
        Draws on the axes that it is given.
    size : tuple of float, default=(10, 4.2)
        Width and height of the figure, in inches.
    n_columns : int, default=1
        Number of axes side by side.
    heights : tuple of float, default=(1,)
        Relative heights of the axes, one below the other.
    """
    from sersk.display._figure import make_figure
    from sersk.utils._files import replace_file

    check_picture(output)
    check_outputs({"--output": output}, [source])
    figure = make_figure(size)
    draw(figure.subplots(len(heights), n_columns, height_ratios=heights))
    with replace_file(output) as temporary:
        # A round picture leaves room on a wide figure, which nobody needs.
        cut = dict(bbox_inches="tight", pad_inches=0.1)
        figure.savefig(temporary, dpi=_DPI, format=output.suffix[1:].lower(), **cut)
    click.echo(f"Wrote {output}.")
