"""Transformers of features: scales of blocks of columns, and of speakers."""

from sersk.preprocessing._blocks import BlockScaler
from sersk.preprocessing._speakers import SpeakerNormalizer

__all__ = ["BlockScaler", "SpeakerNormalizer"]
