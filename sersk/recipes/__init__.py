"""Named pipelines from sound to label, and the space in which to search each."""

from sersk.recipes._classical import FEATURES, MODELS, Recipe, make_custom_recipe
from sersk.recipes._networks import NetworkRecipe
from sersk.recipes._registry import RECIPES, configure_recipes, find_recipe, make_recipe

__all__ = [
    "FEATURES",
    "MODELS",
    "RECIPES",
    "NetworkRecipe",
    "Recipe",
    "configure_recipes",
    "find_recipe",
    "make_custom_recipe",
    "make_recipe",
]
