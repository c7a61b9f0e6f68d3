"""The document that everything else works on: passages with their place, from lines and tables in reading order."""

from collections.abc import Iterable, Iterator

import msgspec

from domain.document import Document
from domain.reading.headings import Style, is_named, may_be_heading, run_in_heading, style_of
from domain.reading.layout import Layout
from domain.reading.paragraphs import Paragraph, TablePart, is_label, paragraphs
from domain.reading.passages import PassageWriter
from domain.reading.plausibility import flags_of

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
    writer = PassageWriter()
    pending: list[Paragraph] = []
    bold_tells = _bold_share(layout) < _MUCH_BOLD
    covers = _covers(layout)
    for part in paragraphs(layout):
        if not isinstance(part, Paragraph):
            writer.paragraphs(_merged(pending))
            pending = []
            if isinstance(part, TablePart):
                writer.table(part.table)
            else:
                writer.flat_row(part.page, part.row)
            continue
        style = _heading(part, layout, bold_tells=bold_tells)
        if style is not None:
            writer.paragraphs(_merged(pending))
            pending = []
            writer.heading(part, style, leads=part.lines[0].page not in covers)
        else:
            pending.append(part)
    writer.paragraphs(_merged(pending))
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
