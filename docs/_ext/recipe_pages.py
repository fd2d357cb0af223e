"""A page per recipe, from the pipeline that it makes."""

import inspect
import warnings

from measured import read_costs, read_network_scores, read_scores
from recipe_words import WORDS
from rest import code, heading, make_list_table

_SMILE = (
    ".. warning::\n\n"
    "   Its features come from openSMILE, which is free for non-commercial use only; commercial "
    "use needs a licence from audEERING.\n"
)
_SMILE_FEATURES = "OpenSMILE"


def write_recipes():
    """Write the pages of all recipes.

    Returns
    -------
    pages : dict of str to str
        The text of each file, by its name.
    """
    from sersk.exceptions import LicenceWarning
    from sersk.recipes import RECIPES

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LicenceWarning)
        pages = {f"{recipe.name}.rst": write_recipe(recipe) for recipe in RECIPES.values()}
    entries = "".join(f"   {name}\n" for name in RECIPES)
    pages["index.rst"] = (
        heading("A page per recipe", "=")
        + "What each recipe hears, what its pipeline is made of, what it scored, and when to take "
        "it. :doc:`/user_guide/recipes` explains what they have in common, and how to put one "
        "together.\n\n"
        + ".. recipe-table:: recipes\n\n.. recipe-table:: networks\n\n"
        + f".. toctree::\n   :hidden:\n\n{entries}"
    )
    return pages


def write_recipe(recipe):
    """Write the page of one recipe.

    Parameters
    ----------
    recipe : Recipe, VoiceRecipe or NetworkRecipe
        The recipe.

    Returns
    -------
    page : str
        Its page, in reStructuredText.
    """
    pipeline = None if recipe.is_network else recipe.make_pipeline()
    features = recipe.make_parts(False)[0] if recipe.is_network else pipeline[0]
    parts = [
        heading(recipe.name, "="),
        f"{recipe.summary[0].upper()}{recipe.summary[1:]}.\n",
        f"{WORDS[recipe.name]}\n",
        _SMILE if _hears_smile(features) else "",
        f".. code-block:: console\n\n   $ sersk fit --data TRAIN.csv --recipe {recipe.name}\n",
        heading("What it hears", "-"),
        _list_extractors(features),
        heading("What it is made of", "-"),
        _list_network(recipe) if recipe.is_network else _list_steps(pipeline),
        _list_blocks(pipeline) if hasattr(recipe, "members") else "",
        _list_copies(recipe),
        heading("What to search", "-"),
        _list_search(recipe),
        heading("What it reaches, and costs", "-"),
        _list_scores(recipe),
        heading("In Python", "-"),
        _take_apart(recipe, features),
    ]
    return "\n".join(part for part in parts if part)


def _hears_smile(features):
    return any(type(part).__name__ == _SMILE_FEATURES for _, part in features.extractors)


def _list_extractors(features):
    n_features = len(features.get_feature_names_out())
    is_sequence = getattr(features.extractors[0][1], "functionals", ()) is None
    rows = [
        (
            f"``{name}``",
            f":class:`~sersk.features.{type(part).__name__}`",
            len(part.get_feature_names_out()),
            _write_params(part) or "defaults",
        )
        for name, part in features.extractors
    ]
    what = "values per frame" if is_sequence else "features per clip"
    header = ("Part", "Extractor", what.capitalize(), "Other than the defaults")
    own = _write_params(features, leave_out=("extractors",))
    shared = f" Of the whole clip: {own}." if own else ""
    total = f"{n_features:,}".replace(",", "\N{NO-BREAK SPACE}")
    return f"{total} {what}.{shared}\n\n{make_list_table(header, rows)}"


def _write_params(estimator, leave_out=()):
    """Write the parameters that differ from the defaults of the class."""
    from sersk import features

    named = {
        tuple(getattr(features, name)): name
        for name in features.__all__
        if name.endswith("_FUNCTIONALS")
    }
    params = estimator.get_params(deep=False)
    defaults = {k: p.default for k, p in inspect.signature(type(estimator)).parameters.items()}
    if not set(params) <= set(defaults):
        # What hides its parameters behind **kwargs tells them when it is made.
        defaults = type(estimator)().get_params(deep=False)
    changed = []
    for name, value in params.items():
        # Compared as text, since nan is not equal to itself.
        if name in leave_out or repr(value) == repr(defaults[name]):
            continue
        known = named.get(value) if isinstance(value, tuple) else None
        changed.append(f"{name}={known or repr(value)}")
    return code(changed)


def _list_steps(pipeline):
    rows = []
    for name, step in pipeline.steps:
        for depth, part in enumerate(_unwrap(step)):
            label = f"``{name}``" if depth == 0 else ""
            params = _write_params(
                part, leave_out=("extractors", "blocks", "estimator", "estimators")
            )
            rows.append((label, _link(part), params or "defaults"))
    return "Each step, and below it what it wraps:\n\n" + make_list_table(
        ("Step", "Class", "Other than the defaults"), rows
    )


def _unwrap(step):
    parts = [step]
    while hasattr(parts[-1], "estimator"):
        parts.append(parts[-1].estimator)
    return parts


def _link(part):
    kind = type(part)
    room = ".".join(kind.__module__.split(".")[:2])
    is_own = kind.__module__.startswith("sersk.")
    return f":class:`~{room}.{kind.__name__}`" if is_own else f"``{kind.__name__}``"


def _list_blocks(pipeline):
    voting = pipeline["classifier"].estimator
    rows = []
    for member, lda, names in voting.estimators:
        sizes = ", ".join(f"``{name}`` ({dict(voting.blocks)[name]})" for name in names)
        rows.append((f"``{member}``", _link(lda), _write_params(lda) or "defaults", sizes))
    header = ("Member", "Class", "Other than the defaults", "Blocks that it hears (features)")
    return (
        "The members of the vote. All blocks that a member hears weigh the same, however many "
        "features they have:\n\n" + make_list_table(header, rows)
    )


def _list_network(recipe):
    own = recipe.make_parts(False)[1]
    params = code(f"{name}={value!r}" for name, value in own.items()) or "defaults"
    rows = [
        ("``features``", ":class:`~sersk.features.AudioFeatures`", "as above"),
        ("``classifier``", f":class:`~sersk.neural.{recipe.model}`", params),
    ]
    return (
        make_list_table(("Step", "Class", "Other than the defaults"), rows)
        + "\nThe network standardises what it is given, unless it says otherwise here, and holds "
        "speakers of its own out to choose the epoch that is kept; "
        ':doc:`/user_guide/networks` has more. It needs ``pip install "sersk[torch]"``.\n'
    )


def _list_copies(recipe):
    if recipe.augment is None:
        return "It learns from the clips as they are; ``--augment`` adds changed copies.\n"
    return (
        f"``sersk fit`` lets it learn from changed copies of the training clips as well, as by "
        f"``--augment {recipe.augment}``; ``--no-copies`` does without. See "
        ":doc:`/user_guide/augmentation`.\n"
    )


def _list_search(recipe):
    rows = [(f"``{name}``", code(values)) for name, values in recipe.search_space.items()]
    return "``--search`` tries all combinations of these, inside each fold:\n\n" + make_list_table(
        ("Parameter", "Values"), rows
    )


def _list_scores(recipe):
    header = ("Protocol", "UAR", "95 % interval")
    own = f"``{recipe.name}``"
    rows = [
        tuple(row[column] for column in header) for row in read_scores() if row["Recipe"] == own
    ]
    rows += [
        ("RAVDESS, published folds", row["UAR"], row["95 % interval"])
        for row in read_network_scores()
        if recipe.is_network and row["Recipe"] == own
    ]
    if not rows:
        return (
            "There is no score of it among ours. ``sersk compare`` tells how it does on your "
            "corpus, beside others:\n\n.. code-block:: console\n\n"
            f"   $ sersk compare --data TRAIN.csv --recipes default,{recipe.name}\n"
        )
    source = "/user_guide/networks" if recipe.is_network else "/accuracy"
    return (
        "On speakers that it has not heard:\n\n"
        + make_list_table(header, rows)
        + "\n"
        + _list_costs(own)
        + f":doc:`{source}` tells how these were made.\n"
    )


def _list_costs(own):
    for row in read_costs():
        if row["Recipe"] == own:
            return (
                f"From file to features it takes {row['ms per second']} ms of one core for a "
                f"second of sound, {row['of eGeMAPS']} of what openSMILE's eGeMAPS takes; the fit "
                f"to the features of 1440 clips and their copies {row['fit, s']} s. "
            )
    return ""


def _take_apart(recipe, features):
    first = features.extractors[0][0]
    lines = [
        "from sersk.recipes import make_recipe",
        "",
        f'pipeline, search_space = make_recipe("{recipe.name}")',
        'pipeline["features"].get_feature_names_out()',
        f'dict(pipeline["features"].extractors)["{first}"]      # one extractor, usable alone',
        'pipeline["classifier"]',
        "pipeline.fit(paths, emotions)",
    ]
    body = "\n".join(f"   {line}".rstrip() for line in lines)
    return f".. code-block:: python\n\n{body}\n" + _say_about_copies(recipe)


def _say_about_copies(recipe):
    if recipe.augment is None:
        return ""
    return (
        "\nThe pipeline makes no copies: put it into "
        ":class:`~sersk.augmentation.AugmentedEstimator` for them.\n"
    )
