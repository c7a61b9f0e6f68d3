"""Pages with their broken words put together: within lines, over the ends of lines, and in the cells of tables."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from domain.document import Word
from domain.reading.layout import Block, LayoutPage, Line
from domain.reading.mending import WordBook, may_break, mended, word_book
from domain.reading.reading_order import line_of
from domain.reading.tables import GridCell, GridRow, GridTable


def with_whole_words(pages: Sequence[LayoutPage]) -> tuple[LayoutPage, ...]:
    """The pages with broken words whole, by what the pages themselves tell of words.

    What a line's end broke stands whole at the end of the earlier line.
    """
    book = word_book(_token_lines(pages))
    lines = [line for page in pages for block in page.blocks for line in block.lines]
    whole = iter(_mend_line_ends([_mend_inside(line, book) for line in lines], book))
    return tuple(msgspec.structs.replace(page, blocks=tuple(_blocks(page.blocks, whole, book))) for page in pages)


def _token_lines(pages: Iterable[LayoutPage]) -> Iterator[list[str]]:
    for page in pages:
        for block in page.blocks:
            for line in block.lines:
                yield _tokens_of(line)
            if block.row is not None:
                yield from (cell.text.split(" ") for cell in block.row.cells)
            if block.table is not None:
                for row in block.table.rows:
                    yield from (cell.text.split(" ") for cell in row.cells if cell.text and not cell.carried)


def _tokens_of(line: Line) -> list[str]:
    """What spaces part in a line. Those of a page's words are at hand, unless one of them has a space within."""
    if line.words and line.text.count(" ") == len(line.words) - 1:
        return [word.text for word in line.words]
    return line.text.split(" ")


def _blocks(blocks: Sequence[Block], whole: Iterator[Line | None], book: WordBook) -> Iterator[Block]:
    for block in blocks:
        if block.table is not None:
            yield Block(table=_mend_table(block.table, book))
            continue
        if block.row is not None:
            cells = tuple(msgspec.structs.replace(cell, text=_mended(cell.text, book)) for cell in block.row.cells)
            yield Block(row=msgspec.structs.replace(block.row, cells=cells))
            continue
        lines = tuple(line for _ in block.lines if (line := next(whole)) is not None)
        if lines:
            yield msgspec.structs.replace(block, lines=lines)


def _mend_table(table: GridTable, book: WordBook) -> GridTable:
    return msgspec.structs.replace(
        table,
        header=tuple(mended(name, book) for name in table.header),
        caption=mended(table.caption, book),
        rows=tuple(_mend_row(row, book) for row in table.rows),
    )


def _mend_row(row: GridRow, book: WordBook) -> GridRow:
    cells = tuple(_mend_cell(cell, book) for cell in row.cells)
    return msgspec.structs.replace(row, cells=cells, under=tuple(mended(name, book) for name in row.under))


def _mend_cell(cell: GridCell, book: WordBook) -> GridCell:
    # What is carried down from a header was not learnt from.
    text = mended(cell.text, book) if cell.carried else _mended(cell.text, book)
    return cell if text == cell.text else msgspec.structs.replace(cell, text=text)


def _mended(text: str, book: WordBook) -> str:
    """The same for a text that the book was learnt from."""
    return text if book.leaves(text.split(" ")) else mended(text, book)


def _mend_inside(line: Line, book: WordBook) -> Line:
    if not line.words:
        return msgspec.structs.replace(line, text=_mended(line.text, book))
    tokens = _tokens_of(line)
    if len(tokens) == len(line.words) and book.leaves(tokens):
        return line
    words = [line.words[0]]
    for word in line.words[1:]:
        if book.breaks(words[-1].text, word.text):
            words[-1] = _one_word(words[-1], word)
        else:
            words.append(word)
    return line_of(words) if len(words) < len(line.words) else line


def _one_word(first: Word, second: Word) -> Word:
    return Word(
        first.text + second.text,
        min(first.x0, second.x0),
        min(first.top, second.top),
        max(first.x1, second.x1),
        max(first.bottom, second.bottom),
        first.size,
        first.bold,
        first.turned,
    )


def _mend_line_ends(lines: Sequence[Line], book: WordBook) -> list[Line | None]:
    """None for a line that held nothing but the rest of a word."""
    out: list[Line | None] = list(lines)
    for i in range(len(lines) - 1):
        first, second = out[i], lines[i + 1]
        if first is None or not may_break(first.text, second.text):
            continue
        head, _, rest = second.text.partition(" ")
        last = first.text.rpartition(" ")[2]
        out[i] = _ending(first, last, book.without_hyphen(last, head))
        out[i + 1] = msgspec.structs.replace(second, text=rest, words=second.words[1:]) if rest else None
    return out


def _ending(line: Line, last: str, whole: str) -> Line:
    words = line.words
    if words:
        words = (*words[:-1], msgspec.structs.replace(words[-1], text=whole))
    return msgspec.structs.replace(line, text=line.text[: len(line.text) - len(last)] + whole, words=words)
