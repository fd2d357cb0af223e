"""What the operator chose when the page was started."""

import argparse
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Options:
    """Choices of the operator.

    Attributes
    ----------
    models : tuple of Path
        The saved models to show; none for that of the demo.
    max_duration_s : float
        Longest recording that is judged, in seconds.
    """

    models: tuple
    max_duration_s: float


def read_options(args):
    """Read the arguments of the page's script.

    Parameters
    ----------
    args : list of str
        What follows ``--`` in ``streamlit run sersk/app/main.py -- --model M``.

    Returns
    -------
    options : Options
        The choices.
    """
    parser = argparse.ArgumentParser(prog="sersk app", add_help=False)
    parser.add_argument("--model", type=Path, action="append", default=[])
    parser.add_argument("--max-duration-s", type=float, default=7200.0)
    chosen = parser.parse_args(args)
    return Options(tuple(chosen.model), chosen.max_duration_s)
