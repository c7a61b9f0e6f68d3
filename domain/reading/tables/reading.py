"""From a lattice to tables: bands and captions apart, a header bound to its columns, rows of cells."""

from collections.abc import Iterator, Sequence

from domain.reading.tables.header import header_rows, header_texts
from domain.reading.tables.heads import names_column, opens_table, plain
from domain.reading.tables.lattice import Block, Lattice, cut
from domain.reading.tables.shapes import Design, GridCell, GridRow, GridTable

_NOTES = ("fuente", "nota", "elabor", "cifras", "*")


def read_lattice(lattice: Lattice, page: int, design: Design) -> Iterator[GridTable]:
    """The tables that the lattice holds: one for each header in it, with the bands above that header as its caption."""
    whole = cut(lattice, 0, len(lattice.ys) - 1, ends=True)
    if len(whole.xs) < 3:
        return
    starts = _starts(whole)
    for first, last in zip(starts, [*starts[1:], len(whole.ys) - 1], strict=True):
        table = _read_part(whole, first, last, page, design)
        if table is not None:
            yield table


def _starts(lattice: Lattice) -> list[int]:
    """The rows where a table begins: the top, and each header below it together with the bands right above."""
    rows = lattice.rows()
    width = len(lattice.xs) - 1
    starts = [0]
    for row in range(1, len(rows)):
        own = [b for b in rows[row] if b.row == row and b.text]
        if not opens_table([b.text for b in own]) or len(own) < len([b for b in rows[row] if b.text]):
            continue
        if row - 1 in starts or (row - starts[-1] <= 4 and _all_names(rows[starts[-1] : row], width)):
            continue
        first = row
        while first - 1 > starts[-1] and _is_band(rows[first - 1], width):
            first -= 1
        starts.append(first)
    return starts


def _all_names(rows: Sequence[Sequence[Block]], width: int) -> bool:
    return all(_is_band(row, width) or opens_table([b.text for b in row]) for row in rows)


def _is_band(blocks: Sequence[Block], width: int) -> bool:
    filled = [b for b in blocks if b.text]
    if len(filled) == 1:
        return filled[0].column_end - filled[0].column >= max(2, width - 1) and filled[0].row_end - filled[0].row == 1
    # "Objetivo: | text over all other columns" is a band in two cells.
    label = len(filled) == 2 and width >= 4 and sum(b.column_end - b.column for b in filled) >= width
    return label and names_column(filled[0].text) and len(filled[1].text) > 2 * len(filled[0].text)


def _is_title(rows: Sequence[Sequence[Block]], row: int, last: int) -> bool:
    """The only text of its row, right above a row that names columns."""
    filled = [b for b in rows[row] if b.text]
    if len(filled) != 1 or filled[0].row_end - filled[0].row > 1 or row + 1 >= last:
        return False
    return opens_table([b.text for b in rows[row + 1]])


def _read_part(whole: Lattice, first: int, last: int, page: int, design: Design) -> GridTable | None:
    rows, width = whole.rows(), len(whole.xs) - 1
    top = first
    while top < last and (_is_band(rows[top], width) or _is_title(rows, top, last)):
        top += 1
    caption = [b for row in rows[first:top] for b in row if b.text]
    part = cut(whole, top, last)
    if len(part.xs) < 3:
        return None
    count = header_rows(part)
    body, notes = _body(part, count)
    body = _without_prose_below(body)
    if not count and not body:
        return None
    header = header_texts(part, count) if count else ("",) * (len(part.xs) - 1)
    heads = {id(b): b for row in part.rows()[:count] for b in row if b.row < count}
    caption += notes
    return GridTable(
        page=page,
        box=(part.xs[0], whole.ys[first], part.xs[-1], body[-1].box[3] if body else part.ys[count]),
        columns=tuple(zip(part.xs, part.xs[1:], strict=False)),
        header=header,
        rows=tuple(body),
        header_words=tuple(word for b in heads.values() for word in b.words),
        caption=" · ".join(b.text for b in caption),
        caption_words=tuple(word for b in caption for word in b.words),
        design=design,
    )


def _body(part: Lattice, count: int) -> tuple[list[GridRow], list[Block]]:
    """The rows below the header, and the notes that stand in a band at the end."""
    width, found, notes = len(part.xs) - 1, [], []
    under: list[str] = []
    fresh = 0
    for number, blocks in enumerate(part.rows()[count:], start=count):
        if _is_band(blocks, width):
            filled = [b for b in blocks if b.text]
            if plain(filled[0].text).startswith(_NOTES):
                notes += filled
                continue
            text = ": ".join(b.text.rstrip(" :") if len(filled) > 1 else b.text for b in filled)
            # A run of bands replaces as many of the innermost ones as it has.
            under = [*under[: max(len(under) - 1, 0)], text] if not fresh else [*under, text]
            fresh += 1
        else:
            fresh = 0
        box = (part.xs[0], part.ys[number], part.xs[-1], part.ys[number + 1])
        cells = _cells(blocks, number, width)
        found.append(GridRow(cells=cells, box=box, band=bool(fresh), under=tuple(under[:-1] if fresh else under)))
    return found, notes


def _without_prose_below(body: list[GridRow]) -> list[GridRow]:
    """The rows without a run of bands at the end: lines of text below the table whose background touches it."""
    last = len(body)
    while last and body[last - 1].band:
        last -= 1
    return body if len(body) - last < 2 else body[:last]


def _cells(blocks: Sequence[Block], row: int, width: int) -> tuple[GridCell, ...]:
    cells = [GridCell()] * width
    for b in blocks:
        columns = b.column_end - b.column
        cells[b.column] = GridCell(text=b.text, words=b.words, columns=columns, carried=b.row < row)
    return tuple(cells)
