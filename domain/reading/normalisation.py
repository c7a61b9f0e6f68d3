"""From pages as the file has them to pages as they are read: one spelling, no running heads, order, whole words."""

from collections import Counter
from collections.abc import Sequence

import msgspec

from domain.document import Source, SourcePage
from domain.reading.characters import normal
from domain.reading.flattened import FlatRow, flattened_rows
from domain.reading.layout import Block, Layout, LayoutPage, Line
from domain.reading.reading_order import blocks_of
from domain.reading.running_heads import text_without_heads, without_heads
from domain.reading.tables import GridTable, find_tables, join_pages
from domain.reading.whole_words import with_whole_words


def normalise(source: Source) -> Layout:
    """The pages of a source with their lines and tables in reading order; pages that were lost keep their problem."""
    pages = with_whole_words(_from_text(source) if source.kind == "text" else _from_pdf(source))
    return Layout(kind=source.kind, sha256=source.sha256, pages=pages, body_size=_body_size(pages))


def _from_pdf(source: Source) -> list[LayoutPage]:
    spelling = _Spelling()
    pages = without_heads([_spelled(page, spelling) for page in source.pages])
    tables = join_pages([find_tables(page) for page in pages])
    above: Sequence[GridTable] = ()
    laid = []
    for page, found in zip(pages, tables, strict=True):
        # A row that the page break cut stands whole on the page before.
        held = {id(word) for table in above for row in table.rows for cell in row.cells for word in cell.later_words}
        held |= {id(word) for table in found for word in table.words()}
        laid.append(
            LayoutPage(
                number=page.number,
                width=page.width,
                height=page.height,
                problem=page.problem,
                blocks=blocks_of([word for word in page.words if id(word) not in held], found),
            )
        )
        above = found
    return laid


class _Spelling(dict[str, str]):
    """How each text of a document is spelled, worked out once and kept once; not at all where it is only white."""

    def __missing__(self, text: str) -> str:
        spelled = normal(text)
        self[text] = spelled = "" if spelled.isspace() else spelled
        return spelled


def _spelled(page: SourcePage, spelling: _Spelling) -> SourcePage:
    written = [word.text for word in page.words]
    texts = [spelling[text] for text in written]
    lefts, tops = map(round, [word.x0 for word in page.words]), map(round, [word.top for word in page.words])
    places = list(zip(texts, lefts, tops, strict=True))
    if texts == written and all(texts) and len(set(places)) == len(places):
        return page
    words = []
    seen: set[tuple[str, int, int]] = set()
    for word, place in zip(page.words, places, strict=True):
        text = place[0]
        if not text or place in seen:  # drawn twice to look bold
            continue
        seen.add(place)
        words.append(msgspec.structs.replace(word, text=text) if text != word.text else word)
    return msgspec.structs.replace(page, words=tuple(words))


def _from_text(source: Source) -> list[LayoutPage]:
    cleaned = text_without_heads([(page.number, _lines(page)) for page in source.pages])
    rows = {row.first: row for row in flattened_rows([line for lines in cleaned for line in lines])}
    laid = []
    at = covered = 0
    for page, lines in zip(source.pages, cleaned, strict=True):
        blocks: list[Block] = []
        held: list[Line] = []
        for line in lines:
            if (row := rows.get(at)) is not None:
                blocks += _block(held)
                held = []
                blocks.append(Block(row=_tidy(row)))
                covered = row.last
            if at >= covered and (text := " ".join(line.split())):
                held.append(Line(text=text))
            at += 1
        blocks += _block(held)
        laid.append(LayoutPage(number=page.number, problem=page.problem, blocks=tuple(blocks)))
    return laid


def _block(lines: Sequence[Line]) -> list[Block]:
    return [Block(lines=tuple(lines))] if lines else []


def _tidy(row: FlatRow) -> FlatRow:
    cells = tuple(msgspec.structs.replace(cell, text=" ".join(cell.text.split())) for cell in row.cells)
    return msgspec.structs.replace(row, cells=cells)


def _lines(page: SourcePage) -> list[str]:
    return [normal(line) for line in (page.text or "").split("\n") if line.strip()]


def _body_size(pages: Sequence[LayoutPage]) -> float:
    sizes: Counter[float] = Counter()
    for page in pages:
        for block in page.blocks:
            for line in block.lines:
                sizes[line.size] += len(line.text)
    return max(sizes, key=lambda size: (sizes[size], size), default=0.0)
