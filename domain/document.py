"""Text with its place: what a reader of files hands over, and the document that everything else works on.

Coordinates are PDF points from the top left corner of the page. Spans are half open, `document.text[start:end]`.
"""

from functools import cached_property
from typing import Literal, TypeAlias

import msgspec

from domain.language.sentences import Sentence, sentences

Kind: TypeAlias = Literal["pdf", "text"]
PassageKind: TypeAlias = Literal["heading", "paragraph", "list_item", "table_header", "table_row"]


class Box(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A rectangle on a page (pages count from 1)."""

    page: int
    x0: float
    top: float
    x1: float
    bottom: float


class Word(msgspec.Struct, frozen=True, array_like=True, cache_hash=True, gc=False):
    """A run of characters without a space, as the file places it; `turned` when it does not read left to right."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float
    bold: bool = False
    turned: bool = False


class Rule(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A drawn straight line or the edge of a drawn rectangle: horizontal or vertical."""

    x0: float
    top: float
    x1: float
    bottom: float


class SourcePage(msgspec.Struct, frozen=True, kw_only=True):
    """One page as the file has it; a page of a text file has `text` and no words."""

    number: int
    width: float = 0.0
    height: float = 0.0
    words: tuple[Word, ...] = ()
    rules: tuple[Rule, ...] = ()
    text: str | None = None
    reader: str = "pdfium"
    problem: str | None = None
    """Why it could not be read (`damaged`) or has nothing to read (`no_text_layer`, `blank`); None when it was read."""


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """A file, read: its pages in order, lost ones included with their `problem`."""

    kind: Kind
    sha256: str
    bytes: int
    pages: tuple[SourcePage, ...]
    encoding: str | None = None


class Cell(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One cell of a table row: the header above it (its lines joined, spanning headers first) and its own span."""

    header: str
    text: str
    start: int
    end: int


class Passage(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """The unit of evidence: a paragraph, a list item, a heading or a table row.

    `text == document.text[start:end]`. `path` holds the headings above it, outermost first. A table row has `cells`;
    `caption` is its table's title and notes, where units such as "en miles de pesos" are stated. `table` numbers the
    tables of the document from 1; 0 means no table.
    """

    id: str
    kind: PassageKind
    text: str
    page: int
    start: int
    end: int
    path: tuple[str, ...] = ()
    boxes: tuple[Box, ...] = ()
    cells: tuple[Cell, ...] = ()
    caption: str = ""
    table: int = 0

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """Its sentences, at their places in its text."""
        return sentences(self.text)


class PageSpan(msgspec.Struct, frozen=True, kw_only=True):
    """Where a page lies in the normalised text, and what was wrong with it."""

    number: int
    start: int
    end: int
    problem: str | None = None


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A plan, read and normalised: one text, its pages, its passages in reading order (spans rise, never overlap)."""

    sha256: str
    kind: Kind
    text: str
    pages: tuple[PageSpan, ...]
    passages: tuple[Passage, ...]
    flags: tuple["Flag", ...] = ()
    """Doubts about the document, for example `unlikely_plan` with its reason."""


class Flag(msgspec.Struct, frozen=True, kw_only=True):
    """A doubt that the reader of the result should know of."""

    code: str
    reason: str


def single_passage(text: str) -> Document:
    """A document of one page and one paragraph, for texts that come alone; raises nothing, hashes nothing."""
    return Document(
        sha256="",
        kind="text",
        text=text,
        pages=(PageSpan(number=1, start=0, end=len(text)),),
        passages=(Passage(id="p00001", kind="paragraph", text=text, page=1, start=0, end=len(text)),),
    )
