"""Fits where causes and effects begin and end: one log-linear model over all spans of a window."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from domain.causality.boundaries import Span, best, end_features, length_features, side_of, start_features
from domain.causality.marks import Heard, end_numbers, start_numbers
from domain.causality.windows import Window
from scripts.training.cause_cases import Case, boundary

Array = NDArray[Any]
PLACES = ("left", "right", "front")
ROWS = 12
"""A feature counts when this many places in marked windows have it."""
EPOCHS, RATE, PENALTY = 6, 0.15, 1e-3
BATCH = 128
LEAST = 0.05
"""Lighter weights are left out: they say little and are many."""
Rows = list[list[str]]


class Learning(NamedTuple):
    """Weights of the features by their number, and of the numbers of marks by place."""

    features: Array
    start_marks: Array
    end_marks: Array


class Encoded(NamedTuple):
    """A window in numbers: features of its starts, its ends and its lengths, and the numbers of its marks."""

    window: Window
    starts: Array
    ends: Array
    lengths: Array
    start_marks: Array
    end_marks: Array

    @property
    def place(self) -> int:
        return PLACES.index(self.window.place)

    def sizes(self) -> Array:
        """(starts, ends): words of each span, not positive where there is none."""
        return np.array(self.window.ends)[None, :] - np.array(self.window.starts)[:, None] + 1


class Spans:
    """The windows of all cases, encoded once; every fit sees those of some cases."""

    def __init__(self, found: Sequence[Case], heard: Mapping[str, Heard]) -> None:
        self.marked = {
            2 * n + k: place
            for n, case in enumerate(found)
            if case.marked is not None
            for k in (0, 1)
            if (place := boundary(case.windows[k], case.marked[k])) is not None
        }
        named = [_named(case, k) for case in found for k in (0, 1)]
        count: Counter[str] = Counter()
        for at in self.marked:
            count.update(f for rows in named[at] for row in rows for f in row)
        kept = sorted(f for f, n in count.items() if n >= ROWS or f.startswith("long "))
        self.names = {name: at for at, name in enumerate(kept, 1)}
        self.encoded = [self._encode(found[n // 2], n % 2, rows, heard) for n, rows in enumerate(named)]

    def fit(self, among: Array, *, marks: bool) -> Learning:
        """The weights for the cases in which `among` holds, by stochastic descent in a fixed order."""
        batches = _batches([at for at in self.marked if among[at // 2]], self.encoded, self.marked)
        width = len(self.names) + 1
        shapes = (width,), (3, _width(self.encoded, 4)), (3, _width(self.encoded, 5))
        weights = [np.zeros(s) for s in shapes]
        seen = [np.full(s, first) for s, first in zip(shapes, (1e-3, 1e-2, 1e-2), strict=True)]
        order = np.random.default_rng(0)
        for epoch in range(EPOCHS):
            rate = RATE / (1 + 0.3 * epoch)
            for number in order.permutation(len(batches)):
                slopes = _slopes(batches[number], Learning(*weights))
                for at in range(3 if marks else 1):
                    slope = slopes[at] + PENALTY * weights[at]
                    seen[at] += slope * slope
                    weights[at] -= rate * slope / np.sqrt(seen[at])
                weights[0][0] = 0
        return Learning(*(w.round(2) for w in weights))

    def best(self, at: int, use: Learning) -> Span:
        """The span that is cut from window `at`."""
        one = self.encoded[at]
        sizes = one.sizes()
        begin = use.features[one.starts].sum(axis=1) + one.start_marks @ use.start_marks[one.place]
        close = use.features[one.ends].sum(axis=1) + one.end_marks @ use.end_marks[one.place]
        size = use.features[one.lengths].sum(axis=1)[np.clip(sizes, 0, None)]
        return best(one.window, np.where(sizes > 0, begin[:, None] + close[None, :] + size, -np.inf))

    def weights(self, use: Learning, kind: str) -> dict[str, float]:
        """The weights of the features of one kind: start, end or long."""
        found = ((name.partition(" "), float(use.features[at])) for name, at in self.names.items())
        return {name: weight for (group, _, name), weight in found if group == kind and abs(weight) >= LEAST}

    def _encode(self, case: Case, side: int, rows: tuple[Rows, Rows, Rows], heard: Mapping[str, Heard]) -> Encoded:
        window, words = case.windows[side], heard[case.row.id].words(case.windows[side].words)
        role = side_of(window, case.candidate.hit)
        starts, ends, lengths = (_padded([[self.names.get(f, 0) for f in row] for row in group]) for group in rows)
        begin, close = start_numbers(words, role), end_numbers(words, role)
        return Encoded(window, starts, ends, lengths, begin[list(window.starts)], close[list(window.ends)])


class _Batch(NamedTuple):
    """Windows of about one size side by side; `possible` says which spans there are, `right` how right each is."""

    places: Array
    starts: Array
    ends: Array
    lengths: Array
    start_marks: Array
    end_marks: Array
    possible: Array
    right: Array


def _named(case: Case, side: int) -> tuple[Rows, Rows, Rows]:
    window, hit = case.windows[side], case.candidate.hit
    starts = [["start " + f for f in start_features(window, i, hit)] for i in window.starts]
    ends = [["end " + f for f in end_features(window, i, hit)] for i in window.ends]
    lengths = [["long " + f for f in length_features(window, n, hit)] for n in range(1, len(window.words) + 1)]
    return starts, ends, [[], *lengths]


def _padded(rows: list[list[int]]) -> Array:
    out = np.zeros((len(rows), max(map(len, rows))), np.int32)
    for n, row in enumerate(rows):
        out[n, : len(row)] = row
    return out


def _width(encoded: Sequence[Encoded], field: int) -> int:
    return int(encoded[0][field].shape[1])


def _batches(numbers: list[int], encoded: Sequence[Encoded], marked: Mapping[int, tuple[int, int]]) -> list[_Batch]:
    order = sorted(numbers, key=lambda n: (encoded[n].starts.shape[0], encoded[n].ends.shape[0], n))
    groups = (order[k : k + BATCH] for k in range(0, len(order), BATCH))
    return [_batch([encoded[n] for n in group], [marked[n] for n in group]) for group in groups]


def _batch(windows: list[Encoded], marked: list[tuple[int, int]]) -> _Batch:
    sizes = [w.sizes() for w in windows]
    lengths = [w.lengths[np.clip(size, 0, None)] for w, size in zip(windows, sizes, strict=True)]
    right = [_right(w.window, size, place) for w, size, place in zip(windows, sizes, marked, strict=True)]
    return _Batch(
        np.array([w.place for w in windows]),
        _stacked([w.starts for w in windows]),
        _stacked([w.ends for w in windows]),
        _stacked(lengths),
        _stacked([w.start_marks for w in windows]),
        _stacked([w.end_marks for w in windows]),
        _stacked([size > 0 for size in sizes]),
        _stacked(right),
    )


def _stacked(arrays: list[Array]) -> Array:
    out = np.zeros((len(arrays), *np.max([a.shape for a in arrays], axis=0)), arrays[0].dtype)
    for n, a in enumerate(arrays):
        out[(n, *map(slice, a.shape))] = a
    return out


def _right(window: Window, sizes: Array, marked: tuple[int, int]) -> Array:
    """1 for the span that the reader marked, a little for what overlaps it by more than a half."""
    starts, ends = np.array(window.starts)[:, None], np.array(window.ends)[None, :]
    both = np.clip(np.minimum(ends, marked[1]) - np.maximum(starts, marked[0]) + 1, 0, None)
    share = both / np.maximum(sizes + (marked[1] - marked[0] + 1) - both, 1) * (sizes > 0)
    return np.where(share >= 0.999, 1.0, np.where(share >= 0.5, 0.35 * share**3, 0.0))


def _slopes(batch: _Batch, use: Learning) -> list[Array]:
    """How the mean loss rises with each weight."""
    begin = use.features[batch.starts].sum(axis=2) + np.einsum(
        "nik,nk->ni", batch.start_marks, use.start_marks[batch.places]
    )
    close = use.features[batch.ends].sum(axis=2) + np.einsum("nik,nk->ni", batch.end_marks, use.end_marks[batch.places])
    odds = begin[:, :, None] + close[:, None, :] + use.features[batch.lengths].sum(axis=3)
    odds = np.where(batch.possible, odds, -1e9)
    chance = np.exp(odds - odds.max(axis=(1, 2), keepdims=True)) * batch.possible
    chance /= chance.sum(axis=(1, 2), keepdims=True)
    wanted = chance * batch.right
    wanted /= wanted.sum(axis=(1, 2), keepdims=True) + 1e-9
    rise = (chance - wanted) / len(batch.places)
    starts, ends = rise.sum(axis=2), rise.sum(axis=1)
    width = len(use.features)
    features = sum(
        np.bincount(index.ravel(), np.repeat(value.ravel(), index.shape[-1]), width)
        for index, value in ((batch.starts, starts), (batch.ends, ends), (batch.lengths, rise))
    )
    by_place = np.eye(len(PLACES))[batch.places]
    return [
        np.asarray(features),
        np.einsum("np,ni,nik->pk", by_place, starts, batch.start_marks, optimize=True),
        np.einsum("np,ni,nik->pk", by_place, ends, batch.end_marks, optimize=True),
    ]
