"""sersk augment."""

import click

from sersk.cli._options import FILE, seed_option
from sersk.cli._process import with_plain_warnings


@click.command(short_help="Hear and see what augmentation does.")
@click.argument("source", type=FILE, metavar="FILE|CSV|FOLDER")
@click.option(
    "--output",
    "-o",
    type=FILE,
    required=True,
    metavar="FOLDER",
    help="Where to write; it must be empty, or not be there yet.",
)
@click.option(
    "--augment",
    "names",
    metavar="A,B,…",
    help="Augmentations: noise, shift, stretch, pitch, range, speed, warp (two: warp-down, "
    "warp-up); a+b joins two. By default each by itself.",
)
@click.option(
    "--preset",
    type=click.Choice(["default", "augmented-cnn"]),
    default="default",
    show_default=True,
    help="Strengths, and how files are cut before.",
)
@click.option(
    "--clips",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    metavar="N",
    help="Of a CSV or folder, clips per class.",
)
@click.option("--label-column", metavar="NAME", help="Column of classes, if not recognised.")
@seed_option
@with_plain_warnings
def augment(source, output, names, preset, clips, label_column, seed):
    """Write what each augmentation makes of a sound file, or of a clip of each class of a CSV.

    Each comes as a WAV to listen to and a PNG to look at, beside the original.
    """
    from sersk import workflows
    from sersk.report._words import count

    written = workflows.augment(
        source,
        output,
        names=names,
        preset=preset,
        n_clips=clips,
        random_state=seed,
        show_progress=True,
        label_column=label_column,
    )
    sounds = [path for path in written if path.suffix == ".wav"]
    n_originals = sum(path.stem == "original" for path in sounds)
    n_copies = len(sounds) - n_originals
    click.echo(
        f"Wrote {output}: {count(n_originals, 'clip')}, {n_copies} changed "
        f"{'copy' if n_copies == 1 else 'copies'}, {len(written) - len(sounds)} pictures."
    )
