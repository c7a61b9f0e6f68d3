"""Ridge regressions over rows of features that are there or not, in numpy."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scripts.training.sparse import minimise

Array = NDArray[Any]
STEPS = 90


class Table:
    """Rows of features that are there or not, as places in a vector of weights; the last weight is the bias."""

    def __init__(self, rows: Sequence[Sequence[str]], places: dict[str, int]) -> None:
        bias = len(places)
        found = [[*(places[f] for f in row if f in places), bias] for row in rows]
        self.width = bias + 1
        self._at = np.array([i for row in found for i in row], np.int32)
        sizes = np.array([len(row) for row in found])
        self._starts = np.cumsum(sizes) - sizes
        self._row = np.repeat(np.arange(len(rows)), sizes)

    def dot(self, weights: Array) -> Array:
        """The score of each row."""
        return np.add.reduceat(weights[self._at], self._starts)

    def back(self, slopes: Array) -> Array:
        """The slope of each weight from the slope of each row's score."""
        return np.bincount(self._at, slopes[self._row], minlength=self.width)


def logistic(table: Table, labels: Array, counts: Array, penalty: float) -> Array:
    """Weights of a ridge logistic regression of rows that count so much; the bias is free."""
    pull = np.full(table.width, penalty)
    pull[-1] = 0.01

    def loss(w: Array) -> tuple[float, Array]:
        z = table.dot(w)
        p = 1 / (1 + np.exp(-np.clip(z, -30, 30)))
        value = (counts * (np.logaddexp(0, z) - labels * z)).sum() + 0.5 * (pull * w * w).sum()
        return float(value), table.back(counts * (p - labels)) + pull * w

    return minimise(loss, np.zeros(table.width), STEPS)


def choosing(table: Table, sizes: Array, right: Array, penalty: float) -> Array:
    """Weights of a ridge regression in which one row of each group, `sizes` long, is the right one."""
    starts = np.cumsum(sizes) - sizes
    group, gold = np.repeat(np.arange(len(sizes)), sizes), starts + right

    def loss(w: Array) -> tuple[float, Array]:
        z = table.dot(w)
        top = np.maximum.reduceat(z, starts)
        e = np.exp(z - top[group])
        total = np.add.reduceat(e, starts)
        slope = e / total[group]
        slope[gold] -= 1
        value = (np.log(total) + top - z[gold]).sum() + 0.5 * penalty * (w @ w)
        return float(value), table.back(slope) + penalty * w

    return minimise(loss, np.zeros(table.width), STEPS)
