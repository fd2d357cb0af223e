"""Changes of clips that are drawn anew in each epoch, by chance that hangs on the clip alone."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import xxhash

from sersk.utils._changed_clips import ChangedClip
from sersk.utils._parallel import map_chunks

_CHUNK_SIZE = 16


class EpochChanges:
    """Says for each clip and epoch whether, and how, the clip is changed.

    What is drawn depends on the samples of the clip as they are read, the seed, the epoch and the
    augmentations; not on paths, other clips, the order of either, or workers.

    Parameters
    ----------
    augmentations : sequence of callable
        Each takes samples, their rate in Hz and a seed, and gives changed samples; its method
        `describe` says all that these depend on.
    probability : float
        How likely a clip is to be changed in an epoch, by one of the augmentations.
    seed : int
        Seed of all draws, not negative.
    """

    def __init__(self, augmentations, probability, seed):
        self.augmentations = augmentations
        self.probability = probability
        self.seed = seed
        self._descriptions = [augmentation.describe() for augmentation in augmentations]

    def change(self, clip, digest, epoch):
        """Change a clip as an epoch wants it.

        Parameters
        ----------
        clip : str, ndarray of shape (n_times,) or ChangedClip
            The clip.
        digest : bytes
            What `digest_clips` gave for it.
        epoch : int
            Number of the epoch.

        Returns
        -------
        changed : ChangedClip or None
            The changed clip; None where it stays as it is.
        """
        words = np.frombuffer(digest, dtype="<u4").tolist()
        draws = np.random.SeedSequence([self.seed, *words], spawn_key=(epoch,))
        # Its own states, other than numpy's random numbers, are the same in every version.
        whether, which, seed = draws.generate_state(3, np.uint64).tolist()
        if (whether >> 11) * 2.0**-53 >= self.probability:
            return None
        number = which % len(self.augmentations)
        seed >>= 32
        key = f"seed {seed} for {self._descriptions[number]}"
        return ChangedClip(clip, _Change(self.augmentations[number], seed), key)


@dataclass(frozen=True)
class _Change:
    """Hands an augmentation the seed that was drawn."""

    augment: Callable
    seed: int

    def __call__(self, signal, sample_rate):
        return self.augment(signal, sample_rate, self.seed)


def digest_clips(clips, extractor, *, n_jobs=None):
    """Digest the samples of clips as an extractor reads them.

    Parameters
    ----------
    clips : list of (str, ndarray of shape (n_times,) or ChangedClip)
        The clips.
    extractor : BaseExtractor
        Which stretch of the clips to read, and whether to trim them.
    n_jobs : int or None, default=None
        Number of workers.

    Returns
    -------
    digests : list of bytes
        One for each clip; equal samples have equal ones.
    """
    # Reading and hashing both leave Python's lock.
    return map_chunks(
        _digest_chunk, clips, extractor, n_jobs=n_jobs, chunk_size=_CHUNK_SIZE, prefer="threads"
    )


def _digest_chunk(clips, extractor):
    return [_digest(extractor._open(clip)) for clip in clips]


def _digest(recording):
    return xxhash.xxh3_128_digest(recording.signal(recording.native_rate))
