"""What the pages of the corpora say beyond the package's own descriptions."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class CorpusWords:
    """Facts and advice for one corpus.

    Attributes
    ----------
    example : str
        Name of a file, as published.
    counts : dict of str to int
        Clips of each class, as published; empty where that is not known.
    options : str
        Options of ``sersk fit`` that suit it.
    advice : str
        What to do with it, and what not, in reStructuredText.
    measured_as : str
        What its protocols are called in the table of the page on accuracy; empty where there
        are none.
    """

    example: str
    counts: dict = field(default_factory=dict)
    options: str = ""
    advice: str = ""
    measured_as: str = ""


WORDS = {
    "Audio-Speech-Sentiment": CorpusWords(
        example="TRAIN/1.wav",
        advice=(
            "``TRAIN.csv`` of the download works as it is, without ``sersk index``. It names "
            "neither speakers nor sentences, so that nothing keeps the same voice out of both "
            "sides of a split: take the score for an upper bound. ``sersk audit`` reports that "
            "the numbers of the files tell the class; ``sersk`` never learns from names."
        ),
    ),
    "CREMA-D": CorpusWords(
        example="1001_DFA_ANG_XX.wav",
        counts={
            **{"anger": 1271, "disgust": 1271, "fear": 1271},
            **{"happy": 1271, "neutral": 1087, "sad": 1271},
        },
        advice=(
            "With 91 speakers, five folds of speakers are the default, and intervals are "
            "narrow: it is a good place to compare recipes. ``sersk audit`` finds the silent clip "
            "and the copies; take them out of the CSV."
        ),
    ),
    "EmoDB": CorpusWords(
        example="03a01Wa.wav",
        counts={
            **{"anger": 127, "boredom": 81, "disgust": 46, "fear": 69},
            **{"happiness": 71, "neutral": 79, "sadness": 62},
        },
        advice=(
            "It is clean and strongly acted, and so among the easiest corpora. A high score here "
            "says little about other speech. Ten sentences are said by everybody: "
            "``--protocol speaker-and-sentence`` tells how much of a score is owed to them. A "
            "mirror is about in which every clip was cut or filled to two seconds: look at the "
            "durations."
        ),
        measured_as="EmoDB",
    ),
    "EMOVO": CorpusWords(
        example="rab-f1-b1.wav",
        counts=dict.fromkeys(
            ("disgust", "joy", "neutral", "fear", "anger", "surprise", "sadness"), 84
        ),
        advice="With six speakers an interval is wide. Use it beside others, or as ``--test``.",
    ),
    "ESD": CorpusWords(
        example="0011/Angry/0011_000351.wav",
        counts=dict.fromkeys(("Neutral", "Angry", "Happy", "Sad", "Surprise"), 7000),
        options="--protocol grouped",
        advice=(
            "Take one language at a time: filter the CSV by its column ``Language``. 35,000 clips "
            "take a while; begin with ``--recipe voice`` or ``--no-copies``. Where folder and "
            "number of a clip tell different classes, as after a renumbering, ``sersk index`` "
            "leaves it out and says so."
        ),
    ),
    "JL-Corpus": CorpusWords(
        example="female1_angry_10a_1.wav",
        counts=dict.fromkeys(
            (
                *("angry", "excited", "happy", "neutral", "sad", "anxious", "apologetic"),
                *("assertive", "concerned", "encouraging"),
            ),
            240,
        ),
        advice=(
            "Four speakers are too few for an interval: the score is given without. Five of its "
            "classes have no common word, so a label map leaves them out unless it is one of your "
            "own."
        ),
    ),
    "MESD": CorpusWords(
        example="Anger_F_A_abajo.wav",
        counts=dict.fromkeys(("Anger", "Disgust", "Fear", "Happiness", "Neutral", "Sadness"), 144),
        options="--group-column Voice",
        advice=(
            "``--group-column Voice`` makes three groups: women, men and children. A fold then "
            "asks for a kind of voice that training lacks, which is harder than a new speaker. "
            "Without it, folds share speakers, and the score is :term:`optimistic`. For classes "
            "that words do not give away, keep the rows with ``A`` in the column ``List``."
        ),
    ),
    "nEMO": CorpusWords(
        example="SM0_anger_12.wav",
        advice="Every sentence is said in all classes, so words tell nothing of the class.",
    ),
    "RAVDESS": CorpusWords(
        example="03-01-05-01-02-01-12.wav",
        counts={"neutral": 188}
        | dict.fromkeys(("calm", "happy", "sad", "angry", "fearful"), 376)
        | dict.fromkeys(("disgust", "surprised"), 192),
        options="--fold-column Fold",
        advice=(
            "Most published figures are of the 1440 spoken clips: 96 of neutral, and 192 of each "
            "other class. Index the folder of speech alone for them. ``--fold-column Fold`` takes "
            "the six folds of the EmoBox benchmark; leave it out for one fold per actor. There "
            "are only two sentences, and both are said in every class. Two of its files hold the "
            "same sound, ``03-01-03-01-02-01-07`` and ``03-01-03-01-02-02-07``; ``sersk audit`` "
            "finds them. Under random folds, or with copies made before the split, far higher "
            "figures come out: see :doc:`/user_guide/scores`."
        ),
        measured_as="RAVDESS",
    ),
    "SAVEE": CorpusWords(
        example="DC/a01.wav",
        counts={
            **{"anger": 60, "disgust": 60, "fear": 60, "happiness": 60},
            **{"neutral": 120, "sadness": 60, "surprise": 60},
        },
        advice=(
            "Four speakers are too few for an interval, and there is no woman among them. It "
            "serves better as a part of a larger corpus than alone."
        ),
    ),
    "ShEMO": CorpusWords(
        example="male/M01N01.wav",
        counts={
            **{"anger": 1059, "fear": 38, "happiness": 201},
            **{"neutral": 1028, "sadness": 449, "surprise": 225},
        },
        advice=(
            "Read the UAR and not the accuracy: anger and neutral are 70 % of the clips. With 38 "
            "clips of fear its recall is known only roughly; leave the class out, or try "
            "``--labels emotion4``."
        ),
    ),
    "TESS": CorpusWords(
        example="OAF_back_angry.wav",
        counts=dict.fromkeys(
            ("angry", "disgust", "fear", "happy", "neutral", "pleasant surprise", "sad"), 400
        ),
        advice=(
            "A random split has both voices and all 200 words on both sides, which explains "
            "published figures near 100 %: see :doc:`/user_guide/networks`. With two speakers no "
            "corpus can tell how new voices fare: there are two folds, and no interval. Use it as "
            "a part of a larger one, or as ``--test``."
        ),
    ),
    "URDU": CorpusWords(
        example="Angry/SM1_F10_A010.wav",
        counts=dict.fromkeys(("Angry", "Happy", "Neutral", "Sad"), 100),
        advice=(
            "Where a speaker has a single class, folds of speakers ask for a class in voices that "
            "never showed it, and random folds reward knowing the voice. Neither score is about "
            "emotion alone. ``sersk audit`` reports it as speakers with one class."
        ),
    ),
}
