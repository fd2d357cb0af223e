"""What a command does to its own process."""

import functools
import gc
import warnings
from contextlib import contextmanager

import click


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
