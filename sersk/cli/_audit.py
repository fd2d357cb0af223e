"""sersk audit."""

import click

from sersk.cli._model_options import choose_recipe, model_option, recipe_options
from sersk.cli._options import (
    FILE,
    cache_options,
    corpus_options,
    jobs_option,
    open_store,
    seed_option,
    split_options,
)
from sersk.cli._outputs import check_outputs
from sersk.cli._process import with_plain_warnings


@click.command(short_help="Look for what makes scores wrong.")
@corpus_options
@split_options
@recipe_options
@model_option
@click.option("--strict", is_flag=True, help="Exit with status 1 when there is an error.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Form of the report.",
)
@click.option(
    "--output", "-o", type=FILE, metavar="FILE", help="Where to write the report; else to stdout."
)
@seed_option
@jobs_option
@cache_options
@click.pass_context
@with_plain_warnings
def audit(
    context,
    data,
    recipe,
    features,
    model,
    strict,
    format_,
    output,
    seed,
    jobs,
    cache,
    no_cache,
    **columns,
):
    """Look for what makes the scores of a corpus wrong.

    Looks for duplicates, also converted or cut ones; for speakers under two names or with one
    class; for labels that follow from the file name, the order of rows, or the way clips were
    recorded. Then scores the recipe under random folds and on unseen speakers, to measure how much
    the former flatter. Files that are missing are reported; the rest is checked all the same.
    """
    import json

    from sersk import workflows
    from sersk.cli._findings import format_report
    from sersk.utils._files import replace_file

    check_outputs({"--output": output}, [data])
    report = workflows.audit(
        data,
        recipe=choose_recipe(recipe, features, model),
        random_state=seed,
        n_jobs=jobs,
        memory=open_store(cache, no_cache),
        show_progress=True,
        **columns,
    )
    if format_ == "json":
        text = json.dumps(report, indent=2, ensure_ascii=False)
    else:
        text = format_report(report)
    if output is None:
        click.echo(text)
    else:
        with replace_file(output) as temporary:
            temporary.write_text(text + "\n", encoding="utf-8")
        click.echo(f"Wrote {output}.", err=True)
    if strict and any(finding["level"] == "error" for finding in report["findings"]):
        context.exit(1)
