"""sersk evaluate."""

import click

from sersk.cli._options import (
    FILE,
    abstain_option,
    check_outputs,
    corpus_options,
    gender_option,
    labels_option,
    open_store,
    run_options,
    with_plain_warnings,
)


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
@run_options
@with_plain_warnings
def evaluate(
    model, data, labels, abstain_below, results, jobs, on_error, cache, no_cache, **columns
):
    """Score a saved model on labelled files that it has not seen."""
    from sersk import persistence, workflows
    from sersk.cli._summary import format_evaluation
    from sersk.utils._files import write_json

    check_outputs({"--results": results}, [data, model, labels])
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
    if results is not None:
        write_json(results, scores)
    click.echo(format_evaluation(scores))
    if results is not None:
        click.echo(f"Wrote {results}.")
