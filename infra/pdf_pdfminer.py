"""PDF pages by pdfminer.six: slow, and the second choice for pages that pdfium cannot read or reads badly."""

import io
from collections.abc import Collection, Iterator
from typing import Any

from pdfminer.converter import PDFLayoutAnalyzer
from pdfminer.layout import LTChar, LTContainer, LTCurve, LTPage
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser

from domain.document import Rule, SourcePage, Word

_MAX_RULES = 4000
_BOLD_NAMES = ("bold", "black", "heavy", "negrita")
_THIN = 3.0
_SHORT = 4.0


def read_pages(data: bytes, *, wanted: Collection[int] | None = None, most: int = 40) -> dict[int, SourcePage]:
    """The pages with these numbers (all when None) that can be read, `most` at most; those that cannot are absent."""
    found: dict[int, SourcePage] = {}
    for number, page in _pages(data):
        if len(found) >= most or (wanted is not None and number > max(wanted, default=0)):
            break
        if wanted is None or number in wanted:
            read = _read(page, number)
            if read is not None and read.words:
                found[number] = read
    return found


def _pages(data: bytes) -> Iterator[tuple[int, PDFPage]]:
    # pdfminer raises whatever its parser trips over (KeyError, TypeError, struct.error...): all of it means "lost".
    try:
        document = PDFDocument(PDFParser(io.BytesIO(data)))
        pages = PDFPage.create_pages(document)
    except Exception:  # noqa: BLE001
        return
    number = 0
    while True:
        try:
            page = next(pages)
        except Exception:  # noqa: BLE001
            return
        number += 1
        yield number, page


def _read(page: PDFPage, number: int) -> SourcePage | None:
    collector = _Collector()
    try:
        PDFPageInterpreter(collector.rsrcmgr, collector).process_page(page)
    except Exception:  # noqa: BLE001
        if collector.page is None:
            return None
    laid = collector.page
    if laid is None:
        return None
    return SourcePage(
        number=number,
        width=round(laid.width, 1),
        height=round(laid.height, 1),
        words=tuple(_words(laid)),
        rules=tuple(_rules(laid))[:_MAX_RULES],
        reader="pdfminer",
    )


class _Collector(PDFLayoutAnalyzer):
    """Keeps the page as it is drawn, characters in the file's order."""

    def __init__(self) -> None:
        super().__init__(PDFResourceManager(), laparams=None)
        self.page: LTPage | None = None

    def receive_layout(self, ltpage: LTPage) -> None:
        self.page = ltpage


def _items(container: LTContainer[Any]) -> Iterator[object]:
    for item in container:
        if isinstance(item, LTContainer):
            yield from _items(item)
        else:
            yield item


def _words(page: LTPage) -> Iterator[Word]:
    held: list[LTChar] = []
    for item in _items(page):
        if not isinstance(item, LTChar):
            continue
        if not item.get_text().strip():
            yield from _word(held, page.height)
            held = []
            continue
        if held and _breaks(held[-1], item):
            yield from _word(held, page.height)
            held = []
        held.append(item)
    yield from _word(held, page.height)


def _breaks(last: LTChar, this: LTChar) -> bool:
    size = max(last.size, this.size, 1.0)
    return abs(this.y0 - last.y0) > 0.4 * size or not -0.6 * size < this.x0 - last.x1 < 0.22 * size


def _word(chars: list[LTChar], height: float) -> Iterator[Word]:
    if not chars:
        return
    # A glyph without a meaning is written "(cid:123)".
    text = "".join("\ufffd" if char.get_text().startswith("(cid:") else char.get_text() for char in chars)
    yield Word(
        text,
        round(min(char.x0 for char in chars), 1),
        round(height - max(char.y1 for char in chars), 1),
        round(max(char.x1 for char in chars), 1),
        round(height - min(char.y0 for char in chars), 1),
        round(chars[0].size, 1),
        any(name in chars[0].fontname.lower() for name in _BOLD_NAMES),
        not chars[0].upright,
    )


def _rules(page: LTPage) -> Iterator[Rule]:
    for item in _items(page):
        if not isinstance(item, LTCurve):
            continue
        x0, top, x1, bottom = item.x0, page.height - item.y1, item.x1, page.height - item.y0
        if max(x1 - x0, bottom - top) < _SHORT:
            continue
        if min(x1 - x0, bottom - top) <= _THIN:
            yield Rule(round(x0, 1), round(top, 1), round(x1, 1), round(bottom, 1))
        elif len(item.pts) in (4, 5):
            for edge in ((x0, top, x1, top), (x0, bottom, x1, bottom), (x0, top, x0, bottom), (x1, top, x1, bottom)):
                yield Rule(*(round(value, 1) for value in edge))
