"""What the encoder marks in and around a cause and an effect, as numbers that fitted weights multiply."""

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from domain.causality.word_classes import Token
from domain.impressions.marks import Marks

Array: TypeAlias = NDArray[Any]
Span: TypeAlias = tuple[int, int]
Side: TypeAlias = Literal["cause", "effect"]

_LOW, _HIGH, _UNIT = -6.0, 3.0, 3.0
_NAMES = ("cause.begin", "cause.inside", "effect.begin", "effect.inside", "marker.begin", "marker.inside")
_OWN = {"cause": 0, "effect": 2}
_MARKER = 4
_NEAR = 12
"""Characters before and after a span that are looked at for where it might have gone on."""


class Heard:
    """The marks of one passage: numbers from 0 (not at all) to 3, a row a token and a column a name."""

    def __init__(self, marks: Marks) -> None:
        odds = np.stack([marks.of(name) for name in _NAMES], axis=1).astype(np.float64)
        self._starts, self._ends = marks.spans[:, 0], marks.spans[:, 1]
        self._values = (np.clip(odds, _LOW, _HIGH) - _LOW) / _UNIT
        self._sums = np.vstack([np.zeros(len(_NAMES)), np.cumsum(self._values, axis=0)])
        self._top = self._values.max(axis=0, initial=0.0)
        self._expected = np.sqrt((1 / (1 + np.exp(-np.clip(odds, -8, 8)))).sum(axis=0))

    def words(self, words: Sequence[Token]) -> Array:
        """(words, names): what begins with the first token of each word, and the mean of what lies inside."""
        first = np.searchsorted(self._ends, np.array([t.start for t in words]), "right")
        last = np.searchsorted(self._starts, np.array([t.end for t in words]), "left")
        last = np.maximum(first, last)
        out = (self._sums[last] - self._sums[first]) / np.maximum(last - first, 1)[:, None]
        read = last > first
        out[read, ::2] = self._values[first[read], ::2]
        return np.asarray(out)

    def pair(self, cause: Span, effect: Span, marker: Span) -> Array:
        """What speaks for readers to have marked the pair: the numbers that `Learned.pair_marks` weighs."""
        inside = {"cause": self._within(cause), "effect": self._within(effect), "marker": self._within(marker)}
        numbers: list[float] = []
        for side, span in (("cause", cause), ("effect", effect)):
            own = _OWN[side]
            mean, peak = self._mean(inside[side]), self._peak(inside[side])
            first = self._first(inside[side])
            before = self._mean(self._within((max(0, span[0] - _NEAR), span[0])))
            after = self._mean(self._within((span[1], span[1] + _NEAR)))
            numbers += [mean[own + 1], mean[3 - own], mean[_MARKER + 1], first[own], peak[own], peak[2 - own]]
            numbers += [peak[own + 1], before[own + 1], after[own + 1], self._top[own + 1] - mean[own + 1]]
        peak, mean = self._peak(inside["marker"]), self._mean(inside["marker"])
        numbers += [peak[_MARKER], peak[_MARKER + 1], peak[1], peak[3], mean[_MARKER + 1]]
        numbers += [self._top[_MARKER] - peak[_MARKER], self._top[_MARKER], self._top[0], self._top[2]]
        return np.array([*numbers, *self._expected[[0, 2, 4]]])

    def _within(self, span: Span) -> tuple[int, int]:
        first = int(np.searchsorted(self._ends, span[0], "right"))
        return first, max(first, int(np.searchsorted(self._starts, span[1], "left")))

    def _mean(self, rows: tuple[int, int]) -> Array:
        return np.asarray((self._sums[rows[1]] - self._sums[rows[0]]) / max(1, rows[1] - rows[0]))

    def _peak(self, rows: tuple[int, int]) -> Array:
        return np.asarray(self._values[slice(*rows)].max(axis=0, initial=0.0))

    def _first(self, rows: tuple[int, int]) -> Array:
        return self._mean((rows[0], min(rows[0] + 1, rows[1])))


def start_numbers(heard: Array, side: Side) -> Array:
    """What speaks for a span to begin at each word: a row a word, as `Learned.start_marks` weighs them."""
    own, other = _OWN[side], 2 - _OWN[side]
    before = np.vstack([np.zeros((1, heard.shape[1])), heard[:-1]])
    passed = (np.cumsum(heard, axis=0) - heard) / 5
    step = heard[:, own + 1] - before[:, own + 1]
    near = [heard[:, own], step, before[:, other + 1], heard[:, other]]
    return np.stack([*near, passed[:, own + 1], passed[:, other + 1]], axis=1)


def end_numbers(heard: Array, side: Side) -> Array:
    """What speaks for a span to end with each word: a row a word, as `Learned.end_marks` weighs them."""
    own, other = _OWN[side], 2 - _OWN[side]
    after = np.vstack([heard[1:], np.zeros((1, heard.shape[1]))])
    passed = np.cumsum(heard, axis=0) / 5
    step = heard[:, own + 1] - after[:, own + 1]
    near = [after[:, own], step, after[:, other + 1], after[:, other], after[:, _MARKER], after[:, _MARKER + 1]]
    return np.stack([*near, passed[:, own + 1], passed[:, other + 1]], axis=1)
