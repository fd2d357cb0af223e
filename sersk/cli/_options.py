"""Options and habits that several commands share."""

import ast
import functools
import gc
import warnings
from contextlib import contextmanager
from pathlib import Path

import click

FILE = click.Path(path_type=Path)
_AT_LEAST_ONE = click.IntRange(min=1)


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
    return _apply(options, command)


def split_options(command):
    """Add the options that say what must not be on both sides of a split."""
    options = [
        click.option("--sentence-column", metavar="NAME", help="Column of what is said."),
        click.option("--fold-column", metavar="NAME", help="Column of published folds to use."),
    ]
    return _apply(options, command)


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
    return _apply(options, command)


gender_option = click.option(
    "--gender-column", metavar="NAME", help="Column of the speaker's gender, for a table."
)

labels_option = click.option(
    "--labels",
    metavar="NAME",
    help="Bring the classes to sentiment3, emotion4, emotion6, emotion7 or emotion8, or as a YAML "
    "file says.",
)

AUGMENT_HELP = (
    "noise, shift, stretch, pitch, range, speed, warp (two copies); a+b changes one copy twice. "
    "See: sersk augment."
)
_copies_option = click.option(
    "--copies",
    type=click.IntRange(min=1),
    metavar="N",
    help="Copies of each training clip. By default one with each augmentation.",
)
_no_copies_option = click.option(
    "--no-copies",
    is_flag=True,
    help="Learn from no copies, where a recipe makes some: faster, and a little worse.",
)


def copies_options(command):
    """Add ``--copies`` and ``--no-copies``, which `count_copies` reads."""
    return _copies_option(_no_copies_option(command))


def count_copies(copies, *, no_copies):
    """Turn ``--copies`` and ``--no-copies`` into one number.

    Parameters
    ----------
    copies : int or None
        What ``--copies`` gives.
    no_copies : bool
        Whether ``--no-copies`` is there.

    Returns
    -------
    copies : int or None
        0 for none; None leaves it to augmentations and recipe.
    """
    if no_copies and copies is not None:
        raise click.UsageError("--no-copies excludes --copies. Leave one of them out.")
    return 0 if no_copies else copies


seed_option = click.option(
    "--seed",
    type=click.IntRange(0, 2**32 - 1),
    default=0,
    show_default=True,
    metavar="N",
    help="Seed of everything random.",
)


def recipe_options(command):
    """Add the options that say what to extract."""
    options = [
        click.option("--recipe", metavar="NAME", help="See: sersk recipes.  [default: default]"),
        click.option(
            "--features",
            metavar="A,B,…",
            help="In place of a recipe: mfcc, mel, chroma, zcr, rms, contrast, shape, energy, f0, "
            "rhythm, quality, kernels, egemaps, compare.",
        ),
    ]
    return _apply(options, command)


model_option = click.option(
    "--model", metavar="NAME", help="With --features: svm, mlp or xgboost."
)


class Param(click.ParamType):
    """A parameter and its value: ``classifier__hidden_sizes=64,32``."""

    name = "param"

    def convert(self, value, param, ctx):
        if isinstance(value, tuple):
            return value
        name, equals, text = value.partition("=")
        if not name.strip() or not equals:
            self.fail(f"must be NAME=VALUE. Got {value!r}.", param, ctx)
        try:
            return name.strip(), ast.literal_eval(text.strip())
        except (ValueError, SyntaxError):
            # What is no number, tuple, True or None is a word, such as a path.
            return name.strip(), text.strip()


class Epochs(click.ParamType):
    """A number for all networks, or numbers for some by name: ``50`` or ``cnn=100,lstm=20``."""

    name = "epochs"

    def convert(self, value, param, ctx):
        epochs = {}
        for part in split_names(value):
            name, equals, number = part.rpartition("=")
            if not number.isdecimal() or int(number) < 1 or bool(name) != bool(equals):
                self.fail(f"must be a number from 1, or NAME=N,…. Got {value!r}.", param, ctx)
            epochs[name or None] = int(number)
        return epochs


def network_options(*, epochs=_AT_LEAST_ONE, metavar="N"):
    """Make what adds the options of networks, which a command then gets as one dict, ``network``.

    Parameters
    ----------
    epochs : click.ParamType, default=a number from 1
        What ``--max-epochs`` takes.
    metavar : str, default="N"
        How its help shows that.

    Returns
    -------
    decorator : callable
        It adds the options to a command.
    """
    options = [
        click.option(
            "--input",
            type=click.Choice(["default", "original"]),
            help="Networks: the form to take, or that of the original, its faults included.",
        ),
        click.option(
            "--max-epochs",
            type=epochs,
            metavar=metavar,
            help="Networks: walks over the training clips at most.",
        ),
        click.option(
            "--batch-size",
            type=click.IntRange(min=1),
            metavar="N",
            help="Networks: clips per training step.",
        ),
        click.option(
            "--device",
            type=click.Choice(["auto", "cpu", "cuda"]),
            help="Networks: where to compute. By default the GPU where there is one.",
        ),
        click.option(
            "--no-early-stopping",
            "early_stopping",
            flag_value=False,
            type=bool,
            default=None,
            help="Networks: train all epochs. The best one is kept anyway.",
        ),
    ]

    def decorator(command):
        @functools.wraps(command)
        def wrapped(*args, input, max_epochs, batch_size, device, early_stopping, **kwargs):
            network = dict(
                input=input,
                max_epochs=max_epochs,
                batch_size=batch_size,
                device=device,
                early_stopping=early_stopping,
            )
            return command(*args, network=network, **kwargs)

        return _apply(options, wrapped)

    return decorator


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
    return _apply([cache_option, no_cache], command)


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
    return _apply([jobs_option, on_error, cache_options], command)


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


def _apply(options, command):
    for option in reversed(options):
        command = option(command)
    return command


report_option = click.option(
    "--report",
    type=FILE,
    metavar="FILE.html",
    help="Where to write all of it for people, in one page with pictures.",
)


def check_report(path, option="--report"):
    """Raise, before any work is done, unless a report can be made and has a fitting name.

    Parameters
    ----------
    path : Path or None
        Where to; None for no report.
    option : str, default="--report"
        What names it.
    """
    from sersk.display._figure import check_matplotlib

    if path is None:
        return
    if path.suffix.lower() != ".html":
        raise click.UsageError(f"{option} must end in .html. Got {path}.")
    check_matplotlib()


def check_outputs(outputs, inputs):
    """Raise unless each output can be written, and is neither an input nor another output.

    Parameters
    ----------
    outputs : dict of str to (Path or None)
        Files that the command is to write, by the option that names each.
    inputs : sequence of (path-like or None)
        Files that it reads.
    """
    from sersk.utils._files import check_writable

    taken = {Path(path).resolve(): "an input" for path in inputs if path is not None}
    for option, path in outputs.items():
        if path is None:
            continue
        if path.resolve() in taken:
            raise click.UsageError(
                f"{option} must not be {path}: that is {taken[path.resolve()]} of this command. "
                "Name another file."
            )
        check_writable(path)
        taken[path.resolve()] = option


# Whose features, or model, are taken where only the other is named.
_USUAL_RECIPE = "spectral-svm"


def choose_recipe(recipe, features, model=None, network=None):
    """Turn ``--recipe``, or ``--features`` and ``--model``, into a recipe.

    Parameters
    ----------
    recipe : str or None
        Name of a recipe.
    features : str or None
        Names of features, separated by commas.
    model : str or None, default=None
        Name of a model.
    network : dict or None, default=None
        What `network_options` gives; None where networks cannot be used.

    Returns
    -------
    recipe : Recipe or NetworkRecipe
        The recipe; "default" where nothing is asked for.
    """
    from sersk.recipes import configure_recipes, find_recipe, make_custom_recipe

    if recipe is not None and (features is not None or model is not None):
        raise click.UsageError("--recipe excludes --features and --model. Leave one of them out.")
    chosen = find_recipe(recipe or "default")
    if features is not None or model is not None:
        usual = find_recipe(_USUAL_RECIPE)
        names = usual.features if features is None else split_names(features)
        chosen = make_custom_recipe(names, model or usual.model)
    if network is not None:
        (chosen,) = configure_recipes([chosen], **network)
    elif chosen.is_network:
        raise click.UsageError(
            f"--recipe must not be a network here. Got {recipe}. Take another; see: sersk recipes."
        )
    return chosen


def split_names(names):
    """Split names at commas.

    Parameters
    ----------
    names : str
        Names, with or without spaces between them.

    Returns
    -------
    names : list of str
        Each name.
    """
    return [name.strip() for name in names.split(",") if name.strip()]


@contextmanager
def without_garbage_collection():
    """Import what a model is made of without looking for garbage among the new modules.

    For one file that is most of the time of a prediction, and a tenth of it would go into walks
    over objects that stay until the end of the process.
    """
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        gc.enable()


def with_plain_warnings(command):
    """Show sersk's warnings as one line each, once, and keep those of libraries from the user.

    Parameters
    ----------
    command : callable
        The function behind a command.

    Returns
    -------
    command : callable
        The same, wrapped.
    """

    @functools.wraps(command)
    def wrapped(*args, **kwargs):
        from sersk.exceptions import SerskWarning

        shown = set()

        def show(message, category, *_):
            line = f"sersk: warning: {' '.join(str(message).split())}"
            # One matter, such as a store that cannot be used, may be met at several steps.
            if line not in shown:
                shown.add(line)
                click.echo(line, err=True)

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("always", SerskWarning)
            warnings.showwarning = show
            return command(*args, **kwargs)

    return wrapped
