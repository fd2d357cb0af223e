"""A corpus of synthetic speech on disk, to try everything on."""

from pathlib import Path

import numpy as np
import pandas as pd

from sersk.datasets import make_emotional_speech
from sersk.utils._files import check_empty_folder

_SAMPLE_RATE = 16000
_N_TRAIN_SPEAKERS = 8
_N_TEST_SPEAKERS = 2
_N_CLIPS_PER_CLASS = 5


def write_demo_corpus(folder, *, random_state=0):
    """Write a corpus of synthetic emotional speech.

    Parameters
    ----------
    folder : path-like
        Where to; an existing folder must be empty.
    random_state : int, default=0
        Seed of voices, clips and order.

    Returns
    -------
    manifest : Path
        ``TRAIN.csv`` with columns Filename, Class and Speaker, rows in random order. Its files are
        in ``TRAIN``; clips of other speakers, without labels, in ``TEST``.

    Raises
    ------
    FileExistsError
        When the folder is not empty.
    """
    import soundfile

    folder = Path(folder)
    check_empty_folder(folder)
    folder.mkdir(parents=True, exist_ok=True)
    signals, emotions, speakers = make_emotional_speech(
        _N_TRAIN_SPEAKERS + _N_TEST_SPEAKERS,
        _N_CLIPS_PER_CLASS,
        sample_rate=_SAMPLE_RATE,
        random_state=random_state,
    )
    # Shuffled before they are numbered, so that neither names nor order give a class away.
    order = np.random.RandomState(random_state).permutation(len(signals))
    is_test = np.isin(speakers, np.unique(speakers)[_N_TRAIN_SPEAKERS:])
    for part, chosen in (("TRAIN", order[~is_test[order]]), ("TEST", order[is_test[order]])):
        (folder / part).mkdir()
        names = [f"{number:03d}.wav" for number in range(1, len(chosen) + 1)]
        for name, clip in zip(names, chosen, strict=True):
            soundfile.write(folder / part / name, signals[clip], _SAMPLE_RATE, subtype="PCM_16")
        if part == "TRAIN":
            columns = {"Filename": names, "Class": emotions[chosen], "Speaker": speakers[chosen]}
            pd.DataFrame(columns).to_csv(folder / "TRAIN.csv", index=False)
    return folder / "TRAIN.csv"
