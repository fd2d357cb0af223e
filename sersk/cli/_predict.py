"""sersk predict."""

import click

from sersk.cli._options import (
    FILE,
    check_outputs,
    labels_option,
    open_store,
    run_options,
    with_plain_warnings,
    without_garbage_collection,
)


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
@labels_option
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
@run_options
@with_plain_warnings
def predict(
    sources,
    model,
    data,
    audio_dir,
    path_column,
    labels,
    output,
    format_,
    jobs,
    on_error,
    cache,
    no_cache,
):
    """Predict the class of sound files, of all in folders, or of those in a CSV.

    Writes a row per file, in the order given: Filename, Class, and the probability of each class.
    With --on-error skip, a file that cannot be read keeps its row, without class.
    """
    from sersk import persistence, workflows
    from sersk.cli._tables import write_table

    if bool(sources) == (data is not None):
        raise click.UsageError("Name either files and folders, or a CSV with --data.")
    check_outputs({"--output": output}, [data, model, labels, *sources])
    with without_garbage_collection():
        pipeline = persistence.load_model(model)
    if data is None:
        filenames = paths = workflows.find_clips(sources)
    else:
        filenames, paths = workflows.find_rows(data, audio_dir=audio_dir, path_column=path_column)
    table = workflows.predict(
        pipeline,
        filenames,
        paths,
        labels=labels,
        on_error=on_error,
        n_jobs=jobs,
        memory=open_store(cache, no_cache),
        show_progress=True,
    )
    write_table(table, output, format_)
