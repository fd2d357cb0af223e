"""ShEMO: Persian speech from radio plays."""

from sersk.datasets.corpora._corpus import Corpus

# Code in the name, class, common word.
_CLASSES = {
    "A": ("anger", "anger"),
    "F": ("fear", "fear"),
    "H": ("happiness", "happiness"),
    "N": ("neutral", "neutral"),
    "S": ("sadness", "sadness"),
    "W": ("surprise", "surprise"),
}


def _read(match):
    speaker = match["speaker"].upper()
    return {
        "Class": _CLASSES[match["emotion"].upper()][0],
        "Speaker": speaker,
        "Gender": "female" if speaker.startswith("F") else "male",
    }


CORPUS = Corpus(
    name="ShEMO",
    title="Sharif Emotional Speech Database",
    language="Persian",
    n_clips=3000,
    n_speakers=87,
    classes=dict(_CLASSES.values()),
    licence="free for academic use",
    citation=(
        "O. Mohamad Nezami, P. Jamshid Lou and M. Karami, ShEMO: a large-scale validated database "
        "for Persian speech emotion detection, Language Resources and Evaluation 53(1), 1-16, "
        "2019."
    ),
    url="https://github.com/pariajm/sharif-emotional-speech-dataset",
    pattern=r"(?i:(?P<speaker>[FM]\d\d)(?P<emotion>[AFHNSW])\d\d)",
    read=_read,
    note=(
        "Very uneven: 38 clips of fear and 1059 of anger; from 2 clips of a speaker (F08) to 180 "
        "(M12). Every speaker has clips of two classes or more. Transcripts are not to be joined "
        "by name: only 2838 of the 3000 bear the name of their clip."
    ),
)
