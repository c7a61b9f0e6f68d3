"""The tables of one page: what rules draw first, then rules and white, then white alone."""

from collections.abc import Iterable, Iterator, Sequence

from domain.document import SourcePage
from domain.reading.tables.caption import with_captions
from domain.reading.tables.grid_aligned import aligned_lattices
from domain.reading.tables.grid_lined import lined_lattices
from domain.reading.tables.grid_ruled import ruled_lattice
from domain.reading.tables.heads import is_number
from domain.reading.tables.lattice import Lattice
from domain.reading.tables.lines import Heights, outside, text_lines
from domain.reading.tables.reading import read_lattice
from domain.reading.tables.shapes import Design, GridTable
from domain.reading.tables.strokes import Frame, Stroke, frames, strokes
from domain.reading.tables.zebra import bridged

_LOW = 42.0
"""Points; a single row lower than this may be the header of a table whose rows no rule parts."""


def find_tables(page: SourcePage) -> tuple[GridTable, ...]:
    """The tables of one page from top to bottom; a page without words or without any has none.

    Some are only candidates until `join_pages` has seen the pages before: a header without rows, a row without header.
    """
    if len(page.words) < 4:
        return ()
    across, down = strokes(page.rules)
    touching = frames(across, down)
    heights = Heights(page.words if touching else ())
    drawn = bridged(touching, heights)
    lattices = [(frame, ruled_lattice(frame, heights.between(*frame.box()[1::2]))) for frame in drawn]
    whole = [(frame, grid) for frame, grid in lattices if grid is not None and not _may_be_part(grid)]
    single = [grid for _, grid in lattices if grid is not None and _may_be_part(grid)]
    found = _read((grid for _, grid in whole), page.number, "ruled")
    rest = outside(page.words, [table.box for table in found])
    loose = _loose(across, [frame for frame, _ in whole])
    found += _sound(_read(lined_lattices(loose, rest), page.number, "lined"))
    free = outside(rest, [table.box for table in found])
    level = [word for word in free if not word.turned]
    lines = text_lines(level)
    found += _sound(_read(aligned_lattices(lines), page.number, "aligned"))
    found += [t for t in _read(single, page.number, "ruled") if not any(_overlap(t, other) for other in found)]
    if not found:
        return ()
    apart = outside(free, [table.box for table in found])
    lines = lines if apart == level else text_lines(apart)
    return with_captions(sorted(found, key=lambda table: (table.box[1], table.box[0])), lines)


def _may_be_part(lattice: Lattice) -> bool:
    """One low row in a frame: perhaps a table cut by a page break, perhaps the framed header of one without rules."""
    return len(lattice.ys) == 2 and lattice.ys[1] - lattice.ys[0] < _LOW


def _read(lattices: Iterable[Lattice], page: int, design: Design) -> list[GridTable]:
    return [table for lattice in lattices for table in read_lattice(lattice, page, design)]


def _loose(across: Sequence[Stroke], used: Sequence[Frame]) -> list[Stroke]:
    taken = {line for frame in used for line in frame.across}
    return [line for line in across if line not in taken]


def _sound(tables: Iterable[GridTable]) -> Iterator[GridTable]:
    """Those with a header, or three columns of which one holds numbers and few are empty: white alone proves little."""
    for table in tables:
        if any(table.header) and table.rows:
            yield table
        elif len(table.columns) > 2 and len(table.rows) > 2:
            cells = [cell.text for row in table.rows if not row.band for cell in row.cells]
            texts = [text for text in cells if text]
            if len(texts) >= 0.6 * len(cells) and sum(map(is_number, texts)) >= 0.2 * len(texts):
                yield table


def _overlap(a: GridTable, b: GridTable) -> bool:
    across = min(a.box[2], b.box[2]) - max(a.box[0], b.box[0])
    down = min(a.box[3], b.box[3]) - max(a.box[1], b.box[1])
    return across > 0 and down > 0
