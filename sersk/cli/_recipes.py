"""sersk recipes."""

import click


@click.command()
def recipes():
    """List the recipes, a line each."""
    from sersk.recipes import FEATURES, MODELS, RECIPES

    width = max(map(len, RECIPES))
    for recipe in RECIPES.values():
        click.echo(f"{recipe.name:<{width}}  {recipe.summary}")
    click.echo("\nOr put one together:")
    click.echo(f"  --features, some of {', '.join(FEATURES)}")
    click.echo(f"  --model, one of {', '.join(MODELS)}")
