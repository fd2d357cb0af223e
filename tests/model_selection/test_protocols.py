import numpy as np
import pytest
from numpy.testing import assert_array_equal

from sersk.exceptions import ManifestError
from sersk.model_selection import PROTOCOLS, make_protocol


def _make_corpus(n_speakers, n_clips_per_class=2):
    y = np.tile(["angry", "sad"], n_speakers * n_clips_per_class)
    speakers = np.repeat([f"S{i:02d}" for i in range(n_speakers)], 2 * n_clips_per_class)
    return y, speakers


def _check_covers(protocol, n_samples):
    assert len(protocol.fold_names) == len(protocol.splits)
    tested = np.concatenate([test for _, test in protocol.splits])
    assert_array_equal(np.sort(tested), np.arange(n_samples))


def test_up_to_thirty_speakers_are_left_out_one_by_one():
    y, speakers = _make_corpus(30)
    protocol = make_protocol(y, speakers)
    assert protocol.name == "leave-one-speaker-out"
    assert not protocol.optimistic
    assert protocol.fold_names == [f"S{i:02d}" for i in range(30)]
    for name, (train, test) in zip(protocol.fold_names, protocol.splits, strict=True):
        assert set(speakers[test]) == {name}
        assert name not in speakers[train]
        assert len(train) + len(test) == len(y)
    _check_covers(protocol, len(y))


def test_more_than_thirty_speakers_are_grouped():
    y, speakers = _make_corpus(31)
    protocol = make_protocol(y, speakers)
    assert protocol.name == "grouped"
    assert not protocol.optimistic
    assert protocol.fold_names == ["1", "2", "3", "4", "5"]
    for train, test in protocol.splits:
        assert not set(speakers[train]) & set(speakers[test])
    _check_covers(protocol, len(y))


def test_number_of_folds_asks_for_groups():
    y, speakers = _make_corpus(8)
    protocol = make_protocol(y, speakers, n_splits=4)
    assert protocol.name == "grouped"
    assert len(protocol.splits) == 4
    for train, test in protocol.splits:
        assert not set(speakers[train]) & set(speakers[test])


def test_speakers_can_be_left_out_one_by_one_at_any_number():
    y, speakers = _make_corpus(31)
    assert len(make_protocol(y, speakers, name="leave-one-speaker-out").splits) == 31


def test_number_of_folds_may_agree_with_the_speakers():
    y, speakers = _make_corpus(3)
    protocol = make_protocol(y, speakers, name="leave-one-speaker-out", n_splits=3)
    assert protocol.fold_names == ["S00", "S01", "S02"]


def test_grouped_has_five_folds_or_as_many_as_speakers():
    y, speakers = _make_corpus(12)
    assert len(make_protocol(y, speakers, name="grouped").splits) == 5
    y, speakers = _make_corpus(3)
    assert len(make_protocol(y, speakers, name="grouped").splits) == 3


def test_without_speakers_stratified_and_optimistic():
    y, _ = _make_corpus(8)
    protocol = make_protocol(y)
    assert protocol.name == "stratified"
    assert protocol.optimistic
    assert protocol.fold_names == ["1", "2", "3", "4", "5"]
    _check_covers(protocol, len(y))
    assert len(make_protocol(y, n_splits=3).splits) == 3


def test_stratified_mixes_speakers_when_asked_for():
    y, speakers = _make_corpus(4, n_clips_per_class=5)
    protocol = make_protocol(y, speakers, name="stratified")
    assert protocol.optimistic
    train, test = protocol.splits[0]
    assert set(speakers[train]) & set(speakers[test])


def test_stratified_folds_are_limited_by_the_rarest_class():
    y = np.array(["angry"] * 10 + ["sad"] * 3)
    assert len(make_protocol(y).splits) == 3


@pytest.mark.parametrize("n_speakers", [2, 5, 8])
def test_grouped_with_one_clip_per_speaker(n_speakers):
    y = np.array(["angry", "sad"] * n_speakers)[:n_speakers]
    protocol = make_protocol(y, np.arange(n_speakers), name="grouped")
    assert len(protocol.splits) == min(n_speakers, 5)
    _check_covers(protocol, n_speakers)


@pytest.mark.parametrize("name", ["grouped", "stratified"])
def test_seed_decides(name):
    y, speakers = _make_corpus(12)

    def tests(seed):
        protocol = make_protocol(y, speakers, name=name, random_state=seed)
        return [test.tolist() for _, test in protocol.splits]

    assert tests(0) == tests(0)
    assert tests(0) != tests(1)


def test_names_of_the_protocols():
    honest = ("leave-one-speaker-out", "grouped", "published", "speaker-and-sentence")
    assert (*honest, "stratified") == PROTOCOLS
    y, speakers = _make_corpus(3)
    sentences = np.arange(len(y)) % 2
    for name in PROTOCOLS:
        folds = speakers if name == "published" else None
        protocol = make_protocol(y, speakers, name=name, folds=folds, sentences=sentences)
        assert protocol.name == name


# Errors


def test_unknown_protocol():
    with pytest.raises(
        ManifestError,
        match=r"^There is no protocol 'loso'\. It must be one of: leave-one-speaker-out, grouped, "
        r"published, speaker-and-sentence, stratified\.$",
    ):
        make_protocol(*_make_corpus(3), name="loso")


@pytest.mark.parametrize("name", ["grouped", "leave-one-speaker-out"])
def test_speakers_are_needed(name):
    with pytest.raises(
        ManifestError,
        match=rf"^The protocol '{name}' needs speakers, and there is no column .* --group-column, "
        r".* --speaker-pattern, or pass --protocol stratified",
    ):
        make_protocol(_make_corpus(3)[0], name=name)


@pytest.mark.parametrize("name", ["grouped", "leave-one-speaker-out", None])
def test_one_speaker_is_too_few(name):
    y, _ = _make_corpus(3)
    with pytest.raises(
        ManifestError, match=r"^All clips are of one speaker, 'ann', .* or pass --protocol strat"
    ):
        make_protocol(y, np.array(["ann"] * len(y)), name=name)


def test_folds_contradict_leaving_out_speakers():
    with pytest.raises(
        ManifestError, match=r"makes 6 folds, one per speaker\. Got --cv 4 as well\. Leave out"
    ):
        make_protocol(*_make_corpus(6), name="leave-one-speaker-out", n_splits=4)


@pytest.mark.parametrize("name", ["grouped", None])
def test_more_folds_than_speakers(name):
    with pytest.raises(
        ManifestError,
        match=r"must be at most 3, the number of speakers\. Got 4 instead\. Lower --cv\.$",
    ):
        make_protocol(*_make_corpus(3), name=name, n_splits=4)


def test_class_with_a_single_clip():
    with pytest.raises(
        ManifestError, match=r"^The class 'sad' has a single clip\. .* at least 2 in each class"
    ):
        make_protocol(np.array(["angry"] * 5 + ["sad"]))


def test_more_folds_than_clips_of_a_class():
    with pytest.raises(
        ManifestError,
        match=r"at most 3, the number of clips of the class 'sad'\. Got 4 instead\. Lower --cv\.$",
    ):
        make_protocol(np.array(["angry"] * 5 + ["sad"] * 3), n_splits=4)
