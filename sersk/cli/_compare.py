"""sersk compare."""

import shlex

import click

from sersk.cli._model_options import (
    AUGMENT_HELP,
    Epochs,
    copies_options,
    count_copies,
    network_options,
    split_names,
)
from sersk.cli._options import (
    FILE,
    corpus_options,
    labels_option,
    open_store,
    protocol_options,
    run_options,
    seed_option,
    split_options,
)
from sersk.cli._outputs import check_outputs, check_report, report_option
from sersk.cli._process import with_plain_warnings


@click.command(short_help="Score several recipes under the same folds.")
@corpus_options
@labels_option
@click.option(
    "--recipes",
    metavar="A,B,…",
    help="What to compare. By default all but the networks; see: sersk recipes.",
)
@click.option(
    "--augment",
    metavar="A,B,…",
    help=f"Score each with changed copies of its training clips, too: {AUGMENT_HELP}",
)
@copies_options
@network_options(epochs=Epochs(), metavar="N|NAME=N,…")
@click.option("--search", is_flag=True, help="Search each recipe's space, inside each fold.")
@click.option("--inflation", is_flag=True, help="Show what random folds would have promised, too.")
@protocol_options
@split_options
@click.option(
    "--output",
    "-o",
    "outputs",
    type=FILE,
    multiple=True,
    metavar="FILE",
    help="Where to write the leaderboard: .csv or .json. May be given twice.",
)
@report_option
@seed_option
@run_options
@click.pass_obj
@with_plain_warnings
def compare(
    args,
    data,
    labels,
    recipes,
    augment,
    copies,
    no_copies,
    network,
    search,
    inflation,
    cv,
    protocol,
    outputs,
    report,
    seed,
    jobs,
    on_error,
    cache,
    no_cache,
    **columns,
):
    """Score several recipes under the same folds, and test each against the best over speakers.

    Finished folds are kept: a comparison that was interrupted goes on from there.
    """
    from sersk import workflows
    from sersk.cli._leaderboard import format_leaderboard, make_table
    from sersk.recipes import RECIPES, configure_recipes, find_recipe
    from sersk.report import write_report
    from sersk.utils._files import replace_file, write_json

    for output in outputs:
        if output.suffix not in (".csv", ".json"):
            raise click.UsageError(f"--output must end in .csv or .json. Got {output}.")
    if len(set(outputs)) < len(outputs):
        raise click.UsageError("--output must name each file once.")
    check_report(report)
    tables = {f"--output {output}": output for output in outputs}
    check_outputs({**tables, "--report": report}, [data])
    if recipes is None:
        names = [name for name, recipe in RECIPES.items() if not recipe.is_network]
    else:
        names = split_names(recipes)
    chosen = configure_recipes([find_recipe(name) for name in names], **network)
    store = open_store(cache, no_cache)
    try:
        comparison = workflows.compare(
            data,
            chosen,
            labels=labels,
            augment=augment,
            copies=count_copies(copies, no_copies=no_copies),
            protocol=protocol,
            n_splits=cv,
            search=search,
            inflation=inflation,
            random_state=seed,
            on_error=on_error,
            n_jobs=jobs,
            memory=store,
            show_progress=True,
            **columns,
        )
    except KeyboardInterrupt as error:
        again = "" if store is None else " The same command goes on from here."
        raise click.ClickException(f"interrupted.{again}") from error
    comparison["command"] = shlex.join(["sersk", *args])
    for output in outputs:
        if output.suffix == ".json":
            write_json(output, comparison)
            continue
        with replace_file(output) as temporary:
            make_table(comparison).to_csv(temporary, index=False, encoding="utf-8")
    if report is not None:
        write_report(comparison, report)
    click.echo(format_leaderboard(comparison))
    for output in (*outputs, *([] if report is None else [report])):
        click.echo(f"Wrote {output}.")
