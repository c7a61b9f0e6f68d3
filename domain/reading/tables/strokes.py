"""Drawn rules into clean strokes: pieces of one line made one, and strokes that touch gathered into frames."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

import msgspec

from domain.document import Rule

SNAP = 3.0
"""Points within which two rules are the same line, or a line reaches another."""
PADDING = 9.0
"""Points between the side of a cell and the background of the text in it, at most."""


class Stroke(msgspec.Struct, frozen=True, array_like=True, order=True):
    """A straight line: `at` is its y (horizontal) or x (vertical), from `start` to `end` along the other axis."""

    at: float
    start: float
    end: float


class Frame(msgspec.Struct, frozen=True):
    """Strokes that are connected with each other: at least the skeleton of one table, or of a box."""

    across: tuple[Stroke, ...]
    down: tuple[Stroke, ...]

    def box(self) -> tuple[float, float, float, float]:
        """The smallest box around all strokes."""
        xs = [s.at for s in self.down] + [x for s in self.across for x in (s.start, s.end)]
        ys = [s.at for s in self.across] + [y for s in self.down for y in (s.start, s.end)]
        return min(xs), min(ys), max(xs), max(ys)


def strokes(rules: Iterable[Rule]) -> tuple[list[Stroke], list[Stroke]]:
    """The horizontal and the vertical strokes that the rules draw; rules that slant or are dots draw none."""
    across, down = [], []
    for rule in rules:
        wide, tall = rule.x1 - rule.x0, rule.bottom - rule.top
        if tall <= SNAP < wide:
            across.append(Stroke((rule.top + rule.bottom) / 2, rule.x0, rule.x1))
        elif wide <= SNAP < tall:
            down.append(Stroke((rule.x0 + rule.x1) / 2, rule.top, rule.bottom))
    return _merged(across, SNAP), _merged(down, SNAP / 2)


def frames(across: Sequence[Stroke], down: Sequence[Stroke]) -> list[Frame]:
    """The groups of strokes that touch or cross each other; a stroke that touches none is in no frame."""
    leader = list(range(len(across) + len(down)))

    def root(k: int) -> int:
        while leader[k] != k:
            leader[k] = leader[leader[k]]
            k = leader[k]
        return k

    places = [s.at for s in down]
    for i, line in enumerate(across):
        for j in range(bisect_left(places, line.start - SNAP), bisect_right(places, line.end + SNAP)):
            if down[j].start - SNAP <= line.at <= down[j].end + SNAP:
                leader[root(len(across) + j)] = root(i)
    groups: dict[int, tuple[list[Stroke], list[Stroke]]] = {}
    for k, line in enumerate([*across, *down]):
        groups.setdefault(root(k), ([], []))[k >= len(across)].append(line)
    return [Frame(tuple(a), tuple(d)) for a, d in groups.values() if a and d]


def _merged(lines: list[Stroke], reach: float) -> list[Stroke]:
    lines.sort()
    result: list[Stroke] = []
    k = 0
    while k < len(lines):
        end = k
        # A cluster is as wide as `reach` at most, so that a stack of thin rows does not melt into one line.
        while end < len(lines) and lines[end].at - lines[k].at <= reach:
            end += 1
        result.extend(_welded(lines[k:end]))
        k = end
    result.sort()
    return result


def _welded(cluster: list[Stroke]) -> list[Stroke]:
    place = sum(s.at for s in cluster) / len(cluster)
    pieces: list[Stroke] = []
    for line in sorted(cluster, key=lambda s: s.start):
        if pieces and line.start <= pieces[-1].end + SNAP:
            last = pieces[-1]
            pieces[-1] = Stroke(place, last.start, max(last.end, line.end))
        else:
            pieces.append(Stroke(place, line.start, line.end))
    return pieces


def without_shading(frame: Frame, middles: Sequence[float]) -> Frame:
    """The frame without the boxes that colour the lines of text inside its cells.

    Word processors draw the background of a paragraph a few points inside the cell, one box for each line of text, so
    that every line would read as a row. Such a box has its sides within `PADDING` of a longer vertical rule, and no
    word (`middles`: their x) stands between the two.
    """
    ordered = sorted(middles)
    down = frame.down
    ends = sorted(x for s in frame.across for x in (s.start, s.end))
    inner = {
        k
        for k, line in enumerate(down)
        for other in _beside(down, k)
        if other.start - SNAP <= line.start
        and line.end <= other.end + SNAP
        and (_is_longer(other, line) or _ends_at(line.at, ends) > 2 * _ends_at(other.at, ends) + 1)
        and (down[0].at + SNAP < line.at < down[-1].at - SNAP or _is_longer(other, line))
        and bisect_left(ordered, min(line.at, other.at)) == bisect_left(ordered, max(line.at, other.at))
    }
    short = [s for s in frame.across if _stops_short(s.start, down, -1) and _stops_short(s.end, down, 1)]
    if not inner and short and 2 * len(short) < len(frame.across):
        return Frame(tuple(s for s in frame.across if s not in short), down)
    if not inner:
        return frame
    false = sorted({down[k].at for k in inner})
    real = sorted({line.at for k, line in enumerate(down) if k not in inner})
    return Frame(
        tuple(s for s in frame.across if not _colours(s, false, real)),
        tuple(line for k, line in enumerate(down) if k not in inner),
    )


def _stops_short(x: float, down: Sequence[Stroke], side: int) -> bool:
    """A vertical stroke stands less than PADDING further out on that side: the one that ends here does not reach it."""
    return any(1 < (line.at - x) * side <= PADDING for line in down)


def _is_longer(line: Stroke, other: Stroke) -> bool:
    return line.end - line.start > 1.03 * (other.end - other.start) + 1


def _ends_at(x: float, ends: Sequence[float]) -> int:
    """How many horizontal strokes begin or end there."""
    return bisect_right(ends, x + 1) - bisect_left(ends, x - 1)


def _colours(line: Stroke, false: Sequence[float], real: Sequence[float]) -> bool:
    """The horizontal line runs from side to side of a background, not of a cell.

    One side may have melted with the rule of the cell, if the other one is clearly inside and no cell ends between.
    """
    ends = [(_off(x, false), _off(x, real)) for x in (line.start, line.end)]
    if all(off_false < off_real for off_false, off_real in ends):
        return True
    inside = any(off_false < 1 and off_real > SNAP + 0.4 for off_false, off_real in ends)
    return inside and not any(line.start + PADDING < x < line.end - PADDING for x in real)


def _beside(down: Sequence[Stroke], k: int) -> list[Stroke]:
    """The strokes within PADDING to the left and right of the k-th; `down` rises."""
    near = []
    for step in (-1, 1):
        other = k + step
        while 0 <= other < len(down) and abs(down[other].at - down[k].at) <= PADDING:
            near.append(down[other])
            other += step
    return near


def _off(x: float, rising: Sequence[float]) -> float:
    """How far x is from the nearest of the values."""
    k = bisect_left(rising, x)
    return min(abs(value - x) for value in rising[max(k - 1, 0) : k + 1])


def places(values: Iterable[float]) -> list[float]:
    """The distinct positions among the values, rising; those within SNAP of the first of a group are one."""
    result: list[float] = []
    for value in sorted(values):
        if not result or value - result[-1] > SNAP:
            result.append(value)
    return result
