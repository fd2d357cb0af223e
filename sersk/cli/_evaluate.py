"""sersk evaluate."""

import shlex

import click

from sersk.cli._options import (
    FILE,
    abstain_option,
    corpus_options,
    gender_option,
    labels_option,
    open_store,
    run_options,
)
from sersk.cli._outputs import check_outputs, check_report, report_option
from sersk.cli._process import with_plain_warnings


@click.command(short_help="Score a model on labelled files.")
@click.option(
    "--model",
    type=FILE,
    default="model.joblib",
    show_default=True,
    metavar="FILE",
    help="A model that sersk fit has saved.",
)
@corpus_options
@labels_option
@gender_option
@abstain_option(
    "Also score those files alone of which the class predicted has at least this probability."
)
@click.option("--results", type=FILE, metavar="FILE", help="Where to write the scores, as JSON.")
@report_option
@run_options
@click.pass_obj
@with_plain_warnings
def evaluate(
    args,
    model,
    data,
    labels,
    abstain_below,
    results,
    report,
    jobs,
    on_error,
    cache,
    no_cache,
    **columns,
):
    """Score a saved model on labelled files that it has not seen."""
    from sersk import persistence, workflows
    from sersk.cli._summary import format_evaluation
    from sersk.report import write_report
    from sersk.utils._files import write_json

    check_report(report)
    check_outputs({"--results": results, "--report": report}, [data, model, labels])
    pipeline = persistence.load_model(model)
    scores = workflows.evaluate(
        pipeline,
        data,
        labels=labels,
        abstain_below=abstain_below,
        on_error=on_error,
        n_jobs=jobs,
        memory=open_store(cache, no_cache),
        show_progress=True,
        **columns,
    )
    told = {**scores, "model": str(model), "command": shlex.join(["sersk", *args])}
    if results is not None:
        write_json(results, told)
    if report is not None:
        write_report(told, report)
    click.echo(format_evaluation(scores))
    for written in (results, report):
        if written is not None:
            click.echo(f"Wrote {written}.")
