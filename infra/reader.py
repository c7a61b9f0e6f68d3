"""Reads a file by what it contains, not by what it is called."""

import hashlib
import re
from collections.abc import Collection

import msgspec

from domain.document import Source, SourcePage
from domain.errors import (
    DamagedPdfError,
    DocumentTooLargeError,
    EmptyDocumentError,
    NoTextLayerError,
    TooManyPagesError,
)
from domain.ports import Reader
from infra.pdf_pdfium import DAMAGED, NO_TEXT_LAYER, PdfiumReader
from infra.pdf_streams import scan
from infra.text_plain import read_text

_PDF_MARK = b"%PDF-"
_WITHOUT_MEANING = re.compile("[\x00-\x1f\ufffd]")
_GARBLED = 0.2
_FEW_SIGNS = 40
_HEAD = 1024  # the mark may stand behind a little rubbish


class DocumentReader(Reader):
    """PDF by pdfium, a page that it reads badly by pdfminer; text in UTF-8 or cp1252. One document at a time."""

    def __init__(self, *, max_bytes: int = 50 * 1024 * 1024, max_pages: int = 2000, max_reread: int = 40) -> None:
        self._max_bytes = max_bytes
        self._max_reread = max_reread
        self._max_pages = max_pages
        self._pdfium = PdfiumReader(max_pages=max_pages)

    def read(self, data: bytes) -> Source:
        """Every page in order. Raises the DocumentError that says why the file cannot be read."""
        if len(data) > self._max_bytes:
            raise DocumentTooLargeError(bytes=len(data), limit=self._max_bytes)
        if not data or data.isspace():
            raise EmptyDocumentError
        digest = hashlib.sha256(data).hexdigest()
        if _PDF_MARK in data[:_HEAD]:
            pages = self._pdf(data)
            return Source(kind="pdf", sha256=digest, bytes=len(data), pages=pages)
        pages, encoding = read_text(data)
        if len(pages) > self._max_pages:
            raise TooManyPagesError(pages=len(pages), limit=self._max_pages)
        return Source(kind="text", sha256=digest, bytes=len(data), pages=pages, encoding=encoding)

    def _pdf(self, data: bytes) -> tuple[SourcePage, ...]:
        broken = scan(data).broken_pages
        try:
            pages = list(self._pdfium.pages(data))
        except DamagedPdfError:
            pages = sorted(_slowly(data).values(), key=lambda page: page.number)
            if not pages:
                raise
        else:
            self._reread(data, pages)
        pages = [_marked(page, broken=page.number in broken) for page in pages]
        if any(page.words for page in pages):
            return tuple(pages)
        problems = {page.problem for page in pages}
        if NO_TEXT_LAYER in problems:
            raise NoTextLayerError(pages=len(pages))
        if DAMAGED in problems:
            raise DamagedPdfError(pages=len(pages))
        raise EmptyDocumentError(pages=len(pages))

    def _reread(self, data: bytes, pages: list[SourcePage]) -> None:
        """Put pdfminer's reading in the place of pages that pdfium lost or read as signs without meaning."""
        wanted = {page.number for page in pages if page.problem == DAMAGED or _garbled(page)}
        if not wanted:
            return
        for number, page in _slowly(data, wanted=wanted, most=self._max_reread).items():
            if not _garbled(page):
                pages[number - 1] = page


def _slowly(data: bytes, *, wanted: Collection[int] | None = None, most: int = 40) -> dict[int, SourcePage]:
    # Few documents need pdfminer, whose modules cost 15 MB and a tenth of a second.
    from infra.pdf_pdfminer import read_pages  # noqa: PLC0415

    return read_pages(data, wanted=wanted, most=most)


def _marked(page: SourcePage, *, broken: bool) -> SourcePage:
    return msgspec.structs.replace(page, problem=DAMAGED) if broken and page.problem != NO_TEXT_LAYER else page


def _garbled(page: SourcePage) -> bool:
    """Whether a fifth of the signs of a page have no meaning: its fonts do not say which letters they draw."""
    text = "".join([word.text for word in page.words])
    return len(text) > _FEW_SIGNS and len(_WITHOUT_MEANING.findall(text)) > _GARBLED * len(text)
