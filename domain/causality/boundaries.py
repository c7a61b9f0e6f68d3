"""Where causes and effects begin and end in their windows: the spans that most of the probability would accept."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

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
)
from domain.causality.marks import end_numbers, start_numbers
from domain.causality.model import Learned
from domain.causality.templates import Weighed, alphabet
from domain.causality.windows import REACH

Array: TypeAlias = NDArray[Any]

KEPT = 48
"""Likely spans that are weighed against each other."""

_TOGETHER = 128
"""Windows that are looked at at once: the tables of their spans should fit into the processor's cache."""

_MOST = 4096
"""No window has so many spans: with its number a span's odds make an integer that no other span of the window has."""

_DIGITS = 10**6
_NEVER = -(1 << 40)
_BEYOND = 1 << 40
_STEM = re.compile(r"\w+:(?:(?:prev_|next_)?word=|then_word=[^+]+\+)(.+)")


class Span(NamedTuple):
    """The words `start` to `end` of a sheet, and the chance that readers' spans overlap it by a half."""

    start: int
    end: int
    trust: float


class Cutter:
    """What was learned about boundaries, in the shape in which it is looked up."""

    def __init__(self, learned: Learned) -> None:
        stems = (_STEM.fullmatch(name) for of in (learned.start, learned.end) for name in of)
        self._alphabets = alphabets(alphabet(dict.fromkeys(found[1] for found in stems if found)))
        self._start = Weighed(START, learned.start, self._alphabets)
        self._end = Weighed(END, learned.end, self._alphabets)
        self._long = Weighed(LONG, learned.long, self._alphabets)(long_columns()).reshape(len(PLACES), len(LINKS), -1)
        self._long[:, :, 0] = 0.0
        self._start_marks, self._end_marks = (
            np.array([of.get(place, ()) for place in PLACES]) for of in (learned.start_marks, learned.end_marks)
        )

    def cut(self, windows: Windows, heard: Array | None) -> list[Span]:
        """The best span of each window. `heard` are the marks of the sheet's words, None where there are none."""
        codes, starts, ends = Codes(windows.sheet, self._alphabets), windows.starts(), windows.ends()
        begin = self._start(start_columns(codes, windows, starts))
        close = self._end(end_columns(codes, windows, ends))
        if heard is not None:
            begin += _weighed(start_numbers(heard, windows, starts), self._start_marks, windows.place[starts.window])
            close += _weighed(end_numbers(heard, windows, ends), self._end_marks, windows.place[ends.window])
        size = self._long[windows.place - 1, windows.link - 1]
        spans = [Span(0, 0, 0.0)] * len(windows.place)
        for some in _groups(starts, ends, len(windows.place)):
            first, begun = _padded(starts, begin, some, _BEYOND)
            last, closed = _padded(ends, close, some, -1)
            lengths = last[:, None, :] - first[:, :, None] + 1
            by_length = np.take_along_axis(size[some], np.clip(lengths, 0, REACH).reshape(len(some), -1), 1)
            total = begun[:, :, None] + closed[:, None, :] + by_length.reshape(lengths.shape)
            for at, span in zip(some.tolist(), best(first, last, np.where(lengths > 0, total, -np.inf)), strict=True):
                spans[at] = span
        return spans


def best(first: Array, last: Array, odds: Array) -> Iterator[Span]:
    """The span of each window that most of the probability would accept.

    `odds` (windows, starts, ends) are log odds of the spans from word `first` (windows, starts) to and with word
    `last` (windows, ends), minus infinity where there is none. The likeliest single span is often an outlier; readers
    differ in where they cut, so the one that overlaps the likely ones by a quarter, better by a half, is the better
    answer.
    """
    flat = np.rint(odds.reshape(len(odds), -1) * _DIGITS)
    # Where odds are the same the span that begins first, then the one that ends first, comes first.
    keys = np.where(np.isfinite(flat), flat, _NEVER).astype(np.int64) * _MOST + np.arange(
        _MOST - 1, _MOST - 1 - flat.shape[1], -1
    )
    order = np.sort(np.partition(keys, -KEPT, axis=1)[:, -KEPT:] if keys.shape[1] > KEPT else keys, axis=1)[:, ::-1]
    place, kept = _MOST - 1 - order % _MOST, order // _MOST
    possible, top = kept > _NEVER, kept[:, :1] / _DIGITS
    chance = np.where(possible, np.exp(kept / _DIGITS - top), 0.0)
    whole = np.exp(flat / _DIGITS - top)
    starts = np.take_along_axis(first, place // last.shape[1], 1)
    ends = np.take_along_axis(last, place % last.shape[1], 1) + 1
    begin = first[:, :1]
    worth = _shared_worth(np.where(possible, starts - begin, 0), np.where(possible, ends - begin, 0))
    at = np.argmax((worth @ chance[:, :, None])[:, :, 0], axis=1)
    rows = np.arange(len(at))
    half = (worth[rows, at] > _HALF) * chance
    # Plain sums, one span after the other: how numpy sums in pairs would depend on how far the table is padded.
    trust = np.cumsum(half, axis=1)[:, -1] / np.cumsum(whole, axis=1)[:, -1]
    return map(Span, starts[rows, at].tolist(), ends[rows, at].tolist(), trust.tolist())


def _shared_worth(starts: Array, ends: Array) -> Array:
    """(windows, spans, spans): what each span counts for as an answer where the other one is right."""
    starts, ends = starts.astype(np.int16), ends.astype(np.int16)
    shared = np.minimum(ends[:, :, None], ends[:, None, :]) - np.maximum(starts[:, :, None], starts[:, None, :])
    sizes = ends - starts
    both = sizes[:, :, None] + sizes[:, None, :]
    return np.asarray(_WORTH.take(np.maximum(shared, 0) * _WIDTH + both, mode="clip"))


def _worth() -> Array:
    """What a span counts for that shares so many words (row) with another, by the words of both together (column)."""
    shared, sizes = np.indices((REACH + 1, _WIDTH))
    share = shared / np.maximum(sizes - shared, 1)
    return np.asarray((share >= 0.5) * 1.0 + (share >= 0.25) * 0.7 + share * 0.3)


_WIDTH = 2 * REACH + 1
_WORTH = _worth()
_HALF = 1.0
"""What overlaps by a half counts for more than this, what overlaps by less for less."""


def _weighed(numbers: Array, weights: Array, place: Array) -> Array:
    return np.asarray((numbers * weights[place - 1]).sum(axis=1))


def _groups(starts: Spots, ends: Spots, count: int) -> Iterator[Array]:
    """The windows, some at a time, in order of size: a table is as large as the largest of its group needs."""
    sizes = np.bincount(starts.window, minlength=count) + np.bincount(ends.window, minlength=count)
    order = np.argsort(sizes, kind="stable")
    return (order[at : at + _TOGETHER] for at in range(0, count, _TOGETHER))


def _padded(spots: Spots, values: Array, windows: Array, nowhere: int) -> tuple[Array, Array]:
    """The words of some windows and their values, a row a window; `nowhere` is a word that is none."""
    begin, stop = np.searchsorted(spots.window, windows), np.searchsorted(spots.window, windows, "right")
    at = begin[:, None] + np.arange((stop - begin).max())
    there, at = at < stop[:, None], np.minimum(at, len(values) - 1)
    return np.where(there, spots.word[at], nowhere), np.where(there, values[at], 0.0)
