"""Printed lines put together to paragraphs and list items, over the ends of columns and pages."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

import msgspec

from domain.reading.flattened import FlatRow
from domain.reading.headings import is_caps, is_lead_in, is_named, number_of
from domain.reading.layout import Block, Layout, LayoutPage, Line
from domain.reading.tables import GridTable

_BULLET = re.compile(
    r"^(?:[•*]\s?|[-–—]\s+|[a-zñ]\)\s|\(?[a-z]\)\s|\d{1,2}[.)\-]\s+(?=\D)|\d{1,2}\.-\s*|[ivx]{1,4}[.)]\s|\?\s+(?=[A-ZÁÉÍÓÚÑ])|o\s+(?=[A-ZÁÉÍÓÚÑ]))"
)
_LABEL = re.compile(
    r"(?i)^(?:tabla|cuadro|gr[áa]fic[oa]|figura|mapa|ilustraci[óo]n|matriz)\s*(?:n[°ºo.]*\s*)?\d|^fuente\s*:"
)
_STOPS = ".:;!?…"
_NARROWEST, _WIDEST = 30, 140
_SHORT = 0.6
_FEWEST_LOOSE = 6
_FEWEST_DOTS = 5
_CONTENTS = re.compile(
    r"(?:\.\s?){5,}\s*[\divxlc]{0,5}\s*$|_{5,}\s*\d{1,4}\s*$|…{2,}\s*\.*\s*\d{0,4}\s*$", re.IGNORECASE
)


class Printed(msgspec.Struct, frozen=True, kw_only=True):
    """A line and the page it stands on.

    `loose` when it is one of many short ones, as tables leave in a text file; `last` when a paragraph ends with it.
    """

    page: int
    line: Line
    loose: bool = False
    last: bool = False


class Paragraph(msgspec.Struct, frozen=True, kw_only=True):
    """Lines that belong together. `item` when it begins as a list item does, `label` as in a Block."""

    lines: tuple[Printed, ...]
    item: bool = False
    label: bool = False

    @property
    def text(self) -> str:
        """The lines with a space between; a line feed after loose ones and where paragraphs meet."""
        ends = ("\n" if printed.loose or printed.last else " " for printed in self.lines)
        return "".join(printed.line.text + end for printed, end in zip(self.lines, ends, strict=True))[:-1]

    @property
    def loose(self) -> bool:
        """Whether its lines are what a table left: each says something of its own."""
        return all(printed.loose for printed in self.lines)


class TablePart(msgspec.Struct, frozen=True, kw_only=True):
    """A table, or its part on one page, where it stands among the paragraphs."""

    page: int
    table: GridTable


class RowPart(msgspec.Struct, frozen=True, kw_only=True):
    """A table row that was read back from the lines of a text file, among the paragraphs."""

    page: int
    row: FlatRow


def is_contents(text: str) -> bool:
    """Whether a line is one of a table of contents: a leader of dots to a page number."""
    may_lead = text.count(".") >= _FEWEST_DOTS or "…" in text or "_" in text
    return may_lead and bool(_CONTENTS.search(text))


def is_label(text: str) -> bool:
    """Whether a text is the title or the source of a table or figure."""
    return bool(_LABEL.match(text))


def begins_item(text: str) -> bool:
    """Whether a line begins with a bullet, a letter or a number as a list item does."""
    return bool(_BULLET.match(text)) and len(number_of(text)) < 2


def paragraphs(layout: Layout) -> Iterator[Paragraph | TablePart | RowPart]:
    """Everything in reading order; lines of tables of contents are left out."""
    held: list[Printed] = []
    everywhere = usual_length(layout.pages)
    for page in layout.pages:
        width = max(usual_length([page]), everywhere * 3 // 4) if layout.kind == "text" else 0
        for block in page.blocks:
            if not block.lines or block.label:
                yield from _closed(held)
                held = []
                yield _framed(page.number, block)
                continue
            loose = _loose_lines(block, width)
            print_of = _Column.of(block)
            for i, line in enumerate(block.lines):
                if is_contents(line.text):
                    yield from _closed(held)
                    held = []
                    continue
                if held and (
                    print_of.parts(held[-1].line, line)
                    if layout.kind == "pdf" and i
                    else held[-1].loose != loose[i] or _parts_by_words(held, line, width, loose=loose[i])
                ):
                    yield from _closed(held)
                    held = []
                held.append(Printed(page=page.number, line=line, loose=loose[i]))
    yield from _closed(held)


def _framed(page: int, block: Block) -> Paragraph | TablePart | RowPart:
    if block.row is not None:
        return RowPart(page=page, row=block.row)
    if block.table is not None:
        return TablePart(page=page, table=block.table)
    return Paragraph(lines=tuple(Printed(page=page, line=line, last=True) for line in block.lines), label=True)


def _begins_anew(text: str) -> bool:
    return begins_item(text) or len(number_of(text)) > 1 or is_named(text) or is_label(text)


def _closed(held: Sequence[Printed]) -> Iterator[Paragraph]:
    if held:
        lines = (*held[:-1], msgspec.structs.replace(held[-1], last=True))
        yield Paragraph(lines=lines, item=begins_item(held[0].line.text))


def usual_length(pages: Sequence[LayoutPage]) -> int:
    """The length that a full line of a text file has on these pages."""
    lengths = sorted(len(line.text) for page in pages for block in page.blocks for line in block.lines)
    return min(max(lengths[len(lengths) * 4 // 5], _NARROWEST), _WIDEST) if lengths else _WIDEST


def _loose_lines(block: Block, width: int) -> list[bool]:
    """For each line of a text file whether it is one of many short ones in a row, few of which end a sentence."""
    loose = [False] * len(block.lines)
    run: list[int] = []
    for i, line in enumerate([*block.lines, None]):
        if line is not None and len(line.text) < _SHORT * width and line.text[0] != "•":
            run.append(i)
            continue
        ends = sum(block.lines[j].text[-1] in _STOPS for j in run)
        if len(run) >= _FEWEST_LOOSE and 3 * ends <= len(run):
            for j in run:
                loose[j] = True
        run = []
    return loose


class _Column(msgspec.Struct, frozen=True, kw_only=True):
    """How the lines of one column of a PDF are set: what tells a new paragraph from the next line."""

    left: float
    right: float
    pitch: float

    @classmethod
    def of(cls, block: Block) -> "_Column":
        steps = [
            after.bottom - line.bottom
            for line, after in pairwise(block.lines)
            if 0 < after.bottom - line.bottom < 3 * max(line.size, after.size, 1.0)
        ]
        return cls(
            left=min((line.x0 for line in block.lines), default=0.0),
            right=max((line.x1 for line in block.lines), default=0.0),
            pitch=median(steps) if steps else 0.0,
        )

    def parts(self, above: Line, line: Line) -> bool:
        """Whether a new paragraph begins at `line`, which stands under `above`."""
        size = max(above.size, line.size, 1.0)
        if abs(above.size - line.size) > 0.08 * size or above.bold != line.bold:
            return not (above.bold != line.bold and _goes_on(above, line, self.right))
        step = line.bottom - above.bottom
        if step > max(1.35 * min(self.pitch or step, 1.6 * size), 1.2 * size) or step < 0:
            return True
        short = above.x1 < self.right - 0.12 * (self.right - self.left)
        if _begins_anew(line.text) and (short or line.text[0] == "•" or above.text[-1] in f"{_STOPS},"):
            return True
        if short and (above.text[-1] in _STOPS or is_caps(above.text) != is_caps(line.text)):
            return True
        indented = line.x0 - above.x0 > 1.2 * size
        return indented and above.text[-1] in _STOPS and not begins_item(above.text)


def _goes_on(above: Line, line: Line, right: float) -> bool:
    """A weight that changes within a sentence: the line above is full and the next goes on in small letters."""
    return above.x1 > right - 4 * above.size and line.text[:1].islower()


def _parts_by_words(held: Sequence[Printed], line: Line, width: int, *, loose: bool) -> bool:
    """The same where only the words tell: in a text file, and from one column or page to the next (`width` 0)."""
    above = held[-1].line.text
    if loose:
        return is_named(line.text) or is_label(line.text)
    if is_lead_in(above) or is_lead_in(line.text):
        return is_lead_in(line.text)
    full = len(above) >= 0.8 * width and above[-1] not in f"{_STOPS},"
    if _begins_anew(line.text) and not (full and line.text[0] != "•" and not is_named(line.text)):
        return True
    if is_caps(above) != is_caps(line.text) and (len(above) < 0.7 * width or len(line.text) < 0.7 * width):
        return True
    if not width:
        small = line.text[0].islower() and abs(held[-1].line.size - line.size) <= 0.08 * line.size
        return above[-1] in ".!?…:" or not small
    ended = above[-1] in ".!?…:;" and len(above) < 0.85 * width
    return (
        ended
        or above[-1] == ":"
        or (len(above) < 0.55 * width and len(line.text) > 0.8 * width and line.text[0].isupper())
    )
