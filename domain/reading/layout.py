"""A document before it is cut into passages: its lines and tables in reading order, page by page."""

import msgspec

from domain.document import Kind, Word
from domain.reading.flattened import FlatRow
from domain.reading.tables import GridTable


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line of text as it is printed in one column, words mended; a line of a text file has no words and no place.

    `bold` when most of its letters are. `size` is that of most of its letters, 0.0 where it is unknown.
    """

    text: str
    words: tuple[Word, ...] = ()
    x0: float = 0.0
    top: float = 0.0
    x1: float = 0.0
    bottom: float = 0.0
    size: float = 0.0
    bold: bool = False


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """Lines that follow each other in one column, or a table, or a row that a text file's lines held: one of the three.

    `label` when the lines stand in the frame of the table that follows: its title, never a heading of the text.
    """

    lines: tuple[Line, ...] = ()
    table: GridTable | None = None
    row: FlatRow | None = None
    label: bool = False


class LayoutPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page without its running heads, blocks in the order in which they are read."""

    number: int
    width: float = 0.0
    height: float = 0.0
    problem: str | None = None
    blocks: tuple[Block, ...] = ()


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """A document, normalised. `body_size` is the size of most of its letters, 0.0 for a text file."""

    kind: Kind
    sha256: str
    pages: tuple[LayoutPage, ...]
    body_size: float = 0.0
