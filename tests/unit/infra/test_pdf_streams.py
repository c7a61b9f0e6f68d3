"""Bombs are found before pdfium opens a page, and broken contents are known by their page."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.errors import PageBombError
from infra.pdf_streams import _objects, scan
from tests.fakes.pdf_files import a_content_bomb, a_pdf, nested_forms, pdf_of, stream, text_page


def test_an_ordinary_file_passes():
    assert scan(a_pdf([text_page("Hola")] * 3)).broken_pages == frozenset()


def test_contents_that_inflate_without_measure_are_a_bomb():
    with pytest.raises(PageBombError):
        scan(a_content_bomb(100 * 1024 * 1024))


def test_forms_that_draw_forms_that_draw_forms_are_a_bomb():
    with pytest.raises(PageBombError):
        scan(nested_forms())


def test_a_form_drawn_a_few_times_is_none():
    scan(nested_forms(levels=3, times=4))


def test_a_form_that_draws_itself_is_not_followed():
    form = stream(b"/X Do", b"/Type /XObject /Subtype /Form /Resources << /XObject << /X 1 0 R >> >>")

    assert scan(pdf_of([form])).broken_pages == frozenset()


def test_one_content_listed_many_times_is_a_bomb():
    page = b"<< /Type /Page /Contents [%s] >>" % (b"2 0 R " * 4000)

    with pytest.raises(PageBombError):
        scan(pdf_of([page, stream(b"q Q " * 10_000)]))


def test_contents_folded_twice_are_seen_through():
    import zlib

    twice = stream(zlib.compress(b"q Q " * 30_000_000))

    with pytest.raises(PageBombError):
        scan(pdf_of([twice]))


def test_pages_with_broken_contents_are_numbered():
    data = a_pdf([text_page(f"pagina {i} " * 30) for i in range(4)])
    at = data.index(b"stream\n", data.index(b"8 0 obj")) + 40
    broken = data[:at] + b"\xff" * 12 + data[at + 12 :]

    assert scan(broken).broken_pages == frozenset({3})


_PATTERN = re.compile(rb"(?<!\d)(\d{1,9})\s+\d{1,5}\s+obj\b")


@given(st.lists(st.sampled_from([b"obj", b"endobj", b" ", b"\n", b"\x00", b"1", b"0", b"12345", b"x"])).map(b"".join))
@example(b"12 0 obj")
@example(b"1 0 obj<</A 2 0 obj")
@example(b"1234567890 0 obj 1 123456 obj 3\r\n0\tobj\n4 0obj 5 0 object 6 0 objx 7 0 obj")
@example(b"obj 0 obj 1 0 obj")
def test_objects_are_where_a_search_for_their_digits_finds_them(data):
    assert [match.span() for match in _objects(data)] == [match.span() for match in _PATTERN.finditer(data)]
