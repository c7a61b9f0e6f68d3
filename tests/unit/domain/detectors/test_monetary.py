import pytest

from domain.detectors.monetary import DETECTOR
from domain.evidence import bind
from tests.fakes.readings import a_reading, a_row_reading, several


def amounts(reading):
    return [(e.text, e.attributes["cop"]) for e in bind(DETECTOR, reading)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Se invertirán $1.200 millones en acueducto.", [("$1.200 millones", 1_200_000_000)]),
        ("CULTURA 1.253.906.840 1.267.804.341 0", [("1.253.906.840", None), ("1.267.804.341", None)]),
        (
            "Inversión total (millones de pesos) 2009 2010\nSalud 23.910 39.956",
            [("23.910", 23_910_000_000), ("39.956", 39_956_000_000)],
        ),
        (
            "OTROS GASTOS 38,569 50,385\nCifras en millones de pesos",
            [("38,569", 38_569_000_000), ("50,385", 50_385_000_000)],
        ),
        ("Población 2005 508.068 503.350 1.011.418 habitantes", []),
        ("Concejo Municipal NIT. 826.000.252-6", []),
        ("Beneficiar a 1.200.000 niños", []),
        ("Construir 3 puentes en 2014", []),
        ("", []),
    ],
)
def test_money_in_text(text, found):
    assert amounts(a_reading(text)) == found


@pytest.mark.parametrize(
    ("cells", "caption", "found"),
    [
        ([("Producto", "Vías mejoradas"), ("Costo total (en miles)", "25.000")], "", [("25.000", 25_000_000)]),
        (
            [("Programa", "Salud"), ("SGP", "1.000.000"), ("Total", "2.500.000")],
            "",
            [("1.000.000", None), ("2.500.000", None)],
        ),
        (
            [("Programa", "Salud"), ("2024", "500"), ("2025", "600")],
            "Plan plurianual de inversiones, en millones de pesos",
            [("500", 500_000_000), ("600", 600_000_000)],
        ),
        ([("Producto", "Vías"), ("2024", "500"), ("2025", "600")], "Metas físicas", []),
        ([("Indicador", "Cobertura"), ("Meta", "1.200.000")], "", []),
        ([("Proyecto", "Sede"), ("Valor", "$ 0")], "", []),
    ],
)
def test_money_in_a_table_row(cells, caption, found):
    assert amounts(a_row_reading(cells, caption=caption)) == found


def test_a_row_of_the_plan_says_source_year_and_purpose_and_counts_as_allocated():
    (evidence,) = bind(
        DETECTOR,
        a_row_reading([("Programa", "Agua para todos"), ("Recursos SGP 2025", "$ 300.000.000")], points=("P4",)),
    )

    assert evidence.attributes["source"] == "sgp"
    assert evidence.attributes["year"] == "2025"
    assert evidence.attributes["purpose"] == "Agua para todos"
    assert evidence.elements == (
        "D1-Q3.monto",
        "D1-Q3.desagregacion",
        "D1-Q3.vinculo",
        "D3-Q13.presupuesto",
        "D3-Q14.recursos",
    )


def test_a_figure_of_the_diagnosis_is_no_allocation():
    (evidence,) = bind(DETECTOR, a_reading("La deuda ascendió a $262.820 millones en 2011.", role="diagnostico"))

    assert evidence.attributes["is_allocation"] is False
    assert evidence.elements == ()


def test_places_are_places_of_the_document():
    reading = several(a_reading("Antes."), a_reading("Cuesta $ 5.000.000."))
    (evidence,) = bind(DETECTOR, reading)

    assert reading.document.text[evidence.start : evidence.end] == "$ 5.000.000"
    assert evidence.passage == "p2"
