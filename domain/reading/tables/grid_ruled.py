"""Tables whose rules draw the cells: frames of strokes into lattices."""

from bisect import bisect_right
from collections.abc import Sequence

from domain.document import Word
from domain.reading.tables.lattice import Block, Lattice, block
from domain.reading.tables.row_bands import rows_in_cells
from domain.reading.tables.strokes import SNAP, Frame, Stroke, places, without_shading


def ruled_lattice(frame: Frame, words: Sequence[Word]) -> Lattice | None:
    """The lattice that the frame draws around these words; None when it has not two columns.

    A side that is left open (no outer rule) ends where the rules that cross it end.
    """
    x0, top, x1, bottom = frame.box()
    if len(places([x0, *(s.at for s in frame.down), x1])) < 3:
        return None
    inside = [w for w in words if top <= (w.top + w.bottom) / 2 <= bottom and x0 <= (w.x0 + w.x1) / 2 <= x1]
    if len(inside) < 2:
        return None
    frame = without_shading(frame, [(w.x0 + w.x1) / 2 for w in inside])
    if not frame.across or not frame.down:
        return None
    xs = places([*(s.at for s in frame.down), *_open_ends(x0, x1, [s.at for s in frame.down])])
    ys = places([*(s.at for s in frame.across), *_open_ends(top, bottom, [s.at for s in frame.across])])
    if len(xs) < 3 or len(ys) < 2:
        return None
    added = _rows_added(inside, xs, ys)
    if added:
        frame = Frame(tuple(sorted((*frame.across, *added))), frame.down)
        ys = places([*ys, *(line.at for line in added)])
    owner = _owners(frame, xs, ys)
    held: dict[int, list[Word]] = {}
    for word in inside:
        column = bisect_right(xs, (word.x0 + word.x1) / 2) - 1
        row = bisect_right(ys, (word.top + word.bottom) / 2) - 1
        if 0 <= column < len(xs) - 1 and 0 <= row < len(ys) - 1:
            held.setdefault(owner[row][column], []).append(word)
    return Lattice(xs=tuple(xs), ys=tuple(ys), blocks=tuple(_blocks(owner, held)))


def _rows_added(words: Sequence[Word], xs: Sequence[float], ys: Sequence[float]) -> list[Stroke]:
    """Rules where rows begin, for tables that rule columns but not rows: a few tall rows are all that is drawn."""
    if len(ys) > 6:
        return []
    bands: list[list[Word]] = [[] for _ in ys[1:]]
    for word in words:
        row = bisect_right(ys, (word.top + word.bottom) / 2) - 1
        if 0 <= row < len(bands):
            bands[row].append(word)
    return [Stroke(y, xs[0], xs[-1]) for band in bands for y in rows_in_cells(band, xs[1:-1])]


def _open_ends(low: float, high: float, drawn: Sequence[float]) -> list[float]:
    ends = []
    if min(drawn) - low > 2 * SNAP:
        ends.append(low)
    if high - max(drawn) > 2 * SNAP:
        ends.append(high)
    return ends


def _owners(frame: Frame, xs: Sequence[float], ys: Sequence[float]) -> list[list[int]]:
    """For each elementary cell the number of the cell that it was merged into (no wall between them)."""
    wide, tall = len(xs) - 1, len(ys) - 1
    walls_down = _walls(frame.down, xs, ys)
    walls_across = _walls(frame.across, ys, xs)
    leader = list(range(wide * tall))

    def root(k: int) -> int:
        while leader[k] != k:
            leader[k] = leader[leader[k]]
            k = leader[k]
        return k

    for row in range(tall):
        for column in range(wide):
            k = row * wide + column
            if column + 1 < wide and not walls_down[column + 1][row]:
                leader[root(k + 1)] = root(k)
            if row + 1 < tall and not walls_across[row + 1][column]:
                leader[root(k + wide)] = root(k)
    return [[root(row * wide + column) for column in range(wide)] for row in range(tall)]


def _walls(lines: Sequence[Stroke], places_at: Sequence[float], along: Sequence[float]) -> list[list[bool]]:
    """`walls[i][j]`: a stroke at position i closes the gap between `along[j]` and `along[j + 1]`."""
    walls = [[False] * (len(along) - 1) for _ in places_at]
    for line in lines:
        i = min(range(len(places_at)), key=lambda k: abs(places_at[k] - line.at))
        for j in range(len(along) - 1):
            covered = min(line.end, along[j + 1]) - max(line.start, along[j])
            # The background of a word or two stands in a part of its row only; that is no wall.
            if covered > 0.75 * (along[j + 1] - along[j]):
                walls[i][j] = True
    return walls


def _blocks(owner: Sequence[Sequence[int]], held: dict[int, list[Word]]) -> list[Block]:
    spans: dict[int, tuple[int, int, int, int]] = {}
    for row, cells in enumerate(owner):
        for column, cell in enumerate(cells):
            top, bottom, left, right = spans.get(cell, (row, row + 1, column, column + 1))
            spans[cell] = min(top, row), max(bottom, row + 1), min(left, column), max(right, column + 1)
    return [block(*span, held.get(cell, ())) for cell, span in spans.items()]
