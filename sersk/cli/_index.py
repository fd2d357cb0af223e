"""sersk index."""

import click

from sersk.cli._options import FILE
from sersk.cli._outputs import check_outputs
from sersk.cli._process import with_plain_warnings


@click.command(short_help="Make a CSV from a folder of sound files.")
@click.argument("folder", type=FILE)
@click.option(
    "--output",
    "-o",
    type=FILE,
    default="TRAIN.csv",
    show_default=True,
    metavar="FILE",
    help="Where to write the CSV.",
)
@click.option(
    "--corpus", metavar="NAME", help="The published corpus, if not recognised: sersk datasets."
)
@click.option(
    "--speaker-pattern",
    metavar="REGEX",
    help="Tell the speaker from the path below FOLDER: the first group, or all that matches.",
)
@click.option("--overwrite", is_flag=True, help="Replace the CSV if it is there.")
@with_plain_warnings
def index(folder, output, corpus, speaker_pattern, overwrite):
    """Make a CSV from FOLDER: file, class, and what else is known, a row per clip.

    The file names of published corpora tell class, speaker and more; see: sersk datasets. Other
    folders must have a folder per class, such as angry/, at any level.
    """
    from sersk.cli._index_summary import format_index
    from sersk.datasets import index_folder, write_index

    if output.exists() and not overwrite:
        raise click.UsageError(
            f"{output} is there already. Name another file with --output, or pass --overwrite."
        )
    check_outputs({"--output": output}, [folder])
    found = index_folder(folder, corpus=corpus, speaker_pattern=speaker_pattern)
    write_index(found, output)
    click.echo(format_index(found, output))
