"""Synthetic speech for guards."""

import pytest

from sersk.datasets import make_emotional_speech


@pytest.fixture(scope="session")
def corpus():
    """Signals at 16 kHz, emotions and speakers: 6 speakers, 4 classes, 2 clips each."""
    return make_emotional_speech(6, 2, random_state=3)


@pytest.fixture(scope="session")
def speech(corpus):
    return corpus[0]
