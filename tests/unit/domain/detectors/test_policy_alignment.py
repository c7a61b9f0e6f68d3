"""References to norms and frames: what is named, whose it is, and what only looks like one."""

import pytest

from domain.detectors.policy_alignment import DETECTOR
from tests.fakes.readings import a_reading, a_row_reading


def _found(text, **given):
    return list(DETECTOR.find(a_reading(text, **given), ()))


@pytest.mark.parametrize(
    ("text", "norm", "number", "year"),
    [
        ("Según la Ley 1448 de 2011, se atenderá.", "ley", "1448", 2011),
        ("el Decreto No. 4800 del 20 de diciembre de 2011", "decreto", "4800", 2011),
        ("el CONPES 3784 de 2013", "conpes", "3784", 2013),
        ("conpes social 140", "conpes", "140", None),
        ("la Ordenanza 12 de 2010", "ordenanza", "12", 2010),
        ("el Acuerdo Municipal 023 de 2009", "acuerdo", "023", 2009),
        ("el Acuerdo 016 de 2009", "acuerdo", "016", 2009),
        ("la Resolución 1045 de 2003", "resolucion", "1045", 2003),
        ("la Sentencia T-025 de 2004", "sentencia", "t-025", 2004),
    ],
)
def test_a_norm_is_read_with_its_number_and_year(text, norm, number, year):
    attributes = _found(text, points=("P5",))[0].attributes

    assert (attributes["norm"], attributes["number"], attributes["year"]) == (norm, number, year)


@pytest.mark.parametrize(
    ("text", "points", "own"),
    [
        ("la Ley 1257 de 2008", ("P1",), True),
        ("la Ley 1257 de 2008", ("P3",), False),
        ("la Ley 152 de 1994", ("P4",), False),
        ("la Ley 715 de 2001", ("P4",), False),
        ("la Ley 1448 de 2011", (), False),
        ("la Ley 9999 de 2020", ("P3",), True),
        ("la política pública de juventud", ("P6",), True),
        ("la Ley General de Educación", ("P4",), True),
        ("ACUERDO No. 009 DE 2012", ("P4",), False),
    ],
)
def test_a_norm_belongs_to_the_point_or_to_the_administration(text, points, own):
    finding = _found(text, points=points)[0]

    assert finding.attributes["own"] is own
    assert finding.elements == (("D1-Q5.norma",) if own else ())


@pytest.mark.parametrize(
    ("text", "frame", "part", "elements"),
    [
        ("Aporta al ODS 5.", "ods", "5", ("D4-Q20.marco", "D4-Q20.especifico")),
        ("los Objetivos de Desarrollo del Milenio", "odm", None, ("D4-Q20.marco",)),
        ("el Plan Nacional de Desarrollo, artículo 210", "pnd", "210", ("D4-Q20.marco", "D4-Q20.especifico")),
        ("el Plan Departamental de Desarrollo", "pdd", None, ("D4-Q20.marco",)),
        (
            "El programa contribuye al ODS 6.",
            "ods",
            "6",
            ("D4-Q20.marco", "D4-Q20.especifico", "D4-Q20.vinculo"),
        ),
    ],
)
def test_a_frame_is_read_with_the_part_that_is_named(text, frame, part, elements):
    finding = next(f for f in _found(text) if f.attributes["kind"] == "frame")

    assert (finding.attributes["frame"], finding.attributes["part"]) == (frame, part)
    assert finding.elements == elements


@pytest.mark.parametrize(
    "text",
    ["", "La ley de la oferta.", "Se llegó a un acuerdo con la comunidad.", "Fuera de la ley.", "El plan de acción."],
)
def test_what_only_looks_like_a_reference_is_none(text):
    assert not [f for f in _found(text) if f.attributes["kind"] == "frame" or f.attributes["number"]]


def test_a_frame_about_no_point_supports_nothing():
    assert all(f.elements == () for f in _found("Aporta al ODS 5.", points=()))


def test_the_quoted_words_stand_at_the_span():
    text = "Se cumple la Ley 1098 de 2006 en todo."
    finding = _found(text, points=("P6",))[0]

    assert text[finding.start : finding.end] == "Ley 1098 de 2006"


def test_a_row_is_read_across_its_cells():
    reading = a_row_reading([("Programa", "Agua para todos"), ("ODS", "ODS 6")])

    assert any("D4-Q20.especifico" in f.elements for f in DETECTOR.find(reading, ()))


def test_headings_are_not_read():
    assert _found("LEY 1448 DE 2011", kind="heading") == []
