"""sersk extract."""

import click

from sersk.cli._model_options import choose_recipe, recipe_options
from sersk.cli._options import FILE, corpus_options, open_store, run_options
from sersk.cli._outputs import check_outputs
from sersk.cli._process import with_plain_warnings


@click.command(short_help="Write features as a table.")
@corpus_options
@recipe_options
@click.option(
    "--output",
    "-o",
    type=FILE,
    required=True,
    metavar="FILE",
    help="Where to write: .csv, or .parquet (needs sersk[parquet]).",
)
@run_options
@with_plain_warnings
def extract(data, recipe, features, output, jobs, on_error, cache, no_cache, **columns):
    """Write the features of a recipe as a table: file, class and speaker where known, features."""
    from sersk import workflows
    from sersk.utils._files import replace_file

    chosen = choose_recipe(recipe, features)
    if output.suffix not in (".csv", ".parquet"):
        raise click.UsageError(f"--output must end in .csv or .parquet. Got {output}.")
    check_outputs({"--output": output}, [data])
    if output.suffix == ".parquet":
        _check_parquet()
    table = workflows.extract(
        data,
        recipe=chosen,
        on_error=on_error,
        n_jobs=jobs,
        memory=open_store(cache, no_cache),
        show_progress=True,
        **columns,
    )
    with replace_file(output) as temporary:
        if output.suffix == ".parquet":
            table.to_parquet(temporary, index=False)
        else:
            table.to_csv(temporary, index=False, encoding="utf-8")
    click.echo(f"Wrote {output}: {len(table)} rows, {table.shape[1]} columns.")


def _check_parquet():
    import importlib.util

    if importlib.util.find_spec("pyarrow") is None:
        raise ImportError('Parquet needs pyarrow. Install it with: pip install "sersk[parquet]"')
