"""Tables without any rule: lines whose chunks stand below each other in columns. Careful: most aligned text is none."""

import re
from collections.abc import Iterator, Sequence

import msgspec

from domain.document import Word
from domain.reading.tables.heads import is_number, opens_table
from domain.reading.tables.lattice import Lattice
from domain.reading.tables.rivers import WIDE, Chunk, chunks, column_of, column_separators
from domain.reading.tables.row_bands import row_tops
from domain.reading.tables.strokes import Stroke
from domain.reading.tables.white_walls import white_lattice

_LEADERS = re.compile(r"\.{4,}|…{2,}|(?:\. ){4,}|_{4,}")
_MOST_WHITE = 3.4
"""Lines of one table follow each other at no more than this times the type size."""


class _Line(msgspec.Struct, frozen=True, kw_only=True):
    chunks: list[Chunk]
    middle: float
    size: float


def aligned_lattices(written: Sequence[Sequence[Word]]) -> Iterator[Lattice]:
    """The lattices of the tables that stand without rules among these lines of level words.

    Prose in columns, lists, tables of contents, signatures and the labels of charts are none: a table has a line that
    names its columns, or three columns at least and one of them of numbers.
    """
    if sum(map(len, written)) < 8:
        return
    width = max([w.x1 for line in written for w in line]) - min([line[0].x0 for line in written])
    for region in _regions([_line(line) for line in written], width):
        lines = [line.chunks for line in region]
        held = [word for line in lines for c in line for word in c.words]
        separators = _separators(held)
        if not separators or not _is_table(lines, separators):
            continue
        x0, x1 = min(w.x0 for w in held) - 1, max(w.x1 for w in held) + 1
        ys = [min(w.top for w in held) - 1, *row_tops(held, separators), max(w.bottom for w in held) + 1]
        lattice = white_lattice([Stroke(y, x0, x1) for y in ys], held, separators)
        if lattice is not None:
            yield lattice


def _separators(words: Sequence[Word]) -> list[float]:
    """The x between the columns; the rows, which they depend on, are found with a first guess of them."""
    first = column_separators([words])
    if not first:
        return []
    tops = row_tops(words, first)
    rows: list[list[Word]] = [[] for _ in range(len(tops) + 1)]
    for word in words:
        rows[column_of((word.top + word.bottom) / 2, tops)].append(word)
    return column_separators(rows)


def _line(words: Sequence[Word]) -> _Line:
    sizes = sorted([word.size for word in words])
    middle = sum([(w.top + w.bottom) / 2 for w in words]) / len(words)
    return _Line(chunks=chunks(words, WIDE), middle=middle, size=max(sizes[len(sizes) // 2], 4.0))


def _regions(lines: Sequence[_Line], width: float) -> Iterator[list[_Line]]:
    """Runs of lines that may be a table: parted ones, and short ones among them that continue their cells."""
    run: list[_Line] = []
    for line in lines:
        parted, prose = len(line.chunks) > 1, _is_prose(line, width)
        if run and (prose or line.middle - run[-1].middle > _MOST_WHITE * line.size):
            yield from _trimmed(run)
            run = []
        if not prose and (parted or run):
            run.append(line)
    yield from _trimmed(run)


def _is_prose(line: _Line, width: float) -> bool:
    if len(line.chunks) == 1 and line.chunks[0].x1 - line.chunks[0].x0 > 0.62 * width:
        return True
    return bool(_LEADERS.search(" ".join([c.text for c in line.chunks])))


def _trimmed(run: list[_Line]) -> Iterator[list[_Line]]:
    """The run from its header line, if it has one, to its last parted line; runs with too few parted lines are none."""
    parted = [k for k, line in enumerate(run) if len(line.chunks) > 1]
    if len(parted) < 3:
        return
    named = [k for k in parted if _names(run[k])]
    first = named[0] if named else parted[0]
    # A header of several lines may begin with one that names a single column only, close above.
    while first > 0 and run[first].middle - run[first - 1].middle < 1.6 * run[first].size and first - 1 in parted:
        first -= 1
    yield run[first : _last(run, parted[-1])]


def _last(run: Sequence[_Line], parted: int) -> int:
    last = parted
    while last + 1 < len(run) and run[last + 1].middle - run[last].middle < 1.5 * run[last].size:
        last += 1
    return last + 1


def _names(line: _Line) -> bool:
    return opens_table([c.text for c in line.chunks])


def _is_table(lines: Sequence[Sequence[Chunk]], separators: Sequence[float]) -> bool:
    if any(opens_table([c.text for c in line]) for line in lines[:3]):
        return True
    if len(separators) < 2:
        return False
    columns: list[list[str]] = [[] for _ in range(len(separators) + 1)]
    for line in lines:
        for c in line:
            columns[column_of((c.x0 + c.x1) / 2, separators)].append(c.text)
    return any(len(texts) > 2 and sum(map(is_number, texts)) >= 0.7 * len(texts) for texts in columns)
