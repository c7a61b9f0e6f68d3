"""Passages: cut where a reader would, each with its place and the headings above it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.language.sentences import LIMIT
from domain.reading.normalisation import normalise
from domain.reading.segmentation import segment
from tests.fakes.pages import LINE, a_page, a_pdf_source, a_text_source, page_of, words_at

LONG = "La administración municipal garantizará el acceso de la población rural a los servicios de salud"


def _document(*pages):
    return segment(normalise(a_pdf_source(*pages)))


def _text(*pages):
    return segment(normalise(a_text_source(*pages)))


def _promises(document):
    end = 0
    for i, passage in enumerate(document.passages, start=1):
        assert passage.id == f"p{i:05d}"
        assert passage.text == document.text[passage.start : passage.end]
        assert passage.start >= end
        assert passage.text.strip() == passage.text != ""
        end = passage.end
        for cell in passage.cells:
            assert document.text[cell.start : cell.end] == cell.text
    at = 0
    for page in document.pages:
        assert at <= page.start <= page.end <= len(document.text)
        at = page.end


lines = st.lists(
    st.text(alphabet=st.sampled_from("abcñó AB.,:;-•1234567890()\t\x07\u00ad"), max_size=90), min_size=1, max_size=25
)


@settings(max_examples=150, deadline=None)
@given(st.lists(lines, min_size=1, max_size=4))
def test_whatever_a_text_file_holds_spans_are_exact_and_rise(pages):
    _promises(_text(*["\n".join(page) for page in pages]))


@settings(max_examples=60, deadline=None)
@given(st.lists(lines, min_size=1, max_size=3), st.integers(min_value=40, max_value=300))
def test_whatever_a_pdf_holds_spans_are_exact_and_rise(pages, x):
    made = []
    for number, held in enumerate(pages, start=1):
        words = []
        for i, line in enumerate(held):
            words += words_at(line, 72 if i % 3 else x, 100 + LINE * i, bold=i % 5 == 0)
        made.append(page_of(number, words))
    _promises(_document(*made))


def test_no_passage_of_prose_is_longer_than_the_limit():
    document = _text("\n".join([LONG] * 80))

    assert max(len(passage.text) for passage in document.passages) <= LIMIT


def test_long_prose_is_cut_at_the_end_of_a_sentence():
    document = _text("\n".join([f"{LONG}.", f"{LONG} {LONG}."] * 12))

    assert all(passage.text.endswith(".") for passage in document.passages)


def test_wrapped_lines_of_a_text_file_are_one_paragraph():
    document = _text(f"{LONG}\ny de educación en todas las veredas y corregimientos que lo integran.\n{LONG}.")

    assert document.passages[0].text.startswith(f"{LONG} y de educación")


def test_a_paragraph_goes_on_over_the_end_of_a_page():
    document = _document(
        a_page(1, LONG[:60], "en las veredas y en los", top=760), a_page(2, "corregimientos del municipio.")
    )

    assert document.passages[0].text.endswith("en los corregimientos del municipio.")
    assert [box.page for box in document.passages[0].boxes] == [1, 2]
    assert document.passages[0].page == 1


def test_a_pdf_passage_has_the_box_of_its_lines():
    document = _document(a_page(1, "Una línea de texto", "y otra debajo de ella."))

    box = document.passages[0].boxes[0]

    assert (box.page, box.x0, box.top, box.bottom) == (1, 72.0, 150.0, 175.0)


def test_items_are_passages_of_their_own():
    document = _text("Los programas son los siguientes:\n• Salud para todos en el campo\n• Educación\n• Agua potable")

    assert [p.text for p in document.passages if p.kind == "list_item"] == [
        "• Salud para todos en el campo",
        "• Educación",
        "• Agua potable",
    ]


@pytest.mark.parametrize(
    "heading",
    [
        "CAPITULO II. EJE SOCIAL",
        "Artículo 27. TIMBIQUI SALUDABLE",
        "3.2.1 Educación de calidad",
        "PROGRAMA 3: AGUA PARA TODOS",
        "SALUD PÚBLICA",
    ],
)
def test_a_heading_of_a_text_file_stands_in_the_path_of_what_follows(heading):
    document = _text(f"{LONG}.\n{heading}\n{LONG} {LONG}.")

    assert [(p.kind, p.path) for p in document.passages][1:] == [("heading", ()), ("paragraph", (heading,))]


@pytest.mark.parametrize(
    "line",
    ["Fuente: DANE, proyecciones", "META DE RESULTADO 1:", "• SALUD", "Tabla 3. Población", "y en los corregimientos"],
)
def test_these_are_no_headings(line):
    document = _text(f"{LONG}.\n{line}\n{LONG}.")

    assert "heading" not in [p.kind for p in document.passages]


def test_headings_nest_by_size_number_and_name():
    body = [f"{LONG[:70]} {i}" for i in range(3)]
    words = words_at("Diagnóstico", 72, 100, size=18.0)
    words += words_at("2.1 Derechos sociales", 72, 140, bold=True)
    words += [w for i, line in enumerate(body) for w in words_at(line, 72, 160 + LINE * i)]
    words += words_at("2.1.1 Pobreza", 72, 230, bold=True)
    words += [w for i, line in enumerate(body) for w in words_at(line, 72, 250 + LINE * i)]
    words += words_at("2.2 Ambiente", 72, 320, bold=True)
    words += [w for i, line in enumerate(body) for w in words_at(line, 72, 340 + LINE * i)]

    document = _document(page_of(1, words), a_page(2, "Otra página"), a_page(3, "más"), a_page(4, "y más"))

    assert [p.path for p in document.passages if p.kind == "paragraph" and p.page == 1] == [
        ("Diagnóstico", "2.1 Derechos sociales"),
        ("Diagnóstico", "2.1 Derechos sociales", "2.1.1 Pobreza"),
        ("Diagnóstico", "2.2 Ambiente"),
    ]


def test_an_article_leads_its_own_paragraph():
    document = _text(f"Artículo 12. Vigencia del plan. {LONG}\n{LONG}.")

    assert document.passages[0].kind == "paragraph"
    assert document.passages[0].path == ("Artículo 12. Vigencia del plan.",)


def test_a_table_of_contents_is_left_out():
    document = _text(
        f"CONTENIDO GENERAL\nPresentación ........................ 3\n1. Salud ................. 12\n{LONG}."
    )

    assert "....." not in document.text


def test_what_a_table_left_in_a_text_file_keeps_its_lines():
    rows = ["PROGRAMA", "META", "Vacunar", "Número 0 37", "Secretaría de Salud", "Dotar", "Número 1 5", "Alcaldía"]

    document = _text("\n".join([f"{LONG}.", f"{LONG}.", f"{LONG}.", *rows, f"{LONG}."]))

    assert "Número 0 37\nSecretaría de Salud" in document.text


def test_a_ruled_table_is_rows_with_cells_under_their_header():
    from domain.document import Rule

    words, rules = [], []
    table = [("Meta", "Línea base", "Responsable"), ("Vacunar niños", "12", "Salud"), ("Dotar sedes", "4", "Educación")]
    for r, row in enumerate(table):
        for c, text in enumerate(row):
            words += words_at(text, 80 + 150 * c, 205 + 20 * r, bold=r == 0)
    rules += [Rule(75.0, 200.0 + 20 * r, 525.0, 200.0 + 20 * r) for r in range(4)]
    rules += [Rule(75.0 + 150 * c, 200.0, 75.0 + 150 * c, 260.0) for c in range(4)]
    page = page_of(1, words_at(f"{LONG[:70]} antes.", 72, 150) + words)

    document = _document(type(page)(number=1, width=595.0, height=842.0, words=page.words, rules=tuple(rules)))

    row = next(p for p in document.passages if p.kind == "table_row")
    assert row.text == "Vacunar niños | 12 | Salud"
    assert [(cell.header, cell.text) for cell in row.cells] == [
        ("Meta", "Vacunar niños"),
        ("Línea base", "12"),
        ("Responsable", "Salud"),
    ]
    assert row.table == 1
    assert document.text.count("Vacunar") == 1


def test_rows_that_a_text_file_flattened_are_rows_again():
    table = "Indicador de Producto Unidad Línea Base Meta 2015 Responsables"
    rows = (
        "Sedes dotadas de agua potable No. 0 4 Secretaría de Salud\nFamilias acompañadas en su casa No. 12 80 Alcaldía"
    )

    document = _text(f"{LONG}.\n{table}\n{rows}\n{LONG}.")

    row = next(p for p in document.passages if p.kind == "table_row")
    assert row.text == "Sedes dotadas de agua potable | No. | 0 | 4 | Secretaría de Salud"
    assert row.cells[2].header == "Línea Base"
    assert document.text.count("Sedes dotadas") == 1


def test_a_lost_page_has_its_place_and_its_problem():
    document = _document(a_page(1, "Uno de tres."), page_of(2, (), problem="damaged"), a_page(3, "Tres de tres."))

    assert [(page.number, page.problem, page.start == page.end) for page in document.pages] == [
        (1, None, False),
        (2, "damaged", True),
        (3, None, False),
    ]
