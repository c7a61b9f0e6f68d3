"""Rows that no rule parts: found by the white between lines of text, or by the lines that fill most columns."""

from collections.abc import Sequence
from itertools import pairwise

import msgspec

from domain.document import Word
from domain.reading.tables.heads import is_number
from domain.reading.tables.lines import levels
from domain.reading.tables.rivers import column_of

_JUMP = 1.085
"""Lines that follow each other at more than this times the pitch inside cells belong to different rows."""


class _TextLine(msgspec.Struct, frozen=True):
    """One line of one column: the y it stands on, and whether it is a number."""

    y: float
    number: bool


def row_tops(words: Sequence[Word], separators: Sequence[float]) -> list[float]:
    """The y where a row begins, for every row after the first; `separators` are the x between the columns.

    In one row, lines follow each other at the pitch of the type; between rows the white is wider. Where all white is
    alike, each line that fills most columns begins a row.
    """
    columns: list[list[Word]] = [[] for _ in range(len(separators) + 1)]
    for word in words:
        columns[column_of((word.x0 + word.x1) / 2, separators)].append(word)
    cells = [_lines(column) for column in columns]
    heights = sorted(line.y for column in cells for line in column)
    if len(heights) < 2:
        return []
    height = _height(words)
    pitch = _pitch(cells, height)
    if pitch is None:
        return [(a + b) / 2 for a, b in pairwise(heights) if b - a > 0.5 * height]
    tops = [(a + b) / 2 for a, b in pairwise(heights) if b - a > max(_JUMP * pitch, pitch + 0.5)]
    if not _is_plausible(tops, heights, cells):
        return _by_filled_lines(cells, pitch)
    edges = [heights[0] - 1, *tops, heights[-1] + 1]
    for a, b in pairwise(edges):
        group = [[line for line in column if a <= line.y < b] for column in cells]
        # Two numbers below each other in one column are two rows, however tight they stand.
        if any(sum(line.number for line in column) > 1 for column in group):
            tops += _by_filled_lines(group, pitch)
    return sorted(tops)


def rows_in_cells(words: Sequence[Word], separators: Sequence[float]) -> list[float]:
    """The y where rows begin inside one drawn row, for tables that rule their columns only; none in a true row.

    Sure only where two columns have numbers side by side on two heights at least.
    """
    columns: list[list[Word]] = [[] for _ in range(len(separators) + 1)]
    for word in words:
        columns[column_of((word.x0 + word.x1) / 2, separators)].append(word)
    numbers = [[line.y for line in _lines(column) if line.number] for column in columns]
    several = [heights for heights in numbers if len(heights) > 1]
    reach = 0.3 * _height(words) if words else 0.0
    for k, heights in enumerate(several):
        for others in several[k + 1 :]:
            if sum(any(abs(a - b) < reach for b in others) for a in heights) > 1:
                return row_tops(words, separators)
    return []


def _lines(words: Sequence[Word]) -> list[_TextLine]:
    return [_TextLine(y, is_number(" ".join(word.text for word in line))) for y, line in levels(words)]


def _height(words: Sequence[Word]) -> float:
    sizes = sorted(word.size for word in words)
    return max(sizes[len(sizes) // 2], 4.0)


def _pitch(cells: Sequence[Sequence[_TextLine]], height: float) -> float | None:
    """The pitch of lines inside cells: the small common distance of lines in a column; None without any."""
    steps = sorted(b.y - a.y for column in cells for a, b in pairwise(column) if b.y - a.y > 0.85 * height)
    if not steps:
        return None
    return steps[len(steps) // 20]


def _is_plausible(tops: Sequence[float], heights: Sequence[float], cells: Sequence[Sequence[_TextLine]]) -> bool:
    """Most rows that these tops part have a line in at least two columns."""
    edges = [heights[0] - 1, *tops, heights[-1] + 1]
    good = 0
    for a, b in pairwise(edges):
        good += sum(any(a <= line.y < b for line in column) for column in cells) >= 2
    return bool(tops) and good >= 0.7 * (len(edges) - 1)


def _by_filled_lines(cells: Sequence[Sequence[_TextLine]], pitch: float) -> list[float]:
    lines: list[float] = []
    for level in sorted(line.y for column in cells for line in column):
        if not lines or level - lines[-1] > 0.5 * pitch:
            lines.append(level)
    filled = [sum(any(abs(line.y - level) <= 0.5 * pitch for line in column) for column in cells) for level in lines]
    enough = max(2.0, 0.6 * len(cells))
    return [(a + b) / 2 for (a, b), count in zip(pairwise(lines), filled[1:], strict=True) if count >= enough]
