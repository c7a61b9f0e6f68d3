"""Tables that go on over a page break: the header of the first part carried on to the others."""

import re
from collections import Counter
from collections.abc import Sequence

import msgspec

from domain.reading.tables.cut_rows import carry_over, headless, heal
from domain.reading.tables.heads import is_number, is_year, naming, plain
from domain.reading.tables.shapes import GridCell, GridRow, GridTable

_NEAR = 8.0
_TOP = 260.0
_RUNNING = 4
_DIGITS = re.compile(r"\d+")


def join_pages(pages: Sequence[Sequence[GridTable]]) -> tuple[tuple[GridTable, ...], ...]:
    """The same tables page by page, parts that go on an earlier table bound to its header and numbered (`part`).

    `pages` has one sequence of tables for each page of the document in order, as `find_tables` gives them, empty ones
    included. A repeated header leaves the rows; a row cut by the page break stands whole in the earlier part. Boxes
    that many pages repeat in one place, prose in boxes, headers without rows and single rows without header are no
    tables.
    """
    running = _running(pages)
    kept = [[table for table in tables if _sign(table) not in running] for tables in pages]
    for number in range(1, len(kept)):
        before, after = kept[number - 1], kept[number]
        if not after or after[0].box[1] >= _TOP:
            continue
        # The last table goes on, as a rule; but a wide one may have fallen into two beside each other.
        for k in reversed(range(len(before))):
            bound = _bound(before[k], after[0])
            if bound[1].part:
                before[k], after[0] = bound
                break
    return tuple(tuple(table for table in tables if table.rows and _worth(table)) for tables in kept)


def _worth(table: GridTable) -> bool:
    if table.part or any(table.header):
        return True
    return len(table.rows) > 1 and not _is_prose(table) and not _is_sparse(table)


def _is_sparse(table: GridTable) -> bool:
    """The grid and the labels of a chart: most cells are empty, or some hold the numbers of an axis."""
    cells = [cell for row in table.rows if not row.band for cell in row.cells]
    if any(len(cell.words) > 2 and all(is_number(w.text) or is_year(w.text) for w in cell.words) for cell in cells):
        return True
    return sum(bool(cell.text) for cell in cells) < 0.45 * sum(cell.columns for cell in cells if cell.columns)


def _is_prose(table: GridTable) -> bool:
    """Lines of prose with a background, or in boxes: many cells go on in small letters."""
    texts = [cell.text for row in table.rows for cell in row.cells if cell.text and not cell.carried]
    return len(table.columns) <= 3 and sum(text[0].islower() for text in texts) > 0.4 * len(texts)


def _sign(table: GridTable) -> tuple[object, ...]:
    words = "|".join(cell.text for row in table.rows for cell in row.cells)
    place = tuple(round(v / 4) for v in (table.box[0], table.box[1], table.box[2]))
    return *place, len(table.rows), _DIGITS.sub("0", "|".join(table.header) + words)


def _running(pages: Sequence[Sequence[GridTable]]) -> set[tuple[object, ...]]:
    counts = Counter(sign for tables in pages for sign in {_sign(t) for t in tables if len(t.rows) <= 4})
    return {sign for sign, count in counts.items() if count >= _RUNNING}


def _bound(before: GridTable, after: GridTable) -> tuple[GridTable, GridTable]:
    """Both parts, the second bound to the first where it goes on it; unchanged where it does not."""
    first = after
    if any(after.header) and _spelled(after.header) != _spelled(before.header):
        if sum(map(naming, after.header)) >= 0.6 * len(after.header) or not any(before.header):
            return before, after
        first = headless(after)
    if before.box[3] < after.box[1] or (after.caption and not any(before.header)):
        return before, after
    mapped = _mapped(before, first)
    if mapped is None:
        return before, after
    after = msgspec.structs.replace(mapped, header=before.header, part=before.part + 1)
    return carry_over(*heal(before, after))


def _spelled(header: Sequence[str]) -> list[str]:
    return [plain(text).replace(" ", "") for text in header]


def _mapped(before: GridTable, after: GridTable) -> GridTable | None:
    """The second part in the columns of the first; None when its columns are not among them.

    Odd and even pages may have other margins, so the columns are compared from the left side of each part too.
    """
    if after.design != "ruled" and before.design != "ruled" and len(before.columns) == len(after.columns):
        # White between columns is as wide as the texts of a page leave it.
        pairs = zip(before.columns, after.columns, strict=True)
        return after if all(min(a[1], b[1]) - max(a[0], b[0]) > 0.5 * (a[1] - a[0]) for a, b in pairs) else None
    for shift in (0.0, before.columns[0][0] - after.columns[0][0]):
        lefts = [_nearest(x0 + shift, [c[0] for c in before.columns]) for x0, _ in after.columns]
        if None in lefts or len(set(lefts)) < len(lefts):
            continue
        if _nearest(after.columns[-1][1] + shift, [c[1] for c in before.columns]) is None:
            continue
        order = [k for k in lefts if k is not None]
        return after if len(order) == len(before.columns) else _spread(before, after, order)
    return None


def _nearest(x: float, lefts: Sequence[float]) -> int | None:
    best = min(range(len(lefts)), key=lambda k: abs(lefts[k] - x))
    return best if abs(lefts[best] - x) <= _NEAR else None


def _spread(before: GridTable, after: GridTable, order: Sequence[int]) -> GridTable:
    rows = []
    for row in after.rows:
        cells = [GridCell()] * len(before.columns)
        for place, cell in zip(order, row.cells, strict=True):
            cells[place] = cell
        rows.append(GridRow(cells=tuple(cells), box=row.box, band=row.band, under=row.under))
    return msgspec.structs.replace(after, columns=before.columns, rows=tuple(rows))
