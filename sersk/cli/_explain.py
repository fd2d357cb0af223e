"""sersk explain."""

import click

from sersk.cli._options import FILE, jobs_option
from sersk.cli._outputs import check_outputs
from sersk.cli._plot import check_picture, check_seconds, save_picture
from sersk.cli._process import with_plain_warnings, without_garbage_collection

_N_ROWS = 5


@click.command(short_help="Tell what carried the decision about a sound file.")
@click.argument("file", type=FILE)
@click.option(
    "--model",
    type=FILE,
    default="model.joblib",
    show_default=True,
    metavar="FILE",
    help="A model that sersk fit has saved.",
)
@click.option("--class", "label", metavar="NAME", help="Class to explain.  [default: likeliest]")
@click.option(
    "--output", "-o", type=FILE, metavar="FILE", help="Picture to write: .png, .svg or .pdf."
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "csv", "json"]),
    default="text",
    show_default=True,
    help="Form of what is printed; csv and json hold every stretch.",
)
@click.option(
    "--window",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Length of a stretch.  [default: 0.5, but at most a third of what is heard]",
)
@click.option(
    "--offset",
    type=float,
    default=0.0,
    callback=check_seconds,
    metavar="SECONDS",
    help="Where in the file to begin.",
)
@click.option(
    "--duration",
    type=float,
    callback=check_seconds,
    metavar="SECONDS",
    help="How much of it to explain at most.",
)
@jobs_option
@with_plain_warnings
def explain(file, model, label, output, format_, window, offset, duration, jobs):
    """Tell which stretches of FILE, and which features, carried a model's decision.

    Each stretch is taken out in turn, and the model asked again; then the features are replaced,
    block by block, by those of the average training clip. At most 30 s: name a part of a longer
    file with --offset and --duration.
    """
    from sersk import persistence, workflows
    from sersk.explanation import describe_explanation

    if output is not None:
        check_picture(output)
    check_outputs({"--output": output}, [file, model])
    with without_garbage_collection():
        pipeline = persistence.load_model(model)
    # What is typed is text, whatever the classes are.
    label = next((name for name in pipeline.classes_.tolist() if str(name) == label), label)
    explanation = workflows.explain(
        pipeline,
        str(file),
        label=label,
        window_s=window,
        offset_s=offset,
        duration_s=duration,
        n_jobs=jobs,
        show_progress=True,
    )
    if format_ == "text":
        click.echo("\n".join([*describe_explanation(explanation), *_format_tables(explanation)]))
    elif format_ == "json":
        import json

        click.echo(json.dumps(explanation.to_dict(), indent=2, ensure_ascii=False))
    else:
        from sersk.cli._tables import write_table

        write_table(explanation.to_table(), None, "csv")
    if output is not None:
        _draw(explanation, file, output)


def _format_tables(explanation):
    """The stretches that change most, without overlap, and all blocks."""
    stretches = [
        ("{:.2f} to {:.2f} s".format(*explanation.stretches[i]), explanation.stretch_changes[i])
        for i in explanation.rank_stretches(_N_ROWS)
    ]
    changes = zip(explanation.blocks, explanation.block_changes, strict=True)
    blocks = sorted(changes, key=lambda row: -abs(row[1]))
    title = f"{explanation.label} has"
    for what, rows in (("stretch taken out", stretches), ("features replaced", blocks)):
        if rows:
            width = max(len(what), *(2 + len(name) for name, _ in rows))
            yield ""
            yield f"{what:<{width}}  {title}  change"
        for name, change in rows:
            share = f"{100 * (explanation.probability + change):.0f} %"
            row = f"{'  ' + name:<{width}}  {share:>{len(title)}}"
            yield f"{row}  {100 * change:>+6.1f}"


def _draw(explanation, file, output):
    from sersk.audio import read_audio
    from sersk.display import ExplanationDisplay
    from sersk.display._explanation import measure_figure

    duration_s = explanation.stop_s - explanation.start_s
    sound = read_audio(file, offset_s=explanation.start_s, duration_s=duration_s)

    def draw(axes):
        ExplanationDisplay.from_explanation(explanation, *sound, axes=axes)

    size, heights = measure_figure(explanation.blocks)
    save_picture(output, file, draw, size, heights=heights)
