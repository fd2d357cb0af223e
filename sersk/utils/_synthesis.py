"""A small source-filter synthesiser of speech, with voices and emotions.

A clip is made as a mouth makes it. A sentence of random syllables becomes control tracks, one
value per block of 8 ms; the tracks drive a glottal source and a noise source; the vocal tract, a
cascade of resonators, colours them. The emotion only moves the prosody, so it is heard in the
pitch, the tempo, the loudness and the quality of the voice, never in the words.
"""

from dataclasses import astuple, dataclass

import numpy as np
from scipy.linalg.blas import dtbsv
from scipy.signal import lfilter, resample_poly

BLOCK_S = 0.008  # the mouth hardly moves in this time
SYLLABLES_PER_S = 4.0
NEUTRAL_LEVEL_DB = -32.0  # RMS of a sentence, re full scale
BANDWIDTHS = (70.0, 90.0, 140.0, 200.0)  # of F1 to F4, Hz
HIGHER_FORMANTS = (4500.0, 5500.0, 6500.0, 7500.0)  # a neutral tube's, which vowels hardly move
HIGHER_BANDWIDTH = 350.0


@dataclass(frozen=True)
class Phone:
    """A target of the mouth: formants (Hz, adult male), sources (0 to 1) and length."""

    formants: tuple
    voicing: float
    duration_s: float
    noise: float = 0.0
    noise_hz: float = 4000.0


VOWELS = [
    Phone((280, 2250, 2950, 3600), 0.8, 0.13),  # as in "see"
    Phone((530, 1850, 2500, 3500), 1.0, 0.13),  # "bed"
    Phone((680, 1700, 2450, 3500), 1.0, 0.15),  # "cat"
    Phone((740, 1150, 2500, 3400), 1.0, 0.15),  # "father"
    Phone((480, 850, 2450, 3300), 1.0, 0.14),  # "more"
    Phone((310, 900, 2250, 3300), 0.8, 0.13),  # "moon"
    Phone((500, 1450, 2450, 3500), 0.9, 0.10),  # "about"
]


def _stop(formants, noise, noise_hz, duration_s):
    """A closed mouth, then the burst of its release."""
    return Phone(formants, 0.0, 0.05), Phone(formants, 0.0, duration_s, noise, noise_hz)


CONSONANTS = [
    (),
    (Phone((280, 1000, 2200, 3300), 0.35, 0.07),),  # m
    (Phone((280, 1550, 2500, 3400), 0.35, 0.07),),  # n
    (Phone((360, 1200, 2700, 3400), 0.55, 0.06),),  # l
    (Phone((320, 1700, 2600, 3500), 0.0, 0.10, 0.25, 6000),),  # s
    (Phone((320, 1800, 2500, 3500), 0.0, 0.10, 0.30, 2900),),  # sh
    (Phone((320, 1300, 2400, 3400), 0.4, 0.06, 0.06, 5000),),  # v
    _stop((320, 900, 2200, 3400), 0.4, 1000, 0.016),  # p
    _stop((320, 1750, 2600, 3500), 0.5, 4000, 0.016),  # t
    _stop((320, 1900, 2300, 3500), 0.4, 2000, 0.024),  # k
]
PAUSE = Phone((500, 1450, 2450, 3500), 0.0, 0.16)
STILL = Phone((500, 1450, 2450, 3500), 0.0, 0.03)  # before and after speaking


@dataclass(frozen=True)
class Prosody:
    """How one clip is said."""

    pitch_st: float  # mean F0 above the speaker's own, semitones
    accent_st: float  # spread of the syllables' pitch accents, semitones
    slope_st: float  # F0 from the first to the last syllable, semitones
    tempo: float  # of speaking, octaves: +1 is twice as fast
    level_db: float  # loudness above neutral
    tilt_db: float  # loss of the source at 3 kHz: low is pressed and bright, high is soft and dull
    jitter: float  # spread of the periods, as a fraction
    breath: float  # aspiration noise: 0 is none, 1 is a whisper under the voice
    pause: float  # probability of a pause after a syllable


NEUTRAL = Prosody(0.0, 1.5, -3.0, 0.0, 0.0, 9.0, 0.006, 0.06, 0.06)
LOWEST = Prosody(-12.0, 0.2, -12.0, -1.0, -20.0, 0.5, 0.002, 0.01, 0.0)
# One standard deviation between speakers, and between takes of one emotion by one speaker.
SPEAKERS = Prosody(0.0, 0.0, 0.0, 0.12, 1.5, 1.5, 0.0, 0.0, 0.0)
TAKES = Prosody(1.0, 0.4, 1.0, 0.10, 1.5, 1.5, 0.002, 0.02, 0.04)
# What each emotion adds to NEUTRAL at full strength; the directions are Scherer's (2003).
EMOTIONS = {
    "anger": Prosody(4.0, 1.5, -2.0, 0.25, 7.0, -7.0, 0.006, -0.02, -0.03),
    "disgust": Prosody(-1.5, 0.3, -2.0, -0.30, -1.0, 0.0, 0.008, 0.03, 0.06),
    "fear": Prosody(6.0, -0.4, 1.5, 0.35, 0.0, -1.0, 0.014, 0.12, 0.06),
    "happiness": Prosody(5.0, 2.5, 2.0, 0.10, 3.5, -2.5, 0.0, 0.0, -0.02),
    "neutral": Prosody(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    "sadness": Prosody(-1.5, -0.9, -1.0, -0.28, -5.0, 6.0, 0.004, 0.06, 0.14),
    "surprise": Prosody(6.5, 3.0, 7.0, 0.05, 3.0, -2.0, 0.002, 0.04, 0.0),
}


@dataclass(frozen=True)
class Voice:
    """What one speaker brings to every clip."""

    f0_hz: float
    formant_scale: float  # of an adult male's formants: higher, the shorter the vocal tract
    formant_ratios: np.ndarray  # (4,), of each formant: no two mouths have one shape
    expressiveness: float
    room_db: float  # noise of the recording, re full scale
    habits: np.ndarray  # a row to add to NEUTRAL


def _row(prosody):
    return np.array(astuple(prosody))


def draw_voice(speaker, rng):
    """Draw the voice of a speaker.

    Parameters
    ----------
    speaker : int
        Number of the speaker: women are even, men odd.
    rng : numpy.random.Generator
        Where the voice comes from.

    Returns
    -------
    voice : Voice
        The voice.
    """
    # Women and men take turns, so that a few speakers cover both.
    f0_hz, formant_scale = (205.0, 1.15) if speaker % 2 == 0 else (118.0, 1.0)
    return Voice(
        f0_hz=f0_hz * 2 ** (rng.normal(0, 2.0) / 12),
        formant_scale=formant_scale * rng.normal(1, 0.03),
        expressiveness=rng.uniform(0.7, 1.3),
        room_db=rng.uniform(-68, -54),
        habits=rng.normal(0, _row(SPEAKERS)),
        formant_ratios=rng.normal(1, 0.05, 4),
    )


def _draw_prosody(voice, emotion, rng):
    strength = voice.expressiveness * rng.uniform(0.8, 1.2)
    said = _row(NEUTRAL) + voice.habits + strength * _row(EMOTIONS[emotion])
    return Prosody(*np.maximum(rng.normal(said, _row(TAKES)), _row(LOWEST)))


def _draw_sentence(prosody, duration_s, rng):
    """Return the phones of a sentence and, for each, its pitch accent in semitones."""
    n_syllables = max(1, round(SYLLABLES_PER_S * duration_s))
    heights = rng.normal(0, prosody.accent_st, n_syllables)
    phones, accents = [STILL], [0.0]
    for i, height in enumerate(heights - heights.mean()):
        syllable = [*CONSONANTS[rng.integers(len(CONSONANTS))], VOWELS[rng.integers(len(VOWELS))]]
        if i < n_syllables - 1 and rng.random() < prosody.pause:
            syllable.append(PAUSE)
        phones += syllable
        accents += [height] * len(syllable)
    return [*phones, STILL], np.array([*accents, 0.0])


def _smooth(track, width_s):
    """Average along time (axis 0) under a Hann window: the inertia of the tongue and larynx."""
    half = max(1, round(width_s / BLOCK_S / 2))
    window = np.hanning(2 * half + 3)[1:-1]
    padded = np.pad(track, [(half, half)] + [(0, 0)] * (track.ndim - 1), mode="edge")
    views = np.lib.stride_tricks.sliding_window_view(padded, len(window), axis=0)
    return views @ (window / window.sum())


@dataclass(frozen=True)
class Tracks:
    """The sentence as controls, one row per block."""

    formants: np.ndarray  # (n_blocks, 4), Hz
    f0_hz: np.ndarray
    voicing: np.ndarray
    noise: np.ndarray
    noise_hz: np.ndarray


def _draw_tracks(voice, prosody, duration_s, rng):
    phones, accents = _draw_sentence(prosody, duration_s, rng)
    seconds = np.array([phone.duration_s for phone in phones]) * rng.uniform(0.8, 1.2, len(phones))
    n_blocks = np.maximum(1, np.rint(seconds * 2**-prosody.tempo / BLOCK_S)).astype(int)

    def spread(values):
        return np.repeat(np.array(values, dtype=float), n_blocks, axis=0)

    shape = voice.formant_scale * voice.formant_ratios
    time = np.linspace(-0.5, 0.5, n_blocks.sum())
    accents = spread(accents)
    semitones = prosody.pitch_st + prosody.slope_st * time + _smooth(accents, 0.12)
    # A syllable said higher is said louder too, and the breath runs out towards the end.
    effort = 10 ** ((0.5 * accents - 3 * time) / 20)
    return Tracks(
        formants=shape * _smooth(spread([p.formants for p in phones]), 0.07),
        f0_hz=voice.f0_hz * 2 ** (semitones / 12),
        voicing=_smooth(effort * spread([p.voicing for p in phones]), 0.04),
        noise=_smooth(spread([p.noise for p in phones]), 0.02),
        noise_hz=voice.formant_scale * spread([p.noise_hz for p in phones]),
    )


def _glottal_flow(f0_hz, prosody, sample_rate, rng):
    """Rosenberg's (1971) pulses: the flow of air through the glottis, 0 while it is closed."""
    cycle = np.floor(np.cumsum(f0_hz) / sample_rate).astype(int)
    jitter, shimmer = rng.normal(0, prosody.jitter, (2, cycle[-1] + 1))
    phase = np.cumsum(f0_hz * (1 + jitter[cycle])) / sample_rate
    # Jitter may carry the last cycle past the end of the table.
    loudness = 1 + 4 * shimmer[np.minimum(phase.astype(int), cycle[-1])]
    phase %= 1
    rise, fall = 0.4, 0.08 + 0.01 * min(prosody.tilt_db, 20)  # a soft voice closes slowly
    opening = phase / rise
    closing = np.clip((phase - rise) / fall, 0, 1)
    flow = np.where(phase < rise, opening**2 * (3 - 2 * opening), 1 - closing**2)
    return loudness * flow


def _tilt(signal, loss_db, sample_rate, at_hz=3000.0):
    """Low-pass by one pole that loses `loss_db` at `at_hz` and nothing at 0 Hz."""
    power = 10 ** (-loss_db / 10)
    cosine = np.cos(2 * np.pi * min(at_hz, 0.4 * sample_rate) / sample_rate)
    # |1 - p|^2 = power |1 - p e^{-jw}|^2, solved for the pole p inside the unit circle.
    half = (1 - power * cosine) / (1 - power)
    pole = half - np.sqrt(half**2 - 1)
    return lfilter([1 - pole], [1, -pole], signal)


def _resonate(signal, centre_hz, bandwidth_hz, sample_rate):
    """Filter by Klatt's (1980) resonator whose centre moves: one value per block of `signal`."""
    radius = np.exp(-np.pi * bandwidth_hz / sample_rate)
    a1 = -2 * radius * np.cos(2 * np.pi * centre_hz / sample_rate)
    a1 = np.repeat(a1, len(signal) // len(centre_hz))
    a2 = radius**2
    # Each output plus a1 and a2 times the two before it is the input: a triangular system of three
    # diagonals. Blocks filtered one by one would take six times as long.
    diagonals = np.ones((3, len(signal)), order="F")
    diagonals[1, :-1] = a1[1:]
    diagonals[2] = a2
    return dtbsv(2, diagonals, (1 + a1 + a2) * signal, lower=1, diag=1)


def _vocal_tract(signal, formants, formant_scale, sample_rate):
    """Pass through all formants from the top down: a low one hides the steps of those above."""
    top_hz = 0.47 * sample_rate
    for centre_hz in formant_scale * np.array(HIGHER_FORMANTS):
        if centre_hz < top_hz:
            # One block as long as the signal: these do not move.
            signal = _resonate(signal, centre_hz[None], HIGHER_BANDWIDTH, sample_rate)
    for centre_hz, bandwidth_hz in reversed(list(zip(formants.T, BANDWIDTHS, strict=True))):
        if centre_hz.max() < top_hz:
            signal = _resonate(signal, centre_hz, bandwidth_hz, sample_rate)
    return signal


def _articulate(voice, prosody, tracks, sample_rate, rng):
    """Return the sound of `tracks`, of no particular level."""
    block = round(BLOCK_S * sample_rate)
    n_times = block * len(tracks.f0_hz)

    def upsample(track, factor=1):
        blocks = np.arange(n_times * factor) / (block * factor)
        return np.interp(blocks, np.arange(len(track)) + 0.5, track)

    # The corners of the pulses would fold back as false tones, hence twice the rate.
    flow = _glottal_flow(upsample(tracks.f0_hz, 2), prosody, 2 * sample_rate, rng)
    flow = resample_poly(flow, 1, 2)
    # What the lips radiate is the change of flow, here per 1/16000 s.
    pulses = np.diff(_tilt(flow, prosody.tilt_db, sample_rate), prepend=0.0) * sample_rate / 16000
    # Noise of the same density in W/Hz at any rate, from the open glottis and the narrowed mouth.
    hiss = rng.normal(size=(2, n_times)) * np.sqrt(sample_rate / 16000)
    source = pulses + 0.02 * prosody.breath * flow * hiss[0]
    voiced = _vocal_tract(
        source * upsample(tracks.voicing), tracks.formants, voice.formant_scale, sample_rate
    )
    noise_hz = np.minimum(tracks.noise_hz, 0.45 * sample_rate)
    frication = _resonate(0.01 * upsample(tracks.noise) * hiss[1], noise_hz, 1500.0, sample_rate)
    return voiced + frication


def _record(speech, voice, prosody, duration_s, sample_rate, rng):
    """Set the level, add silence at both ends and the noise of the room, and digitise."""
    level = 10 ** ((NEUTRAL_LEVEL_DB + prosody.level_db) / 20)
    speech = speech * level / np.sqrt(np.mean(speech**2))
    ends = np.rint(rng.uniform(0.03, 0.08, 2) * duration_s * sample_rate).astype(int)
    signal = np.pad(speech, ends)
    # A room's noise is dull: most of it lies below 1 kHz.
    noise = _tilt(rng.normal(size=len(signal)), 12.0, sample_rate, at_hz=2000.0)
    signal += 10 ** (voice.room_db / 20) * noise / noise.std()
    return np.clip(signal, -1, 1).astype(np.float32)


def speak(voice, emotion, duration_s, sample_rate, rng):
    """Say a sentence of random syllables.

    Parameters
    ----------
    voice : Voice
        Who speaks.
    emotion : str
        A key of `EMOTIONS`.
    duration_s : float
        Length of a typical sentence, in seconds.
    sample_rate : int
        Sampling rate, in Hz, from 8000 to 48000.
    rng : numpy.random.Generator
        Where the syllables and the take come from.

    Returns
    -------
    signal : ndarray of shape (n_times,), dtype float32
        The sentence, in [-1, 1].
    """
    prosody = _draw_prosody(voice, emotion, rng)
    tracks = _draw_tracks(voice, prosody, duration_s, rng)
    speech = _articulate(voice, prosody, tracks, sample_rate, rng)
    return _record(speech, voice, prosody, duration_s, sample_rate, rng)
