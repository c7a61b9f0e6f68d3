"""Fits where causes and effects begin and end: one log-linear model over all spans of a window."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from domain.causality.boundaries import Span, best
from domain.causality.columns import (
    END,
    LINKS,
    LONG,
    PLACES,
    START,
    Codes,
    Spots,
    Windows,
    alphabets,
    end_columns,
    long_columns,
    start_columns,
    stem,
)
from domain.causality.marks import Heard, end_numbers, start_numbers
from domain.causality.templates import alphabet, names
from domain.causality.windows import REACH, Sheet
from scripts.training.cause_cases import Case, boundary

Array = NDArray[Any]
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
    """A window in numbers: features of its starts, its ends and its lengths, and the numbers of its marks.

    `first` and `last` are the words with which a span may start and end, `place` the number of its place.
    """

    place: int
    first: Array
    last: Array
    starts: Array
    ends: Array
    lengths: Array
    start_marks: Array
    end_marks: Array

    def sizes(self) -> Array:
        """(starts, ends): words of each span, not positive where there is none."""
        return np.asarray(self.last[None, :] - self.first[:, None] + 1)


class _Spelled(NamedTuple):
    """The features of all windows in words, a row a place, and where the windows' rows begin and end."""

    spots: Spots
    rows: Rows
    edges: Array

    def of(self, window: int) -> Rows:
        return self.rows[self.edges[window] : self.edges[window + 1]]


class Spans:
    """The windows of all cases, encoded once; every fit sees those of some cases."""

    def __init__(self, sheet: Sheet, found: Sequence[Case], heard: Heard) -> None:
        self.marked = {
            2 * n + k: place
            for n, case in enumerate(found)
            if case.marked is not None
            for k, window in enumerate((case.candidate.first, case.candidate.second))
            if (place := boundary(sheet, window, case.marked[k])) is not None
        }
        windows = Windows(sheet)
        starts, ends = _spelled(sheet, windows)
        lengths = _lengths(windows)
        count: Counter[str] = Counter()
        for at in self.marked:
            count.update(f for rows in (starts.of(at), ends.of(at), lengths[at]) for row in rows for f in row)
        kept = sorted(f for f, n in count.items() if n >= ROWS or f.startswith("long "))
        self.names = {name: at for at, name in enumerate(kept, 1)}
        words = heard.words(sheet)
        begin, close = start_numbers(words, windows, starts.spots), end_numbers(words, windows, ends.spots)
        self.encoded = [
            Encoded(
                int(windows.place[at]) - 1,
                *(spelled.spots.word[slice(*spelled.edges[at : at + 2])] for spelled in (starts, ends)),
                *(self._numbered(rows) for rows in (starts.of(at), ends.of(at), lengths[at])),
                *(m[slice(*spelled.edges[at : at + 2])] for m, spelled in ((begin, starts), (close, ends))),
            )
            for at in range(len(windows.place))
        ]

    def fit(self, among: Array, *, marks: bool) -> Learning:
        """The weights for the cases in which `among` holds, by stochastic descent in a fixed order."""
        batches = _batches([at for at in self.marked if among[at // 2]], self.encoded, self.marked)
        width = len(self.names) + 1
        shapes = (width,), (3, _width(self.encoded, "start_marks")), (3, _width(self.encoded, "end_marks"))
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
        odds = np.where(sizes > 0, begin[:, None] + close[None, :] + size, -np.inf)
        return next(iter(best(one.first[None], one.last[None], odds[None])))

    def weights(self, use: Learning, kind: str) -> dict[str, float]:
        """The weights of the features of one kind: start, end or long."""
        found = ((name.partition(" "), float(use.features[at])) for name, at in self.names.items())
        return {name: weight for (group, _, name), weight in found if group == kind and abs(weight) >= LEAST}

    def _numbered(self, rows: Rows) -> Array:
        return _padded([[self.names.get(f, 0) for f in row] for row in rows])


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


def _spelled(sheet: Sheet, windows: Windows) -> tuple[_Spelled, _Spelled]:
    """The features of all words with which a span may start, and of those with which it may end."""
    of_field = alphabets(alphabet(dict.fromkeys(["^", "$", *map(stem, sheet.words)])))
    codes, starts, ends = Codes(sheet, of_field), windows.starts(), windows.ends()
    begin = names(START, start_columns(codes, windows, starts), of_field)
    close = names(END, end_columns(codes, windows, ends), of_field)
    edges = [np.searchsorted(spots.window, np.arange(len(windows.place) + 1)) for spots in (starts, ends)]
    return (
        _Spelled(starts, [["start " + f for f in row] for row in begin], edges[0]),
        _Spelled(ends, [["end " + f for f in row] for row in close], edges[1]),
    )


def _lengths(windows: Windows) -> list[Rows]:
    """For each window the features of spans of so many words, from none on."""
    rows = [["long " + f for f in row] for row in names(LONG, long_columns(), alphabets({}))]
    firsts = ((windows.place - 1) * len(LINKS) + windows.link - 1) * (REACH + 1)
    sizes = windows.stop - windows.start
    return [[[], *rows[first + 1 : first + size + 1]] for first, size in zip(firsts, sizes, strict=True)]


def _padded(rows: list[list[int]]) -> Array:
    out = np.zeros((len(rows), max(map(len, rows))), np.int32)
    for n, row in enumerate(rows):
        out[n, : len(row)] = row
    return out


def _width(encoded: Sequence[Encoded], field: str) -> int:
    return int(getattr(encoded[0], field).shape[1])


def _batches(numbers: list[int], encoded: Sequence[Encoded], marked: Mapping[int, tuple[int, int]]) -> list[_Batch]:
    order = sorted(numbers, key=lambda n: (encoded[n].starts.shape[0], encoded[n].ends.shape[0], n))
    groups = (order[k : k + BATCH] for k in range(0, len(order), BATCH))
    return [_batch([encoded[n] for n in group], [marked[n] for n in group]) for group in groups]


def _batch(windows: list[Encoded], marked: list[tuple[int, int]]) -> _Batch:
    sizes = [w.sizes() for w in windows]
    lengths = [w.lengths[np.clip(size, 0, None)] for w, size in zip(windows, sizes, strict=True)]
    right = [_right(w, size, place) for w, size, place in zip(windows, sizes, marked, strict=True)]
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


def _right(window: Encoded, sizes: Array, marked: tuple[int, int]) -> Array:
    """1 for the span that the reader marked, a little for what overlaps it by more than a half."""
    starts, ends = window.first[:, None], window.last[None, :]
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
