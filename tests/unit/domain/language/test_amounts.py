import pytest

from domain.language.amounts import declared, figures, parse, plain


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("$1.200 millones", [("$1.200 millones", 1_200_000_000)]),
        ("1.390 millones de pesos", [("1.390 millones de pesos", 1_390_000_000)]),
        ("2,5 billones de pesos", [("2,5 billones de pesos", 2_500_000_000_000)]),
        ("COP 850.000.000", [("COP 850.000.000", 850_000_000)]),
        ("$ 5.179.297.000", [("$ 5.179.297.000", 5_179_297_000)]),
        ("$5,179,297,000", [("$5,179,297,000", 5_179_297_000)]),
        ("$10 mil millones", [("$10 mil millones", 10_000_000_000)]),
        ("$109,828 millones", [("$109,828 millones", 109_828_000_000)]),
        ("$5.170,98 millones de pesos", [("$5.170,98 millones de pesos", 5_170_980_000)]),
        ("mil doscientos millones de pesos", [("mil doscientos millones de pesos", 1_200_000_000)]),
        ("850.000 pesos mensuales", [("850.000 pesos", 850_000)]),
        ("$ 10.980.000.000.oo (por gestionar)", [("$ 10.980.000.000.oo", 10_980_000_000)]),
        ("$ 1 2,211,976", [("$ 1 2,211,976", 12_211_976)]),
        ("$3'500.000", [("$3'500.000", 3_500_000)]),
        ("entre $200 y $300 millones", [("$200", 200_000_000), ("$300 millones", 300_000_000)]),
        ("una inversión de 20.000 millones.", [("20.000 millones", 20_000_000_000)]),
        ("US$3.236 millones", [("US$3.236 millones", None)]),
        ("58 millones de dólares", [("58 millones de dólares", None)]),
        ("$5.510.4", [("$5.510.4", None)]),
    ],
)
def test_an_amount_is_found_word_for_word_with_its_pesos(text, found):
    assert [(a.text, a.cop) for a in parse(text)] == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "$",
        "$ -",
        "$ 0",
        "50 SMLMV",
        "el 20 % de los hogares",
        "$ 20 %",
        "3,8 millones de personas",
        "cifras en millones de pesos",
        "en el año 2012",
        "Por cada 100 pesos se gastan",
        "NIT 826.000.252-6",
    ],
)
def test_what_is_no_amount_is_left_alone(text):
    assert parse(text) == ()


def test_an_absurd_unit_is_taken_at_face_value_and_flagged():
    (amount,) = parse("$8.130.000.000 millones")

    assert (amount.cop, amount.absurd) == (8_130_000_000, True)


@pytest.mark.parametrize(
    ("text", "scale"),
    [
        ("Costo total (en miles)", 1000),
        ("en miles de pesos", 1000),
        ("Cifras en millones de pesos", 10**6),
        ("VALOR/ Millones", 10**6),
        ("Millones ($) de 2012", 10**6),
        ("(Pesos)", 1),
        ("40 millones de pesos", None),
        ("miles de personas", None),
        ("", None),
    ],
)
def test_a_header_declares_its_unit(text, scale):
    assert declared(text) == scale


@pytest.mark.parametrize(
    ("figure", "scale", "cop"),
    [
        ("1.250.000", 1000, 1_250_000_000),
        ("5.978.468", 10**6, 5_978_468_000_000),
        ("38,569", 10**6, 38_569_000_000),
        ("19.796.056.693", 10**6, None),
    ],
)
def test_a_bare_figure_takes_the_unit_above_it_unless_it_shows_its_zeros(figure, scale, cop):
    (bare,) = figures(figure)

    assert bare.cop is None
    assert bare.under(scale).cop == cop


def test_digits_split_by_a_line_break_are_one_figure():
    found = figures("TOTAL 200.728.139.55\n4 0 127.263.823")

    assert [(a.text, a.face) for a in found] == [("200.728.139.55\n4", 200_728_139_554), ("127.263.823", 127_263_823)]


def test_values_beyond_exact_doubles_are_floats_for_canonical_json():
    assert isinstance(plain(2.0**60), float)
    assert isinstance(plain(1200.0), int)
