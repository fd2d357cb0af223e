"""Equality with librosa 0.11 at equal parameters.

The tolerances are the largest differences seen on real clips, rounded up. They come from the
Fourier transform: that of librosa works in float64, ours in float32.
"""

import librosa
import numpy as np
import pytest

from sersk.audio import Recording, read_audio
from sersk.features import (
    MFCC,
    RMS,
    Chroma,
    MelSpectrogram,
    SpectralContrast,
    SpectralShape,
    ZeroCrossingRate,
)
from sersk.features._framing import Clip, Grid
from sersk.features._tuning import choose_tuning, count_tunings
from tests.features.conftest import make_voice

pytestmark = [
    pytest.mark.filterwarnings("ignore:n_fft=.* is too large for input signal"),
    pytest.mark.filterwarnings("ignore:Trying to estimate tuning from empty frequency set"),
]

RATE = 22050
STATISTICS = {
    "mean": lambda x: x.mean(axis=0),
    "std": lambda x: x.std(axis=0),
    "median": lambda x: np.median(x, axis=0),
    "max": lambda x: x.max(axis=0),
    "percentile20": lambda x: np.percentile(x, 20, axis=0),
}


def _speech(sample_rate=RATE):
    durations_s = [0.05, 0.3, 0.5, 1.0, 1.7, 3.0]
    return [
        make_voice(i, duration_s=d, sample_rate=sample_rate) for i, d in enumerate(durations_s)
    ]


def _odd_signals():
    noise = np.random.default_rng(1).uniform(-1, 1, size=5000)
    signals = [np.zeros(RATE), np.ones(1), np.zeros(1), np.ones(3000), noise, 1e-4 * noise[:700]]
    return [signal.astype(np.float32) for signal in signals]


@pytest.fixture(scope="module")
def speech():
    return _speech()


@pytest.fixture(scope="module")
def synthetic(speech):
    return speech + _odd_signals()


@pytest.fixture(scope="module")
def real(corpora):
    """Ten clips of each corpus, spread over speakers and emotions."""
    paths = []
    for corpus in ("ravdess", "emodb4"):
        found = sorted(p for p in (corpora / corpus).rglob("*") if p.suffix in (".wav", ".flac"))
        paths += found[:: len(found) // 10][:10]
    assert len(paths) == 20
    return [read_audio(path, sample_rate=RATE)[0] for path in paths]


clips = pytest.mark.parametrize(
    "clips", ["synthetic", pytest.param("real", marks=pytest.mark.corpus)]
)


def _shape(signal, *, sr=RATE, roll_percent=0.85, **framing):
    centroid = librosa.feature.spectral_centroid(y=signal, sr=sr, **framing)
    bandwidth = librosa.feature.spectral_bandwidth(y=signal, sr=sr, **framing)
    rolloff = librosa.feature.spectral_rolloff(
        y=signal, sr=sr, roll_percent=roll_percent, **framing
    )
    flatness = librosa.feature.spectral_flatness(y=signal, **framing)
    return np.vstack([centroid, bandwidth, rolloff, flatness])


def _differences(extractor, reference, signals):
    """Largest difference of each statistic and descriptor, of shape (n_clips, n_descriptors)."""
    extractor.set_params(functionals=tuple(STATISTICS))
    rows = extractor.transform(signals).astype(float)
    expected = [reference(signal).T.astype(float) for signal in signals]
    pooled = np.array([[pool(x) for pool in STATISTICS.values()] for x in expected])
    differences = np.abs(rows.reshape(pooled.shape) - pooled)
    # The frames are as many, and each of them is alike: no offset in time hides in a statistic.
    sequences = extractor.set_params(functionals=None).transform(signals)
    assert [s.shape for s in sequences] == [x.shape for x in expected]
    return {name: differences[:, i] for i, name in enumerate(STATISTICS)}


@clips
def test_mfcc(clips, request):
    signals = request.getfixturevalue(clips)
    differences = _differences(
        MFCC(), lambda x: librosa.feature.mfcc(y=x, sr=RATE, n_mfcc=40), signals
    )
    assert differences.pop("mean").max() <= 6e-4
    assert max(d.max() for d in differences.values()) <= 1.2e-3
    # Equal to the last bit would mean that librosa is compared with itself.
    assert differences["std"].max() > 0


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("clips", ["speech", pytest.param("real", marks=pytest.mark.corpus)])
def test_deltas(clips, request, order):
    signals = [s for s in request.getfixturevalue(clips) if len(s) > 8 * 512]
    assert len(signals) >= 5
    for signal in signals:
        mfcc = librosa.feature.mfcc(y=signal, sr=RATE, n_mfcc=13)
        sequence = MFCC(n_mfcc=13, deltas=2, functionals=None).transform([signal])[0]
        delta = sequence[:, 13 * order : 13 * (order + 1)]
        expected = librosa.feature.delta(mfcc, order=order).T
        assert np.abs(expected).max() > 1
        np.testing.assert_allclose(delta, expected, rtol=0, atol=2e-4)


@clips
@pytest.mark.parametrize("scale", ["power", "db"])
def test_mel(clips, request, scale):
    def reference(signal):
        mel = librosa.feature.melspectrogram(y=signal, sr=RATE)
        return librosa.power_to_db(mel) if scale == "db" else mel

    signals = request.getfixturevalue(clips)
    differences = _differences(MelSpectrogram(scale=scale), reference, signals)
    assert differences["mean"].max() <= (2e-4 if scale == "power" else 6e-4)


@clips
def test_rms(clips, request):
    signals = request.getfixturevalue(clips)
    differences = _differences(RMS(), lambda x: librosa.feature.rms(y=x), signals)
    assert differences.pop("mean").max() <= 1e-7
    # A single frame: two steps of float32 just under full scale.
    assert max(d.max() for d in differences.values()) <= 1.2e-7


@clips
def test_zero_crossing_rate(clips, request):
    signals = request.getfixturevalue(clips)
    differences = _differences(
        ZeroCrossingRate(), lambda x: librosa.feature.zero_crossing_rate(x), signals
    )
    assert max(d.max() for d in differences.values()) <= 1e-5


def test_zero_crossings_of_tiny_samples():
    """Samples without a sign: zeros, negative zeros, and those under the threshold."""
    samples = np.tile([0.5, -0.0, 0.0, -1e-11, -0.5, 1e-11, -1e-9, 1e-9, -1.0], 500)
    signal = samples.astype(np.float32)
    differences = _differences(
        ZeroCrossingRate(), lambda x: librosa.feature.zero_crossing_rate(x), [signal]
    )
    assert max(d.max() for d in differences.values()) <= 1e-5


@clips
def test_spectral_contrast(clips, request):
    signals = request.getfixturevalue(clips)
    differences = _differences(
        SpectralContrast(), lambda x: librosa.feature.spectral_contrast(y=x, sr=RATE), signals
    )
    # Also in the uppermost octave, where nothing was recorded (EmoDB ends at 8 kHz).
    assert differences["mean"].max() <= 0.1


@clips
def test_spectral_shape(clips, request):
    signals = request.getfixturevalue(clips)
    differences = _differences(SpectralShape(), _shape, signals)
    centroid, bandwidth, _, flatness = differences["mean"].T
    assert centroid.max() <= 1.4e-3
    # All bins but the lowest of a constant hold rounding noise of the FFT; it decides the spread.
    constant = np.array([np.ptp(signal) == 0 and signal[0] != 0 for signal in signals])
    assert constant.sum() == (2 if clips == "synthetic" else 0)
    assert bandwidth[~constant].max() <= 5e-3
    assert flatness.max() <= 1e-5
    for statistic in ("median", "max"):
        assert differences[statistic][:, 2].max() <= 1.001 * RATE / 2048


@clips
def test_chroma_at_equal_tuning(clips, request):
    signals = request.getfixturevalue(clips)
    for tuning in (0.0, 0.23, -0.5):
        differences = _differences(
            Chroma(tuning=tuning),
            lambda x, t=tuning: librosa.feature.chroma_stft(y=x, sr=RATE, tuning=t),
            signals,
        )
        assert max(d.max() for d in differences.values()) <= 2e-6


@pytest.mark.parametrize("n_chroma", [12, 24])
@pytest.mark.parametrize("clips", ["speech", pytest.param("real", marks=pytest.mark.corpus)])
def test_tuning(clips, request, n_chroma):
    """Where two bins of the histogram are equally full, rounding may choose the other one."""
    signals = request.getfixturevalue(clips)
    ours, theirs = [], []
    for signal in signals:
        (block,) = Clip(Recording(signal, RATE)).blocks(Grid(RATE, 2048, 512, True))
        power = block.power("hann", 2048)
        counts = count_tunings(
            power, RATE, 2048, n_chroma, refine=lambda i, b=block: b.refine_power(i, "hann", 2048)
        )
        ours.append(choose_tuning(counts))
        theirs.append(librosa.estimate_tuning(S=power.T, sr=RATE, bins_per_octave=n_chroma))
    assert len(np.unique(theirs)) > 3
    n_different = np.count_nonzero(np.abs(np.subtract(ours, theirs)) > 1e-9)
    assert n_different <= len(signals) // 10


def test_frames_whose_peaks_are_rounding_are_transformed_again():
    """A single click in digital silence has a spectrum without a shape."""
    signal = np.concatenate([make_voice(duration_s=2.0), np.zeros(RATE, dtype=np.float32)])
    signal[-RATE // 2] = 1e-4
    (block,) = Clip(Recording(signal, RATE)).blocks(Grid(RATE, 2048, 512, True))
    refined = []

    def refine(frames):
        refined.extend(frames.tolist())
        return block.refine_power(frames, "hann", 2048)

    count_tunings(block.power("hann", 2048), RATE, 2048, 12, refine=refine)
    middle = (len(signal) - RATE // 2) // 512
    assert {middle - 1, middle, middle + 1} <= set(refined)
    # And of the voice, none or nearly none.
    assert len([frame for frame in refined if frame < 80]) <= 2


@pytest.mark.corpus
def test_tuning_of_many_clips(corpora):
    """Digital silence at the edges, as resampling leaves it, must not decide."""
    found = sorted(p for p in (corpora / "ravdess").rglob("*") if p.suffix in (".wav", ".flac"))
    n_different = 0
    for path in found[::12]:
        signal, _ = read_audio(path, sample_rate=RATE)
        (block,) = Clip(Recording(signal, RATE)).blocks(Grid(RATE, 2048, 512, True))
        tuning = choose_tuning(Chroma()._survey(block))
        spectrum = np.abs(librosa.stft(signal)) ** 2
        expected = librosa.estimate_tuning(S=spectrum, sr=RATE, bins_per_octave=12)
        n_different += abs(tuning - expected) > 1e-9
    assert len(found) == 1440
    assert n_different <= 1


@clips
def test_chroma_with_its_own_tuning(clips, request):
    signals = request.getfixturevalue(clips)
    differences = _differences(
        Chroma(), lambda x: librosa.feature.chroma_stft(y=x, sr=RATE), signals
    )
    n_different = np.count_nonzero(differences["mean"].max(axis=1) > 2e-6)
    assert n_different <= len(signals) // 10


FRAMINGS = {
    "16k": dict(sr=16000, n_fft=512, hop_length=160, win_length=400),
    "16k_uncentred": dict(sr=16000, n_fft=512, hop_length=160, win_length=400, center=False),
    "hamming": dict(sr=22050, n_fft=1024, hop_length=300, window="hamming"),
    "odd": dict(sr=44100, n_fft=1001, hop_length=333, win_length=777, window="blackman"),
}
framings = pytest.mark.parametrize("framing", FRAMINGS.values(), ids=FRAMINGS)


def _compare(extractor, reference, framing, tolerances):
    """Compare frame by frame; `tolerances` are one for all descriptors or one for each."""
    framing = dict(framing)
    rate = framing.pop("sr")
    extractor.set_params(sample_rate=rate, functionals=None)
    own = extractor.get_params()
    extractor.set_params(**{name: framing[name] for name in framing if name in own})
    signals = _speech(rate)[1:4]
    for signal, sequence in zip(signals, extractor.transform(signals), strict=True):
        expected = reference(signal, sr=rate, **framing).T
        assert sequence.shape == expected.shape
        assert (np.abs(sequence - expected).max(axis=0) <= tolerances).all()
        assert np.abs(expected).max() > 0


@framings
def test_mfcc_with_other_parameters(framing):
    def reference(y, **framing):
        return librosa.feature.mfcc(y=y, n_mfcc=13, n_mels=40, fmin=60.0, fmax=7000.0, **framing)

    _compare(MFCC(n_mfcc=13, n_mels=40, fmin=60, fmax=7000), reference, framing, 5e-3)


@framings
def test_mel_with_other_parameters(framing):
    def reference(y, **framing):
        return librosa.feature.melspectrogram(y=y, n_mels=30, fmin=300.0, fmax=5000.0, **framing)

    _compare(MelSpectrogram(n_mels=30, fmin=300, fmax=5000), reference, framing, 1e-4)


@framings
def test_chroma_with_other_parameters(framing):
    def reference(y, **framing):
        return librosa.feature.chroma_stft(y=y, n_chroma=24, tuning=0.1, **framing)

    _compare(Chroma(n_chroma=24, tuning=0.1), reference, framing, 1e-5)


@framings
def test_contrast_with_other_parameters(framing):
    def reference(y, **framing):
        return librosa.feature.spectral_contrast(
            y=y, n_bands=4, fmin=250.0, quantile=0.1, **framing
        )

    _compare(SpectralContrast(n_bands=4, fmin=250, quantile=0.1), reference, framing, 0.1)


@framings
def test_shape_with_other_parameters(framing):
    def reference(y, **framing):
        return _shape(y, roll_percent=0.4, **framing)

    one_bin_hz = framing["sr"] / framing["n_fft"]
    tolerances = [0.01, 0.01, 1.001 * one_bin_hz, 1e-5]
    _compare(SpectralShape(roll_percent=0.4), reference, framing, tolerances)


@framings
def test_rms_and_zero_crossings_with_other_parameters(framing):
    def arguments(framing):
        centring = {"center": framing["center"]} if "center" in framing else {}
        length = dict(frame_length=framing["n_fft"], hop_length=framing["hop_length"])
        return {**length, **centring}

    def rms(y, **framing):
        return librosa.feature.rms(y=y, **arguments(framing))

    def zero_crossing_rate(y, **framing):
        return librosa.feature.zero_crossing_rate(y, **arguments(framing))

    _compare(RMS(), rms, framing, 1e-6)
    _compare(ZeroCrossingRate(), zero_crossing_rate, framing, 1e-7)
