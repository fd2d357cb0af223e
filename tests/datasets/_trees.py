"""Names of files, by the rules of published corpora, and trees of such files without sound."""

import itertools

EMOTIONS_OF_SONG = ("01", "02", "03", "04", "05", "06")


def name_ravdess(channels=("01",), actors=range(1, 25), suffix="wav"):
    """Speech, sung clips, or both: neutral is never strong, and actor 18 does not sing."""
    for actor, channel in itertools.product(actors, channels):
        folder = f"{'Song_' if channel == '02' else ''}Actor_{actor:02d}"
        if channel == "02" and actor == 18:
            continue
        emotions = EMOTIONS_OF_SONG if channel == "02" else (*EMOTIONS_OF_SONG, "07", "08")
        for emotion, level, statement, take in itertools.product(
            emotions, ("01", "02"), ("01", "02"), ("01", "02")
        ):
            if (emotion, level) != ("01", "02"):
                name = f"03-{channel}-{emotion}-{level}-{statement}-{take}-{actor:02d}.{suffix}"
                yield f"{folder}/{name}"


CREMA_D_SENTENCES = ("DFA", "IOM", "ITH", "ITS", "IWL", "IWW", "MTI", "TAI", "TIE", "TSI", "WSI")
CREMA_D_EMOTIONS = ("ANG", "DIS", "FEA", "HAP", "NEU", "SAD")


def name_crema_d(actors=range(1001, 1092)):
    """Eleven sentences at no stated level, and one at three levels, less what is missing."""
    missing = dict.fromkeys(CREMA_D_EMOTIONS, 3) | {"NEU": 5}
    for actor, emotion in itertools.product(actors, CREMA_D_EMOTIONS):
        ends = [f"{sentence}_{emotion}_XX" for sentence in CREMA_D_SENTENCES]
        levels = ("XX",) if emotion == "NEU" else ("LO", "MD", "HI")
        ends += [f"IEO_{emotion}_{level}" for level in levels]
        for end in ends:
            if missing[emotion] and end.startswith("WSI") and actor > 1080:
                missing[emotion] -= 1
                continue
            # The one slip of the published names.
            end = "ITH_SAD_X" if (actor, end) == (1040, "ITH_SAD_XX") else end
            yield f"AudioWAV/{actor}_{end}.wav"


def name_savee(joint="/"):
    """As published, or with ``_`` as on mirrors that have all in one folder."""
    for speaker, emotion in itertools.product(
        ("DC", "JE", "JK", "KL"), ("a", "d", "f", "h", "n", "sa", "su")
    ):
        for number in range(1, 31 if emotion == "n" else 16):
            yield f"AudioData/{speaker}{joint}{emotion}{number:02d}.wav"


TESS_FOLDERS = {
    "OAF": ("angry", "disgust", "Fear", "happy", "neutral", "Pleasant_surprise", "Sad"),
    "YAF": ("angry", "disgust", "fear", "happy", "neutral", "pleasant_surprised", "sad"),
}
TESS_EMOTIONS = ("angry", "disgust", "fear", "happy", "neutral", "ps", "sad")
_WORDS = ["bite", *map("".join, itertools.product("bcdfghjklm", "aeiou", ("ck", "ll", "m", "t")))]


def name_tess(words=_WORDS[:200]):
    for speaker, folders in TESS_FOLDERS.items():
        pairs = zip(folders, TESS_EMOTIONS, strict=True)
        for (folder, emotion), word in itertools.product(pairs, words):
            first = "OA" if (speaker, word, emotion) == ("OAF", "bite", "neutral") else speaker
            yield f"{speaker}_{folder}/{first}_{word}_{emotion}.wav"


def name_emodb():
    """Some takes, all letters, all speakers."""
    speakers = ("03", "08", "09", "10", "11", "12", "13", "14", "15", "16")
    for speaker, text, letter in itertools.product(speakers, ("a01", "b10"), "WLEAFNT"):
        yield f"wav/{speaker}{text}{letter}{'a' if letter != 'N' else ''}.wav"


def make_tree(folder, names):
    """Write files without content."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return folder
