import pytest

from domain.detectors.monetary import DETECTOR
from domain.evidence import bind
from domain.money.funds import sgp_line, share, source
from tests.fakes.readings import a_reading


@pytest.mark.parametrize(
    ("words", "fund"),
    [
        ("Recursos propios", "propios"),
        ("SGR y SGP", "regalias"),
        ("Crédito", "credito"),
        ("Cofinanciación departamento", "cofinanciacion"),
        ("Sistema General de Participaciones", "sgp"),
        ("Otros 2025", "otros"),
        ("Otros sectores", None),
        ("costo total", None),
    ],
)
def test_the_source_of_funds_is_named_by_its_words(words, fund):
    assert source(words) == fund


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("SGP Agua potable y saneamiento básico", "agua_potable"),
        ("S.G.P. SALÙD régimen", "salud"),
        ("SGP - Propósito General - Libre inversión", "libre_inversion"),
        ("SGP-propósito general de libre destinación", "libre_destinacion"),
        ("S.G.P. Propósito General", "proposito_general"),
        ("SGP municipios Río Magdalena 2024", "riberenos"),
        ("SGP APSB 2025", "agua_potable"),
        ("SGP, sector educativo", "educacion"),
        ("Sistema General de Participaciones (SGP) Alimentación escolar", "alimentacion_escolar"),
        ("recursos del SGP para construir un colegio y un puesto de salud", None),
        ("SGP sin salud", None),
        ("Educación", None),
    ],
)
def test_a_line_of_the_sistema_general_de_participaciones_is_named_beside_it(words, line):
    assert sgp_line(words) == line


@pytest.mark.parametrize(
    ("sentence", "funds"),
    [
        ("Se invertirán $5 del SGP y $3 de regalías.", ["sgp", "regalias"]),
        ("Del SGP $5 y de regalías $3.", ["sgp", "regalias"]),
        ("Con recursos del SGP se destinan $5 a vías y $3 a colegios.", ["sgp", "sgp"]),
        ("Cuesta $5, de recursos propios.", ["propios"]),
    ],
)
def test_each_amount_of_a_sentence_has_the_source_that_stands_by_it(sentence, funds):
    amounts = [i for i, c in enumerate(sentence) if c == "$"]

    assert [source(share(sentence, amounts, i)) for i in range(len(amounts))] == funds


def test_in_a_broken_table_an_amount_has_the_source_of_its_own_row():
    text = """Presupuesto de inversión en miles de pesos 2012 2013
Cofinanciación Nación 242.073 83.000 Predial 8.100 9.200 SGP Educación 469.803 488.868"""

    found = bind(DETECTOR, a_reading(text))

    assert [(e.text, e.attributes["source"], e.attributes["source_line"]) for e in found] == [
        ("242.073", "cofinanciacion", None),
        ("83.000", "cofinanciacion", None),
        ("8.100", None, None),
        ("9.200", None, None),
        ("469.803", "sgp", "educacion"),
        ("488.868", "sgp", "educacion"),
    ]
