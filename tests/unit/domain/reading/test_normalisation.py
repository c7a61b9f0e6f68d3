"""From the words of a page to lines in reading order."""

import msgspec

from domain.document import Word
from domain.reading.normalisation import normalise
from tests.fakes.pages import LINE, a_page, a_pdf_source, a_text_source, page_of, words_at

PROSE = "El municipio garantiza el acceso de todos"


def _lines(layout, page=0):
    return [line.text for block in layout.pages[page].blocks for line in block.lines]


def _columns(left, right, top=150.0, size_right=11.0, step_right=LINE):
    words = []
    for i, line in enumerate(left):
        words += words_at(line, 60, top + LINE * i)
    for i, line in enumerate(right):
        words += words_at(line, 380, top + step_right * i, size=size_right)
    return words


def test_a_column_is_read_to_its_end_before_the_next():
    left = [f"izquierda {PROSE} {i}" for i in range(6)]
    right = [f"derecha {PROSE} {i}" for i in range(6)]

    layout = normalise(a_pdf_source(page_of(1, _columns(left, right))))

    assert _lines(layout) == left + right


def test_a_line_over_both_columns_stands_where_it_is_printed():
    left = [f"izquierda {PROSE} {i}" for i in range(6)]
    right = [f"derecha {PROSE} {i}" for i in range(6)]
    wide = "Un título que corre sobre las dos columnas de la página entera sin dejar lugar"
    words = words_at(wide, 60, 130) + _columns(left, right)

    layout = normalise(a_pdf_source(page_of(1, words)))

    assert _lines(layout) == [wide, *left, *right]


def test_a_sidebar_with_lines_at_heights_of_its_own_comes_after_the_text_beside_it():
    left = [f"texto {PROSE} {i}" for i in range(10)]
    right = ["Altitud: 84 metros", "Hogares: 9.216", "Habitantes: 31.480", "Vías: 312 km", "Sedes: 58"]

    layout = normalise(a_pdf_source(page_of(1, _columns(left, right, size_right=9.0, step_right=17.0))))

    assert _lines(layout) == left + right


def test_short_words_side_by_side_are_read_across():
    left = ["Alcalde", "Personera", "Secretaria", "Tesorero", "Gerente"]
    right = ["Juan", "Ana", "Rosa", "Luis", "Eva"]

    layout = normalise(a_pdf_source(page_of(1, _columns(left, right))))

    assert _lines(layout)[0] == "Alcalde Juan"


def test_wide_spaces_of_justified_lines_make_no_columns():
    words = []
    for i in range(8):
        words += words_at("Que la Ley", 60, 150 + LINE * i)
        words += words_at(f"de 1994 establece que la Nación {i}", 140 + 7 * (i % 3), 150 + LINE * i)

    layout = normalise(a_pdf_source(page_of(1, words)))

    assert _lines(layout)[0] == "Que la Ley de 1994 establece que la Nación 0"


def test_running_heads_feet_and_page_numbers_go():
    pages = []
    for number in range(1, 7):
        words = words_at("REPÚBLICA DE COLOMBIA", 200, 30)
        words += words_at(f"Página {number} de 6", 400, 810)
        words += words_at(f"Contenido propio {chr(96 + number) * 5}", 72, 300)
        pages.append(page_of(number, words))

    layout = normalise(a_pdf_source(*pages))

    assert [_lines(layout, i) for i in range(6)] == [[f"Contenido propio {chr(97 + i) * 5}"] for i in range(6)]


def test_a_page_number_in_the_outer_margin_goes_too():
    pages = [
        page_of(n, words_at(str(n - 1), 560, 210) + words_at(f"texto {'abcdef'[n - 1] * 6}", 72, 210))
        for n in range(1, 7)
    ]

    layout = normalise(a_pdf_source(*pages))

    assert _lines(layout, 3) == ["texto dddddd"]


def test_the_header_of_a_table_that_goes_on_stays_on_every_page():
    pages = [
        page_of(
            n, words_at("Meta Indicador Responsable", 72, 100) + words_at(f"fila {'abcdefghij'[n - 1] * 4}", 72, 400)
        )
        for n in range(1, 5)
    ] + [a_page(n, f"prosa {'klmnopq'[n - 5] * 4}", top=400) for n in range(5, 12)]

    layout = normalise(a_pdf_source(*pages))

    assert _lines(layout, 2)[0] == "Meta Indicador Responsable"


def test_a_word_cut_by_a_hyphen_stands_whole_on_the_earlier_line():
    layout = normalise(a_pdf_source(a_page(1, "la salud del munici-", "pio y de su gente")))

    assert _lines(layout) == ["la salud del municipio", "y de su gente"]


def test_years_and_compounds_keep_their_hyphen_at_the_end_of_a_line():
    layout = normalise(
        a_pdf_source(
            a_page(
                1,
                "el plan 2012-",
                "2015 del desarrollo socio-económico y del socio-",
                "económico que es socio-económico",
            )
        )
    )

    assert _lines(layout)[0] == "el plan 2012-2015"
    assert "socio-económico" in _lines(layout)[1].split()[-1]


def test_a_word_broken_inside_a_line_is_mended_by_what_the_document_knows():
    layout = normalise(
        a_pdf_source(a_page(1, "el funcionamiento del hospital", "gastos de funcionamie nto del hospital"))
    )

    assert _lines(layout)[1] == "gastos de funcionamiento del hospital"


def test_two_real_words_are_never_joined():
    layout = normalise(
        a_pdf_source(a_page(1, "el entorno y el entorno", "gira en torno a la gente", "se contrató un agente"))
    )

    assert _lines(layout)[1] == "gira en torno a la gente"


def test_letters_are_composed_and_ligatures_opened():
    layout = normalise(a_pdf_source(a_page(1, "educacio\u0301n \ufb01nanciada a\u200b tiempo")))

    assert _lines(layout) == ["educación financiada a tiempo"]


def test_a_word_drawn_twice_to_look_bold_is_one_word():
    word = Word("Salud", 72.0, 100.0, 100.0, 111.0, 11.0)
    shadow = msgspec.structs.replace(word, x0=72.2)

    layout = normalise(a_pdf_source(page_of(1, [word, shadow])))

    assert _lines(layout) == ["Salud"]


def test_turned_words_come_last():
    side = Word("anexo", 20.0, 300.0, 30.0, 340.0, 9.0, turned=True)

    layout = normalise(a_pdf_source(page_of(1, [side, *words_at("Texto de la página", 72, 100)])))

    assert _lines(layout) == ["Texto de la página", "anexo"]


def test_a_lost_page_keeps_its_number_and_problem():
    layout = normalise(a_pdf_source(a_page(1, "uno"), page_of(2, (), problem="damaged")))

    assert [(page.number, page.problem) for page in layout.pages] == [(1, None), (2, "damaged")]


def test_heads_of_text_pages_go_and_their_numbers():
    pages = [f"{n}\nALCALDÍA DE LETICIA\nTexto {'abcdefgh'[n - 1] * 5} de la página" for n in range(1, 9)]

    layout = normalise(a_text_source(*pages))

    assert _lines(layout, 4) == ["Texto eeeee de la página"]
