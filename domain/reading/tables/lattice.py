"""A lattice: rows and columns of a table as drawn or aligned, with merged blocks, before anyone knows its header."""

from bisect import bisect_left
from collections.abc import Sequence

import msgspec

from domain.document import Word
from domain.reading.tables.lines import cell_text


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """A cell of the lattice: rows `row`..`row_end` and columns `column`..`column_end`, ends not included."""

    row: int
    row_end: int
    column: int
    column_end: int
    words: tuple[Word, ...] = ()
    text: str = ""


class Lattice(msgspec.Struct, frozen=True, kw_only=True):
    """Positions of the separators (one more than columns and rows) and the blocks that tile them."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    blocks: tuple[Block, ...]

    def rows(self) -> list[list[Block]]:
        """For each row, the blocks that reach into it, left to right."""
        result: list[list[Block]] = [[] for _ in range(len(self.ys) - 1)]
        for block in self.blocks:
            for row in range(block.row, block.row_end):
                result[row].append(block)
        for blocks in result:
            blocks.sort(key=lambda b: b.column)
        return result


def block(row: int, row_end: int, column: int, column_end: int, words: Sequence[Word]) -> Block:
    """The block with its text read from its words."""
    return Block(
        row=row,
        row_end=row_end,
        column=column,
        column_end=column_end,
        words=tuple(words),
        text=cell_text(words),
    )


def cut(lattice: Lattice, first: int, last: int, *, ends: bool = False) -> Lattice:
    """Rows `first`..`last` (not included) with the columns that carry words there: no empty row, no empty column.

    With `ends`, a place where only blocks end stays a column's side, though the column right of it be empty. A block
    that begins above `first` is cut there and keeps its words, for it is read in every row it spans.
    """
    blocks = [b for b in lattice.blocks if b.row < last and b.row_end > first and b.words]
    if not blocks:
        return Lattice(xs=(), ys=(), blocks=())
    right = max(b.column_end for b in blocks)
    lefts = sorted({b.column for b in blocks} | ({b.column_end for b in blocks} - {right} if ends else set()))
    tops = sorted({max(b.row, first) for b in blocks})
    xs = (*(lattice.xs[c] for c in lefts), lattice.xs[right])
    ys = (*(lattice.ys[r] for r in tops), lattice.ys[min(max(b.row_end for b in blocks), last)])
    kept = []
    for b in blocks:
        row, column = bisect_left(tops, max(b.row, first)), bisect_left(lefts, b.column)
        row_end = bisect_left(tops, min(b.row_end, last))
        column_end = bisect_left(lefts, b.column_end)
        kept.append(Block(row=row, row_end=row_end, column=column, column_end=column_end, words=b.words, text=b.text))
    return Lattice(xs=xs, ys=ys, blocks=tuple(kept))
