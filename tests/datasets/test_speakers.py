"""Who speaks, told from the names of files: made-up trees, named as in the corpora."""

from pathlib import Path

import pytest
from numpy.testing import assert_array_equal

from sersk.datasets import read_manifest
from sersk.datasets._speakers import extract_speakers, recognise_speakers
from sersk.exceptions import ManifestError

# Two files or more of each corpus, and their speakers.
CORPORA = {
    "CREMA-D": {
        "AudioWAV/1001_DFA_ANG_XX.wav": "1001",
        "AudioWAV/1091_IEO_SAD_HI.wav": "1091",
        # A slip in the corpus itself.
        "AudioWAV/1040_ITH_SAD_X.wav": "1040",
    },
    "EMOVO": {"f1/dis-f1-b1.wav": "f1", "m3/neu-m3-n5.wav": "m3", "tri-f2-l4.wav": "f2"},
    "EmoDB": {"wav/03a01Fa.wav": "03", "wav/16b10Wb.wav": "16", "08a02N.wav": "08"},
    "ESD": {"0001/Neutral/0001_000001.wav": "0001", "0011/Angry/train/0011_000402.wav": "0011"},
    "JL-Corpus": {
        "Raw/female1_angry_10a_1.wav": "female1",
        "Raw/male2_excited_2b_2.wav": "male2",
    },
    "RAVDESS": {
        "Actor_01/03-01-01-01-01-01-01.wav": "01",
        "Actor_24/03-01-08-02-02-02-24.flac": "24",
        "song/Actor_05/03-02-03-01-01-02-05.wav": "05",
    },
    "SAVEE": {"DC/a01.wav": "DC", "JE/sa15.wav": "JE", "JK/su03.wav": "JK", "KL/n30.wav": "KL"},
    "ShEMO": {"female/F03A01.wav": "F03", "male/M46S12.wav": "M46"},
    "TESS": {
        "OAF_angry/OAF_back_angry.wav": "OAF",
        "YAF_pleasant_surprised/YAF_youth_ps.wav": "YAF",
        # Slips in the corpus itself.
        "OAF_neutral/OA_bite_neutral.wav": "OAF",
        "YAF_neutral/YAF_that's_neutral.wav": "YAF",
    },
}
SAVEE_IN_ONE_FOLDER = {"ALL/DC_a01.wav": "DC", "ALL/KL_su15.wav": "KL", "JE_n03.wav": "JE"}


def _write(folder, rows, header="Filename,Class", name="data.csv"):
    """Write a CSV, and the files of its first column beside it."""
    for row in rows:
        path = folder / Path(row.split(",")[0].replace("\\", "/"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    csv = folder / name
    csv.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return csv


class TestRecognised:
    @pytest.mark.parametrize("corpus", list(CORPORA))
    def test_each_corpus(self, corpus):
        names = CORPORA[corpus]
        speakers, corpora = recognise_speakers(list(names))
        assert corpora == [corpus]
        assert_array_equal(speakers, list(names.values()))

    def test_both_layouts_of_savee(self):
        names = {**CORPORA["SAVEE"], **SAVEE_IN_ONE_FOLDER}
        speakers, corpora = recognise_speakers(list(names))
        assert corpora == ["SAVEE"]
        assert_array_equal(speakers, list(names.values()))

    @pytest.mark.parametrize("corpus", list(CORPORA))
    def test_folders_of_windows_and_further_folders(self, corpus):
        names = CORPORA[corpus]
        for far in (
            [name.replace("/", "\\") for name in names],
            [f"C:\\my data\\{corpus}\\" + name.replace("/", "\\") for name in names],
            [f"/home/me/1001_DFA/{corpus}/{name}" for name in names],
            [f"../{name}" for name in names],
        ):
            speakers, corpora = recognise_speakers(far)
            assert corpora == [corpus]
            assert_array_equal(speakers, list(names.values()))

    @pytest.mark.parametrize("corpus", list(CORPORA))
    def test_one_foreign_name_is_one_too_many(self, corpus):
        assert recognise_speakers([*CORPORA[corpus], "take 7.wav"]) == (None, [])

    @pytest.mark.parametrize(
        "name",
        [
            "03-01-01-01-01-01.wav",  # an actor short
            "03-01-09-01-01-01-01.wav",  # no such emotion
            "copy of 03-01-01-01-01-01-01.wav",
            "03-01-01-01-01-01-01 (1).wav",
            "2001_DFA_ANG_XX.wav",
            "1001_DFA_JOY_XX.wav",
            "03c01Fa.wav",
            "DD/a01.wav",
            "a01.wav",  # SAVEE without its folder
            "OAF_back_joy.wav",
            "OAF_angry/back.wav",
            "F03A01.wav.csv",
            "0011_0001.wav",
            "male1.wav",
            "001.wav",
            "",
        ],
    )
    def test_names_that_only_look_alike(self, name):
        assert recognise_speakers([name]) == (None, [])

    def test_of_several_corpora_the_name_comes_before(self):
        names = ["RAVDESS/Actor_03/03-01-01-01-01-01-03.wav", "EmoDB/wav/03a01Fa.wav"]
        speakers, corpora = recognise_speakers(names)
        assert corpora == ["EmoDB", "RAVDESS"]
        # Both have a speaker 03, who are two people.
        assert_array_equal(speakers, ["RAVDESS 03", "EmoDB 03"])

    def test_all_corpora_at_once(self):
        pairs = [(c, n, s) for c, names in CORPORA.items() for n, s in names.items()]
        speakers, corpora = recognise_speakers([name for _, name, _ in pairs])
        assert corpora == sorted(CORPORA)
        assert_array_equal(speakers, [f"{corpus} {speaker}" for corpus, _, speaker in pairs])


class TestPattern:
    def test_named_group(self):
        pattern = r"(?P<take>\d+)_(?P<speaker>[a-z]+)"
        assert_array_equal(extract_speakers(["1_ann.wav", "22_bob.wav"], pattern), ["ann", "bob"])

    def test_first_group(self):
        found = extract_speakers(["x/ann_1.wav", "x/bob_2.wav"], r"([a-z]+)_(\d)")
        assert_array_equal(found, ["ann", "bob"])

    def test_all_that_matches(self):
        assert_array_equal(
            extract_speakers(["ann1.wav", "x/bob2.wav"], r"[a-z]+\d"), ["ann1", "bob2"]
        )

    def test_first_match_counts(self):
        assert_array_equal(extract_speakers(["p1/p2.wav"], r"p\d"), ["p1"])

    @pytest.mark.parametrize("pattern", [r"^([a-z]+)_", r"^([a-z]*)_?\d"])
    def test_no_match_names_the_first_file(self, pattern):
        with pytest.raises(
            ManifestError,
            match=r"^The pattern .* finds no speaker in 2 of 3 file names "
            r"\(first: '7\.wav'\)\. Mend --speaker-pattern\.$",
        ):
            extract_speakers(["ann_1.wav", "7.wav", "8.wav"], pattern)

    def test_group_that_takes_no_part(self):
        with pytest.raises(ManifestError, match=r"no speaker in 1 of 2 .* \(first: 'x1\.wav'\)"):
            extract_speakers(["ann_1.wav", "x1.wav"], r"([a-z]+)_\d|x\d")

    @pytest.mark.parametrize("pattern", ["(", "[a-", "*", "(?P<speaker>"])
    def test_no_regular_expression(self, pattern):
        with pytest.raises(
            ManifestError, match=r"^The pattern for speakers must be a regular expression\. Got '"
        ):
            extract_speakers(["a.wav"], pattern)


class TestManifest:
    RAVDESS = ("03-01-01-01-01-01-01.wav,x", "03-01-02-01-01-01-02.wav,y")

    def test_names_of_files(self, tmp_path):
        manifest = read_manifest(_write(tmp_path, self.RAVDESS))
        assert_array_equal(manifest.speakers, ["01", "02"])
        assert manifest.group_column is None
        assert manifest.speaker_source == "file names as in RAVDESS"
        manifest.require_whole_speakers()

    def test_names_of_several_corpora(self, tmp_path):
        rows = ["r/03-01-01-01-01-01-03.wav,x", "e\\03a01Fa.wav,y"]
        manifest = read_manifest(_write(tmp_path, rows))
        assert manifest.missing == []
        assert_array_equal(manifest.speakers, ["RAVDESS 03", "EmoDB 03"])
        assert manifest.speaker_source == "file names as in EmoDB, RAVDESS"

    def test_foreign_names(self, tmp_path):
        manifest = read_manifest(_write(tmp_path, [*self.RAVDESS, "take.wav,x"]))
        assert manifest.speakers is None
        assert manifest.speaker_source is None

    def test_a_column_beats_names(self, tmp_path):
        rows = [f"{row},{who}" for row, who in zip(self.RAVDESS, ("ann", "bob"), strict=True)]
        manifest = read_manifest(_write(tmp_path, rows, "Filename,Class,Actor"))
        assert_array_equal(manifest.speakers, ["ann", "bob"])
        assert (manifest.group_column, manifest.speaker_source) == ("Actor", "column 'Actor'")

    def test_a_pattern_beats_a_column_that_is_recognised(self, tmp_path):
        rows = [f"{row},{who}" for row, who in zip(self.RAVDESS, ("ann", ""), strict=True)]
        csv = _write(tmp_path, rows, "Filename,Class,Speaker")
        manifest = read_manifest(csv, speaker_pattern=r"-(\d\d)\.wav$")
        assert_array_equal(manifest.speakers, ["01", "02"])
        assert manifest.group_column is None
        assert manifest.speaker_source == r"file names by -(\d\d)\.wav$"
        # The empty cell is in a column that nobody uses.
        manifest.require_whole_speakers()

    def test_a_pattern_and_a_column_that_is_named(self, tmp_path):
        csv = _write(tmp_path, self.RAVDESS)
        with pytest.raises(
            ManifestError,
            match=r"from a column or from a pattern\. Got --group-column Class and "
            r"--speaker-pattern \\d\. Leave one of them out\.$",
        ):
            read_manifest(csv, group_column="Class", speaker_pattern=r"\d")

    def test_a_pattern_looks_at_folders(self, tmp_path):
        csv = _write(tmp_path, ["ann/1.wav,x", "bob\\2.wav,y"])
        manifest = read_manifest(csv, speaker_pattern=r"^(\w+)[/\\]")
        assert_array_equal(manifest.speakers, ["ann", "bob"])

    def test_speakers_stay_with_their_files(self, tmp_path):
        """The first file is missing; that must not shift those of the others."""
        csv = _write(tmp_path, self.RAVDESS)
        (tmp_path / "03-01-01-01-01-01-01.wav").unlink()
        manifest = read_manifest(csv)
        assert manifest.filenames == ["03-01-02-01-01-01-02.wav"]
        assert_array_equal(manifest.speakers, ["02"])
