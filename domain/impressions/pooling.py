"""From the states of tokens to one vector for a stretch of text: their mean and their maximum, side by side."""

import numpy as np
from numpy.typing import NDArray

from domain.impressions.model import Floats

MEAN_WEIGHT = np.float32(3.0)
"""Means vary less than maxima; with this factor a head weighs both alike from the start (scripts/training)."""


def pooled(states: Floats) -> Floats:
    """The vector of all `states` (tokens, width): shape (2 * width,)."""
    return np.concatenate([states.mean(axis=0) * MEAN_WEIGHT, states.max(axis=0)])


def pooled_between(states: Floats, spans: NDArray[np.int32], start: int, end: int) -> Floats:
    """The vector of the tokens that cover characters `start` to `end`; of all of them where none does."""
    inside = (spans[:, 1] > start) & (spans[:, 0] < end) & (spans[:, 1] > spans[:, 0])
    return pooled(states[inside] if inside.any() else states)
