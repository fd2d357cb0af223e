"""The command ``sersk``. Only click is imported before a command runs."""

import os
import sys

import click

from sersk import __version__
from sersk.cli._app import app
from sersk.cli._audit import audit
from sersk.cli._augment import augment
from sersk.cli._cache import cache
from sersk.cli._compare import compare
from sersk.cli._datasets import datasets
from sersk.cli._demo import demo
from sersk.cli._diff import diff
from sersk.cli._doctor import doctor
from sersk.cli._evaluate import evaluate
from sersk.cli._explain import explain
from sersk.cli._extract import extract
from sersk.cli._fit import fit
from sersk.cli._index import index
from sersk.cli._info import info
from sersk.cli._plot import plot
from sersk.cli._predict import predict
from sersk.cli._recipes import recipes
from sersk.cli._report import report
from sersk.cli._rerun import rerun


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, package_name="sersk")
def cli():
    """Recognise emotion or sentiment in speech.

    From a CSV of labelled sound files to a cross-validated, saved classifier:

    \b
        sersk fit --data TRAIN.csv
        sersk predict --model model.joblib TEST/

    No data at hand? Try: sersk demo
    """


_COMMANDS = (
    *(index, fit, predict, explain, evaluate, compare, audit, extract, augment, plot, report),
    *(info, rerun, diff, app, recipes, datasets, cache, demo, doctor),
)
for _command in _COMMANDS:
    cli.add_command(_command)


def main(args=None):
    """Run the command line; what goes wrong becomes one line on stderr and an exit status.

    Parameters
    ----------
    args : list of str or None, default=None
        The arguments; None takes those of the process.
    """
    try:
        # A console that cannot show a character should not end the run.
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="replace")
        args = sys.argv[1:] if args is None else args
        # A command that ends by itself, such as one that found something, gives its status.
        status = cli.main(args, prog_name="sersk", standalone_mode=False, obj=args)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        sys.exit(2)
    except click.ClickException as error:
        _fail(error.format_message(), error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _fail("interrupted.", 1)
    except Exception as error:
        if os.environ.get("SERSK_DEBUG"):
            raise
        _fail(_describe(error), 1)
    if status:
        sys.exit(status)


def _describe(error):
    from sersk.exceptions import SerskError

    if isinstance(error, (SerskError, ValueError, TypeError, ImportError, OSError)):
        return str(error) or type(error).__name__
    kind = type(error).__name__
    return f"{kind}: {error} (not foreseen; set SERSK_DEBUG=1 to see where it comes from)"


def _fail(message, status):
    click.echo(f"sersk: error: {' '.join(message.split())}", err=True)
    sys.exit(status)
