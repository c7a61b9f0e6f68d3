import pytest

from domain.detectors.indicator import DETECTOR
from domain.evidence import bind
from domain.indicators.accumulation import shown, stated
from tests.fakes.readings import a_row_reading


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("No acumulativo", "no acumulativo"),
        ("Acumulativo", "acumulativo"),
        ("Meta de mantenimiento", "mantenimiento"),
        ("Reducción anual", "reduccion"),
        ("Número", None),
    ],
)
def test_a_cell_names_the_kind_of_accumulation(words, kind):
    assert stated(words) == kind


@pytest.mark.parametrize(
    ("yearly", "target", "kind"),
    [
        (("10", "20", "30", "40"), "100", "acumulativo"),
        (("25", "50", "75", "100"), "100", "no acumulativo"),
        (("100%", "100%", "100%", "100%"), "100%", "no acumulativo"),
        (("0", "0", "0", "100"), "100", None),
        (("10", "20", "30", "40"), "90", None),
        (("10", "20"), None, None),
        ((), "100", None),
    ],
)
def test_the_years_show_whether_they_add_up_to_the_target_or_keep_it(yearly, target, kind):
    assert shown(yearly, target) == kind


def the_row(*cells):
    (evidence,) = bind(DETECTOR, a_row_reading(list(cells)))
    return evidence.attributes


def row(*more):
    years = [("Meta 2024", "5"), ("Meta 2025", "5"), ("Meta 2026", "5"), ("Meta 2027", "5")]
    return the_row(("Indicador de producto", "Vías terciarias mejoradas"), *more, *years)["accumulation"]


def test_a_row_that_says_how_its_years_accumulate_is_believed_over_its_figures():
    assert row(("Meta del cuatrienio", "20"), ("Tipo de acumulación", "No acumulativo")) == "no acumulativo"


def test_a_row_that_does_not_say_is_judged_by_its_figures():
    assert row(("Meta del cuatrienio", "20")) == "acumulativo"


def test_a_row_without_a_target_of_the_term_shows_no_accumulation():
    assert row() is None


def test_the_target_of_the_term_is_none_of_the_years_though_its_header_names_them():
    attributes = the_row(
        ("Indicador de producto", "Niños vacunados"),
        ("Meta cuatrienio 2024-2027", "20"),
        *[(f"Programación meta {year}", "5") for year in range(2024, 2028)],
    )

    assert (attributes["target"], attributes["yearly"], attributes["accumulation"]) == ("20", ("5",) * 4, "acumulativo")
    assert attributes["programme"] is None
