"""Coloured rows with plain ones between them: frames of single rows put together to the table they stripe."""

from bisect import bisect_left
from collections.abc import Sequence

from domain.document import Word
from domain.reading.tables.lines import Heights
from domain.reading.tables.strokes import SNAP, Frame, Stroke, places

_TALLEST = 90.0
"""Points between two coloured rows, at most: the height of the plain row between them."""
_WHITE = 0.75
"""White wider than this part of the type size ends a row."""


def bridged(found: Sequence[Frame], heights: Heights) -> list[Frame]:
    """The frames; those with the same columns below each other are one where words stand in the white between them.

    The plain rows above the first and below the last coloured row belong to it too.
    """
    ordered = sorted(found, key=lambda frame: frame.box()[1])
    result: list[Frame] = []
    striped: dict[int, list[float]] = {}
    open_frames: dict[tuple[int, ...], int] = {}
    for frame in ordered:
        columns = places(s.at for s in frame.down)
        sign = tuple(round(x / SNAP) for x in columns)
        above = open_frames.get(sign)
        if above is not None and len(columns) > 2 and _may_bridge(result[above], frame, heights):
            result[above] = _bridge(result[above], frame, columns)
            striped[above] = columns
        else:
            open_frames[sign] = len(result)
            result.append(frame)
    for k, columns in striped.items():
        result[k] = _ended(result[k], columns, heights.words)
    return result


def _may_bridge(above: Frame, below: Frame, heights: Heights) -> bool:
    bottom, top = above.box()[3], below.box()[1]
    rows = len({round(s.at) for s in below.across})
    between = heights.above(top) - heights.above(bottom)
    # Two whole tables with a line of text between them are no zebra: a zebra's rows are single or touch each other.
    return -SNAP <= top - bottom <= _TALLEST and rows == 2 and between > 1


def _bridge(above: Frame, below: Frame, columns: Sequence[float]) -> Frame:
    return _with_joints(Frame((*above.across, *below.across), (*above.down, *below.down)), columns, above, below)


def _with_joints(whole: Frame, columns: Sequence[float], above: Frame, below: Frame) -> Frame:
    joints = tuple(Stroke(x, above.box()[3], below.box()[1]) for x in columns)
    return Frame(whole.across, tuple(sorted((*whole.down, *joints))))


def _ended(frame: Frame, columns: Sequence[float], words: Sequence[Word]) -> Frame:
    """The frame with the plain row below it, and the one above it, where words stand in its columns there."""
    x0, top, x1, bottom = frame.box()
    beside = [w for w in words if x0 < (w.x0 + w.x1) / 2 < x1]
    below = _row(sorted((w for w in beside if w.top >= bottom - 1), key=lambda w: w.top), columns, bottom)
    above = _row(sorted((w for w in beside if w.bottom <= top + 1), key=lambda w: -w.bottom), columns, top)
    across, down = list(frame.across), list(frame.down)
    if below:
        end = max(w.bottom for w in below) + 2
        across.append(Stroke(end, x0, x1))
        down += [Stroke(x, bottom, end) for x in columns]
    if above:
        start = min(w.top for w in above) - 2
        across.append(Stroke(start, x0, x1))
        down += [Stroke(x, start, top) for x in columns]
    return Frame(tuple(sorted(across)), tuple(sorted(down)))


def _row(nearest: Sequence[Word], columns: Sequence[float], edge: float) -> list[Word]:
    """The words next to the edge, nearest first, as far as they are one row: no wide white, no column crossed."""
    row: list[Word] = []
    reach = edge
    for word in nearest:
        near, far = sorted((word.top, word.bottom), key=lambda y: abs(y - edge))
        if abs(near - edge) - abs(reach - edge) > _WHITE * max(word.size, 4.0):
            break
        row.append(word)
        reach = max(reach, far, key=lambda y: abs(y - edge))
    filled = {bisect_left(columns, (w.x0 + w.x1) / 2) for w in row}
    crossing = any(w.x0 + 1 < x < w.x1 - 1 for w in row for x in columns)
    return row if not crossing and len(filled) >= 0.6 * (len(columns) - 1) else []
