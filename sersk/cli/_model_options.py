"""Options that say what to fit: features, copies, model, and how a network is trained."""

import ast
import functools

import click

from sersk.cli._options import apply_options

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
    return apply_options(options, command)


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


_AT_LEAST_ONE = click.IntRange(min=1)


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

        return apply_options(options, wrapped)

    return decorator


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
