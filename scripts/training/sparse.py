"""Ridge regressions over rows of named features that are mostly absent, in numpy."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Loss = Callable[[Array], tuple[float, Array]]


class Sparse:
    """Rows of named features, each with its value, as places in a vector of weights. No row is empty."""

    def __init__(self, rows: Sequence[Mapping[str, float]], vocabulary: Mapping[str, int]) -> None:
        known = [[(vocabulary[f], x) for f, x in row.items() if f in vocabulary] or [(0, 0.0)] for row in rows]
        self.width = len(vocabulary)
        self.sizes = np.array([len(row) for row in known])
        self.at = np.array([i for row in known for i, _ in row], np.int32)
        self.values = np.array([x for row in known for _, x in row], np.float64)

    def only(self, rows: Array) -> "Sparse":
        """The rows of a mask."""
        out = object.__new__(Sparse)
        kept = np.repeat(rows, self.sizes)
        out.width, out.sizes, out.at, out.values = self.width, self.sizes[rows], self.at[kept], self.values[kept]
        return out

    def dot(self, weights: Array) -> Array:
        """The score of each row."""
        return np.add.reduceat(weights[self.at] * self.values, np.cumsum(self.sizes) - self.sizes)

    def back(self, slopes: Array) -> Array:
        """The slope of each weight from the slope of each row's score."""
        return np.bincount(self.at, np.repeat(slopes, self.sizes) * self.values, minlength=self.width)


def vocabulary(rows: Iterable[Iterable[str]], groups: Iterable[str], least: tuple[int, int]) -> dict[str, int]:
    """The features that enough rows of enough groups have, each with its place."""
    count: Counter[str] = Counter()
    seen: dict[str, set[str]] = defaultdict(set)
    for row, group in zip(rows, groups, strict=True):
        count.update(row)
        for feature in row:
            seen[feature].add(group)
    kept = sorted(f for f, n in count.items() if n >= least[0] and len(seen[f]) >= least[1])
    return {feature: at for at, feature in enumerate(kept)}


def minimise(loss: Loss, start: Array, steps: int = 40) -> Array:
    """Limited-memory BFGS with a halving line search."""
    x, (value, slope) = start, loss(start)
    moves: list[tuple[Array, Array]] = []
    for _ in range(steps):
        direction = _turned(slope, moves)
        step, before = 1.0, value
        while step > 1e-8:
            new = x - step * direction
            value, turned = loss(new)
            if value <= before - 1e-4 * step * (slope @ direction):
                break
            step /= 2
        if (new - x) @ (turned - slope) > 1e-10:
            moves = [*moves[-9:], (new - x, turned - slope)]
        x, slope = new, turned
        if before - value < 1e-4 * max(1.0, abs(before)):
            break
    return x


def _turned(slope: Array, moves: Sequence[tuple[Array, Array]]) -> Array:
    direction, shares = slope.copy(), []
    for s, y in reversed(moves):
        shares.append(s @ direction / (y @ s))
        direction -= shares[-1] * y
    if moves:
        direction *= moves[-1][0] @ moves[-1][1] / (moves[-1][1] @ moves[-1][1])
    else:
        direction /= max(1.0, np.abs(slope).sum())
    for (s, y), share in zip(moves, reversed(shares), strict=True):
        direction += (share - y @ direction / (y @ s)) * s
    return direction


def logistic(table: Sparse, labels: Array, counts: Array, penalty: float) -> Array:
    """Weights of a ridge logistic regression whose rows count so much."""

    def loss(w: Array) -> tuple[float, Array]:
        z = table.dot(w)
        p = 1 / (1 + np.exp(-np.clip(z, -30, 30)))
        value = (counts * (np.logaddexp(0, z) - labels * z)).sum() + 0.5 * penalty * (w @ w)
        return float(value), table.back(counts * (p - labels)) + penalty * w

    return minimise(loss, np.zeros(table.width))


def choosing(table: Sparse, sizes: Array, right: Array, counts: Array, penalty: float) -> Array:
    """Weights of a choice among the rows of each group; any of the rows that are `right` will do."""
    starts = np.cumsum(sizes) - sizes
    group = np.repeat(np.arange(len(sizes)), sizes)

    def loss(w: Array) -> tuple[float, Array]:
        z = table.dot(w)
        e = np.exp(z - np.maximum.reduceat(z, starts)[group])
        every, good = np.add.reduceat(e, starts), np.add.reduceat(e * right, starts)
        slope = counts[group] * (e / every[group] - e * right / good[group])
        return float((counts * (np.log(every) - np.log(good))).sum() + 0.5 * penalty * (w @ w)), table.back(
            slope
        ) + penalty * w

    return minimise(loss, np.zeros(table.width))


def weighed(words: Mapping[str, int], weights: Array, least: float = 0.0) -> dict[str, float]:
    """The weights by name, without the lightest, which say little and are many."""
    return {f: round(float(weights[at]), 3) for f, at in words.items() if abs(weights[at]) > least}
