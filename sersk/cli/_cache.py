"""sersk cache."""

import click

from sersk.cli._options import cache_option
from sersk.cli._process import with_plain_warnings


@click.group(short_help="Look at or clear the extracted features that are kept.")
def cache():
    """Look at or clear the store of extracted features.

    Features are kept by the content of a file and the parameters of the extractor, so that a
    second run does not compute them again. They hold no sound, but they do describe voices.
    """


@cache.command()
@cache_option
@with_plain_warnings
def info(cache):
    """Tell where the store is, how large it is, and what it holds."""
    from sersk.cli._description import format_store
    from sersk.features import FeatureStore
    from sersk.workflows import measure_fold_memory

    store = FeatureStore(cache)
    click.echo(format_store(store.info(), measure_fold_memory(store)))


@cache.command()
@cache_option
@with_plain_warnings
def clear(cache):
    """Delete all features in the store, and the finished folds that sersk compare keeps there."""
    from sersk.features import FeatureStore
    from sersk.workflows import clear_fold_memory, measure_fold_memory

    store = FeatureStore(cache)
    n_bytes = store.info().n_bytes + measure_fold_memory(store)
    store.clear()
    clear_fold_memory(store)
    click.echo(f"Cleared {store.path}: {n_bytes / 1e6:.1f} MB.")
