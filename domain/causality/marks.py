"""What the encoder marks in and around causes and effects, as numbers that fitted weights multiply."""

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from domain.causality.columns import Spots, Windows
from domain.causality.windows import Sheet
from domain.impressions.marks import Marks

Array: TypeAlias = NDArray[Any]

_LOW, _HIGH, _UNIT = -6.0, 3.0, 3.0
_NAMES = ("cause.begin", "cause.inside", "effect.begin", "effect.inside", "marker.begin", "marker.inside")
_CAUSE, _EFFECT, _MARKER = 0, 2, 4
_NEAR = 12
"""Characters before and after a span that are looked at for where it might have gone on."""


class Spans(NamedTuple):
    """Stretches `texts[text][start:end]` of some texts, a column for each number."""

    text: Array
    start: Array
    end: Array


class _Rows(NamedTuple):
    """Tokens `first` to `last` of a text, for each of some stretches."""

    text: Array
    first: Array
    last: Array


class Heard:
    """The marks of some texts: numbers from 0 (not at all) to 3, a row a token and a column a name."""

    def __init__(self, marks: Sequence[Marks]) -> None:
        counts = [len(m.spans) for m in marks]
        self._stop = np.cumsum(counts)
        self._start = self._stop - counts
        self._shift = _shifts(marks)
        shifts = np.repeat(self._shift, counts)
        spans = np.concatenate([m.spans for m in marks]) + shifts[:, None]
        self._starts, self._ends = spans[:, 0].copy(), spans[:, 1].copy()
        odds = np.concatenate([np.stack([m.of(name) for name in _NAMES], axis=1) for m in marks]).astype(np.float64)
        nothing = np.zeros((1, len(_NAMES)))
        self._values = np.concatenate([(np.clip(odds, _LOW, _HIGH) - _LOW) / _UNIT, nothing])
        chances = 1 / (1 + np.exp(-np.clip(odds, -8, 8)))
        # Each text is summed up by itself, after a row of nothing: what is found in it depends on no other.
        self._sums = np.zeros((len(odds) + len(marks), len(_NAMES)))
        self._top, self._expected = np.zeros((2, len(marks), len(_NAMES)))
        for text, (start, stop) in enumerate(zip(self._start.tolist(), self._stop.tolist(), strict=True)):
            np.cumsum(self._values[start:stop], axis=0, out=self._sums[start + text + 1 : stop + text + 1])
            self._top[text] = self._values[start:stop].max(axis=0, initial=0.0)
            self._expected[text] = np.sqrt(chances[start:stop].sum(axis=0))

    def words(self, sheet: Sheet) -> Array:
        """(words, names): what begins with the first token of each word, and the mean of what lies inside."""
        rows = self._within(Spans(np.array(sheet.text, np.intp), np.array(sheet.starts), np.array(sheet.ends)))
        out = self._mean(rows)
        read = rows.last > rows.first
        out[read, ::2] = self._values[rows.first[read], ::2]
        return out

    def pairs(self, cause: Spans, effect: Spans, marker: Spans) -> Array:
        """What speaks for readers to have marked each pair: the numbers that `Learned.pair_marks` weighs."""
        top, numbers = self._top[cause.text], []
        for own, other, span in ((_CAUSE, _EFFECT, cause), (_EFFECT, _CAUSE, effect)):
            rows = self._within(span)
            mean, peak = self._mean(rows), self._peak(rows)
            first = self._mean(rows._replace(last=np.minimum(rows.first + 1, rows.last)))
            before = self._mean(self._within(Spans(span.text, np.maximum(0, span.start - _NEAR), span.start)))
            after = self._mean(self._within(Spans(span.text, span.end, span.end + _NEAR)))
            numbers += [mean[:, own + 1], mean[:, other + 1], mean[:, _MARKER + 1], first[:, own]]
            numbers += [peak[:, own], peak[:, other], peak[:, own + 1], before[:, own + 1], after[:, own + 1]]
            numbers += [top[:, own + 1] - mean[:, own + 1]]
        rows = self._within(marker)
        peak, mean = self._peak(rows), self._mean(rows)
        numbers += [peak[:, _MARKER], peak[:, _MARKER + 1], peak[:, _CAUSE + 1], peak[:, _EFFECT + 1]]
        numbers += [mean[:, _MARKER + 1], top[:, _MARKER] - peak[:, _MARKER]]
        numbers += [top[:, _MARKER], top[:, _CAUSE], top[:, _EFFECT]]
        return np.stack([*numbers, *self._expected[cause.text][:, [_CAUSE, _EFFECT, _MARKER]].T], axis=1)

    def _within(self, spans: Spans) -> _Rows:
        shift, start, stop = self._shift[spans.text], self._start[spans.text], self._stop[spans.text]
        first = np.clip(np.searchsorted(self._ends, spans.start + shift, "right"), start, stop)
        last = np.clip(np.searchsorted(self._starts, spans.end + shift, "left"), start, stop)
        return _Rows(spans.text, first, np.maximum(first, last))

    def _mean(self, rows: _Rows) -> Array:
        sums = self._sums[rows.last + rows.text] - self._sums[rows.first + rows.text]
        return np.asarray(sums / np.maximum(1, rows.last - rows.first)[:, None])

    def _peak(self, rows: _Rows) -> Array:
        bounds = np.stack([rows.first, rows.last], axis=1).ravel()
        peaks = np.maximum.reduceat(self._values, bounds, axis=0)[::2] if len(bounds) else self._values[:0]
        return np.where((rows.last > rows.first)[:, None], peaks, 0.0)


def _shifts(marks: Sequence[Marks]) -> Array:
    """What is added to the positions of each text so that those of all texts rise."""
    out, last = [], 0
    for m in marks:
        out.append(last - (int(m.spans[0, 0]) if len(m.spans) else 0) + 1)
        last = out[-1] + (int(m.spans[-1, 1]) if len(m.spans) else 0)
    return np.array(out, np.intp)


def start_numbers(heard: Array, windows: Windows, at: Spots) -> Array:
    """What speaks for a span to begin at each of the words: a row a word, as `Learned.start_marks` weighs them."""
    word, begin = at.word, windows.start[at.window]
    own, other = _columns(windows, at)
    opens, sums = word == begin, _sums(heard)
    step = heard[word, own + 1] - np.where(opens, 0.0, heard[word - 1, own + 1])
    near = [heard[word, own], step, np.where(opens, 0.0, heard[word - 1, other + 1]), heard[word, other]]
    return np.stack([*near, *((sums[word, of + 1] - sums[begin, of + 1]) / 5 for of in (own, other))], axis=1)


def end_numbers(heard: Array, windows: Windows, at: Spots) -> Array:
    """What speaks for a span to end with each of the words: a row a word, as `Learned.end_marks` weighs them."""
    word, begin = at.word, windows.start[at.window]
    own, other = _columns(windows, at)
    closes, sums = at.word + 1 == windows.stop[at.window], _sums(heard)
    after = np.where(closes[:, None], 0.0, heard[np.minimum(word + 1, len(heard) - 1)])
    row = np.arange(len(word))
    step = heard[word, own + 1] - after[row, own + 1]
    near = [after[row, own], step, after[row, other + 1], after[row, other], after[:, _MARKER], after[:, _MARKER + 1]]
    return np.stack([*near, *((sums[word + 1, of + 1] - sums[begin, of + 1]) / 5 for of in (own, other))], axis=1)


def _columns(windows: Windows, at: Spots) -> tuple[Array, Array]:
    """For each word the column of what is sought in its window, and that of the other side."""
    effect = windows.effect[at.window]
    return np.where(effect, _EFFECT, _CAUSE), np.where(effect, _CAUSE, _EFFECT)


def _sums(heard: Array) -> Array:
    return np.concatenate([np.zeros((1, heard.shape[1])), np.cumsum(heard, axis=0)])
