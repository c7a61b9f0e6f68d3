"""What rows, headings and neighbourhood show by themselves, and where each thing is named."""

import pytest

from domain.detectors.teoria_cambio import DETECTOR
from domain.evidence import bind
from domain.theory import build
from tests.fakes.evidence_made import a_cause, an_indicator
from tests.fakes.readings import a_reading, a_row_reading, several

TREE = a_row_reading(
    [
        ("Problema central", "Embarazo en la adolescencia"),
        ("Causa directa", "Acceso limitado a métodos"),
        ("Efecto sobre la población", "Abandono escolar de las madres"),
        ("Programa", "Juventud con oportunidades"),
    ]
)


def pairs(theory, bond=None):
    return {(e.source.split("/")[2], e.target.split("/")[2]) for e in theory.edges if bond is None or e.bond == bond}


def texts(theory, level):
    return [n.text for n in theory.nodes if n.level == level]


def test_a_row_of_a_problem_tree_shows_causes_effects_and_the_intervention():
    theory = build(TREE, (), ())

    assert pairs(theory, "columna") == {
        ("acceso limitado a metodos", "embarazo en la adolescencia"),
        ("embarazo en la adolescencia", "abandono escolar de las madres"),
        ("embarazo en la adolescencia", "juventud con oportunidades"),
    }
    assert {(n.page, n.passage, n.evidence) for n in theory.nodes} == {(1, "p1", ())}
    assert {e.passage for e in theory.edges} == {"p1"}


def test_what_only_the_layout_shows_is_evidence_of_nothing():
    assert bind(DETECTOR, TREE) == ()


def test_a_cell_of_figures_names_nothing():
    row = a_row_reading([("Problema", "12,5 % (2019)"), ("Programa", "Agua para todos")])

    assert build(row, (), ()).nodes == ()


def test_a_number_under_programming_is_no_programme():
    row = a_row_reading([("Producto", "Aulas construidas"), ("Programación", "80")], path=("Programa Escuela viva",))

    theory = build(row, (an_indicator(row, "Aulas construidas", programme="80"),), ())

    assert texts(theory, "programa") == ["Programa Escuela viva"]


def test_a_programme_that_is_only_a_heading_stands_alone():
    heading = a_reading("PROGRAMA 3: Agua limpia para el campo", kind="heading")

    assert texts(build(heading, (), ()), "programa") == ["PROGRAMA 3: Agua limpia para el campo"]


def test_a_programme_is_the_same_with_and_without_the_word_before_its_name():
    reading = several(
        a_reading("PROGRAMA: Agua limpia", kind="heading"),
        a_row_reading([("Programa", "Agua limpia"), ("Producto", "Acueductos construidos")]),
    )

    theory = build(reading, (an_indicator(reading, "Acueductos construidos", programme="Agua limpia"),), ())

    assert len(texts(theory, "programa")) == 1
    assert pairs(theory) == {("agua limpia", "acueductos construidos")}


def test_a_row_under_a_heading_of_impacts_names_an_impact():
    row = a_row_reading([("Medida", "Pobreza multidimensional"), ("2036", "30,0 %")], path=("3.6 Impactos del plan",))

    assert texts(build(row, (), ()), "impacto") == ["Pobreza multidimensional"]


SECTOR = ("Sector agua potable",)


def near(product, result, *, path=SECTOR, other=SECTOR):
    reading = several(
        a_row_reading([("Programa", "Uno"), ("Indicador", product)], path=path),
        a_row_reading([("Programa", "Dos"), ("Indicador", result)], path=other),
    )
    made = an_indicator(reading, product, programme="Programa Uno")
    return build(reading, (made, an_indicator(reading, result, kind="resultado", programme="Programa Dos")), ())


@pytest.mark.parametrize(
    ("product", "result", "other", "linked"),
    [
        ("Acueductos rurales construidos", "Hogares rurales con acueducto", SECTOR, True),
        ("Acueductos rurales construidos", "Hogares con acueducto", SECTOR, False),
        ("Acueductos rurales construidos", "Hogares rurales con acueducto", ("Sector vivienda",), False),
    ],
)
def test_one_heading_and_two_words_in_common_join_a_product_to_a_result(product, result, other, linked):
    assert bool(pairs(near(product, result, other=other), "titulo")) is linked


def test_a_part_of_the_book_is_too_wide_to_join_anything():
    wide = ("Título III. Parte estratégica",)
    theory = near("Acueductos rurales construidos", "Hogares rurales con acueducto", path=wide, other=wide)

    assert pairs(theory) == {("uno", "acueductos rurales construidos")}


def test_a_node_keeps_its_first_page_and_at_most_five_pieces_of_evidence():
    rows = several(
        *(a_row_reading([("Indicador", f"Aulas de tipo {c}")], path=("Programa Escuela",)) for c in "abcdefg")
    )
    indicators = [an_indicator(rows, f"Aulas de tipo {c}") for c in "abcdefg"]

    (programme,) = [n for n in build(rows, indicators, ()).nodes if n.level == "programa"]

    assert programme.evidence == tuple(e.id for e in indicators[:5])
    assert (programme.page, programme.passage) == (1, "p1")


def test_products_without_anything_are_nodes_all_the_same():
    reading = a_reading("Se construirán aulas nuevas.")

    assert texts(build(reading, (an_indicator(reading, "aulas nuevas"),), ()), "producto") == ["aulas nuevas"]


def test_a_cause_whose_sides_are_remedies_links_no_problems():
    reading = a_reading("Las estrategias de prevención, por la violencia armada, crecen.")
    cause = a_cause(reading, cause="la violencia armada", effect="Las estrategias de prevención", kind="causa")

    assert build(reading, (), (cause,)).edges == ()
