"""What augmentations do to clips, to listen to and to look at."""

import re
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import numpy as np

from sersk.audio import AUDIO_SUFFIXES, Recording
from sersk.augmentation import AUGMENTATIONS, make_augmentations
from sersk.augmentation._copies import make_copies
from sersk.augmentation._registry import split_names
from sersk.display import ClassDistributionDisplay
from sersk.display._change import draw_change, draw_clip
from sersk.display._figure import check_matplotlib, make_figure
from sersk.exceptions import AudioReadError
from sersk.utils._files import check_empty_folder
from sersk.utils._progress import progress_bar
from sersk.workflows._clips import read_clips

_DPI = 110


@dataclass(frozen=True)
class Preparation:
    """What is cut from a file, and at which rate, before it is changed.

    Attributes
    ----------
    sample_rate : int or None
        Sampling rate of what is written, in Hz; None for that of the file.
    reading : dict
        Arguments of `sersk.audio.Recording`: which stretch is read, and how silence is trimmed.
    """

    sample_rate: int | None = None
    reading: dict = field(default_factory=dict)


PREPARATIONS = {
    "default": Preparation(),
    # That of the augmented-cnn system.
    "augmented-cnn": Preparation(44100, dict(offset_s=0.5, duration_s=3.0, trim_db=30.0)),
}


def augment(
    source,
    folder,
    *,
    names=None,
    preset="default",
    n_clips=1,
    random_state=0,
    show_progress=False,
    **columns,
):
    """Write what each augmentation makes of some clips, with pictures.

    Parameters
    ----------
    source : path-like
        A sound file; or a CSV or folder of labelled ones, of which a few clips per class are
        taken, and the shares of the classes drawn.
    folder : path-like
        Where to write; an existing folder must be empty.
    names : str or None, default=None
        Augmentations, as for `sersk.augmentation.make_augmentations`. None takes each by itself.
    preset : {"default", "augmented-cnn"}, default="default"
        Parameters of the augmentations, and what is cut from each file before.
    n_clips : int, default=1
        Clips per class.
    random_state : int, default=0
        Seed of the choice of clips and of all changes.
    show_progress : bool, default=False
        Show a progress bar on stderr, when that is a terminal.
    **columns : dict
        Further arguments of `sersk.datasets.read_manifest`.

    Returns
    -------
    written : list of Path
        Sound files and pictures, in the order written.

    Raises
    ------
    FileExistsError
        When the folder is not empty.
    AudioReadError
        When a file cannot be read.
    ImportError
        When matplotlib is not installed.
    """
    folder = Path(folder)
    check_empty_folder(folder)
    check_matplotlib()
    names, strengths = split_names(",".join(AUGMENTATIONS) if names is None else names, preset)
    effects = dict(zip(names, make_augmentations(names, strengths), strict=True))
    clips, labels = _choose_clips(Path(source), n_clips, random_state, columns)
    parent = folder.resolve().parent
    parent.mkdir(parents=True, exist_ok=True)
    # Seen only when all is complete.
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=parent) as temporary:
        built = Path(temporary)
        if labels is not None:
            _draw_classes(labels, built / "classes.png")
        with progress_bar(
            clips.items(),
            total=len(clips),
            description="Augmenting" if show_progress else None,
            unit="clip",
        ) as bar:
            for name, path in bar:
                _write_clip(path, built / name, effects, PREPARATIONS[preset], random_state)
                bar.update()
        folder.mkdir(exist_ok=True)
        for path in built.iterdir():
            path.replace(folder / path.name)
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _choose_clips(source, n_clips, random_state, columns):
    """Give the clips by what to call them, and the labels of all; none for a single file."""
    if source.is_file() and source.suffix.lower() in AUDIO_SUFFIXES:
        return {"": str(source)}, None
    manifest = read_clips(source, on_error="raise", **columns)
    manifest.require_labels()
    order = np.random.RandomState(random_state).permutation(len(manifest.paths))
    of_class = defaultdict(list)
    for i in order:
        of_class[manifest.labels[i]].append(i)
    chosen = [i for name in sorted(of_class) for i in of_class[name][:n_clips]]
    names = [f"{manifest.labels[i]}-{Path(manifest.paths[i]).stem}" for i in chosen]
    paths = [manifest.paths[i] for i in chosen]
    return dict(zip(_name_folders(names), paths, strict=True)), manifest.labels


def _name_folders(names):
    """Give each clip a folder of its own: classes may be called as no folder can be."""
    folders, taken = [], set()
    for name in names:
        plain = folder = re.sub(r"[^\w.-]+", "_", name)
        for number in count(2):
            # Some systems take upper and lower case for the same.
            if folder.lower() not in taken:
                break
            folder = f"{plain}-{number}"
        taken.add(folder.lower())
        folders.append(folder)
    return folders


def _draw_classes(labels, path):
    figure = make_figure((7, 4.5))
    ClassDistributionDisplay.from_labels(labels, kind="pie", ax=figure.subplots())
    figure.savefig(path, dpi=_DPI)


def _write_clip(path, folder, effects, preparation, seed):
    import soundfile

    folder.mkdir(exist_ok=True)

    def write(name, signal, figure):
        sound = np.clip(signal, -1, 1)
        soundfile.write(folder / f"{name}.wav", sound, sample_rate, subtype="PCM_16")
        figure.savefig(folder / f"{name}.png", dpi=_DPI)

    try:
        recording = Recording(path, **preparation.reading)
        sample_rate = preparation.sample_rate or recording.native_rate
        signal = recording.signal(sample_rate)
    except AudioReadError as error:
        raise AudioReadError(
            f"Cannot read {path!r}: {error.reason}.", path, error.reason
        ) from error
    title = Path(path).name
    write("original", signal, draw_clip(signal, sample_rate, title))
    for name, effect in effects.items():
        # Of what was read, not of the file: trimmed at another rate, it would begin elsewhere.
        [[copy]] = make_copies([signal], [effect], [1], seed)
        changed = Recording(copy, sample_rate).signal(sample_rate)
        pictures = draw_change(signal, changed, sample_rate, (title, f"{name}: {effect}"))
        write(name, changed, pictures)
