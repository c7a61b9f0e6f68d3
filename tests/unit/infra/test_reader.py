"""The reader goes by content, and every file that cannot be read has its own code."""

import subprocess
import sys

import pytest

from domain.errors import (
    DamagedPdfError,
    DocumentTooLargeError,
    EmptyDocumentError,
    NoTextLayerError,
    PageBombError,
    PasswordRequiredError,
    TooManyPagesError,
    UnsupportedTypeError,
)
from infra.reader import DocumentReader
from tests.fakes.pdf_files import (
    FONTS,
    a_content_bomb,
    a_pdf,
    a_scanned_pdf,
    an_encrypted_pdf,
    nested_forms,
    pdf_of,
    stream,
    text_page,
)


def test_pdf_and_text_are_told_by_content():
    reader = DocumentReader()

    assert reader.read(b"\n" + a_pdf([text_page("Hola")])).kind == "pdf"
    assert reader.read(b"Hola").kind == "text"


def test_the_same_bytes_give_the_same_source():
    data = a_pdf([text_page("Hola mundo", "otra vez")])

    assert DocumentReader().read(data) == DocumentReader().read(data)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", EmptyDocumentError),
        (b" \n\t ", EmptyDocumentError),
        (a_pdf([b"", b""]), EmptyDocumentError),
        (b"<html>404</html>", UnsupportedTypeError),
        (b"%PDF-1.4\nrubbish", DamagedPdfError),
        (a_pdf([text_page("Hola")])[:150], DamagedPdfError),
        (an_encrypted_pdf(), PasswordRequiredError),
        (a_scanned_pdf(3), NoTextLayerError),
        (nested_forms(), PageBombError),
    ],
)
def test_each_file_that_cannot_be_read_says_why(data, error):
    with pytest.raises(error):
        DocumentReader().read(data)


def test_a_bomb_of_six_hundred_megabytes_is_refused():
    with pytest.raises(PageBombError):
        DocumentReader().read(a_content_bomb())


def test_size_and_pages_have_limits():
    with pytest.raises(DocumentTooLargeError):
        DocumentReader(max_bytes=3).read(b"Hola")
    with pytest.raises(TooManyPagesError):
        DocumentReader(max_pages=1).read(a_pdf([text_page("a"), text_page("b")]))
    with pytest.raises(TooManyPagesError):
        DocumentReader(max_pages=1).read(b"palabras y mas palabras\n" * 400)


def test_a_page_with_broken_contents_is_lost_and_the_others_are_read():
    data = a_pdf([text_page(f"pagina {i} con texto " * 20) for i in range(3)])
    at = data.index(b"stream\n", data.index(b"6 0 obj")) + 20
    damaged = data[:at] + b"\xff" * 12 + data[at + 12 :]

    source = DocumentReader().read(damaged)

    assert [page.problem for page in source.pages] == [None, "damaged", None]


def test_a_scanned_page_among_others_is_told():
    picture = b"/Type /XObject /Subtype /Image /Width 8 /Height 8 /ColorSpace /DeviceGray /BitsPerComponent 8"
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources << %s >> >>"
    data = pdf_of(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Count 2 /Kids [4 0 R 6 0 R] >>",
            stream(b"\x80" * 64, picture),
            page % (5, b"/XObject << /Im0 3 0 R >>"),
            stream(b"q 595 0 0 842 0 0 cm /Im0 Do Q"),
            page % (7, b"/Font " + FONTS),
            stream(text_page("con texto")),
        ]
    )

    source = DocumentReader().read(data)

    assert [page.problem for page in source.pages] == ["no_text_layer", None]


def test_pdfminer_is_not_imported_until_a_page_needs_it():
    program = "import sys, infra.reader; sys.exit('pdfminer' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
