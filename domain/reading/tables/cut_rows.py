"""Rows that a page break cuts: healed where that is clear, and merged cells carried over the break."""

import msgspec

from domain.document import Word
from domain.reading.tables.heads import is_number
from domain.reading.tables.lines import cell_text
from domain.reading.tables.shapes import GridCell, GridRow, GridTable


def heal(before: GridTable, after: GridTable) -> tuple[GridTable, GridTable]:
    """Both parts, the first row of the second moved into the last row of the first if it is the rest of it.

    It is when it only adds words to cells that have some already and leaves a number of that row alone.
    """
    if not before.rows or not after.rows:
        return before, after
    last, first = before.rows[-1], after.rows[0]
    if last.band or first.band or not _is_rest(last, first):
        return before, after
    cells = tuple(_grown(a, b) for a, b in zip(last.cells, first.cells, strict=True))
    whole = msgspec.structs.replace(last, cells=cells, later_box=first.box)
    return (
        msgspec.structs.replace(before, rows=(*before.rows[:-1], whole)),
        msgspec.structs.replace(after, rows=after.rows[1:]),
    )


def carry_over(before: GridTable, after: GridTable) -> tuple[GridTable, GridTable]:
    """Both parts; cells empty at the top of the second take the text of the cell that spans the break above them.

    Cells span the break in a group of columns on the left, and where they already span rows above the break.
    """
    if not before.rows or not after.rows or before.rows[-1].band:
        return before, after
    before, after = _finish_words(*_carried_back(before, after))
    above = {c: cell for c, cell in enumerate(before.rows[-1].cells) if cell.text}
    merged = {c for c, cell in above.items() if cell.carried}
    rows: list[GridRow] = []
    for row in after.rows:
        if row.band:
            break
        filled = [c for c, cell in enumerate(row.cells) if cell.text]
        above = {c: cell for c, cell in above.items() if c not in filled and (c in merged or c < min(filled))}
        if not above:
            break
        cells = tuple(_carried(above[c]) if c in above else cell for c, cell in enumerate(row.cells))
        rows.append(msgspec.structs.replace(row, cells=cells, under=row.under or before.rows[-1].under))
    return before, msgspec.structs.replace(after, rows=(*rows, *after.rows[len(rows) :]))


def _carried_back(before: GridTable, after: GridTable) -> tuple[GridTable, GridTable]:
    """The first column of the last rows before the break filled from the first row below it.

    A merged cell that the break cuts may have its words on the second page only; so it is with an empty cell at the end
    of a column that has merged cells.
    """
    first = after.rows[0].cells[0]
    rows = list(before.rows)
    last = len(rows)
    while last > 0 and not rows[last - 1].cells[0].text and not rows[last - 1].band:
        last -= 1
    if not first.text or first.carried or last in {0, len(rows)} or not any(row.cells[0].carried for row in rows):
        return before, after
    for k in range(last, len(rows)):
        rows[k] = msgspec.structs.replace(rows[k], cells=(_carried(first), *rows[k].cells[1:]))
    return msgspec.structs.replace(before, rows=tuple(rows)), after


def _finish_words(before: GridTable, after: GridTable) -> tuple[GridTable, GridTable]:
    """Merged cells whose words go on below the break ("Tierra con título y" - "ordenamiento"), whole on both sides."""
    for column, (cell, rest) in enumerate(zip(before.rows[-1].cells, after.rows[0].cells, strict=True)):
        is_group = cell.carried or (column == 0 and any(row.cells[0].carried for row in (*before.rows, *after.rows)))
        if is_group and cell.text and rest.text and rest.text[0].islower() and cell.text[-1] not in ".;:":
            whole = f"{cell.text} {rest.text}"
            before = _respelled(before, column, cell.text, whole, step=-1)
            after = _respelled(after, column, rest.text, whole, step=1)
    return before, after


def _respelled(table: GridTable, column: int, text: str, whole: str, *, step: int) -> GridTable:
    """The table with that text of the column replaced next to the page break: in the cell and its carried copies."""
    rows = list(table.rows)
    k = 0 if step > 0 else len(rows) - 1
    while 0 <= k < len(rows) and rows[k].cells[column].text == text:
        cells = list(rows[k].cells)
        cells[column] = msgspec.structs.replace(cells[column], text=whole)
        rows[k] = msgspec.structs.replace(rows[k], cells=tuple(cells))
        k += step
    return msgspec.structs.replace(table, rows=tuple(rows))


def headless(table: GridTable) -> GridTable:
    """The table with its header taken for its first row, which a bold first row below a page break may be."""
    held: list[list[Word]] = [[] for _ in table.columns]
    for word in table.header_words:
        middle = (word.x0 + word.x1) / 2
        held[max(c for c, (x0, _) in enumerate(table.columns) if c == 0 or x0 <= middle)].append(word)
    cells = tuple(GridCell(text=cell_text(words), words=tuple(words)) for words in held)
    bottom = table.rows[0].box[1] if table.rows else table.box[3]
    first = GridRow(cells=cells, box=(table.box[0], table.box[1], table.box[2], bottom))
    empty = ("",) * len(table.columns)
    return msgspec.structs.replace(table, header=empty, header_words=(), rows=(first, *table.rows))


def _carried(cell: GridCell) -> GridCell:
    return GridCell(text=cell.text, columns=cell.columns, carried=True)


def _is_rest(last: GridRow, first: GridRow) -> bool:
    pairs = [(a, b) for a, b in zip(last.cells, first.cells, strict=True) if a.text or b.text]
    added = [(a, b) for a, b in pairs if b.text]
    left_alone = [a for a, b in pairs if not b.text]
    if not added or not left_alone or any(not a.text or is_number(a.text) or is_number(b.text) for a, b in added):
        return False
    goes_on = sum(b.text[0].islower() or not b.text[0].isalpha() or a.text[-1] in ",;-" for a, b in added)
    return goes_on * 2 >= len(added) and (any(is_number(a.text) for a in left_alone) or goes_on == len(added))


def _grown(cell: GridCell, rest: GridCell) -> GridCell:
    if not rest.text:
        return cell
    return msgspec.structs.replace(cell, text=f"{cell.text} {rest.text}", later_words=rest.words)
