import pytest

from domain.language.numerals import number, words


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.200", 1200.0),
        ("1.200.500,75", 1200500.75),
        ("12,5 %", 12.5),
        ("0.25", 0.25),
        ("95%", 95.0),
        ("3,000,000", 3000000.0),
        ("de 40 a 60", 40.0),
        ("-3,2", -3.2),
        ("5.510.4", None),
        ("ND", None),
        ("", None),
        (None, None),
    ],
)
def test_a_printed_number_is_read_as_in_colombia(text, value):
    assert number(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("mil doscientos millones", 1_200_000_000),
        ("dos billones", 2_000_000_000_000),
        ("treinta y cinco", 35),
        ("veintidós mil", 22_000),
        ("cien", 100),
        ("un millón quinientos mil", 1_500_000),
        ("casas", None),
        ("", None),
    ],
)
def test_a_number_in_words_has_its_value(text, value):
    assert words(text) == value
