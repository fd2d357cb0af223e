"""Fingerprints and near-duplicates, on synthetic speech."""

import itertools

import numpy as np
import pytest

from sersk.audio import Recording, resample
from sersk.audit._fingerprint import Fingerprint, fingerprint_recording, make_fingerprint
from sersk.audit._near_duplicates import find_near_duplicates
from sersk.datasets import make_emotional_speech
from tests.audit._copies import KINDS

RATE = 16000


@pytest.fixture(scope="module")
def clips():
    return make_emotional_speech(n_speakers=4, n_clips_per_class=4, duration_s=2.5)[0]


@pytest.fixture(scope="module")
def fingerprints(clips):
    return [make_fingerprint(clip, RATE) for clip in clips]


def count_bytes(fingerprint):
    return sum(array.nbytes for array in vars(fingerprint).values())


def assert_equal(one, other):
    for name, array in vars(one).items():
        np.testing.assert_array_equal(array, vars(other)[name])


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_copies_are_found(kind, clips, fingerprints):
    n_clips = len(clips)
    chosen = range(0, n_clips, 8)
    rngs = [np.random.default_rng(i) for i in chosen]
    copies = [kind(clips[i], RATE, rng) for i, rng in zip(chosen, rngs, strict=True)]
    pairs = find_near_duplicates(fingerprints + [make_fingerprint(*copy) for copy in copies])
    assert [pair[:2] for pair in pairs] == [(i, n_clips + k) for k, i in enumerate(chosen)]
    assert all(0.9 < pair[2] <= 1 for pair in pairs)


def test_takes_are_told_apart(fingerprints):
    assert len(fingerprints) == 64
    assert find_near_duplicates(fingerprints) == []
    # Not because nothing is looked at.
    assert find_near_duplicates([*fingerprints, fingerprints[3]]) == [(3, 64, 1.0)]


def test_other_word_in_the_same_sentence_is_no_copy(clips):
    """A copy agrees throughout; here 0.3 s differ."""
    start, stop = round(0.9 * RATE), round(1.2 * RATE)
    other = clips[4].copy()
    other[start:stop] = clips[24][start:stop]
    pair = [make_fingerprint(clip, RATE) for clip in (clips[4], other)]
    assert find_near_duplicates(pair) == []
    assert find_near_duplicates(pair, threshold=0.5) != []


def test_parts_of_one_take_are_found_where_they_overlap_by_half(clips):
    head = make_fingerprint(clips[0][: round(-0.4 * RATE)], RATE)
    tail = make_fingerprint(clips[0][round(0.4 * RATE) :], RATE)
    assert [pair[:2] for pair in find_near_duplicates([head, tail])] == [(0, 1)]
    second = clips[0][RATE // 2 : 3 * RATE // 2]
    ends_alike = [np.concatenate([clips[9], second]), np.concatenate([second, clips[30]])]
    assert find_near_duplicates([make_fingerprint(x, RATE) for x in ends_alike]) == []


def test_excerpt_is_found_at_any_rate(clips):
    excerpt = resample(clips[3][RATE // 2 : 3 * RATE // 2], RATE, 11025)
    fingerprints = [make_fingerprint(clips[3], RATE), make_fingerprint(excerpt, 11025)]
    assert [pair[:2] for pair in find_near_duplicates(fingerprints)] == [(0, 1)]


def test_order_does_not_matter(clips, fingerprints, monkeypatch):
    copies = [make_fingerprint(-0.3 * clip[2000:], RATE) for clip in clips[::4]]
    everything = fingerprints + copies
    pairs = find_near_duplicates(everything, threshold=0.01)
    assert len(pairs) > len(copies)
    order = np.random.default_rng(0).permutation(len(everything))
    # Other batches, too.
    monkeypatch.setattr("sersk.audit._near_duplicates._N_ROWS", 7)
    monkeypatch.setattr("sersk.audit._near_duplicates._N_COLUMNS", 64)
    shuffled = find_near_duplicates([everything[i] for i in order], threshold=0.01)
    back = [(*sorted((int(order[i]), int(order[j]))), value) for i, j, value in shuffled]
    assert sorted(back) == pairs


def test_results_are_repeatable(clips, fingerprints):
    assert_equal(make_fingerprint(clips[0], RATE), fingerprints[0])
    assert_equal(make_fingerprint(list(clips[0]), RATE), fingerprints[0])


def test_same_take_in_three_files(clips):
    fingerprints = [make_fingerprint(gain * clips[5], RATE) for gain in (1, 0.5, -0.1)]
    pairs = find_near_duplicates(fingerprints)
    assert [pair[:2] for pair in pairs] == [(0, 1), (0, 2), (1, 2)]


@pytest.mark.parametrize("n_times", [1, 80, 800, 8000])
def test_silence_is_like_nothing(n_times, fingerprints):
    silent = make_fingerprint(np.zeros(n_times), RATE)
    assert silent.levels.shape == (0, 32)
    assert len(silent.anchors) == len(silent.patches) == 0
    assert find_near_duplicates([silent, silent, fingerprints[0]]) == []


@pytest.mark.parametrize("duration_s", [0.0001, 0.05, 0.3, 0.7])
def test_short_clips_are_no_evidence(duration_s, clips, rng):
    n_times = max(1, round(duration_s * RATE))
    start = len(clips[0]) // 2
    shorts = [
        clip[start : start + n_times] for clip in (clips[0], clips[0], rng.normal(size=RATE))
    ]
    made = [make_fingerprint(short, RATE) for short in [*shorts, clips[0]]]
    assert find_near_duplicates(made, threshold=0.01) == []


def test_clicks_and_constants_are_no_evidence(rng):
    click = np.zeros(2 * RATE)
    click[RATE : RATE + 320] = rng.normal(scale=0.1, size=320)
    constant = np.full(2 * RATE, 0.3)
    twice = np.concatenate([click, click])
    made = [make_fingerprint(x, RATE) for x in (click, click, constant, constant, twice, twice)]
    assert find_near_duplicates(made, threshold=0.01) == []


def test_noises_are_told_apart(rng):
    noises = [make_fingerprint(rng.normal(size=2 * RATE), RATE) for _ in range(20)]
    assert find_near_duplicates(noises, threshold=0.4) == []


def test_clips_are_found_in_long_recordings(clips, fingerprints):
    """Two recordings of minutes, which share one clip among others of their own."""
    pause = np.zeros(RATE // 2, dtype=np.float32)
    halves = [
        np.concatenate([x for clip in half for x in (clip, pause)])
        for half in (clips[:32], clips[32:])
    ]
    made = [make_fingerprint(half, RATE) for half in halves]
    assert min(len(half) for half in halves) > 80 * RATE
    assert find_near_duplicates(made) == []
    found = {pair[:2] for pair in find_near_duplicates(made + fingerprints)}
    assert found == {(i // 32, i + 2) for i in range(64)}


def test_long_recordings_that_share_a_part_are_found(clips):
    shared = np.concatenate(clips[:6])
    a = np.concatenate([*clips[10:14], shared, *clips[14:20]])
    b = np.concatenate([*clips[20:28], shared, *clips[28:30]])
    pairs = find_near_duplicates([make_fingerprint(a, RATE), make_fingerprint(b, RATE)])
    assert [pair[:2] for pair in pairs] == [(0, 1)]


def test_size_follows_duration(clips):
    """Kilobytes for a clip, whatever the rate; megabytes for an hour."""
    sizes = [
        count_bytes(make_fingerprint(np.resize(np.concatenate(clips), s * RATE), RATE)) / s
        for s in (3, 30, 300)
    ]
    assert max(sizes) < 1.3 * min(sizes)
    assert max(sizes) < 4500
    loud = resample(clips[0], RATE, 48000)
    assert count_bytes(make_fingerprint(loud, 48000)) == pytest.approx(
        count_bytes(make_fingerprint(clips[0], RATE)), rel=0.05
    )


def test_recording_in_pieces_is_the_same(clips, monkeypatch, write_audio):
    signal = np.concatenate(clips[:20])
    path = write_audio("long.wav", signal, RATE, subtype="FLOAT")
    whole = make_fingerprint(signal, RATE)
    monkeypatch.setattr("sersk.utils._sound_files.PIECE_LENGTH", 100_000)
    pieces = fingerprint_recording(Recording(path))
    assert len(pieces.levels) > 2048
    assert abs(pieces.levels.astype(int) - whole.levels).max() <= 1
    [(_, _, similarity)] = find_near_duplicates([whole, pieces])
    assert similarity > 0.999


def test_nothing_gives_nothing(fingerprints):
    assert find_near_duplicates([]) == []
    assert find_near_duplicates(fingerprints[:1]) == []


def test_bad_input_is_told():
    with pytest.raises(ValueError, match="must have one dimension"):
        make_fingerprint(np.zeros((2, 100)), RATE)
    with pytest.raises(ValueError, match="signal contains NaN"):
        make_fingerprint([0.0, np.nan], RATE)
    with pytest.raises(ValueError, match="minimum of 1 is required"):
        make_fingerprint([], RATE)
    with pytest.raises(ValueError, match="'sample_rate' parameter of make_fingerprint"):
        make_fingerprint([0.0], 0)
    for threshold in (0, 1.1):
        with pytest.raises(ValueError, match="'threshold' parameter of find_near_duplicates"):
            find_near_duplicates([], threshold=threshold)


def test_fingerprints_cannot_be_changed(fingerprints):
    assert isinstance(fingerprints[0], Fingerprint)
    with pytest.raises(AttributeError):
        fingerprints[0].levels = None


def test_anchors_lie_apart(fingerprints):
    gaps = [b - a for f in fingerprints for a, b in itertools.pairwise(f.anchors)]
    assert min(gaps) > 12
    assert all(1 <= len(f.anchors) / (len(f.levels) / 100) <= 6 for f in fingerprints)
