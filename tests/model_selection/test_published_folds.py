"""Folds that a corpus brings along, and folds in which neither speaker nor sentence is known."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.naive_bayes import GaussianNB

from sersk.exceptions import ManifestError
from sersk.model_selection import PROTOCOLS, cross_validate_predictions, make_protocol

SPEAKER_AND_SENTENCE = "speaker-and-sentence"


def _check_tested_once(protocol, n_samples):
    assert len(protocol.fold_names) == len(set(protocol.fold_names)) == len(protocol.splits)
    tested = np.concatenate([test for _, test in protocol.splits])
    assert_array_equal(np.sort(tested), np.arange(n_samples))


class TestPublished:
    y = np.tile(["angry", "sad"], 12)
    speakers = np.repeat([f"S{i}" for i in range(6)], 4)
    folds = np.repeat(["2", "10", "1"], 8)

    def test_folds_are_those_given(self):
        protocol = make_protocol(self.y, self.speakers, folds=self.folds)
        assert protocol.name == "published"
        assert not protocol.optimistic
        # 2 comes before 10.
        assert protocol.fold_names == ["1", "2", "10"]
        for name, (train, test) in zip(protocol.fold_names, protocol.splits, strict=True):
            assert_array_equal(test, np.flatnonzero(self.folds == name))
            assert_array_equal(train, np.flatnonzero(self.folds != name))
        _check_tested_once(protocol, len(self.y))

    def test_by_name_it_is_the_same(self):
        kwargs = dict(folds=self.folds, n_splits=3)
        by_name = make_protocol(self.y, self.speakers, name="published", **kwargs)
        assert by_name.fold_names == ["1", "2", "10"]

    def test_more_than_thirty_speakers_change_nothing(self):
        y, speakers = np.tile(["a", "b"], 40), np.repeat(np.arange(40), 2)
        protocol = make_protocol(y, speakers, folds=np.where(speakers < 20, "x", "y"))
        assert protocol.fold_names == ["x", "y"]

    def test_seed_changes_nothing(self):
        one, two = (
            make_protocol(self.y, self.speakers, folds=self.folds, random_state=seed)
            for seed in (0, 1)
        )
        for a, b in zip(one.splits, two.splits, strict=True):
            assert_array_equal(a[1], b[1])

    def test_unknown_speakers_make_it_optimistic(self):
        assert make_protocol(self.y, folds=self.folds).optimistic

    def test_one_shared_speaker_makes_it_optimistic(self):
        shared = self.speakers.copy()
        shared[-1] = "S0"
        assert make_protocol(self.y, shared, folds=self.folds).optimistic

    def test_name_without_folds(self):
        with pytest.raises(
            ManifestError,
            match=r"^The protocol 'published' needs the fold of each clip\. .* --fold-column\.$",
        ):
            make_protocol(self.y, self.speakers, name="published")

    def test_one_fold_only(self):
        with pytest.raises(
            ManifestError, match=r"^All clips are in one fold, '7'\. There must be"
        ):
            make_protocol(self.y, self.speakers, folds=np.full(24, "7"))

    @pytest.mark.parametrize("n_splits", [2, 5])
    def test_another_number_of_folds(self, n_splits):
        with pytest.raises(
            ManifestError, match=rf"makes 3 folds\. Got --cv {n_splits} as well\. Leave out --cv"
        ):
            make_protocol(self.y, self.speakers, folds=self.folds, n_splits=n_splits)

    @pytest.mark.parametrize("name", [name for name in PROTOCOLS if name != "published"])
    def test_another_protocol(self, name):
        with pytest.raises(
            ManifestError,
            match=rf"^A column of folds goes with the protocol 'published'\. Got '{name}'\. Leave",
        ):
            make_protocol(self.y, self.speakers, folds=self.folds, name=name)


def _draw(seed):
    """Draw a corpus of unequal speakers who do not all say all sentences."""
    rng = np.random.default_rng(seed)
    n_speakers, n_sentences = rng.integers(4, 12), rng.integers(3, 9)
    speakers, sentences = np.meshgrid(np.arange(n_speakers), np.arange(n_sentences))
    speakers, sentences = (np.repeat(v.ravel(), 4).astype(str) for v in (speakers, sentences))
    kept = rng.random(len(speakers)) < 0.7
    speakers, sentences = speakers[kept], sentences[kept]
    return rng.choice(["angry", "happy", "sad"], len(speakers)), speakers, sentences


class TestSpeakerAndSentence:
    @pytest.mark.parametrize("n_splits", [None, 2, 3])
    @pytest.mark.parametrize("seed", range(8))
    def test_neither_is_known_from_training(self, seed, n_splits):
        y, speakers, sentences = _draw(seed)
        protocol = make_protocol(
            y, speakers, name=SPEAKER_AND_SENTENCE, sentences=sentences, n_splits=n_splits
        )
        assert not protocol.optimistic
        for train, test in protocol.splits:
            assert len(test)
            assert not set(speakers[train]) & set(speakers[test])
            assert not set(sentences[train]) & set(sentences[test])
        _check_tested_once(protocol, len(y))

    @pytest.mark.parametrize("seed", range(3))
    def test_nothing_else_is_left_out(self, seed):
        """A fold is of some speakers and some sentences; whoever shares neither is learnt from."""
        y, speakers, sentences = _draw(seed)
        protocol = make_protocol(y, speakers, name=SPEAKER_AND_SENTENCE, sentences=sentences)
        n_folds = {"speakers": set(), "sentences": set()}
        for name, (train, test) in zip(protocol.fold_names, protocol.splits, strict=True):
            i, j = name.split(".")
            n_folds["speakers"].add(i)
            n_folds["sentences"].add(j)
            same = [n.split(".") for n in protocol.fold_names]
            heard = np.concatenate(
                [t for (a, _), (_, t) in zip(same, protocol.splits, strict=True) if a == i]
            )
            said = np.concatenate(
                [t for (_, b), (_, t) in zip(same, protocol.splits, strict=True) if b == j]
            )
            rest = np.setdiff1d(np.arange(len(y)), np.union1d(heard, said))
            assert_array_equal(np.sort(train), rest)
            assert_array_equal(np.sort(test), np.intersect1d(heard, said))
        assert len(n_folds["speakers"]) == min(5, len(set(speakers)))
        assert len(n_folds["sentences"]) == min(5, len(set(sentences)))

    def test_seed_decides(self):
        y, speakers, sentences = _draw(0)

        def tests(seed):
            kwargs = dict(name=SPEAKER_AND_SENTENCE, sentences=sentences, random_state=seed)
            return [test.tolist() for _, test in make_protocol(y, speakers, **kwargs).splits]

        assert tests(0) == tests(0)
        assert tests(0) != tests(1)

    def test_is_never_the_default(self):
        y, speakers, sentences = _draw(0)
        assert make_protocol(y, speakers, sentences=sentences).name == "leave-one-speaker-out"
        assert make_protocol(y, sentences=sentences).name == "stratified"

    def test_without_sentences(self):
        y, speakers, _ = _draw(0)
        with pytest.raises(
            ManifestError,
            match=r"needs what is said in each clip, and there is no column for it\. Name it with "
            r"--sentence-column\.$",
        ):
            make_protocol(y, speakers, name=SPEAKER_AND_SENTENCE)

    @pytest.mark.parametrize("fault", ["empty cell", "one sentence"])
    def test_sentences_that_do_not_serve(self, fault):
        y, speakers, sentences = _draw(0)
        sentences = sentences.astype("<U3")
        if fault == "empty cell":
            sentences[5] = ""
        else:
            sentences[:] = "s01"
        with pytest.raises(
            ManifestError,
            match=r"is empty in 1 of 155 rows"
            if fault == "empty cell"
            else r"one sentence, 's01'",
        ):
            make_protocol(y, speakers, name=SPEAKER_AND_SENTENCE, sentences=sentences)

    @pytest.mark.parametrize("name", ["leave-one-speaker-out", "grouped", "stratified", None])
    def test_empty_cells_do_not_matter_to_others(self, name):
        y, speakers, sentences = _draw(0)
        sentences[::2] = ""
        protocol = make_protocol(y, speakers, name=name, sentences=sentences)
        _check_tested_once(protocol, len(y))

    @pytest.mark.parametrize("speakers", [None, np.full(24, "ann")])
    def test_speakers_are_needed(self, speakers):
        y, sentences = np.tile(["angry", "sad"], 12), np.tile(["p", "q", "r"], 8)
        with pytest.raises(ManifestError, match=r"needs speakers|All clips are of one speaker"):
            make_protocol(y, speakers, name=SPEAKER_AND_SENTENCE, sentences=sentences)

    def test_more_folds_than_speakers(self):
        y, speakers, sentences = _draw(0)
        n = len(set(speakers))
        with pytest.raises(ManifestError, match=rf"at most {n}, the number of speakers\. Got 40"):
            make_protocol(y, speakers, name=SPEAKER_AND_SENTENCE, sentences=sentences, n_splits=40)

    def test_nobody_left_to_learn_from(self):
        """One of two speakers says a single sentence: without it, nothing of theirs is left."""
        y = np.tile(["angry", "sad"], 8)
        speakers, sentences = np.repeat(["ann", "bob"], 8), np.repeat(["p", "q", "p", "p"], 4)

        def cross_validate():
            protocol = make_protocol(y, speakers, name=SPEAKER_AND_SENTENCE, sentences=sentences)
            cross_validate_predictions(GaussianNB(), np.zeros((16, 1)), y, protocol.splits)

        with pytest.raises(ManifestError, match="to learn from"):
            cross_validate()
