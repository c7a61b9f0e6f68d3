"""The theory of change: its links, what is missing, that order does not matter, and exact cycles."""

import itertools

import pytest

from domain.theory import LINKS, Edge, Theory, build, cycles
from tests.fakes.evidence_made import a_cause, an_indicator
from tests.fakes.readings import a_reading, a_row_reading, several

ROWS = several(
    a_row_reading([("Indicador", "Jornadas de vacunación realizadas"), ("Meta", "40")], path=("Programa Salud",)),
    a_row_reading([("Indicador", "Tasa de mortalidad infantil"), ("Meta", "8")], path=("Programa Salud",)),
    a_reading("Reducir la mortalidad infantil para mejorar la calidad de vida.", path=("Programa Salud",)),
    a_reading("Jornadas de vacunación para reducir la mortalidad infantil.", path=("Programa Salud",)),
)
PRODUCT = an_indicator(ROWS, "Jornadas de vacunación realizadas", kind="producto", target="40")
RESULT = an_indicator(ROWS, "Tasa de mortalidad infantil", kind="resultado", target="8")
END = a_cause(ROWS, cause="Reducir la mortalidad infantil", effect="mejorar la calidad de vida")
MEANS = a_cause(ROWS, cause="Jornadas de vacunación", effect="reducir la mortalidad infantil")


def links(theory, point="P4"):
    return {edge.link for edge in theory.edges if edge.source.startswith(f"{point}/")}


def test_nothing_found_misses_every_link_of_every_point():
    theory = build(ROWS, (), ())

    assert theory.edges == ()
    assert set(theory.missing) == {f"P{i}" for i in range(1, 11)}
    assert all(missing == LINKS for missing in theory.missing.values())


def test_a_whole_chain_misses_nothing_for_its_point_only():
    theory = build(ROWS, (PRODUCT, RESULT), (END, MEANS))

    assert theory.missing["P4"] == ()
    assert theory.missing["P1"] == LINKS


@pytest.mark.parametrize(
    ("indicators", "causes", "expected"),
    [
        ((PRODUCT,), (), {"programa_producto"}),
        ((RESULT,), (), set()),
        ((PRODUCT, RESULT), (), {"programa_producto", "producto_resultado"}),
        ((), (MEANS,), {"problema_programa"}),
        ((), (END,), {"problema_programa", "resultado_impacto"} - {"problema_programa"}),
        ((RESULT,), (END,), {"resultado_impacto"}),
    ],
)
def test_each_link_needs_its_own_evidence(indicators, causes, expected):
    assert links(build(ROWS, indicators, causes)) == expected


def test_a_product_and_a_result_of_one_row_are_bound_by_the_row():
    reading = a_row_reading([("Producto", "Parques construidos"), ("Resultado", "Cobertura deportiva")])
    product = an_indicator(reading, "Parques construidos", kind="producto")
    result = an_indicator(reading, "Cobertura deportiva", kind="resultado")

    theory = build(reading, (product, result), ())

    assert [(e.link, e.bond, e.evidence, e.other) for e in theory.edges] == [
        ("producto_resultado", "fila", product.id, result.id)
    ]


def test_a_heading_that_names_nothing_is_no_programme():
    reading = a_row_reading([("Indicador", "Parques construidos")], path=("METAS E INDICADORES",))

    assert build(reading, (an_indicator(reading, "Parques construidos", kind="producto"),), ()).edges == ()


def test_a_denied_cause_shows_nothing():
    denied = a_cause(ROWS, cause="Jornadas de vacunación", effect="reducir la mortalidad infantil", negated=True)

    assert build(ROWS, (), (denied,)).edges == ()


def test_the_order_of_the_evidence_does_not_matter():
    assert build(ROWS, (PRODUCT, RESULT), (END, MEANS)) == build(ROWS, (RESULT, PRODUCT), (MEANS, END))


def test_built_theories_are_acyclic():
    assert cycles(build(ROWS, (PRODUCT, RESULT), (END, MEANS))) == []
    assert cycles(Theory()) == []


def edge(source, target):
    return Edge(source=source, target=target, link="producto_resultado", bond="fila", evidence="e")


@pytest.mark.parametrize(
    ("pairs", "cyclic"),
    [
        ([("a", "b"), ("b", "c")], False),
        ([("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")], False),
        ([("a", "a")], True),
        ([("a", "b"), ("b", "a")], True),
        ([("a", "b"), ("b", "c"), ("c", "d"), ("d", "b")], True),
    ],
)
def test_a_cycle_is_found_exactly_when_there_is_one(pairs, cyclic):
    found = cycles(Theory(edges=tuple(edge(*pair) for pair in pairs)))

    assert bool(found) is cyclic
    for cycle in found:
        assert cycle[0] == cycle[-1]
        assert set(itertools.pairwise(cycle)) <= set(pairs)
