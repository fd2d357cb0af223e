"""Changes of an epoch: what is drawn for a clip hangs on its samples, the epoch and the seed."""

import pickle
from collections import Counter

import numpy as np
import pytest

from sersk.augmentation._copies import make_copies
from sersk.augmentation._epochs import EpochChanges, digest_clips
from sersk.exceptions import AudioReadError
from sersk.features import RMS, AudioFeatures
from sersk.utils._changed_clips import ChangedClip
from tests.augmentation._stand_ins import Noise, Reverse, Tell

RATE = 8000
THREE = [Tell(1), Tell(2), Tell(3)]


def draw(n_clips):
    rng = np.random.default_rng(0)
    return list(rng.uniform(-0.5, 0.5, size=(n_clips, 20)).astype(np.float32))


def tell(clips, epoch=1, *, augmentations=THREE, probability=1.0, seed=0):
    """Give the name of the augmentation and the seed that each clip gets; None for no change."""
    changes = EpochChanges(augmentations, probability, seed)
    told = []
    for clip, digest in zip(clips, digest_clips(clips, RMS(sample_rate=RATE)), strict=True):
        changed = changes.change(clip, digest, epoch)
        if changed is not None:
            name, _, high, low = changed.apply(clip, RATE).astype(int).tolist()
            changed = name, high * 2**16 + low
        told.append(changed)
    return told


@pytest.mark.parametrize("probability", [0.0, 0.2, 0.5, 1.0])
def test_as_many_are_changed_as_are_likely(probability):
    n = sum(told is not None for told in tell(draw(1000), probability=probability))
    # Five standard deviations about the mean.
    assert abs(n - 1000 * probability) <= 5 * np.sqrt(1000 * probability * (1 - probability))


def test_all_augmentations_are_equally_likely():
    counts = Counter(name for name, _ in tell(draw(900)))
    assert counts.keys() == {1, 2, 3}
    assert all(230 < count < 370 for count in counts.values())


def test_clips_epochs_and_seeds_have_draws_of_their_own():
    clips = draw(10)
    told = [tell(clips, epoch, seed=seed) for epoch in (1, 2, 3) for seed in (0, 1)]
    assert len({seed for of_epoch in told for _, seed in of_epoch}) == 10 * 3 * 2


def test_a_higher_probability_changes_further_clips_and_those_in_the_same_way():
    clips = draw(50)
    few, many = (tell(clips, probability=p) for p in (0.3, 0.6))
    assert all(a is None or a == b for a, b in zip(few, many, strict=True))
    assert few.count(None) > many.count(None) > 0


def test_no_draw_is_that_of_a_copy():
    clips = draw(5)
    for number, copies in enumerate(zip(*make_copies(clips, [Tell(1)], [4] * 5, 0), strict=True)):
        of_copies = [copy.apply(copy.source, RATE).tolist() for copy in copies]
        for epoch in range(4):
            told = tell(clips, epoch, augmentations=[Tell(1)])
            seeds = [int(high) * 2**16 + int(low) for _, _, high, low in of_copies]
            assert not {seed for _, seed in told} & set(seeds), (number, epoch)


def test_the_key_says_all_that_a_change_depends_on():
    (clip,) = draw(1)
    (digest,) = digest_clips([clip], RMS(sample_rate=RATE))
    pairs = [(Noise(scale), seed) for scale in (0.1, 0.2) for seed in (0, 1)]
    keys = [EpochChanges([a], 1, seed).change(clip, digest, 1).key for a, seed in pairs]
    keys.append(EpochChanges([Noise(0.1)], 1, 0).change(clip, digest, 2).key)
    assert len(set(keys)) == 5


def test_a_change_can_be_pickled():
    (clip,) = draw(1)
    (digest,) = digest_clips([clip], RMS(sample_rate=RATE))
    changed = EpochChanges([Noise()], 1, 0).change(clip, digest, 1)
    again = pickle.loads(pickle.dumps(changed))
    np.testing.assert_array_equal(again.apply(clip, RATE), changed.apply(clip, RATE))


def test_digests_are_of_the_samples_that_a_change_is_handed(write_audio):
    (clip,) = np.round(2**15 * np.array(draw(1))) / np.float32(2**15)
    wav, flac = (str(write_audio(f"a.{kind}", clip, RATE)) for kind in ("wav", "flac"))
    assert len({*digest_clips([wav, flac], RMS()), *digest_clips([clip], RMS())}) == 1
    long = np.tile(clip, 500)
    part = AudioFeatures([("rms", RMS(sample_rate=RATE))], offset_s=0.5, duration_s=0.25)
    of_part, of_cut = (
        digest_clips([clip], extractor)
        for clip, extractor in [(long, part), (long[4000:6000], RMS(sample_rate=RATE))]
    )
    assert of_part == of_cut
    reversed_ = ChangedClip(clip, lambda signal, rate: Reverse()(signal, rate, 0), "reversed")
    of_changed, of_reversed = (
        digest_clips([c], RMS(sample_rate=RATE)) for c in (reversed_, clip[::-1].copy())
    )
    assert of_changed == of_reversed


def test_digests_are_the_same_for_any_number_of_workers():
    clips = draw(40)
    one, two = (digest_clips(clips, RMS(sample_rate=RATE), n_jobs=n) for n in (1, 2))
    assert one == two
    assert len(set(one)) == 40


def test_a_file_that_cannot_be_read():
    with pytest.raises(AudioReadError, match="no such file"):
        digest_clips(["no such file.wav"], RMS())
