"""Named pipelines from sound to label, and the space in which to search each."""

from sersk.recipes._classical import FEATURES, MODELS, Recipe, make_custom_recipe
from sersk.recipes._networks import NetworkRecipe
from sersk.recipes._registry import RECIPES, configure_recipes, find_recipe, make_recipe
from sersk.recipes._voice import VoiceRecipe

__all__ = [
    "FEATURES",
    "MODELS",
    "RECIPES",
    "NetworkRecipe",
    "Recipe",
    "VoiceRecipe",
    "configure_recipes",
    "find_recipe",
    "make_custom_recipe",
    "make_recipe",
]
