"""Guards on real speech: clean clips of strangers, and the same clips spoilt."""

import numpy as np
import pandas as pd
import pytest
import soundfile
import soxr

from sersk.features import MFCC
from sersk.guards import NoveltyGuard, SoundGuard

pytestmark = pytest.mark.corpus

RATE = 16000


def _upsample(x, rate):
    return soxr.resample(soxr.resample(x, rate, 8000), 8000, 48000), 48000


def _play(x, rate):
    t = np.arange(2 * rate) / rate
    root = 110 + 200 * np.abs(x).mean() * len(x) / rate
    notes = [root * 2 ** (step / 12) * k for step in (0, 4, 7) for k in (1, 2, 3, 4)]
    return 0.1 * np.exp(-2 * (t % 0.5)) * sum(np.sin(2 * np.pi * f * t) for f in notes), rate


SPOILINGS = {
    "upsampled": _upsample,
    "clipped": lambda x, rate: (np.clip(4 * x / np.abs(x).max(), -1, 1), rate),
    "softer": lambda x, rate: (0.01 * x, rate),
    "cut": lambda x, rate: (x[len(x) // 2 :][: rate // 5], rate),
    "music": _play,
    "tone": lambda x, rate: (0.3 * np.sin(2 * np.pi * 440 * np.arange(rate) / rate), rate),
}


@pytest.mark.parametrize(("csv", "every"), [("ravdess.csv", 3), ("emodb4.csv", 1)])
def test_clean_and_spoilt_clips_of_strangers(corpora, tmp_path, csv, every):
    table = pd.read_csv(corpora / csv, dtype=str).sort_values(["Speaker", "Filename"])[::every]
    paths = [str(corpora / name) for name in table.Filename]
    names = np.unique(table.Speaker)
    is_new = table.Speaker.isin(names[::4]).to_numpy()
    known, new = np.array(paths)[~is_new], np.array(paths)[is_new]
    features = MFCC(sample_rate=RATE)
    sound = SoundGuard(sample_rate=RATE).fit(known)
    speakers = table.Speaker.to_numpy()[~is_new]
    novelty = NoveltyGuard().fit(features.transform(known), groups=speakers)

    def share(clips):
        said = zip(sound.check(clips), novelty.check(features.transform(clips)), strict=True)
        return np.mean([bool(one or other) for one, other in said])

    assert share(new) <= 0.02
    for kind, spoil in SPOILINGS.items():
        spoilt = []
        for i, path in enumerate(new[::4]):
            x, rate = soundfile.read(path)
            spoilt.append(str(tmp_path / f"{kind}{i}.wav"))
            soundfile.write(spoilt[-1], *spoil(x if x.ndim == 1 else x.mean(axis=1), rate))
        assert share(spoilt) >= 0.9, kind
