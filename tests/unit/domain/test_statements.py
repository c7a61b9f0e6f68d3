"""Which elements a stretch states: surely, doubtfully, and where."""

from pathlib import Path

import pytest

from domain.evidence import Detector, bind
from domain.rubric.phrases import decode
from domain.statements import DOUBT, SURE, statements
from domain.supports import passage_elements
from tests.fakes.nearness import near
from tests.fakes.questionnaire import the_questionnaire
from tests.fakes.readings import a_reading, a_row_reading, several

PHRASES = decode((Path(__file__).parents[3] / "domain/rubric/phrases.json").read_bytes(), the_questionnaire())
BINDINGS = {q.id: q.binding for q in the_questionnaire().questions}
LIKELY, POSSIBLE, UNLIKELY = 2.0, -1.0, -4.0


def found_in(reading, elements, **given):
    return list(statements(reading, PHRASES, near(reading.document, elements=elements, **given), BINDINGS))


def bound_in(reading, elements):
    similar = near(reading.document, elements=elements)
    detector = Detector(id="statements", feeds=(), find=lambda r, _: statements(r, PHRASES, similar, BINDINGS))
    return bind(detector, reading)


def test_what_is_likely_is_sure_what_is_possible_is_doubtful_and_the_rest_is_not_stated():
    findings = found_in(
        a_reading("Construir 5 aulas."),
        {"D2-Q6.intervencion": LIKELY, "D2-Q7.grupo": POSSIBLE, "D6-Q26.causa": UNLIKELY},
    )

    assert {e: f.attributes["sure"] for f in findings for e in f.elements} == {
        "D2-Q6.intervencion": True,
        "D2-Q7.grupo": False,
    }
    assert DOUBT < SURE


@pytest.mark.parametrize("kind", ["heading", "table_header"])
def test_a_heading_states_nothing(kind):
    assert not found_in(a_reading("Construir 5 aulas.", kind=kind), {"D2-Q6.intervencion": LIKELY})


def test_a_passage_about_no_point_states_nothing():
    assert not found_in(a_reading("Construir 5 aulas.", points=()), {"D2-Q6.intervencion": LIKELY})


def test_an_empty_document_states_nothing():
    assert not found_in(a_reading(""), {})


def test_a_row_is_quoted_whole():
    reading = a_row_reading([("Indicador", "Aulas construidas"), ("Meta", "40")])

    findings = found_in(reading, {"D3-Q11.indicador": LIKELY, "D3-Q11.meta": LIKELY})

    assert {(f.start, f.end) for f in findings} == {(0, len(reading.document.text))}


def test_the_sentence_that_says_it_is_the_one_quoted():
    said = "La deserción de las escuelas rurales se debe al transporte."
    around = "El municipio queda al norte del departamento y de la capital."
    reading = a_reading(f"{around} {said} {around}")

    (finding,) = found_in(reading, {"D6-Q26.causa": LIKELY}, said_by={"D6-Q26.causa": "deserción"})

    assert reading.document.text[finding.start : finding.end] == said


def test_elements_bound_by_row_stand_with_their_anchor():
    said = "Construir 5 aulas en las sedes rurales del corregimiento norte."
    reading = a_reading(f"{said} Lo hará con sus propios recursos la Secretaría de Educación.")

    findings = found_in(
        reading,
        {"D2-Q6.intervencion": LIKELY, "D2-Q6.responsable": LIKELY},
        said_by={"D2-Q6.intervencion": "aulas", "D2-Q6.responsable": "Secretaría"},
    )

    assert {reading.document.text[f.start : f.end] for f in findings} == {said}


def test_an_element_bound_by_row_is_not_stated_without_its_anchor():
    assert not found_in(a_reading("Lo hará la Secretaría de Educación."), {"D2-Q6.responsable": LIKELY})


def test_every_statement_is_its_own_evidence():
    reading = several(a_reading("Construir 5 aulas para 200 niños."), a_reading("Capacitar a 30 docentes en 2013."))
    elements = {"D2-Q6.intervencion": LIKELY, "D2-Q7.cantidad": POSSIBLE}

    assert len(bound_in(reading, elements)) == len(found_in(reading, elements))


def test_what_is_doubtful_does_not_count_for_the_passage():
    evidence = bound_in(a_reading("Hay deserción escolar."), {"D2-Q8.problema": POSSIBLE})

    assert evidence
    assert passage_elements(evidence, the_questionnaire()) == {}


def test_without_its_anchor_no_element_of_a_question_counts():
    evidence = bound_in(a_reading("Son 200 mujeres."), {"D2-Q7.cantidad": LIKELY})

    assert passage_elements(evidence, the_questionnaire()) == {}
