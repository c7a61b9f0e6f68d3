"""From the states of tokens to one vector for a stretch of text: their mean and their maximum, side by side."""

import numpy as np

from domain.impressions.model import Floats

MEAN_WEIGHT = np.float32(3.0)
"""Means vary less than maxima; with this factor a head weighs both alike from the start (scripts/training)."""


def pooled(states: Floats) -> Floats:
    """The vector of all `states` (tokens, width): shape (2 * width,); zeros where there is no token."""
    if not len(states):
        return np.zeros(2 * states.shape[1], dtype=np.float32)
    return np.concatenate([states.mean(axis=0) * MEAN_WEIGHT, states.max(axis=0)])
