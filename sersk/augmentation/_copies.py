"""Copies of clips, each changed in its own way by chance that hangs on the clip alone."""

import json
from dataclasses import dataclass

import numpy as np
import xxhash

from sersk.utils._changed_clips import ChangedClip


def make_copies(clips, augmentations, n_copies, seed):
    """Make changed copies of every clip.

    For each clip the augmentations are put in an order of its own, and its copies take them in
    turn: with as many copies as augmentations, each has its turn once. Nothing is read yet. What
    is drawn depends on the samples of the clip as they are read, the seed, the number of the copy
    and the augmentations; not on paths, other clips, the order of either, or workers.

    Parameters
    ----------
    clips : list of (str, ndarray or ChangedClip)
        The clips.
    augmentations : sequence of callable
        Each takes samples, their rate in Hz and a seed, and gives changed samples; its method
        `describe` says all that these depend on.
    n_copies : sequence of int
        How many copies to make of each clip.
    seed : int
        Seed of all draws, not negative.

    Returns
    -------
    copies : list of list of ChangedClip
        The copies of each clip. A higher number of them begins with the same ones.
    """
    augmentations = tuple(augmentations)
    description = json.dumps([augmentation.describe() for augmentation in augmentations])
    changes = [_Change(augmentations, seed, k) for k in range(max(n_copies, default=0))]
    keys = [f"copy {k} of seed {seed} by {description}" for k in range(len(changes))]
    return [
        [ChangedClip(clip, changes[k], keys[k]) for k in range(n)]
        for clip, n in zip(clips, n_copies, strict=True)
    ]


@dataclass(frozen=True)
class _Change:
    """What makes the copy of that number from the samples of a clip."""

    augmentations: tuple
    seed: int
    number: int

    def __call__(self, signal, sample_rate):
        words = np.frombuffer(xxhash.xxh3_128_digest(signal), dtype="<u4").tolist()
        # Its own states, other than numpy's random numbers, are the same in every version.
        of_clip = np.random.SeedSequence([self.seed, *words])
        of_copy = np.random.SeedSequence([self.seed, *words], spawn_key=(self.number,))
        n = len(self.augmentations)
        order = of_clip.generate_state(n, np.uint64).argsort(kind="stable")
        augment = self.augmentations[order[self.number % n]]
        return augment(signal, sample_rate, int(of_copy.generate_state(1)[0]))
