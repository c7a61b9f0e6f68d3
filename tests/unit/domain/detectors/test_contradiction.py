"""Contradictions: each kind with its near misses, because a false one costs an analyst's trust."""

import pytest

from domain.detectors.contradiction import DETECTOR
from domain.evidence import bind
from tests.fakes.evidence_made import an_amount, an_indicator
from tests.fakes.readings import a_reading, a_row_reading, several

NAME = "Tasa de mortalidad infantil por mil nacidos vivos"


def kinds(reading, *found):
    return [e.attributes["kind"] for e in bind(DETECTOR, reading, found)]


def two(first, second, name=NAME, names=None):
    """An indicator that stands twice, in two rows."""
    one, other = names or (name, name)
    reading = several(a_row_reading([("Indicador", one)]), a_row_reading([("Indicador", other)]))
    again = 1 if other.startswith(one) else 0
    return reading, an_indicator(reading, one, **first), an_indicator(reading, other, nth=again, **second)


def result(baseline, target, **more):
    return {"kind": "resultado", "baseline": baseline, "target": target, **more}


def product(baseline, target, **more):
    return {"kind": "producto", "baseline": baseline, "target": target, **more}


def test_two_targets_of_one_result_are_reported_with_both_quotes():
    reading, one, other = two(result("12", "8"), result("12", "10"))

    (found,) = bind(DETECTOR, reading, (one, other))

    assert found.attributes["kind"] == "meta_distinta"
    assert found.attributes["values"] == ("8", "10")
    assert found.start == other.start
    start, end = found.attributes["other_start"], found.attributes["other_end"]
    assert reading.document.text[start:end] == found.attributes["other_quote"] == one.text
    assert "8" in found.why
    assert "10" in found.why


def test_two_baselines_of_one_result_are_reported():
    assert kinds(*two(result("12", "8"), result("14", "8"))) == ["linea_base_distinta"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (result("12", "8"), result("12", "8,0")),
        (result("12", "8"), result("14", "10")),
        (result("12", "8"), result("12", None)),
        (result("12", "8", target_year="2014"), result("12", "10", target_year="2015")),
        (result("12", "8", unit="casos"), result("12", "10", unit="tasa")),
        (result("12", "8"), product("12", "10")),
        (result("12", "8"), result("12", "8 9 10 11")),
        (result("12", "80"), result("12", "0,8%")),
        (product(None, "8"), product(None, "10")),
        (product("0", "8", programme="Salud"), product("4", "10", programme="Salud")),
    ],
)
def test_figures_that_may_both_hold_are_no_contradiction(first, second):
    assert kinds(*two(first, second)) == []


def test_products_of_different_programmes_are_two_products():
    first, second = product("0", "8", programme="Salud"), product("0", "10", programme="Deporte")

    assert kinds(*two(first, second)) == []


def test_names_that_differ_in_a_word_are_two_indicators():
    names = ("Tasa de mortalidad infantil en zona rural", "Tasa de mortalidad infantil en zona urbana")

    assert kinds(*two(result("12", "8"), result("12", "10"), names=names)) == []


def test_a_target_above_the_baseline_of_what_is_to_fall_is_reported():
    reading = a_row_reading([("Indicador", "Reducir la tasa de deserción escolar")])
    name = "Reducir la tasa de deserción escolar"

    assert kinds(reading, an_indicator(reading, name, kind="resultado", baseline="4,5", target="6")) == ["direccion"]
    assert kinds(reading, an_indicator(reading, name, kind="resultado", baseline="4,5", target="3")) == []
    assert kinds(reading, an_indicator(reading, name, kind="resultado", baseline="90%", target="100%")) == []


def table(*rows, headers=("Sector", "Propios", "SGP", "Total")):
    return several(*(a_row_reading(list(zip(headers, row, strict=True))) for row in rows))


GOOD_ROWS = (("Salud", "100", "200", "300"), ("Educación", "50", "70", "120"), ("Vivienda", "10", "20", "30"))


def test_a_row_total_that_its_sources_contradict_is_reported():
    reading = table(*GOOD_ROWS, ("Deporte", "40", "40", "90"))

    (found,) = bind(DETECTOR, reading)

    assert found.attributes["kind"] == "suma_fila"
    assert found.text == "90"
    assert found.attributes["other_quote"] == "40 | 40"
    assert found.attributes["values"] == ("90", "80")


def test_a_column_total_that_its_rows_contradict_is_reported():
    reading = table(*GOOD_ROWS, ("TOTAL", "160", "290", "470"))

    assert set(kinds(reading)) == {"suma_columna", "suma_fila"}


@pytest.mark.parametrize(
    "rows",
    [
        GOOD_ROWS,
        (*GOOD_ROWS, ("TOTAL", "160", "290", "450")),
        (*GOOD_ROWS, ("Deporte", "40", "40", "80,5")),
        (*GOOD_ROWS[:1], ("Deporte", "40", "40", "90")),
        (*GOOD_ROWS, ("Deporte", "40", "ND", "90")),
        (
            ("Ingresos", "900", "1", "1"),
            ("Predial", "500", "2", "9"),
            ("Otros", "400", "3", "7"),
            ("TOTAL", "900", "8", "6"),
        ),
        (),
    ],
)
def test_tables_that_add_up_or_whose_parts_are_unknown_are_left_alone(rows):
    assert kinds(table(*rows)) == []


def test_text_that_gives_a_programme_another_amount_than_its_table_is_reported():
    text = "El programa Vivienda digna para todos tendrá $ 900.000 en el cuatrienio."
    reading = several(a_reading(text), a_row_reading([("Programa", "Vivienda digna para todos"), ("Costo", "600.000")]))
    said = an_amount(reading, "$ 900.000", 900_000)
    row = an_amount(reading, "600.000", 600_000, purpose="Vivienda digna para todos")

    assert kinds(reading, said, row) == ["texto_y_tabla"]
    assert kinds(reading, said, an_amount(reading, "600.000", 900_000, purpose="Vivienda digna para todos")) == []
    assert kinds(reading, said, an_amount(reading, "600.000", 600_000, purpose="Vivienda rural nueva")) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Aumentar el gasto de funcionamiento. Reducir el gasto de funcionamiento.", ["intencion_opuesta"]),
        ("Aumentar la cobertura en educación. Reducir la deserción en educación.", []),
        ("Aumentar el gasto social. Reducir el gasto de funcionamiento.", []),
        ("Aumentar el gasto de funcionamiento. No reducir el gasto de funcionamiento.", []),
        ("Se busca aumentar el recaudo, pero también disminuir la evasión.", []),
        ("El municipio fijará el salario mínimo de sus habitantes.", ["competencia"]),
        ("La administración municipal otorgará visas a la población migrante.", ["competencia"]),
        ("El Gobierno Nacional fijará el salario mínimo.", []),
        ("El municipio gestionará ante Migración Colombia los permisos de permanencia.", []),
        ("", []),
    ],
)
def test_aims_are_contradictory_only_over_one_object_or_beyond_competence(text, expected):
    assert kinds(a_reading(text, role="estrategia")) == expected


def test_ups_and_downs_of_a_diagnosis_are_no_aims():
    text = "Aumentar el gasto de funcionamiento. Reducir el gasto de funcionamiento."

    assert kinds(a_reading(text, role="diagnostico")) == []
