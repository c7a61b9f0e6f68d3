"""The document that everything else works on: passages with their place, from lines and tables in reading order."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from domain.document import Box, Cell, Document, PageSpan, Passage, PassageKind
from domain.headings import Style, is_named, may_be_heading, run_in_heading, stands_above, style_of
from domain.layout import Layout
from domain.paragraphs import Paragraph, Printed, TablePart, is_label, paragraphs
from domain.plausibility import flags_of
from domain.sentences import pieces
from domain.tables import GridRow, GridTable

_DEEPEST = 6
_LARGER = 1.12
_MUCH_BOLD = 0.35
_MOST_COVERS = 3
_COVER_CHARS = 400
_SHORT = 200
_LONGEST_PLAIN = 120
_MOST_CAPS = 14
_SHORT_WITH_NEXT = 500


def segment(layout: Layout) -> Document:
    """The document of a layout: every passage with its page, span, headings and, for a PDF, boxes."""
    writer = _Writer()
    pending: list[Paragraph] = []
    bold_tells = _bold_share(layout) < _MUCH_BOLD
    covers = _covers(layout)
    for part in paragraphs(layout):
        if isinstance(part, TablePart):
            writer.paragraphs(pending)
            pending = []
            writer.table(part.table)
            continue
        style = _heading(part, layout, bold_tells=bold_tells)
        if style is not None:
            writer.paragraphs(pending)
            pending = []
            writer.heading(part, style, leads=part.lines[0].page not in covers)
        else:
            pending.append(part)
    writer.paragraphs(pending)
    document = Document(
        sha256=layout.sha256,
        kind=layout.kind,
        text=writer.text(),
        pages=tuple(writer.page_spans(layout)),
        passages=tuple(writer.passages),
    )
    return msgspec.structs.replace(document, flags=flags_of(document))


def _covers(layout: Layout) -> set[int]:
    """The first pages as long as they hold few words: what stands on them is no part of the text's order."""
    covers = set()
    for page in layout.pages[:_MOST_COVERS]:
        if sum(len(line.text) for block in page.blocks for line in block.lines) > _COVER_CHARS:
            break
        covers.add(page.number)
    return covers if layout.kind == "pdf" and len(layout.pages) > _MOST_COVERS else set()


def _bold_share(layout: Layout) -> float:
    lines = [line for page in layout.pages for block in page.blocks for line in block.lines]
    return sum(len(line.text) for line in lines if line.bold) / max(1, sum(len(line.text) for line in lines))


def _heading(part: Paragraph, layout: Layout, *, bold_tells: bool) -> Style | None:
    text = part.text
    first = part.lines[0].line
    if part.label or len(part.lines) > 4 or not may_be_heading(text):
        return None
    style = style_of(
        text,
        size=first.size if first.size >= _LARGER * layout.body_size else 0.0,
        bold=bold_tells and all(printed.line.bold for printed in part.lines),
    )
    if style.size:
        return style
    if style.bold or (style.caps and 1 < len(text.split()) <= _MOST_CAPS and not part.loose):
        return style
    if len(text) > _LONGEST_PLAIN or (text.endswith(".") and text.count(". ") > 1):
        return None
    named = is_named(text) or (len(style.number) > 1 and not text.endswith("."))
    return style if named else None


class _Writer:
    """Lays passages down one after the other, a line feed between them."""

    def __init__(self) -> None:
        self.passages: list[Passage] = []
        self._parts: list[str] = []
        self._length = 0
        self._page_starts: dict[int, int] = {}
        self._above: list[tuple[Style, str]] = []
        self._tables = 0

    def text(self) -> str:
        return "".join(self._parts)

    def heading(self, part: Paragraph, style: Style, *, leads: bool) -> None:
        """Lay down a heading; one that leads nothing (on a cover) stands in no path."""
        if leads:
            self._enter(part.text, style)
        self._add(part.text, "heading", part.lines, path=self._path()[:-1] if leads else ())

    def paragraphs(self, parts: Sequence[Paragraph]) -> None:
        for part in _merged(parts):
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
            self._put(" | ".join(names), "table_header", table.page, path, (box,), caption=table.caption, table=number)
        for row in table.rows:
            self._row(row, table, number, path)

    def _row(self, row: GridRow, table: GridTable, number: int, path: tuple[str, ...]) -> None:
        filled = [(i, cell) for i, cell in enumerate(row.cells) if cell.text.strip()]
        if not filled:
            return
        start = self._length + bool(self._parts)
        cells = []
        at = start
        for i, cell in filled:
            words = cell.text.strip()
            header = table.header[i] if i < len(table.header) and not row.band else ""
            cells.append(Cell(header=header, text=words, start=at, end=at + len(words)))
            at += len(words) + len(" | ")
        boxes = [_box(table.page, row.box)]
        if row.later_box is not None:
            boxes.append(_box(table.page + 1, row.later_box))
        self._put(
            " | ".join(cell.text for cell in cells),
            "table_row",
            table.page,
            (path + tuple(row.under))[-_DEEPEST:],
            tuple(boxes),
            cells=tuple(cells),
            caption=table.caption,
            table=number,
        )

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


def _merged(parts: Iterable[Paragraph]) -> Iterator[Paragraph]:
    """Short paragraphs that follow each other on one page are one passage."""
    held: Paragraph | None = None
    for part in parts:
        if held is None:
            held = part
        elif (
            not held.item
            and not part.item
            and held.lines[-1].page == part.lines[0].page
            and len(held.text) < _SHORT
            and len(held.text) + len(part.text) < _SHORT_WITH_NEXT
            and held.loose == part.loose
            and not is_label(held.text)
            and not is_label(part.text)
            and not run_in_heading(part.text)
        ):
            held = Paragraph(lines=held.lines + part.lines)
        else:
            yield held
            held = part
    if held is not None:
        yield held


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
