"""Tables with rules between rows only (or coloured rows), whose columns are parted by white."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from domain.document import Word
from domain.reading.tables.caption import is_caption
from domain.reading.tables.lattice import Lattice
from domain.reading.tables.lines import text_lines
from domain.reading.tables.rivers import WIDE, Chunk, chunks, column_separators
from domain.reading.tables.row_bands import row_tops
from domain.reading.tables.strokes import SNAP, Stroke
from domain.reading.tables.white_walls import white_lattice

_FARTHEST = 260.0
"""Points between two rules of one table, at most."""


def lined_lattices(across: Sequence[Stroke], words: Sequence[Word]) -> Iterator[Lattice]:
    """The lattices of the tables that stacks of horizontal rules draw around these words."""
    for stack in _stacks(across):
        x0, x1 = min(s.start for s in stack), max(s.end for s in stack)
        inside = [w for w in words if x0 - SNAP <= (w.x0 + w.x1) / 2 <= x1 + SNAP]
        for part in _without_prose(stack, inside):
            held = [w for w in inside if part[0].at <= (w.top + w.bottom) / 2 <= part[-1].at]
            lattice = _lattice(part, held, x0, x1)
            if lattice is not None:
                yield lattice


def _bands(stack: Sequence[Stroke], words: Sequence[Word]) -> list[list[Word]]:
    """For each rule but the last, the words between it and the next one."""
    places = [s.at for s in stack]
    bands: list[list[Word]] = [[] for _ in places[1:]]
    for word in words:
        k = bisect_right(places, (word.top + word.bottom) / 2) - 1
        if 0 <= k < len(bands):
            bands[k].append(word)
    return bands


def _without_prose(stack: Sequence[Stroke], words: Sequence[Word]) -> Iterator[list[Stroke]]:
    """The stack in parts: split where lines of prose stand between two rules, as below the rule of a page header."""
    part = [stack[0]]
    for rule, band in zip(stack[1:], _bands(stack, words), strict=True):
        if _is_prose([chunks(line, WIDE) for line in text_lines(band)], stack[0]):
            yield from [part] if len(part) > 2 else []
            part = []
        part.append(rule)
    yield from [part] if len(part) > 2 else []


def _is_prose(lines: Sequence[Sequence[Chunk]], rule: Stroke) -> bool:
    """Two lines or more that fill most of the width, or a caption or note alone."""
    alone = [line[0] for line in lines if len(line) == 1]
    if len(alone) == len(lines) and any(is_caption(c.text) for c in alone):
        return True
    return sum(c.x1 - c.x0 > 0.6 * (rule.end - rule.start) for c in alone) > max(1, 0.4 * len(lines))


def _stacks(across: Sequence[Stroke]) -> list[list[Stroke]]:
    """Three or more rules below each other that begin and end inside the longest one, near each other."""
    stacks: list[list[Stroke]] = []
    for line in across:
        for stack in reversed(stacks):
            first = stack[0]
            # A rule under a part of the columns (a spanning header, a merged cell on the left) belongs to the stack.
            if (
                line.at - stack[-1].at <= _FARTHEST
                and first.start - SNAP <= line.start
                and line.end <= first.end + SNAP
            ):
                stack.append(line)
                break
        else:
            stacks.append([line])
    return [stack for stack in stacks if len({round(s.at) for s in stack}) >= 3]


def _lattice(stack: Sequence[Stroke], words: Sequence[Word], x0: float, x1: float) -> Lattice | None:
    bands = _bands(stack, words)
    separators = [x for x in column_separators(bands) if x0 < x < x1]
    if not separators:
        return None
    return white_lattice([*stack, *_row_rules(stack, bands, separators, x0, x1)], words, separators)


def _row_rules(
    stack: Sequence[Stroke], bands: Sequence[Sequence[Word]], separators: Sequence[float], x0: float, x1: float
) -> list[Stroke]:
    """Rules where rows begin that none of the drawn ones parts: in stacks that only rule the header and the end."""
    # Rules that stop short of merged cells on the left part rows too; one below a spanning header is shorter.
    if sum(s.end - s.start >= 0.5 * (x1 - x0) for s in stack) > 4:
        return []
    added = []
    for k in range(1, len(bands)):
        if len(text_lines(bands[k])) > 2:
            added += [Stroke(y, x0, x1) for y in row_tops(bands[k], separators)]
    return added
