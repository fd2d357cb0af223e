"""Augmentations for the tests: easy to foresee, and cheap."""

import random

import numpy as np
from sklearn.base import BaseEstimator


def global_states():
    """Give the states of the generators that all of a process share."""
    name, keys, *rest = np.random.get_state()  # noqa: NPY002
    return name, keys.tolist(), rest, random.getstate()


class Noise(BaseEstimator):
    """Adds noise."""

    def __init__(self, scale=0.1):
        self.scale = scale

    def __call__(self, signal, sample_rate, random_state):
        noise = np.random.default_rng(random_state).normal(scale=self.scale, size=len(signal))
        return signal + noise.astype(np.float32)

    def describe(self):
        return repr(self)


class Reverse(BaseEstimator):
    """Turns time around; leaves nothing to chance."""

    def __call__(self, signal, sample_rate, random_state):
        return signal[::-1]

    def describe(self):
        return repr(self)


class Tell(BaseEstimator):
    """Gives its name and what it was handed in place of sound: name, rate and seed, in 2 parts."""

    def __init__(self, name):
        self.name = name

    def __call__(self, signal, sample_rate, random_state):
        high, low = divmod(random_state, 2**16)
        return np.array([self.name, sample_rate, high, low])

    def describe(self):
        return repr(self)
