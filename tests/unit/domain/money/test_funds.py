import pytest

from domain.money.funds import sgp_line, share, source


@pytest.mark.parametrize(
    ("words", "fund"),
    [
        ("Recursos propios", "propios"),
        ("SGR y SGP", "regalias"),
        ("Crédito", "credito"),
        ("Cofinanciación departamento", "cofinanciacion"),
        ("Sistema General de Participaciones", "sgp"),
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
