"""Logistic regression that is drawn towards expected weights, in numpy."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def logistic(
    features: Array, labels: Array, penalty: float, expected: Array | None = None, *, rising: bool = False
) -> tuple[Array, float]:
    """Weights and bias of the regression drawn to `expected`, in damped Newton steps; `rising`: none negative."""
    count, width = features.shape
    wide = np.hstack([features, np.ones((count, 1))])
    centre = np.zeros(width + 1)
    if expected is not None:
        centre[:width] = expected
    pull = np.full(width + 1, float(penalty))
    pull[-1] = 0.01
    weights = centre.copy()

    def loss(w: Array) -> float:
        z = wide @ w
        return np.logaddexp(0, z).sum() - labels @ z + 0.5 * (pull * (w - centre) ** 2).sum()

    current = loss(weights)
    for _ in range(60):
        p = 1 / (1 + np.exp(-np.clip(wide @ weights, -30, 30)))
        slope = wide.T @ (p - labels) + pull * (weights - centre)
        bend = (wide * (p * (1 - p))[:, None]).T @ wide + np.diag(pull)
        free = np.ones(width + 1, bool)
        if rising:
            free[:width] = (weights[:width] > 0) | (slope[:width] < 0)
        step = np.zeros(width + 1)
        step[free] = np.linalg.solve(bend[np.ix_(free, free)], slope[free])
        before, share = current, 1.0
        while share > 1e-4:
            new = weights - share * step
            if rising:
                new[:width] = np.maximum(new[:width], 0)
            current = loss(new)
            if current <= before:
                weights = new
                break
            share /= 2
        if before - current < 1e-7 * abs(before):
            break
    return weights[:width], weights[-1]
