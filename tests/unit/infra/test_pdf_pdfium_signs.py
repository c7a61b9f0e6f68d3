"""Which characters a page is read as, where the one call for its text and the calls for each character differ."""

import pytest

from infra.pdf_pdfium import PdfiumReader
from tests.fakes.pdf_files import a_pdf, a_pdf_that_means, text_page


def _texts(data):
    (page,) = PdfiumReader().pages(data)
    return [word.text for word in page.words]


@pytest.mark.parametrize(
    ("units", "read"),
    [
        ([0x01], "Sa\x01lud"),
        ([0x02], "Sa-lud"),  # pdfium's own mark for a hyphen, left out of the text of a page
        ([0xFFFE], "Sa-lud"),
        ([0xAD], "Sa\u00adlud"),
        ([0x66, 0x69], "Safilud"),
        ([0xD835, 0xDC00], "Sa\U0001d400lud"),  # two units in the text of a page
        ([0xD835], "Salud"),
        ([0xDC00], "Salud"),
    ],
    ids=["control", "hyphen mark", "noncharacter", "soft hyphen", "ligature", "both halves", "high half", "low half"],
)
def test_a_letter_is_read_as_what_its_font_says_and_those_around_it_keep_their_places(units, read):
    data = a_pdf_that_means({"x": units}, text_page("Saxlud y paz", "fin"))

    assert _texts(data) == [read, "y", "paz", "fin"]


def test_a_glyph_without_a_meaning_parts_words_though_the_text_of_the_page_marks_it_as_a_hyphen():
    data = a_pdf_that_means({"x": [0]}, text_page("Saxlud y paz"))

    assert _texts(data) == ["Sa", "lud", "y", "paz"]


def test_a_hyphen_at_the_end_of_a_line_is_one_and_the_next_line_begins_a_word():
    assert _texts(a_pdf([text_page("agri-", "cultura y paz")])) == ["agri-", "cultura", "y", "paz"]


def test_signs_that_the_text_of_the_page_lacks_and_doubles_do_not_make_up_for_each_other():
    data = a_pdf_that_means({"x": [0xD835, 0xDC00], "q": [0x02]}, text_page("Saxlud q y q paz"))

    assert _texts(data) == ["Sa\U0001d400lud", "-", "y", "-", "paz"]


def test_words_and_places_that_repeat_are_kept_once():
    first, second = PdfiumReader().pages(a_pdf([text_page("salud")] * 2))

    assert first.words == second.words
    assert first.words[0].text is second.words[0].text
    assert first.words[0].x0 is second.words[0].x0
