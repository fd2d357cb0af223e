"""sersk fit."""

import shlex

import click

from sersk.cli._model_options import (
    AUGMENT_HELP,
    Param,
    choose_recipe,
    copies_options,
    count_copies,
    model_option,
    network_options,
    recipe_options,
)
from sersk.cli._options import (
    FILE,
    corpus_options,
    gender_option,
    labels_option,
    open_store,
    protocol_options,
    run_options,
    seed_option,
    split_options,
)
from sersk.cli._outputs import check_outputs, check_report, report_option
from sersk.cli._process import with_plain_warnings


@click.command(short_help="Cross-validate, fit and save a model.")
@corpus_options
@labels_option
@click.option(
    "--test",
    type=FILE,
    metavar="CSV",
    help="A further CSV, best of another corpus, to score the model on in the end.",
)
@click.option(
    "--augment",
    metavar="A,B,…",
    help=f"Learn from changed copies of the training clips as well: {AUGMENT_HELP}",
)
@copies_options
@click.option("--oversample", is_flag=True, help="Make more copies of clips of rare classes.")
@click.option(
    "--augment-each-epoch",
    is_flag=True,
    help="Change the training clips anew in each epoch, in place of copies; networks only.",
)
@recipe_options
@model_option
@network_options()
@click.option(
    "--param",
    "params",
    type=Param(),
    multiple=True,
    metavar="NAME=VALUE",
    help="Set a parameter of the recipe's pipeline, such as classifier__lr=0.01. Repeatable.",
)
@click.option(
    "--select",
    type=click.IntRange(min=1),
    metavar="K",
    help="Keep the K best features, chosen inside each fold.",
)
@click.option("--search", is_flag=True, help="Search the recipe's space, inside each fold.")
@protocol_options
@split_options
@gender_option
@click.option(
    "--learning-curve", is_flag=True, help="Tell what more speakers would bring. Takes longer."
)
@click.option("--importance", is_flag=True, help="Tell what the model leans on. Takes longer.")
@click.option(
    "--normalize-speakers",
    is_flag=True,
    help="Measure each speaker by all of their own clips; for predicting many clips of each. "
    "Scored with and without. Takes twice as long.",
)
@click.option(
    "--output",
    "-o",
    type=FILE,
    default="model.joblib",
    show_default=True,
    metavar="FILE",
    help="Where to save the model; its description goes beside it, as .json.",
)
@click.option("--results", type=FILE, metavar="FILE", help="Where to write the scores, as JSON.")
@report_option
@seed_option
@run_options
@click.pass_obj
@with_plain_warnings
def fit(
    args,
    data,
    labels,
    test,
    augment,
    copies,
    no_copies,
    oversample,
    augment_each_epoch,
    recipe,
    features,
    model,
    network,
    params,
    select,
    search,
    cv,
    protocol,
    learning_curve,
    importance,
    normalize_speakers,
    output,
    results,
    report,
    seed,
    jobs,
    on_error,
    cache,
    no_cache,
    **columns,
):
    """Cross-validate a recipe on a CSV of labelled files, fit it on all of them, and save it.

    Columns are recognised by their usual names: Filename, file, path; Class, label, emotion,
    sentiment; Speaker, actor, subject; Gender; Sentence. With speakers, every score is on speakers
    that the model has not heard; those of well-known corpora are told from the file names.
    """
    from sersk import persistence, workflows
    from sersk.cli._findings import format_brief
    from sersk.cli._summary import format_fit
    from sersk.report import write_report
    from sersk.utils._files import write_json

    chosen = choose_recipe(recipe, features, model, network)
    beside = persistence.description_path(output)
    if output == beside:
        raise click.UsageError(
            f"--output must not end in .json, as the description does: {output}"
        )
    check_report(report)
    check_outputs(
        {
            "--output": output,
            "--output (its description)": beside,
            "--results": results,
            "--report": report,
        },
        [data, test, labels],
    )
    # Of a network that is interrupted, the best epoch is left there.
    unfinished = output.with_suffix(".checkpoint.joblib")
    fitted = workflows.fit(
        data,
        recipe=chosen,
        select=select,
        params=dict(params),
        labels=labels,
        test=test,
        augment=augment,
        copies=count_copies(copies, no_copies=no_copies),
        oversample=oversample,
        augment_each_epoch=augment_each_epoch,
        protocol=protocol,
        n_splits=cv,
        search=search,
        learning_curve=learning_curve,
        importance=importance,
        normalize_speakers=normalize_speakers,
        random_state=seed,
        on_error=on_error,
        n_jobs=jobs,
        memory=open_store(cache, no_cache),
        checkpoint=unfinished,
        show_progress=True,
        **columns,
    )
    replaced = output.exists()
    command = shlex.join(["sersk", *args])
    persistence.save_model(fitted.pipeline, output, {**fitted.description, "command": command})
    for left in (unfinished, persistence.description_path(unfinished)):
        left.unlink(missing_ok=True)
    told = {**fitted.results, "command": command}
    if results is not None:
        write_json(results, told)
    if report is not None:
        write_report(told, report)
    click.echo(format_fit(fitted.results))
    click.echo(format_brief(fitted.results["audit"], data))
    earlier = " in place of an earlier one" if replaced else ""
    click.echo(f"Saved {output}{earlier}, and its description {beside}.")
    for written in (results, report):
        if written is not None:
            click.echo(f"Wrote {written}.")
