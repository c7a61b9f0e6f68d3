"""What a table is once it is read back from a page: columns, a header bound to them, rows of cells.

Coordinates are PDF points from the top left corner of the page, boxes are (x0, top, x1, bottom).
"""

from typing import Literal, TypeAlias

import msgspec

from domain.document import Word

BoxTuple: TypeAlias = tuple[float, float, float, float]
Design: TypeAlias = Literal["ruled", "lined", "aligned"]


class GridCell(msgspec.Struct, frozen=True, kw_only=True):
    """The text of one row in one column; an empty cell has no words.

    `columns` > 1 when the cell reaches over the columns to its right, whose own cells are then empty.
    `carried` when the cell stands in an earlier row and spans down to this one: text and words are those of the first.
    `later_words` lie at the top of the next page, where a page break cuts the row; `text` has them too.
    """

    text: str = ""
    words: tuple[Word, ...] = ()
    columns: int = 1
    carried: bool = False
    later_words: tuple[Word, ...] = ()


class GridRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row: as many cells as the table has columns, left to right.

    `band` when one cell reaches over the whole table ("PROGRAMA 2. Salud para todos"); `under` has the bands above,
    outermost first. `later_box` is where the row goes on at the top of the next page.
    """

    cells: tuple[GridCell, ...]
    box: BoxTuple
    band: bool = False
    under: tuple[str, ...] = ()
    later_box: BoxTuple | None = None


class GridTable(msgspec.Struct, frozen=True, kw_only=True):
    """A table, or the part of it that stands on one page.

    `header` has one string a column, spanning headers first, lines joined top to bottom; all empty when there is none.
    `part` is 0 where a table starts and counts up on the pages where it goes on; from 1 on the header is the one
    that `part` 0 has, and `header_words` are those of the repeated header, if the page repeats it.
    `columns` are the (x0, x1) of the columns; `caption` is the title above and the note below ("cifras en millones de
    pesos"), whose words are `caption_words`.
    """

    page: int
    box: BoxTuple
    columns: tuple[tuple[float, float], ...]
    header: tuple[str, ...]
    rows: tuple[GridRow, ...]
    header_words: tuple[Word, ...] = ()
    caption: str = ""
    caption_words: tuple[Word, ...] = ()
    design: Design = "ruled"
    part: int = 0

    def words(self) -> tuple[Word, ...]:
        """Every word on the table's own page in its header and rows, each once; the caption's are not among them."""
        cells = (cell for row in self.rows for cell in row.cells if not cell.carried)
        return self.header_words + tuple(word for cell in cells for word in cell.words)
