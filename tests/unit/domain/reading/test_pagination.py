"""Pages of text files."""

from hypothesis import given
from hypothesis import strategies as st

from domain.reading.pagination import PAGE_CHARS, paginate

LINES = [
    f"Una línea de la página con texto bastante largo para un plan número {i * 7 % 90 + 1000}.5" for i in range(20)
]


def _joined(pages):
    return "".join(page.text for page in pages)


def test_form_feeds_part_pages():
    pages = paginate(f"{'uno ' * 200}\f{'dos ' * 200}")

    assert [page.number for page in pages] == [1, 2]
    assert pages[1].text.startswith("dos")


def test_printed_numbers_are_the_numbers_of_the_pages():
    text = "\n".join(line for n in range(14, 24) for line in (*LINES, f"Página {n} "))

    pages = paginate(text)

    assert [page.number for page in pages] == list(range(14, 24))
    assert all(page.text.rstrip().endswith(f"Página {page.number}") for page in pages)


def test_numbers_at_the_head_begin_a_page():
    text = "\n".join(line for n in range(5, 15) for line in (str(n), *LINES[:-1], f"{LINES[-1]} "))

    pages = paginate(text)

    assert all(page.text.startswith(f"{page.number}\n") for page in pages)


def test_numbers_that_do_not_rise_are_no_pages():
    text = "\n".join(line for n in (7, 3, 9, 1, 8, 2, 6, 5) for line in (*LINES, str(n)))

    assert [page.number for page in paginate(text)] == list(range(1, len(paginate(text)) + 1))


def test_without_numbers_a_page_has_about_three_thousand_characters():
    pages = paginate("\n".join(LINES * 20))

    assert len(pages) > 5
    assert max(len(page.text) for page in pages) <= PAGE_CHARS


@given(st.text(alphabet="ab 1234\n\f", max_size=3000))
def test_no_character_is_lost_and_numbers_rise(text):
    pages = paginate(text)

    assert "".join(_joined(pages).split()) == "".join(text.split())
    assert [page.number for page in pages] == sorted({page.number for page in pages})
