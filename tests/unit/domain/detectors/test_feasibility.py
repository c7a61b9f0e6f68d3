import pytest

from domain.detectors import feasibility, indicator, monetary, responsibility
from domain.evidence import bind
from tests.fakes.readings import a_reading, a_row_reading, several


def assessed(reading):
    found = [e for module in (responsibility, monetary, indicator) for e in bind(module.DETECTOR, reading)]
    return bind(feasibility.DETECTOR, reading, found)


def a_target(name, baseline, target, *more):
    return a_row_reading([("Indicador", name), ("Línea base", baseline), ("Meta", target), *more])


@pytest.mark.parametrize(
    ("row", "difference", "ratio", "consistent", "absurd"),
    [
        (("Tasa de deserción escolar", "8%", "4%"), -4.0, 0.5, True, False),
        (("Tasa de deserción escolar", "4%", "8%"), 4.0, 1.0, False, False),
        (("Cobertura de acueducto rural", "36,7%", "49,4%"), 12.7, 0.346, True, False),
        (("Tasa de analfabetismo", "10", "90"), 80.0, 8.0, False, True),
        (("Cobertura de vacunación útil", "90%", "190%"), 100.0, 1.1111, True, True),
        (("Aulas construidas en colegios", "0", "12"), 12.0, None, True, False),
        (("Aulas construidas en colegios", "ND", "12"), None, None, None, False),
        (("Aulas construidas en colegios", "12", "50%"), None, None, None, False),
    ],
)
def test_a_target_is_held_against_its_baseline(row, difference, ratio, consistent, absurd):
    (evidence,) = assessed(a_target(*row))
    a = evidence.attributes

    assert (a["difference"], a["consistent"], a["absurd"]) == (difference, consistent, absurd)
    assert a["ratio"] == (None if ratio is None else pytest.approx(ratio, abs=1e-3))


def test_a_whole_row_meets_every_component():
    row = a_target(
        "Número de aulas construidas",
        "2",
        "10",
        ("Meta 2024", "2"),
        ("Meta 2025", "3"),
        ("Meta 2026", "3"),
        ("Costo total", "$ 900.000.000"),
        ("Responsable", "Secretaría de Educación"),
    )
    (evidence,) = assessed(row)

    assert evidence.attributes["score"] == 1.0
    assert set(evidence.elements) == {"D3-Q14.plazo", "D3-Q14.recursos"}


def test_a_computable_change_of_a_result_supports_its_ambition():
    (evidence,) = assessed(a_target("Tasa de mortalidad infantil", "18", "12"))

    assert evidence.elements == ("D4-Q18.cambio",)


def test_money_of_another_row_is_not_this_rows_money():
    target = a_target("Número de aulas construidas", "2", "10")
    money = a_row_reading([("Programa", "Vías"), ("Costo", "$ 500.000.000")])
    (evidence,) = assessed(several(target, money))

    assert evidence.attributes["has_budget"] is False


def test_an_indicator_without_a_target_is_not_assessed():
    assert assessed(a_reading("Indicador. Número de proyectos gestionados.", role="otro")) == ()
