"""All recipes, by name."""

from sersk.exceptions import RecipeError
from sersk.recipes._classical import CLASSICAL
from sersk.recipes._networks import NETWORKS
from sersk.recipes._voice import VOICES

RECIPES = {recipe.name: recipe for recipe in (*VOICES, *CLASSICAL, *NETWORKS)}


def find_recipe(name):
    """Look a recipe up by its name.

    Parameters
    ----------
    name : str
        One of `RECIPES`.

    Returns
    -------
    recipe : Recipe, VoiceRecipe or NetworkRecipe
        The recipe.

    Raises
    ------
    RecipeError
        When there is none of that name.
    """
    if name not in RECIPES:
        raise RecipeError(f"There is no recipe {name!r}. It must be one of: {', '.join(RECIPES)}.")
    return RECIPES[name]


def configure_recipes(recipes, *, max_epochs=None, **options):
    """Give those recipes that are networks other options.

    Parameters
    ----------
    recipes : list of Recipe, VoiceRecipe or NetworkRecipe
        The recipes.
    max_epochs : int, dict of str to int, or None, default=None
        Epochs at most: of all networks, or by the name of the recipe; None as a name stands for
        the others.
    **options : dict
        As for `NetworkRecipe.configure`; None leaves an option as it is.

    Returns
    -------
    recipes : list of Recipe, VoiceRecipe or NetworkRecipe
        The same in the same order, networks with the options.

    Raises
    ------
    RecipeError
        When there are options, and no recipe is a network; or epochs for one that is not there.

    Examples
    --------
    >>> from sersk.recipes import configure_recipes, find_recipe
    >>> bilstm, = configure_recipes([find_recipe("bilstm")], max_epochs=5)
    >>> bilstm.options
    {'max_epochs': 5}
    """
    options = {name: value for name, value in options.items() if value is not None}
    epochs = max_epochs if isinstance(max_epochs, dict) else {None: max_epochs}
    epochs = {name: limit for name, limit in epochs.items() if limit is not None}
    _check_options(recipes, [*options, *(["max_epochs"] if epochs else [])], epochs)
    return [_configure(recipe, epochs, options) for recipe in recipes]


def _check_options(recipes, asked, epochs):
    networks = [recipe.name for recipe in recipes if recipe.is_network]
    if asked and not networks:
        known = ", ".join(recipe.name for recipe in NETWORKS)
        raise RecipeError(
            f"Only a network has {', '.join(asked)}, and {recipes[0].name!r} is none. Leave that "
            f"out, or take one of: {known}."
        )
    for name in epochs:
        if name is not None and name not in networks:
            raise RecipeError(
                f"Epochs must be of a network among the recipes, one of: {', '.join(networks)}. "
                f"Got {name!r} instead."
            )


def _configure(recipe, epochs, options):
    if not recipe.is_network:
        return recipe
    limit = epochs.get(recipe.name, epochs.get(None))
    return recipe.configure(**options, **({} if limit is None else {"max_epochs": limit}))


def make_recipe(name, *, select=None, random_state=0, **options):
    """Make the pipeline of a named recipe, and the space to search it in.

    Parameters
    ----------
    name : str
        One of `RECIPES`.
    select : int or None, default=None
        Keep the features with the highest F value between classes, this many. None keeps all.
    random_state : int or None, default=0
        Seed of everything random in it.
    **options : dict
        For a network: ``input="original"``, or its parameters, such as ``max_epochs=10``.

    Returns
    -------
    pipeline : sklearn.pipeline.Pipeline
        Unfitted; takes paths or signals.
    search_space : dict of str to list
        Parameters of the pipeline worth trying, as for `GridSearchCV`.

    Raises
    ------
    RecipeError
        When there is no recipe of that name, or it takes no such options.
    ImportError
        When it is a network, and torch or skorch is not installed.

    Examples
    --------
    >>> from sersk.recipes import make_recipe
    >>> pipeline, search_space = make_recipe("svm")
    >>> list(pipeline.named_steps), list(search_space.values())[0]
    (['features', 'scaler', 'classifier'], [1.0, 10.0, 100.0])
    """
    (recipe,) = configure_recipes([find_recipe(name)], **options)
    return recipe.make_pipeline(select=select, random_state=random_state), recipe.search_space
