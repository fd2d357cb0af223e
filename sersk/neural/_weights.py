"""Trained weights for a DenseNet: out of a file, or the published ones."""

import re
import sys
import warnings
from contextlib import redirect_stdout
from http.client import HTTPException
from pathlib import Path

import torch

from sersk.exceptions import ModelError

BASE_URL = "https://download.pytorch.org/models/"
# Each name ends in the first digits of the file's SHA-256.
IMAGENET_FILES = {
    "121": "densenet121-a639ec97.pth",
    "169": "densenet169-b2777c0a.pth",
    "201": "densenet201-c1103571.pth",
}


def read_weights(weights, variant, *, progress=False):
    """Read weights without running any code that the file may hold.

    Parameters
    ----------
    weights : "imagenet" or path-like
        "imagenet" downloads what torchvision publishes, into torch's own cache; a path names a
        checkpoint.
    variant : str
        Which network "imagenet" is for.
    progress : bool, default=False
        Show the download on stderr.

    Returns
    -------
    state : dict of str to tensor
        By the names of today; the classifier for ImageNet's classes is left out.

    Raises
    ------
    ModelError
        When there is no such file or download, or it holds no weights.
    """
    if weights == "imagenet":
        source, state = _download(variant, progress)
    else:
        source, state = _read_file(weights)
    is_state = isinstance(state, dict) and all(
        isinstance(name, str) and isinstance(values, torch.Tensor)
        for name, values in state.items()
    )
    if not is_state:
        raise ModelError(
            f"{source!r} is no checkpoint: it must hold a dict of names to tensors, as a "
            f"state_dict() is. Got {type(state).__name__} with other things."
        )
    return {
        _modernise(name): values
        for name, values in state.items()
        if not name.startswith("classifier.")
    }


def _download(variant, progress):
    if variant not in IMAGENET_FILES:
        raise ModelError(
            f"Weights for ImageNet are published for the variants {', '.join(IMAGENET_FILES)}. "
            f"Got variant={variant!r}. Pass one of them, or weights=None to train from nothing."
        )
    url = BASE_URL + IMAGENET_FILES[variant]
    way_out = "pass as weights the path of a copy of that file"
    try:
        # torch tells of the download on stdout, which belongs to results.
        with redirect_stdout(sys.stderr):
            return url, torch.hub.load_state_dict_from_url(
                url, map_location="cpu", check_hash=True, weights_only=True, progress=progress
            )
    except (OSError, HTTPException) as error:
        raise ModelError(
            f"Cannot download {url} ({_first_line(error)}). Connect to the internet, or {way_out}."
        ) from error
    # As in reading a file; and RuntimeError when the hash differs.
    except Exception as error:
        folder = str(Path(torch.hub.get_dir(), "checkpoints"))
        raise ModelError(
            f"What came from {url} is not the published file ({_first_line(error)}). Delete it "
            f"from {folder!r} where it is kept there and try again, or {way_out}."
        ) from error


def _read_file(path):
    path = Path(path)
    if not path.is_file():
        raise ModelError(
            f"There is no file of weights {str(path)!r}. Name one that is there, or pass "
            "weights='imagenet' to download the published ones."
        )
    try:
        with warnings.catch_warnings():
            # On an odd version of the pickle protocol, before it fails.
            warnings.simplefilter("ignore")
            return str(path), torch.load(path, map_location="cpu", weights_only=True)
    # Reading a file that is no checkpoint can raise nearly anything.
    except Exception as error:
        raise ModelError(
            f"{str(path)!r} is no checkpoint that torch can read without running code out of it "
            f"({_first_line(error)}). Save one with torch.save(model.state_dict(), path)."
        ) from error


def _first_line(error):
    return (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")


def _modernise(name):
    # The published files are older than the rule that module names hold no dots.
    return re.sub(r"(denselayer\d+\.(?:norm|conv))\.([12]\.)", r"\1\2", name)


def load_weights(net, state, source):
    """Put weights into a network that they fit.

    Parameters
    ----------
    net : DenseNet
        The network; changed in place.
    state : dict of str to tensor
        What `read_weights` gave.
    source : str or path-like
        Where they are from, for messages.

    Raises
    ------
    ModelError
        When something is missing, unexpected, or of another shape.
    """
    wanted = net.state_dict()
    missing = [
        # Files older than this counter, which evaluation does not use, are as good.
        name
        for name in wanted
        if name not in state and not name.endswith("num_batches_tracked")
    ]
    unexpected = [name for name in state if name not in wanted]
    misshapen = [
        name for name in wanted if name in state and _shape(state, name) != _shape(wanted, name)
    ]
    if missing:
        fault = f"must hold {missing[0]!r}. It is missing{_and_others(missing)}"
    elif unexpected:
        fault = (
            f"must hold nothing but its weights. Got {unexpected[0]!r}{_and_others(unexpected)}"
        )
    elif misshapen:
        name = misshapen[0]
        fault = f"must hold {name!r} of shape {_shape(wanted, name)}. Got {_shape(state, name)}"
    else:
        net.load_state_dict(wanted | state)
        return
    raise ModelError(
        f"The weights {str(source)!r} do not fit this DenseNet: they {fault}. Pass the variant, "
        "growth_rate and block_sizes that they were made for."
    )


def _shape(state, name):
    return tuple(state[name].shape)


def _and_others(names):
    return f", and {len(names) - 1} more" if len(names) > 1 else ""
