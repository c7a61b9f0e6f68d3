"""pdfminer: the second reader."""

from infra.pdf_pdfium import PdfiumReader
from infra.pdf_pdfminer import read_pages
from tests.fakes.pdf_files import a_pdf, text_page


def test_it_reads_the_same_words_at_nearly_the_same_place():
    data = a_pdf([text_page("La niñez y la salud", "de la gente", bold=True) + b"\n72 500 m 300 500 l S"])
    (quick,) = PdfiumReader().pages(data)

    slow = read_pages(data)[1]

    assert slow.reader == "pdfminer"
    assert [word.text for word in slow.words] == [word.text for word in quick.words]
    assert all(
        abs(a.x0 - b.x0) < 2 and abs(a.top - b.top) < 4 and a.bold == b.bold
        for a, b in zip(slow.words, quick.words, strict=True)
    )
    assert len(slow.rules) == 1


def test_only_wanted_pages_are_read_and_only_so_many():
    data = a_pdf([text_page(f"pagina {i}") for i in range(5)])

    assert sorted(read_pages(data, wanted={2, 4})) == [2, 4]
    assert sorted(read_pages(data, most=3)) == [1, 2, 3]


def test_what_it_cannot_read_is_absent():
    assert read_pages(b"%PDF-1.4 rubbish") == {}
