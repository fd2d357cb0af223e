"""Options that several commands share: the clips, the split, and how to run."""

from pathlib import Path

import click

FILE = click.Path(path_type=Path)


def corpus_options(command):
    """Add the options that say where the clips are and how the CSV is laid out."""
    options = [
        click.option(
            "--data",
            type=FILE,
            required=True,
            metavar="DATA",
            help="CSV with a row per sound file; or a folder, of a known corpus or with a folder "
            "per class.",
        ),
        click.option(
            "--audio-dir", type=FILE, metavar="DIR", help="One more folder to look for files in."
        ),
        click.option("--path-column", metavar="NAME", help="Column of files, if not recognised."),
        click.option("--label-column", metavar="NAME", help="Column of classes."),
        click.option("--group-column", metavar="NAME", help="Column of speakers."),
        click.option(
            "--speaker-pattern",
            metavar="REGEX",
            help="Tell the speaker from the file name: the first group, or all that matches.",
        ),
    ]
    return apply_options(options, command)


def split_options(command):
    """Add the options that say what must not be on both sides of a split."""
    options = [
        click.option("--sentence-column", metavar="NAME", help="Column of what is said."),
        click.option("--fold-column", metavar="NAME", help="Column of published folds to use."),
    ]
    return apply_options(options, command)


def protocol_options(command):
    """Add the options that say how to split and to seed."""
    options = [
        click.option(
            "--cv",
            type=click.IntRange(min=2),
            metavar="N",
            help="Number of folds. By default one per speaker up to 30 speakers (5 for a "
            "network), else 5.",
        ),
        click.option(
            "--protocol",
            metavar="NAME",
            help="leave-one-speaker-out, grouped, published (with --fold-column), "
            "speaker-and-sentence, or stratified (optimistic).",
        ),
    ]
    return apply_options(options, command)


gender_option = click.option(
    "--gender-column", metavar="NAME", help="Column of the speaker's gender, for a table."
)

labels_option = click.option(
    "--labels",
    metavar="NAME",
    help="Bring the classes to sentiment3, emotion4, emotion6, emotion7 or emotion8, or as a YAML "
    "file says.",
)

seed_option = click.option(
    "--seed",
    type=click.IntRange(0, 2**32 - 1),
    default=0,
    show_default=True,
    metavar="N",
    help="Seed of everything random.",
)


def _check_jobs(context, parameter, value):
    if value == 0 or value < -1:
        raise click.BadParameter(f"must be -1, or at least 1. Got {value} instead.")
    return value


cache_option = click.option(
    "--cache",
    type=FILE,
    envvar="SERSK_CACHE",
    show_envvar=True,
    metavar="DIR",
    help="Where extracted features are kept, to be used again. By default in the user's folder "
    "for caches.",
)

jobs_option = click.option(
    "--jobs",
    type=int,
    default=-1,
    callback=_check_jobs,
    metavar="N",
    help="Number of workers; -1 for one per core. Results do not depend on it.",
)


def cache_options(command):
    """Add the options that say where features are kept."""
    no_cache = click.option(
        "--no-cache", is_flag=True, help="Neither use nor keep extracted features."
    )
    return apply_options([cache_option, no_cache], command)


def _check_probability(context, parameter, value):
    # Written so that NaN is caught too.
    if value is not None and not 0 < value < 1:
        raise click.BadParameter(f"must be a probability between 0 and 1. Got {value:g} instead.")
    return value


def abstain_option(what):
    """Make the option by which a model may leave clips unjudged.

    Parameters
    ----------
    what : str
        What it does, for the help.

    Returns
    -------
    option : callable
        A decorator.
    """
    return click.option(
        "--abstain-below", type=float, metavar="P", callback=_check_probability, help=what
    )


def run_options(command):
    """Add the options that say how to run."""
    on_error = click.option(
        "--on-error",
        type=click.Choice(["raise", "skip"]),
        default="raise",
        show_default=True,
        help="Stop at files that cannot be read, or leave them out.",
    )
    return apply_options([jobs_option, on_error, cache_options], command)


def open_store(cache, no_cache):
    """Turn ``--cache`` and ``--no-cache`` into a store.

    Parameters
    ----------
    cache : Path or None
        The folder asked for; None for the user's own.
    no_cache : bool
        Whether to do without.

    Returns
    -------
    store : FeatureStore or None
        The store.

    Raises
    ------
    StoreError
        When the folder asked for cannot be used. The user's own is tried, and done without, when
        it comes to extraction.
    """
    from sersk.features import FeatureStore

    if no_cache:
        return None
    store = FeatureStore(cache)
    if cache is not None:
        store.check()
    return store


def apply_options(options, command):
    """Add options to a command, to be shown in this order.

    Parameters
    ----------
    options : sequence of callable
        Decorators.
    command : callable
        The function behind the command.

    Returns
    -------
    command : callable
        The same, with the options.
    """
    for option in reversed(options):
        command = option(command)
    return command
