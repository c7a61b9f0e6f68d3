"""pdfium: words with their place and print, rules, problems of pages and limits."""

import pytest

from domain.errors import DamagedPdfError, PageBombError, PasswordRequiredError, TooManyPagesError
from infra import pdf_pdfium
from infra.pdf_pdfium import PdfiumReader
from infra.pdf_pdfium_drawings import DrawingLimits
from tests.fakes.pdf_files import a_pdf, a_scanned_pdf, an_encrypted_pdf, text_page


def _pages(data, **limits):
    return list(PdfiumReader(**limits).pages(data))


def test_words_have_text_place_size_and_weight():
    (page,) = _pages(a_pdf([text_page(("Niñez", 72, 100, 12), ("y salud", 72, 120, 9), bold=True)]))

    first, second, third = page.words

    assert (first.text, second.text, third.text) == ("Niñez", "y", "salud")
    assert first.x0 == pytest.approx(72, abs=1.5)
    assert first.top < 100 < first.bottom
    assert (first.size, second.size) == (12.0, 9.0)
    assert first.bold
    assert not first.turned


def test_words_of_one_line_share_top_and_bottom():
    (page,) = _pages(a_pdf([text_page("gente, agua. Ñu")]))

    assert len({(word.top, word.bottom) for word in page.words}) == 1


def test_a_turned_page_is_read_as_it_is_shown():
    (page,) = _pages(a_pdf([b"BT /F1 11 Tf 0 1 -1 0 300 100 Tm (Salud) Tj ET"], rotate=90))

    assert (page.width, page.height) == (842.0, 595.0)
    assert not page.words[0].turned
    assert page.words[0].x0 == pytest.approx(100, abs=2)


def test_text_that_runs_upwards_is_turned():
    (page,) = _pages(a_pdf([b"BT /F1 11 Tf 0 1 -1 0 300 100 Tm (Salud) Tj ET"]))

    assert page.words[0].turned


def test_lines_and_edges_of_rectangles_are_rules():
    (page,) = _pages(a_pdf([text_page("x") + b"\n72 700 m 300 700 l S\n100 500 200 50 re S\n72 400 300 1 re f"]))

    boxes = {(rule.x0, rule.top, rule.x1, rule.bottom) for rule in page.rules}

    assert any(abs(top - 142) < 1.5 and x1 - x0 > 220 and bottom - top < 3 for x0, top, x1, bottom in boxes)
    assert (100.0, 342.0, 300.0, 342.0) in boxes
    assert (100.0, 292.0, 100.0, 342.0) in boxes


def test_rules_of_a_page_are_bounded():
    many = b"\n".join(b"72 %d m 300 %d l S" % (y, y) for y in range(100, 800))

    (page,) = _pages(a_pdf([many + text_page("x")]), limits=DrawingLimits(rules=50))

    assert len(page.rules) == 50


def test_a_picture_without_text_has_no_text_layer_and_an_empty_page_is_blank():
    assert [page.problem for page in _pages(a_scanned_pdf(2))] == ["no_text_layer", "no_text_layer"]
    assert [page.problem for page in _pages(a_pdf([b""]))] == ["blank"]


def test_more_characters_or_objects_than_a_page_may_have_are_a_bomb():
    with pytest.raises(PageBombError):
        _pages(a_pdf([text_page("muchas letras")]), max_chars=5)
    with pytest.raises(PageBombError):
        _pages(a_pdf([b"0 0 m 9 9 l S\n" * 20]), limits=DrawingLimits(objects=10))


def test_too_many_pages_are_refused_before_any_is_read():
    with pytest.raises(TooManyPagesError) as caught:
        _pages(a_pdf([text_page("a")] * 3), max_pages=2)

    assert caught.value.facts == {"pages": 3, "limit": 2}


def test_a_document_that_is_opened_anew_while_it_is_read_gives_the_same_pages(monkeypatch):
    data = a_pdf([text_page(f"Programa {number}") for number in range(1, 8)])
    at_once = _pages(data)
    monkeypatch.setattr(pdf_pdfium, "_PAGES_OPEN", 3)

    assert _pages(data) == at_once
    assert [page.number for page in at_once] == [1, 2, 3, 4, 5, 6, 7]


def test_what_cannot_be_opened_says_why():
    with pytest.raises(PasswordRequiredError):
        _pages(an_encrypted_pdf())
    with pytest.raises(DamagedPdfError):
        _pages(b"%PDF-1.4 and nothing else")
