"""PDF pages by pdfium: the fast reader and the first choice.

pdfium keeps state for the whole process and is not safe in threads: one document at a time, one thread a process.
"""

import ctypes
from collections.abc import Iterator

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from domain.document import SourcePage
from domain.errors import DamagedPdfError, PageBombError, PasswordRequiredError, TooManyPagesError
from infra.pdf_pdfium_drawings import DrawingLimits, area_of, drawings
from infra.pdf_pdfium_words import words_of
from infra.pdf_place import PagePlace, Shared

DAMAGED = "damaged"
NO_TEXT_LAYER = "no_text_layer"
BLANK = "blank"

_PASSWORD_ERROR = 4  # FPDF_ERR_PASSWORD
_PAGES_OPEN = 200
"""An open document keeps what it has read of its file: it is opened anew after so many pages."""
_PICTURE_SHARE = 0.25  # a page without text whose pictures cover this much of it is a scan


class PdfiumReader:
    """Opens PDFs and yields their pages; a page that cannot be read carries its problem."""

    def __init__(self, *, max_pages: int = 2000, max_chars: int = 100_000, limits: DrawingLimits | None = None) -> None:
        self._max_pages = max_pages
        self._max_chars = max_chars
        self._limits = limits or DrawingLimits()

    def pages(self, data: bytes) -> Iterator[SourcePage]:
        """Every page in order.

        Raises PasswordRequiredError, TooManyPagesError, PageBombError, and DamagedPdfError when pdfium cannot even
        find the pages.
        """
        document = _open(data)
        try:
            count = pdfium_c.FPDF_GetPageCount(document.raw)
            if count > self._max_pages:
                raise TooManyPagesError(pages=count, limit=self._max_pages)
            if count == 0:
                raise DamagedPdfError("The PDF has no pages.", pages=0)
            shared = Shared()
            for index in range(count):
                if index and index % _PAGES_OPEN == 0:
                    document.close()
                    document = _open(data)
                yield self._page(document, index, shared)
        finally:
            document.close()
            _trim()

    def _page(self, document: pdfium.PdfDocument, index: int, shared: Shared) -> SourcePage:
        page = pdfium_c.FPDF_LoadPage(document.raw, index)
        if not page:
            return SourcePage(number=index + 1, problem=DAMAGED)
        text = pdfium_c.FPDFText_LoadPage(page)
        try:
            if not text:
                return SourcePage(number=index + 1, problem=DAMAGED)
            return self._read(page, text, index, shared)
        finally:
            if text:
                pdfium_c.FPDFText_ClosePage(text)
            pdfium_c.FPDF_ClosePage(page)

    def _read(self, page: ctypes.c_void_p, text: ctypes.c_void_p, index: int, shared: Shared) -> SourcePage:
        chars = pdfium_c.FPDFText_CountChars(text)
        objects = pdfium_c.FPDFPage_CountObjects(page)
        if chars > self._max_chars or objects > self._limits.objects:
            raise PageBombError(page=index + 1, characters=chars, objects=objects)
        place = _place(page)
        words = tuple(words_of(text, chars, place, shared))
        drawn = drawings(page, place, self._limits, shared)
        problem = None
        if not words:
            problem = NO_TEXT_LAYER if area_of(drawn.pictures, place) >= _PICTURE_SHARE * place.area else BLANK
        return SourcePage(
            number=index + 1,
            width=place.width,
            height=place.height,
            words=words,
            rules=drawn.rules,
            problem=problem,
        )


def _trim() -> None:
    """Give the system back what pdfium has freed: glibc keeps it, and what comes after pdfium would come on top."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def _open(data: bytes) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) == _PASSWORD_ERROR or "password" in str(error).lower():
            raise PasswordRequiredError from error
        raise DamagedPdfError from error


def _place(page: ctypes.c_void_p) -> PagePlace:
    """How to turn the page's own coordinates into points from the top left of the page as it is shown."""
    box = pdfium_c.FS_RECTF()
    pdfium_c.FPDF_GetPageBoundingBox(page, ctypes.byref(box))
    return PagePlace(
        left=box.left,
        bottom=box.bottom,
        right=box.right,
        top=box.top,
        quarter_turns=int(pdfium_c.FPDFPage_GetRotation(page)),
    )
