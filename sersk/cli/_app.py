"""sersk app."""

from contextlib import contextmanager
from pathlib import Path

import click

from sersk.cli._options import FILE


@click.command(short_help="Open a page to hear, see and question a model.")
@click.option(
    "--model",
    "models",
    type=FILE,
    multiple=True,
    metavar="FILE",
    help="A model that sersk fit has saved; may be given several times. By default one is trained "
    "on synthetic speech.",
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    metavar="ADDRESS",
    help="Address to listen at; 0.0.0.0 lets others in.",
)
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=8501,
    show_default=True,
    metavar="N",
    help="Port to listen at.",
)
@click.option(
    "--max-upload",
    type=click.IntRange(min=1),
    default=200,
    show_default=True,
    metavar="MB",
    help="Largest file that is taken.",
)
@click.option(
    "--max-duration",
    type=click.FloatRange(min=0, min_open=True),
    default=120.0,
    show_default=True,
    metavar="MINUTES",
    help="Longest recording that is judged.",
)
@click.option("--open-browser", is_flag=True, help="Open the page in a browser.")
def app(models, host, port, max_upload, max_duration, open_browser):
    """Serve a page on which anyone can upload or record speech and question a model.

    Only this computer can open it, unless --host says otherwise. Models are those named here:
    visitors cannot bring any. Needs the extra sersk[app]. Ctrl-C ends it.
    """
    import math

    from sersk import persistence

    if math.isnan(max_duration):
        raise ValueError("--max-duration must be a number of minutes. Got nan instead.")
    _check_extra()
    for model in models:
        persistence.read_description(model)
    _check_port(host, port)
    page = Path(__file__).parents[1] / "app" / "main.py"
    chosen = [arg for model in models for arg in ("--model", str(model))]
    with _own_folder():
        _serve(
            page,
            {
                "server.address": host,
                "server.port": port,
                "server.maxUploadSize": max_upload,
                "server.headless": not open_browser,
            },
            [*chosen, "--max-duration-s", str(60 * max_duration)],
        )


@contextmanager
def _own_folder():
    """Keep temporary files in a folder that goes with all that a killed request leaves there."""
    import shutil
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix="sersk-app-"))
    tempfile.tempdir = str(folder)
    try:
        yield
    finally:
        # A request that is still being answered finds nowhere to write.
        gone = folder.rename(folder.with_name(f"{folder.name}-gone"))
        shutil.rmtree(gone, ignore_errors=True)


def _check_extra():
    try:
        import matplotlib  # noqa: F401
        import streamlit  # noqa: F401
    except ImportError as error:
        raise ImportError(
            'sersk app needs streamlit and matplotlib. Install them with: pip install "sersk[app]"'
        ) from error


def _check_port(host, port):
    """Raise when somebody else listens there, or nobody may."""
    import socket

    # To a socket, no address is every address.
    if not host:
        raise ValueError("--host must be an address, such as 127.0.0.1. Got '' instead.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # A server that has just ended leaves its port waiting, which stops nobody.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise OSError(
                f"Cannot listen at {host}, port {port}: {error.strerror}. "
                "Choose another with --port, or another address with --host."
            ) from error


def _serve(page, settings, args):
    """Serve the page until SIGINT or SIGTERM."""
    from streamlit.web import cli

    flags = [f"--{name}={str(value).lower()}" for name, value in settings.items()]
    cli.main(["run", str(page), *flags, "--", *args], standalone_mode=False)
