"""Lays passages down one after the other and knows, for each, its place, its boxes and the headings above it."""

from collections.abc import Iterable, Iterator, Sequence

from domain.document import Box, Cell, PageSpan, Passage, PassageKind
from domain.language.sentences import pieces
from domain.reading.flattened import FlatRow
from domain.reading.headings import Style, run_in_heading, stands_above, style_of
from domain.reading.layout import Layout
from domain.reading.paragraphs import Paragraph, Printed
from domain.reading.tables import GridRow, GridTable

_DEEPEST = 6
_BAR = " | "


class PassageWriter:
    """Lays passages down one after the other, a line feed between them."""

    def __init__(self) -> None:
        self.passages: list[Passage] = []
        self._parts: list[str] = []
        self._length = 0
        self._page_starts: dict[int, int] = {}
        self._above: list[tuple[Style, str]] = []
        self._tables = 0
        self._flat_header = -1

    def text(self) -> str:
        return "".join(self._parts)

    def heading(self, part: Paragraph, style: Style, *, leads: bool) -> None:
        """Lay down a heading; one that leads nothing (on a cover) stands in no path."""
        if leads:
            self._enter(part.text, style)
        self._add(part.text, "heading", part.lines, path=self._path()[:-1] if leads else ())

    def paragraphs(self, parts: Iterable[Paragraph]) -> None:
        for part in parts:
            text = part.text
            if length := run_in_heading(text):
                self._enter(text[:length], style_of(text[:length]))
            kind: PassageKind = "list_item" if part.item else "paragraph"
            for start, end in pieces(text):
                self._add(text[start:end], kind, part.lines, offset=start)

    def table(self, table: GridTable) -> None:
        if not table.part:
            self._tables += 1
        number = max(1, self._tables)
        path = self._path()
        names = [name for name in table.header if name]
        if names and table.header_words:
            box = _around(table.page, [(w.x0, w.top, w.x1, w.bottom) for w in table.header_words])
            self._put(_BAR.join(names), "table_header", table.page, path, (box,), caption=table.caption, table=number)
        for row in table.rows:
            self._row(row, table, number, path)

    def _row(self, row: GridRow, table: GridTable, number: int, path: tuple[str, ...]) -> None:
        filled = [(i, cell) for i, cell in enumerate(row.cells) if cell.text.strip()]
        if not filled:
            return
        named = [(table.header[i] if i < len(table.header) and not row.band else "", cell.text) for i, cell in filled]
        boxes = [_box(table.page, row.box)]
        if row.later_box is not None:
            boxes.append(_box(table.page + 1, row.later_box))
        above = (path + tuple(row.under))[-_DEEPEST:]
        self._cells(table.page, named, above, table=number, boxes=tuple(boxes), caption=table.caption)

    def _cells(
        self,
        page: int,
        named: Sequence[tuple[str, str]],
        path: tuple[str, ...],
        *,
        table: int,
        boxes: tuple[Box, ...] = (),
        caption: str = "",
    ) -> None:
        at = self._length + bool(self._parts)
        cells = []
        for header, text in named:
            if words := text.strip():
                cells.append(Cell(header=header, text=words, start=at, end=at + len(words)))
                at += len(words) + len(_BAR)
        if cells:
            text = _BAR.join(cell.text for cell in cells)
            self._put(text, "table_row", page, path, boxes, cells=tuple(cells), caption=caption, table=table)

    def flat_row(self, page: int, row: FlatRow) -> None:
        """Lay down a row that was read back from the lines of a text file; rows under one header are one table."""
        if row.header_line != self._flat_header:
            self._flat_header = row.header_line
            self._tables += 1
        self._cells(page, [(cell.header, cell.text) for cell in row.cells], self._path(), table=self._tables)

    def page_spans(self, layout: Layout) -> Iterator[PageSpan]:
        starts = [self._page_starts.get(page.number) for page in layout.pages]
        end = self._length
        spans: list[PageSpan] = []
        for page, start in reversed(list(zip(layout.pages, starts, strict=True))):
            begin = end if start is None else start
            spans.append(PageSpan(number=page.number, start=begin, end=end, problem=page.problem))
            end = begin
        yield from reversed(spans)

    def _enter(self, text: str, style: Style) -> None:
        while self._above and not stands_above(self._above[-1][0], style):
            self._above.pop()
        self._above.append((style, text))

    def _path(self) -> tuple[str, ...]:
        return tuple(text for _, text in self._above[-_DEEPEST:])

    def _add(
        self,
        text: str,
        kind: PassageKind,
        lines: Sequence[Printed],
        *,
        offset: int = 0,
        path: tuple[str, ...] | None = None,
    ) -> None:
        inside = list(_lines_within(lines, offset, offset + len(text)))
        start = self._length + bool(self._parts)
        for at, printed in inside:
            self._page_starts.setdefault(printed.page, start + max(0, at - offset))
        boxes = _boxes(printed for _, printed in inside)
        self._put(text, kind, inside[0][1].page, self._path() if path is None else path, boxes)

    def _put(
        self,
        text: str,
        kind: PassageKind,
        page: int,
        path: tuple[str, ...],
        boxes: tuple[Box, ...],
        *,
        cells: tuple[Cell, ...] = (),
        caption: str = "",
        table: int = 0,
    ) -> None:
        if self._parts:
            self._parts.append("\n")
            self._length += 1
        start = self._length
        self._page_starts.setdefault(page, start)
        self._parts.append(text)
        self._length += len(text)
        self.passages.append(
            Passage(
                id=f"p{len(self.passages) + 1:05d}",
                kind=kind,
                text=text,
                page=page,
                start=start,
                end=self._length,
                path=path,
                boxes=boxes,
                cells=cells,
                caption=caption,
                table=table,
            )
        )


def _lines_within(lines: Sequence[Printed], start: int, end: int) -> Iterator[tuple[int, Printed]]:
    at = 0
    for printed in lines:
        after = at + len(printed.line.text)
        if at < end and after > start:
            yield at, printed
        at = after + 1


def _boxes(lines: Iterable[Printed]) -> tuple[Box, ...]:
    """One box for lines of one column, another where the passage goes on in the next column or on the next page."""
    groups: list[tuple[int, list[tuple[float, float, float, float]]]] = []
    for printed in lines:
        line = printed.line
        if not line.words:
            continue
        if groups and groups[-1][0] == printed.page and line.bottom >= groups[-1][1][-1][1]:
            groups[-1][1].append((line.x0, line.top, line.x1, line.bottom))
        else:
            groups.append((printed.page, [(line.x0, line.top, line.x1, line.bottom)]))
    return tuple(_around(page, boxes) for page, boxes in groups)


def _around(page: int, boxes: Sequence[tuple[float, float, float, float]]) -> Box:
    return _box(
        page, (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))
    )


def _box(page: int, box: tuple[float, float, float, float]) -> Box:
    return Box(page=page, x0=round(box[0], 1), top=round(box[1], 1), x1=round(box[2], 1), bottom=round(box[3], 1))
