"""sersk predict."""

from pathlib import Path

import click

from sersk.cli._options import FILE, abstain_option, labels_option, open_store, run_options
from sersk.cli._outputs import check_outputs
from sersk.cli._process import with_plain_warnings, without_garbage_collection


@click.command(short_help="Predict the class of sound files.")
@click.argument("sources", nargs=-1, type=FILE, metavar="[FILES or FOLDERS]...")
@click.option(
    "--model",
    type=FILE,
    default="model.joblib",
    show_default=True,
    metavar="FILE",
    help="A model that sersk fit has saved.",
)
@click.option("--data", type=FILE, metavar="CSV", help="CSV with a row per sound file.")
@click.option(
    "--audio-dir", type=FILE, metavar="DIR", help="One more folder to look for files in."
)
@click.option("--path-column", metavar="NAME", help="Column of files, if not recognised.")
@click.option(
    "--speaker-column",
    metavar="NAME",
    help="Models that normalise speakers: column of speakers of the CSV, if not recognised.",
)
@click.option(
    "--speaker-folders",
    is_flag=True,
    help="Models that normalise speakers: each folder holds the files of one speaker.",
)
@click.option(
    "--one-speaker",
    is_flag=True,
    help="Models that normalise speakers: one person speaks in all files.",
)
@labels_option
@abstain_option("Name no class where its probability is less than this.")
@click.option(
    "--output", "-o", type=FILE, metavar="FILE", help="Where to write; stdout by default."
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["csv", "json", "jsonl"]),
    default="csv",
    show_default=True,
    help="Form of the output.",
)
@click.option(
    "--window",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Judge windows of this length in place of whole files; 3 is a good one.",
)
@click.option(
    "--hop",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Step between windows.  [default: 1, or a window if that is shorter]",
)
@click.option(
    "--timeline",
    "timelines",
    type=FILE,
    multiple=True,
    metavar="FILE",
    help="Write what is heard when: .csv or .json; of one recording also .txt (Audacity), "
    ".TextGrid (Praat), .vtt (subtitles), .png, .svg or .pdf. May be given several times.",
)
@run_options
@with_plain_warnings
def predict(
    sources,
    model,
    data,
    audio_dir,
    path_column,
    speaker_column,
    speaker_folders,
    one_speaker,
    labels,
    abstain_below,
    output,
    format_,
    window,
    hop,
    timelines,
    jobs,
    on_error,
    cache,
    no_cache,
):
    """Predict the class of sound files, of all in folders, or of those in a CSV.

    Writes a row per file, in the order given: Filename, Class, and the probability of each class.
    With --on-error skip, a file that cannot be read keeps its row, without class.
    With --abstain-below, a file that the model is not sure of keeps its row, without class and
    with its probabilities; stderr tells how many these are.

    A model that sersk fit --normalize-speakers made measures each speaker by all files of theirs
    that are given at once. Who speaks is told by the CSV or one of the options; else it does
    without.

    With --window or --timeline, long recordings are judged window by window, in little memory, and
    the row of each holds the share of time of each class in place of its probability. Silence is
    not judged.
    """
    from sersk import persistence, workflows
    from sersk.cli._tables import write_table

    if bool(sources) == (data is not None):
        raise click.UsageError("Name either files and folders, or a CSV with --data.")
    form = _choose_windows(window, hop, timelines)
    if abstain_below is not None and form is not None:
        raise click.UsageError(
            "--abstain-below is for whole files: of a recording a stretch of time is judged with "
            "its neighbours. Leave it out, or --window and --timeline."
        )
    told = _find_way_to_speakers(speaker_column, speaker_folders, one_speaker)
    _check_way_to_speakers(told, data, form)
    outputs = {"--output": output, **{f"--timeline {path}": path for path in timelines}}
    check_outputs(outputs, [data, model, labels, *sources])
    with without_garbage_collection():
        pipeline = persistence.load_model(model)
    is_normalizing = workflows.normalizes_speakers(pipeline)
    if told is not None and not is_normalizing:
        raise click.UsageError(
            f"{told} is for a model that normalises speakers, and {model} does not. Leave it out, "
            "or make such a model with sersk fit --normalize-speakers."
        )
    if data is None:
        filenames = paths = workflows.find_clips(sources)
    else:
        filenames, paths = workflows.find_rows(data, audio_dir=audio_dir, path_column=path_column)
    how = dict(labels=labels, on_error=on_error, n_jobs=jobs, show_progress=True)
    if form is None:
        how["memory"] = open_store(cache, no_cache)
        speakers = None
        if speaker_folders:
            speakers = [str(Path(path).absolute().parent) for path in paths]
        elif one_speaker:
            speakers = [""] * len(paths)
        elif is_normalizing and data is not None:
            columns = dict(column=speaker_column, path_column=path_column)
            speakers = workflows.find_speakers(data, **columns)
        how["abstain_below"] = abstain_below
        table = workflows.predict(pipeline, filenames, paths, speakers=speakers, **how)
    else:
        table = _predict_over_time(pipeline, filenames, paths, timelines, how | form)
    write_table(table, output, format_)
    if abstain_below is not None:
        _tell_abstentions(table, abstain_below)


def _tell_abstentions(table, abstain_below):
    """Count the files that were read and not judged."""
    is_read = table.select_dtypes("number").notna().any(axis=1)
    n_unsure = int((is_read & table["Class"].isna()).sum())
    click.echo(
        f"Abstained from {n_unsure} of {int(is_read.sum())}: no class with a probability of "
        f"{abstain_below:g} or more.",
        err=True,
    )


def _find_way_to_speakers(column, folders, one):
    """Name the option that says who speaks; None where there is none."""
    options = {"--speaker-column": column, "--speaker-folders": folders, "--one-speaker": one}
    given = [option for option, value in options.items() if value]
    if len(given) > 1:
        raise click.UsageError(f"{given[0]} excludes {given[1]}. Leave one of them out.")
    return given[0] if given else None


def _check_way_to_speakers(told, data, form):
    if told is not None and form is not None:
        raise click.UsageError(
            f"{told} is for whole files: of the windows of a recording it is not known who speaks "
            "in them. Leave it out, or --window and --timeline."
        )
    if told == "--speaker-column" and (data is None or Path(data).is_dir()):
        raise click.UsageError("--speaker-column needs a CSV, named with --data.")


def _choose_windows(window, hop, timelines):
    """Give length and step of the windows; None where whole files are judged."""
    if window is None and not timelines:
        if hop is not None:
            raise click.UsageError("--hop needs --window or --timeline.")
        return None
    from sersk.workflows._timeline import HOP_S, WINDOW_S

    window = WINDOW_S if window is None else window
    hop = min(window, HOP_S) if hop is None else hop
    if hop > window:
        raise click.UsageError(
            f"--hop must not exceed the window, {window:g} s. Got {hop:g} s instead."
        )
    return dict(window_s=window, hop_s=hop)


def _predict_over_time(pipeline, filenames, paths, outputs, how):
    """Write timelines, and give the table of shares of time."""
    from sersk import timeline, workflows

    for path in outputs:
        timeline.find_format(path, len(filenames))
    made = workflows.predict_timelines(pipeline, filenames, paths, **how)
    for path in outputs:
        timeline.save_timeline(made, path)
        click.echo(f"Wrote {path}.", err=True)
    return workflows.summarise_timelines(made)
