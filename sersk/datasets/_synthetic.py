"""Synthetic emotional speech: clips of several speakers, emotions and takes."""

from numbers import Integral, Real

import numpy as np
from sklearn.utils import check_random_state

from sersk.utils._sklearn import Interval, validate_params
from sersk.utils._synthesis import EMOTIONS, draw_voice, speak


def _check_classes(classes):
    known = ", ".join(sorted(EMOTIONS))
    unknown = [name for name in classes if name not in EMOTIONS]
    if unknown:
        raise ValueError(
            f"make_emotional_speech knows no class {unknown[0]!r}. The classes are: {known}."
        )
    if len(classes) == 0 or len(set(classes)) < len(classes):
        raise ValueError(
            "The 'classes' parameter of make_emotional_speech must be different names, at least "
            f"one. Got {list(classes)} instead. The classes are: {known}."
        )


@validate_params(
    {
        "n_speakers": [Interval(Integral, 1, None, closed="left")],
        "n_clips_per_class": [Interval(Integral, 1, None, closed="left")],
        "classes": ["array-like"],
        "sample_rate": [Interval(Integral, 8000, 48000, closed="both")],
        "duration_s": [Interval(Real, 0.2, None, closed="left")],
        "random_state": ["random_state"],
    },
    prefer_skip_nested_validation=True,
)
def make_emotional_speech(
    n_speakers=6,
    n_clips_per_class=4,
    *,
    classes=("anger", "happiness", "neutral", "sadness"),
    sample_rate=16000,
    duration_s=1.5,
    random_state=0,
):
    """Make clips of acted emotional speech with a source-filter synthesiser.

    Each clip is a sentence of random syllables in the voice of one speaker. Rosenberg's glottal
    pulses [3]_ and noise pass through a cascade of resonators [2]_ at the formants of a vocal
    tract [1]_ that moves from sound to sound. An emotion changes the mean, the spread and the
    slope of F0, the tempo, the level, the spectral tilt, the jitter, the breathiness and the
    pauses, in the directions that listeners and actors agree on [4]_. Speakers differ in pitch,
    vocal tract, tempo, expressiveness, voice quality and recording, and no two takes are alike:
    the classes overlap, as they do in real corpora.

    It is for examples and tests: what scores well here need not score well on people.

    Parameters
    ----------
    n_speakers : int, default=6
        Number of speakers, women and men in turn.
    n_clips_per_class : int, default=4
        Number of clips of each class by each speaker.
    classes : sequence of str, default=("anger", "happiness", "neutral", "sadness")
        Names out of anger, disgust, fear, happiness, neutral, sadness and surprise.
    sample_rate : int, default=16000
        Sampling rate in Hz, from 8000 to 48000.
    duration_s : float, default=1.5
        Length of a typical clip in seconds, at least 0.2. Clips are longer or shorter with the
        tempo of speaking.
    random_state : int, RandomState instance or None, default=0
        Seed of the voices, the sentences and the takes.

    Returns
    -------
    X : list of ndarray of shape (n_times,)
        The signals, float32 in [-1, 1], each of its own length; n_samples = n_speakers ×
        n_classes × n_clips_per_class of them, by speaker, then class, then take.
    y : ndarray of shape (n_samples,)
        The class of each signal, str.
    groups : ndarray of shape (n_samples,)
        The speaker of each signal, str: "S01", "S02", and so on.

    Raises
    ------
    ValueError
        If a class is unknown or named twice, or a number is out of its range.

    Notes
    -----
    With an int as `random_state`, every speaker and every take has a generator of its own: asking
    for more speakers, clips or classes changes none of the clips made before.

    References
    ----------
    .. [1] Fant, G. (1960). Acoustic Theory of Speech Production. Mouton.
    .. [2] Klatt, D. H. (1980). Software for a cascade/parallel formant synthesizer. The Journal of
       the Acoustical Society of America, 67(3), 971-995.
    .. [3] Rosenberg, A. E. (1971). Effect of glottal pulse shape on the quality of natural vowels.
       The Journal of the Acoustical Society of America, 49(2B), 583-590.
    .. [4] Scherer, K. R. (2003). Vocal communication of emotion: A review of research paradigms.
       Speech Communication, 40(1-2), 227-256.

    Examples
    --------
    >>> from sersk.datasets import make_emotional_speech
    >>> X, y, groups = make_emotional_speech(n_speakers=2, n_clips_per_class=1)
    >>> [str(label) for label in y[:4]]
    ['anger', 'happiness', 'neutral', 'sadness']
    >>> len(X), X[0].dtype, str(groups[-1])
    (8, dtype('float32'), 'S02')
    """
    _check_classes(classes)
    seed = check_random_state(random_state).randint(2**31 - 1)

    def generator(*key):
        return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))

    X, y, groups = [], [], []
    for speaker in range(n_speakers):
        voice = draw_voice(speaker, generator(speaker))
        for emotion in classes:
            # Numbered by the table, not by `classes`: a clip does not depend on what else is made.
            number = list(EMOTIONS).index(emotion)
            for take in range(n_clips_per_class):
                rng = generator(speaker, number, take)
                X.append(speak(voice, emotion, duration_s, sample_rate, rng))
                y.append(str(emotion))
                groups.append(f"S{speaker + 1:02d}")
    return X, np.array(y), np.array(groups)
