"""Copies of clips: what is drawn for each hangs on its own samples and number, and on no more."""

import pickle
from collections import Counter
from itertools import permutations

import numpy as np
import pytest

from sersk.audio import Recording
from sersk.augmentation._copies import make_copies
from sersk.features._keys import make_clip_key
from tests.augmentation._stand_ins import Noise, Reverse, Tell, global_states

THREE = [Tell(1), Tell(2), Tell(3)]


def draw(n_clips, seed=0):
    rng = np.random.default_rng(seed)
    return list(rng.uniform(-0.5, 0.5, size=(n_clips, 20)).astype(np.float32))


def hear(copy, sample_rate=8000):
    rate = Recording(copy, sample_rate).native_rate
    return Recording(copy, sample_rate).signal(rate)


def tell(clip, augmentations=THREE, n_copies=3, seed=0):
    """Give the name of the augmentation and the seed that each copy of a clip gets."""
    (copies,) = make_copies([clip], augmentations, [n_copies], seed)
    told = [hear(copy).astype(int).tolist() for copy in copies]
    return [(name, high * 2**16 + low) for name, _, high, low in told]


def test_every_clip_gets_as_many_as_asked_for():
    clips = draw(4)
    copies = make_copies(clips, [Noise()], [2, 0, 3, 1], 0)
    assert [len(of_clip) for of_clip in copies] == [2, 0, 3, 1]
    for clip, of_clip in zip(clips, copies, strict=True):
        assert all(copy.source is clip for copy in of_clip)
        heard = [clip, *map(hear, of_clip)]
        assert len({signal.tobytes() for signal in heard}) == 1 + len(of_clip)


def test_nothing_is_read_yet():
    (copies,) = make_copies(["no such file.wav"], [Noise()], [2], 0)
    assert len(copies) == 2


def test_no_clips():
    assert make_copies([], [Noise()], [], 0) == []


def test_the_augmentation_is_handed_samples_and_rate():
    (clip,) = draw(1)
    ((reversed_, told),) = make_copies([clip], [Reverse()], [2], 0)
    np.testing.assert_array_equal(hear(reversed_), clip[::-1])
    ((told,),) = make_copies([clip], [Tell(1)], [1], 0)
    assert hear(told, 44100)[1] == 44100


# Which augmentation


def test_each_augmentation_has_its_turn_once():
    for clip in draw(50):
        assert sorted(name for name, _ in tell(clip)) == [1, 2, 3]


def test_further_copies_take_them_in_the_same_turn():
    for clip in draw(10):
        names = [name for name, _ in tell(clip, n_copies=8)]
        assert names[3:] == names[:5]


def test_all_orders_are_equally_likely():
    counts = Counter(tuple(name for name, _ in tell(clip)) for clip in draw(600))
    assert counts.keys() == set(permutations([1, 2, 3]))
    # Five standard deviations about the mean of 100.
    assert all(50 < count < 150 for count in counts.values())


# The seeds


def test_no_two_copies_share_a_seed():
    drawn = [seed for clip in draw(200) for _, seed in tell(clip, n_copies=10)]
    assert len(set(drawn)) == len(drawn)
    assert all(0 <= seed < 2**32 for seed in drawn)
    assert np.mean(drawn) == pytest.approx(2**31, rel=0.05)


def test_draws_hang_on_the_seed():
    clips = draw(20)
    first, second = ([tell(clip, seed=seed) for clip in clips] for seed in (0, 1))
    assert {s for told in first for _, s in told}.isdisjoint(s for told in second for _, s in told)
    assert [[n for n, _ in told] for told in first] != [[n for n, _ in told] for told in second]
    assert tell(clips[0], seed=2**40) != tell(clips[0], seed=2**41)


def test_draws_hang_on_every_sample():
    (clip,) = draw(1)
    drawn = {tuple(tell(clip + step)) for step in np.eye(len(clip), dtype=np.float32) / 64}
    assert len(drawn) == len(clip)


def test_draws_do_not_hang_on_what_surrounds_a_clip():
    clips = draw(6)
    alone = [tell(clip) for clip in clips]
    turned = make_copies(clips[::-1], THREE, [3] * 6, 0)[::-1]
    told = [[tuple(hear(copy)) for copy in copies] for copies in turned]
    again = [[tuple(hear(copy)) for copy in make_copies([c], THREE, [3], 0)[0]] for c in clips]
    assert told == again
    assert alone == [tell(clip) for clip in clips]


def test_draws_do_not_hang_on_how_many_copies_there_are():
    (clip,) = draw(1)
    assert tell(clip, n_copies=9)[:3] == tell(clip, n_copies=3)


def test_draws_do_not_hang_on_path_and_format(write_audio):
    # 16 bits hold these exactly.
    samples = (np.arange(-1000, 1000, 7) / 32768).astype(np.float32)
    sources = [
        samples,
        str(write_audio("a.wav", samples, 8000)),
        str(write_audio("elsewhere/b.wav", samples, 8000, subtype="FLOAT")),
        str(write_audio("c.flac", samples, 8000)),
    ]
    (told,) = {tuple(tell(source)) for source in sources}
    assert len(told) == 3


def test_the_same_seed_serves_an_augmentation_with_other_parameters():
    """So that a search over them compares like with like."""
    (clip,) = draw(1)
    ((loud,),) = make_copies([clip], [Noise(0.2)], [1], 0)
    ((faint,),) = make_copies([clip], [Noise(0.1)], [1], 0)
    np.testing.assert_allclose(hear(loud) - clip, 2 * (hear(faint) - clip), atol=1e-6)


def test_draws_stay_what_they_are():
    """Stored features were made with them."""
    drawn = [(3, 2674931329), (2, 2921865731), (1, 474072359)]
    assert tell(np.arange(8, dtype=np.float32) / 8) == drawn


def test_no_global_generator_is_touched():
    before = global_states()
    tell(draw(1)[0])
    assert global_states() == before


def test_copies_can_be_pickled():
    (copies,) = make_copies(draw(1), [Noise(), Reverse()], [4], 0)
    for copy, again in zip(copies, pickle.loads(pickle.dumps(copies)), strict=True):
        np.testing.assert_array_equal(hear(copy), hear(again))
        assert make_clip_key(copy) == make_clip_key(again)


# The keys


def test_keys_say_all_that_a_copy_hangs_on():
    clip, other = draw(2)
    made = [
        ([clip], [Noise()], [2], 0),
        ([other], [Noise()], [2], 0),
        ([clip], [Noise()], [2], 1),
        ([clip], [Noise(0.3)], [2], 0),
        ([clip], [Reverse()], [2], 0),
        ([clip], [Noise(), Reverse()], [2], 0),
        ([clip], [Reverse(), Noise()], [2], 0),
    ]
    copies = [copy for how in made for copy in make_copies(*how)[0]]
    digests = {make_clip_key(copy).digest for copy in copies}
    assert len(digests) == len(copies) == 14


def test_keys_are_the_same_in_every_run():
    (clip,) = draw(1)
    for n_copies in (2, 5):
        one, two = (make_copies([clip], [Noise(), Reverse()], [n], 3)[0] for n in (2, n_copies))
        assert [copy.key for copy in one] == [copy.key for copy in two[:2]]
