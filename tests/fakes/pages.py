"""Pages and sources made of a few words, for tests of what is done with them after reading."""

from collections.abc import Sequence

from domain.document import Source, SourcePage, Word

LINE = 14.0


def words_at(text: str, x: float, top: float, *, size: float = 11.0, bold: bool = False) -> list[Word]:
    """The words of one printed line that begins at (x, top); a letter is half the size wide."""
    out = []
    for token in text.split():
        width = 0.5 * size * len(token)
        out.append(Word(token, x, top, x + width, top + size, size, bold))
        x += width + 0.25 * size
    return out


def a_page(number: int, *lines: str, top: float = 150.0, bold: Sequence[int] = (), size: float = 11.0) -> SourcePage:
    """A page with these lines one under the other at the left margin; lines whose index is in `bold` are."""
    words: list[Word] = []
    for i, line in enumerate(lines):
        words += words_at(line, 72, top + LINE * i, bold=i in bold, size=size)
    return page_of(number, words)


def page_of(number: int, words: Sequence[Word], *, problem: str | None = None) -> SourcePage:
    """A page with these words."""
    return SourcePage(number=number, width=595.0, height=842.0, words=tuple(words), problem=problem)


def a_pdf_source(*pages: SourcePage) -> Source:
    """A PDF with these pages."""
    return Source(kind="pdf", sha256="0" * 64, bytes=1, pages=pages)


def a_text_source(*pages: str) -> Source:
    """A text file with these pages."""
    held = tuple(SourcePage(number=i, text=text) for i, text in enumerate(pages, start=1))
    return Source(kind="text", sha256="0" * 64, bytes=1, pages=held, encoding="utf-8")
