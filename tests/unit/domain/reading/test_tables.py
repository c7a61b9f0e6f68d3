"""Tables on pages: rows from geometry, headers bound to cells, over page breaks too; and what is no table."""

import typst

from domain.document import Rule, SourcePage, Word
from domain.reading.tables import find_tables, join_pages
from infra.pdf_pdfium import PdfiumReader

SIZE = 8.0
LINE = 10.0


def words_at(x, y, text, *, bold=False):
    """The words of one line, starting at x, standing on y; four points a character."""
    words = []
    for part in text.split():
        width = 4.0 * len(part)
        words.append(Word(part, x, y - 6, x + width, y, SIZE, bold))
        x += width + 2.2
    return words


def cell_words(x, y, text, **style):
    """The lines of a cell, parted by "|" in the text."""
    return [w for k, line in enumerate(text.split("|")) for w in words_at(x + 3, y + 9 + k * LINE, line, **style)]


def box_rules(x0, top, x1, bottom):
    return [Rule(x0, top, x1, top), Rule(x0, bottom, x1, bottom), Rule(x0, top, x0, bottom), Rule(x1, top, x1, bottom)]


def a_page(words, rules=(), number=1):
    return SourcePage(number=number, width=600, height=800, words=tuple(words), rules=tuple(rules))


def a_grid(rows, *, widths=(150, 150, 100), top=100.0, heights=None, number=1):
    """A page with a fully ruled table; a cell is a text or (text, columns, rows), None where another cell reaches."""
    heights = heights or [14.0 + LINE * max((_text(c).count("|") for c in row if c), default=0) for row in rows]
    xs = [50 + sum(widths[:k]) for k in range(len(widths) + 1)]
    ys = [top + sum(heights[:k]) for k in range(len(rows) + 1)]
    words, rules = [], []
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            if cell is not None:
                text, columns, spans = cell if isinstance(cell, tuple) else (cell, 1, 1)
                words += cell_words(xs[c], ys[r], text)
                rules += box_rules(xs[c], ys[r], xs[c + columns], ys[r + spans])
    return a_page(words, rules, number)


def _text(cell):
    return cell[0] if isinstance(cell, tuple) else cell


def texts(table):
    return [tuple(cell.text for cell in row.cells) for row in table.rows]


def only_table(page):
    (table,) = join_pages([find_tables(page)])[0]
    return table


HEADER = ["Indicador de producto", "Meta", "Responsable"]


def test_a_ruled_table_gives_its_header_and_its_rows():
    table = only_table(a_grid([HEADER, ["Vías mejoradas", "40", "Planeación"], ["Aulas nuevas", "12", "Educación"]]))

    assert table.header == ("Indicador de producto", "Meta", "Responsable")
    assert texts(table) == [("Vías mejoradas", "40", "Planeación"), ("Aulas nuevas", "12", "Educación")]
    assert table.design == "ruled"


def test_a_row_whose_cell_wraps_over_three_lines_stays_one_row():
    table = only_table(a_grid([HEADER, ["Kilómetros de vía|terciaria con|mantenimiento", "40", "Planeación"]]))

    assert texts(table) == [("Kilómetros de vía terciaria con mantenimiento", "40", "Planeación")]


def test_a_word_broken_by_a_hyphen_in_a_cell_is_whole_again_and_a_span_of_years_keeps_its_hyphen():
    table = only_table(a_grid([HEADER, ["Atención hospi-|talaria 2020-|2023", "40", "Salud"]]))

    assert texts(table)[0][0] == "Atención hospitalaria 2020-2023"


def test_a_header_of_three_lines_is_joined_top_to_bottom_with_spanning_heads_first():
    page = a_grid(
        [
            [("Producto", 1, 3), ("Programación", 2, 1), None],
            [None, ("Meta física", 2, 1), None],
            [None, "2024", "2025"],
            ["Aulas nuevas", "5", "7"],
        ],
    )

    assert only_table(page).header == (
        "Producto",
        "Programación / Meta física / 2024",
        "Programación / Meta física / 2025",
    )


def test_a_merged_cell_is_carried_down_to_each_row_it_spans():
    page = a_grid(
        [
            ["Programa", "Producto", "Meta"],
            [("Salud rural", 1, 2), "Jornadas", "10"],
            [None, "Ambulancias", "2"],
            ["Educación", "Aulas", "12"],
        ],
    )
    table = only_table(page)

    assert texts(table)[1] == ("Salud rural", "Ambulancias", "2")
    assert [row.cells[0].carried for row in table.rows] == [False, True, False]
    assert len(table.words()) == len(page.words)


def test_a_band_over_the_whole_table_is_told_from_rows_and_stands_over_those_below_it():
    table = only_table(
        a_grid(
            [
                HEADER,
                [("PROGRAMA 1. Salud para todos", 3, 1), None, None],
                ["Jornadas", "10", "Salud"],
                [("PROGRAMA 2. Vías", 3, 1), None, None],
                ["Puentes", "3", "Obras"],
            ],
        ),
    )

    assert [row.band for row in table.rows] == [True, False, True, False]
    assert [row.under for row in table.rows if not row.band] == [
        ("PROGRAMA 1. Salud para todos",),
        ("PROGRAMA 2. Vías",),
    ]


def test_a_second_header_inside_the_frame_starts_a_second_table():
    page = a_grid([HEADER, ["Aulas", "12", "Educación"], ["Programa", "Fuente", "Valor total"], ["Salud", "SGP", "90"]])
    first, second = join_pages([find_tables(page)])[0]

    assert texts(first) == [("Aulas", "12", "Educación")]
    assert (second.header, texts(second)) == (("Programa", "Fuente", "Valor total"), [("Salud", "SGP", "90")])


def test_backgrounds_behind_each_line_of_text_are_no_rows():
    page = a_grid(
        [HEADER, ["Kilómetros de vía|terciaria con|mantenimiento", "40", "Planeación"], ["Aulas", "2", "Obras"]]
    )
    behind = [rule for k in range(3) for rule in box_rules(55.3, 114 + k * LINE, 194.7, 114 + (k + 1) * LINE)]
    table = only_table(a_page(page.words, (*page.rules, *behind)))

    assert len(table.rows) == 2


def test_rows_parted_by_horizontal_rules_only_have_columns_by_their_white():
    rows = [HEADER, ["Vías mejoradas|en el campo", "40", "Planeación"], ["Aulas nuevas", "12", "Educación"]]
    page = a_grid(rows)
    rules = [rule for rule in page.rules if rule.top == rule.bottom]
    table = only_table(a_page(page.words, rules))

    assert table.header == tuple(HEADER)
    assert texts(table) == [("Vías mejoradas en el campo", "40", "Planeación"), ("Aulas nuevas", "12", "Educación")]


def test_aligned_columns_without_any_rule_are_a_table_when_a_line_names_them():
    rows = [HEADER, ["Vías mejoradas|en el campo", "40", "Planeación"], ["Aulas nuevas", "12", "Educación"]]
    table = only_table(a_page(a_grid(rows, heights=[20, 30, 20]).words))

    assert (table.design, table.header) == ("aligned", tuple(HEADER))
    assert texts(table) == [("Vías mejoradas en el campo", "40", "Planeación"), ("Aulas nuevas", "12", "Educación")]


def test_the_title_above_and_the_note_below_are_the_caption():
    page = a_grid([HEADER, ["Aulas", "12", "Educación"]])
    title = words_at(50, 92, "Tabla 4. Metas de producto")
    note = words_at(50, 140, "Cifras en millones de pesos")
    table = only_table(a_page([*title, *page.words, *note], page.rules))

    assert table.caption == "Tabla 4. Metas de producto · Cifras en millones de pesos"
    assert not set(table.caption_words) & set(table.words())


def test_a_table_that_goes_on_without_header_on_the_next_page_keeps_its_header():
    first = a_grid([HEADER, ["Aulas", "12", "Educación"]], top=700)
    second = a_grid([["Puentes", "3", "Obras"], ["Parques", "2", "Obras"]], top=60, number=2)
    pages = join_pages([find_tables(first), find_tables(second)])

    assert [(t.part, t.header) for page in pages for t in page] == [(0, tuple(HEADER)), (1, tuple(HEADER))]
    assert len(pages[1][0].rows) == 2


def test_a_repeated_header_is_dropped_from_the_rows_of_the_next_page():
    first = a_grid([HEADER, ["Aulas", "12", "Educación"]], top=700)
    second = a_grid([HEADER, ["Puentes", "3", "Obras"]], top=60, number=2)
    after = join_pages([find_tables(first), find_tables(second)])[1][0]

    assert (after.part, texts(after)) == (1, [("Puentes", "3", "Obras")])


def test_a_header_alone_at_the_foot_of_a_page_is_bound_to_the_rows_on_the_next():
    first = a_grid([HEADER], top=760)
    second = a_grid([["Puentes", "3", "Obras"], ["Parques", "2", "Obras"]], top=60, number=2)
    pages = join_pages([find_tables(first), find_tables(second)])

    assert pages[0] == ()
    assert pages[1][0].header == tuple(HEADER)


def test_a_row_cut_by_the_page_break_stands_whole_on_the_first_page():
    first = a_grid([HEADER, ["Kilómetros de vía", "40", "Secretaría de"]], top=700)
    second = a_grid([["con mantenimiento", "", "infraestructura"], ["Aulas", "2", "Obras"]], top=60, number=2)
    before, after = (page[0] for page in join_pages([find_tables(first), find_tables(second)]))

    assert texts(before) == [("Kilómetros de vía con mantenimiento", "40", "Secretaría de infraestructura")]
    assert [word.text for word in before.rows[0].cells[0].later_words] == ["con", "mantenimiento"]
    assert texts(after) == [("Aulas", "2", "Obras")]


def test_a_merged_cell_reaches_over_the_page_break():
    header = ["Programa", "Producto", "Meta"]
    first = a_grid([header, [("Salud rural", 1, 2), "Jornadas", "10"], [None, "Equipos", "4"]], top=700)
    second = a_grid([["", "Ambulancias", "2"], ["Educación", "Aulas", "12"]], top=60, number=2)
    after = join_pages([find_tables(first), find_tables(second)])[1][0]

    assert texts(after) == [("Salud rural", "Ambulancias", "2"), ("Educación", "Aulas", "12")]
    assert after.rows[0].cells[0].carried


def test_a_box_that_every_page_repeats_is_no_table():
    pages = [
        a_grid([["Alcaldía municipal", "Código PL-01", f"Página {n}"], ["Plan", "Versión 2", "Acta"]], top=20, number=n)
        for n in range(1, 7)
    ]

    assert join_pages([find_tables(page) for page in pages]) == ((),) * 6


def test_two_columns_of_prose_are_no_table():
    left = [w for k in range(20) for w in words_at(50, 100 + 12 * k, "la comunidad pide mejores vías y escuelas")]
    right = [w for k in range(20) for w in words_at(320, 100 + 12 * k, "el programa busca cerrar las brechas rurales")]

    assert find_tables(a_page(left + right)) == ()


def test_a_table_of_contents_is_no_table():
    words = []
    for k in range(15):
        words += words_at(50, 100 + 12 * k, f"{k}. Programa de salud y educación .................... {k * 3}")

    assert find_tables(a_page(words)) == ()


def test_a_list_is_no_table():
    words = []
    for k in range(10):
        words += words_at(50, 100 + 12 * k, f"{k})") + words_at(
            90, 100 + 12 * k, "Mejorar la cobertura de agua potable"
        )

    assert find_tables(a_page(words)) == ()


def test_prose_with_a_coloured_background_is_no_table():
    words, rules = [], []
    for k in range(4):
        words += words_at(53, 109 + 14 * k, "fortalecer las áreas de salud y") + words_at(
            253, 109 + 14 * k, "los servicios que"
        )
        rules += box_rules(50, 100 + 14 * k, 250, 114 + 14 * k) + box_rules(250, 100 + 14 * k, 450, 114 + 14 * k)

    assert join_pages([find_tables(a_page(words, rules))]) == ((),)


def test_a_page_without_words_has_no_table():
    assert find_tables(a_page([])) == ()


ROWS = [
    (
        f"Producto inventado número {k} con un nombre que pide dos líneas",
        f"Indicador {k} de la entrega",
        f"{k * 7}",
        f"{k}.250",
    )
    for k in range(1, 13)
]
HEADS = ("Producto", "Indicador de producto", "Meta cuatrienio", "Costo total")
DESIGNS = {
    "full grid": "stroke: 0.5pt",
    "rules between rows": "stroke: (x: none, y: 0.5pt)",
    "no rules": "stroke: none, inset: (x: 6pt, y: 5pt)",
}


def _set_with_typst(options):
    cells = ", ".join(f'"{text}"' for row in ROWS for text in row)
    heads = ", ".join(f'strong("{head}")' for head in HEADS)
    source = f"""
#set page(paper: "a5", margin: 1.5cm)
#set text(size: 8pt, hyphenate: false)
#table(columns: (3fr, 2fr, 1.4fr, 1.2fr), align: horizon, {options}, table.header({heads}), {cells})
"""
    return typst.compile(source.encode())


def test_invented_rows_set_in_three_designs_over_two_pages_are_read_back_whole():
    for name, options in DESIGNS.items():
        pages = list(PdfiumReader().pages(_set_with_typst(options)))
        tables = [table for page in join_pages([find_tables(page) for page in pages]) for table in page]

        assert [row for table in tables for row in texts(table)] == ROWS, name
        assert {table.header for table in tables} == {HEADS}, name
