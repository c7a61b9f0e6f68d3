import pytest

from domain.responsibles.candidates import candidates, paged
from domain.responsibles.endings import ending_features
from domain.responsibles.selection import chosen


def ends_of(text):
    page = paged(text)
    first = candidates(page)[0]
    found = ending_features(page, first, {})
    return {page.tokens[last].plain: set(features) for last, features in zip(first.lasts, found, strict=True)}


def test_each_end_is_told_by_what_the_name_holds_so_far_and_what_comes_next():
    ends = ends_of("Secretaría de Salud y Policía Nacional lo harán")

    assert "e.second:y" in ends["policia"]
    assert "e.second:y" not in ends["salud"]
    assert "e.next:y|same|office" in ends["salud"]
    assert "e.level" in ends["nacional"]


def test_a_line_that_breaks_within_a_name_is_told_from_one_that_ends_it():
    linked, full = ends_of("Secretaría de\nSalud"), ends_of("Operador\nCobertura")

    assert any(f.startswith("e.break:linked") for f in linked["salud"])
    assert any(f.startswith("e.break:title") for f in full["cobertura"])
    assert "e.line:line" in full["operador"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "Sector Responsable: Secretaría de Planeación / Secretaría de Infraestructura\n",
            ["Secretaría de Planeación", "Secretaría de Infraestructura"],
        ),
        (
            "Foros realizados Núm. 0 1 Secretaría de\nPlaneación\n/Gerencia de\nInfraestructura\n",
            ["Secretaría de Planeación", "Gerencia de Infraestructura"],
        ),
    ],
)
def test_names_of_a_list_are_kept_apart(text, names):
    assert [" ".join(text[n.start : n.end].split()) for n, _ in chosen(text)] == names
