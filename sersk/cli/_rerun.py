"""sersk rerun."""

import shlex

import click

from sersk.cli._options import FILE, jobs_option
from sersk.cli._outputs import check_outputs
from sersk.cli._process import with_plain_warnings


@click.command(short_help="Fit a model again, and compare every figure.")
@click.argument("model", type=FILE, default="model.json")
@click.option("--data", type=FILE, metavar="DATA", help="New place of the CSV or folder.")
@click.option("--test", type=FILE, metavar="CSV", help="New place of the CSV to test on.")
@click.option("--labels", type=FILE, metavar="FILE", help="New place of the YAML file of labels.")
@click.option("--audio-dir", type=FILE, metavar="DIR", help="New place of the sound files.")
@click.option(
    "--seed",
    type=click.IntRange(0, 2**32 - 1),
    metavar="N",
    help="Another seed than the model's.",
)
@click.option("--check", is_flag=True, help="Only compare what goes in; fit nothing.")
@click.option(
    "--output",
    "-o",
    type=FILE,
    metavar="FILE",
    help="Where to save the model that comes out, with its description beside it.",
)
@jobs_option
@click.option(
    "--cache",
    type=FILE,
    metavar="DIR",
    help="Take features, and finished folds of networks, from this store. By default everything "
    "is computed anew.",
)
@click.pass_obj
@with_plain_warnings
def rerun(args, model, data, test, labels, audio_dir, seed, check, output, jobs, cache):
    """Fit the model of a description again, and say whether the same figures come out.

    MODEL is a model.json, or the model beside it, which is not loaded. What is not as it was comes
    first: files, versions, parameters. The exit status is 0 when all figures are the same to the
    digit (with --check, when nothing that goes in differs), else 1.
    """
    from sersk import persistence, workflows
    from sersk.cli._differences import format_differences, format_figures
    from sersk.cli._options import open_store

    description = persistence.find_description(model)
    if output is not None:
        beside = persistence.description_path(output)
        if output == beside:
            raise click.UsageError(
                f"--output must not end in .json, as the description does: {output}"
            )
        outputs = {"--output": output, "--output (its description)": beside}
        inputs = [model, persistence.description_path(model), data, test, labels]
        check_outputs(outputs, inputs)
    given = dict(data=data, test=test, labels=labels, audio_dir=audio_dir, random_state=seed)

    def tell(differences):
        lines = format_differences(differences)
        head = "Not as it was:" if lines else "Data, parameters and versions are as they were."
        click.echo("\n".join([head, *(f"  {line}" for line in lines)]))

    done = workflows.rerun(
        description,
        folder=model.parent,
        only_check=check,
        on_differences=tell,
        n_jobs=jobs,
        memory=None if cache is None else open_store(cache, no_cache=False),
        show_progress=True,
        **{name: value for name, value in given.items() if value is not None},
    )
    if check:
        return int(not done.is_same)
    click.echo("")
    if done.is_same:
        scores = done.fitted.results
        click.echo(f"All figures are the same to the digit (UAR {scores['uar']!r}).")
    else:
        click.echo("\n".join(format_figures(done.figures)))
        click.echo("")
        reasons = format_differences(done.differences)
        click.echo(
            "What may be the reason:"
            if reasons
            else "Nothing that is noted differs: it must be the machine, or chance that no seed "
            "holds."
        )
        for line in reasons:
            click.echo(f"  {line}")
    if output is not None:
        command = shlex.join(["sersk", *args])
        persistence.save_model(
            done.fitted.pipeline, output, {**done.fitted.description, "command": command}
        )
        click.echo(f"Saved {output}, and its description {beside}.")
    return int(not done.is_same)
