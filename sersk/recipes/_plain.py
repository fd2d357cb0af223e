"""Recipes as plain JSON, and back."""

import json

from sersk.exceptions import RecipeError
from sersk.recipes._classical import make_custom_recipe
from sersk.recipes._registry import RECIPES, find_recipe


def recipe_to_plain(recipe):
    """Say in plain JSON which recipe it is.

    Parameters
    ----------
    recipe : Recipe, VoiceRecipe or NetworkRecipe
        The recipe.

    Returns
    -------
    plain : str, dict or None
        Its name; ``name``, ``input`` and ``options`` of a network with options of its own;
        ``features`` and ``model`` of one that was put together; None of one that only Python can
        make.
    """
    known = RECIPES.get(recipe.name)
    if known == recipe:
        return recipe.name
    if known is not None and recipe.is_network:
        plain = {"name": recipe.name, "input": recipe.input, "options": dict(recipe.options)}
    elif not recipe.is_network and hasattr(recipe, "features"):
        plain = {"features": list(recipe.features), "model": recipe.model}
    else:
        return None
    try:
        # Read again, as JSON makes lists of tuples.
        again = recipe_from_plain(json.loads(json.dumps(plain)))
    except (RecipeError, TypeError):
        return None
    return plain if again == recipe else None


def recipe_from_plain(plain):
    """Find the recipe that `recipe_to_plain` spoke of.

    Parameters
    ----------
    plain : str or dict
        What it gave.

    Returns
    -------
    recipe : Recipe, VoiceRecipe or NetworkRecipe
        The recipe.

    Raises
    ------
    RecipeError
        When there is none like that.
    """
    if isinstance(plain, str):
        return find_recipe(plain)
    if "features" in plain:
        return make_custom_recipe(plain["features"], plain["model"])
    return find_recipe(plain["name"]).configure(input=plain["input"], **plain["options"])
