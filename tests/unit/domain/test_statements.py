"""Which elements a passage states: said, nearly said, and not said."""

from pathlib import Path

import pytest

from domain.document import Document
from domain.evidence import Detector, bind
from domain.lexicon.model import decode
from domain.rubric.model import decode as decode_questionnaire
from domain.statements import CUE, statements
from domain.supports import passage_elements
from tests.fakes.readings import a_reading, a_row_reading, several

ROOT = Path(__file__).parents[3] / "domain"
LEXICON = decode((ROOT / "lexicon/points.json").read_bytes(), (ROOT / "lexicon/elements.json").read_bytes())
QUESTIONNAIRE = decode_questionnaire((ROOT / "rubric/questionnaire.json").read_bytes())
BINDINGS = {q.id: q.binding for q in QUESTIONNAIRE.questions}
DETECTOR = Detector(id="statements", feeds=(), find=lambda r, f: statements(r, LEXICON, f, BINDINGS))


def _sure(reading):
    return {e for f in statements(reading, LEXICON, (), BINDINGS) if f.attributes["sure"] for e in f.elements}


@pytest.mark.parametrize(
    ("text", "role", "element"),
    [
        ("En 2011 la cobertura de acueducto fue del 78%. Fuente: DANE.", "diagnostico", "D1-Q1.valor"),
        ("En 2011 la cobertura de acueducto fue del 78%. Fuente: DANE.", "diagnostico", "D1-Q1.anio"),
        ("En 2011 la cobertura de acueducto fue del 78%. Fuente: DANE.", "diagnostico", "D1-Q1.fuente"),
        ("Construir 5 aulas en las escuelas rurales durante el cuatrienio.", "programacion", "D2-Q6.intervencion"),
        ("Construir 5 aulas en las escuelas rurales durante el cuatrienio.", "programacion", "D2-Q6.meta"),
        ("Capacitar a 200 mujeres cabeza de hogar.", "programacion", "D2-Q7.grupo"),
        ("Se articulará con el Ministerio y la Gobernación mediante convenio.", "estrategia", "D2-Q10.articulacion"),
        ("Hay deserción escolar debido a la falta de transporte.", "diagnostico", "D6-Q26.causa"),
        ("Número de viviendas mejoradas. Línea base: 120. Meta: 400.", "programacion", "D3-Q11.indicador"),
        ("La Ley 1098 de 2006 obliga al municipio.", "normativo", "D1-Q5.norma"),
    ],
)
def test_an_element_is_stated_by_its_words(text, role, element):
    assert element in _sure(a_reading(text, role=role))


@pytest.mark.parametrize(
    ("text", "role", "element"),
    [
        ("La cobertura de acueducto es baja.", "diagnostico", "D1-Q1.valor"),
        ("La cobertura de acueducto fue del 78%.", "diagnostico", "D1-Q1.anio"),
        ("Construir aulas en las escuelas rurales.", "programacion", "D2-Q6.meta"),
        ("Los habitantes viven en riesgo de inundación.", "diagnostico", "D2-Q9.riesgo"),
        ("Mejorar la salud.", "estrategia", "D6-Q29.instancia_de_seguimiento"),
        ("Se invertirán $200.000.000 en la escuela.", "inversion", "D6-Q26.estructura"),
    ],
)
def test_near_misses_state_nothing(text, role, element):
    assert element not in _sure(a_reading(text, role=role))


@pytest.mark.parametrize("kind", ["heading", "table_header"])
def test_a_heading_states_nothing(kind):
    assert not list(statements(a_reading("Construir 5 aulas. Meta 5.", kind=kind), LEXICON, (), BINDINGS))


def test_a_passage_about_no_point_states_nothing():
    assert not list(statements(a_reading("Construir 5 aulas. Meta 5.", points=()), LEXICON, (), BINDINGS))


def test_an_empty_document_states_nothing():
    empty = a_reading("")

    assert isinstance(empty.document, Document)
    assert not list(statements(empty, LEXICON, (), BINDINGS))


def test_a_row_states_by_its_headers_and_is_quoted_whole():
    reading = a_row_reading(
        [
            ("Indicador de producto", "Número de aulas construidas"),
            ("Línea base", "12"),
            ("Meta", "40"),
            ("Responsable", "Secretaría de Educación"),
        ]
    )

    found = [f for f in statements(reading, LEXICON, (), BINDINGS) if f.attributes["sure"]]

    assert {"D3-Q11.indicador", "D3-Q11.meta", "D2-Q6.responsable"} <= {e for f in found for e in f.elements}
    assert {(f.start, f.end) for f in found} == {(0, len(reading.document.text))}


def test_the_sentence_that_says_it_is_the_one_quoted():
    reading = a_reading(
        "El municipio queda al norte. La deserción escolar se debe a la falta de transporte. Hay dos ríos.",
        role="diagnostico",
    )

    evidence = [e for e in bind(DETECTOR, reading) if "D6-Q26.causa" in e.elements]

    assert [e.text for e in evidence] == ["La deserción escolar se debe a la falta de transporte."]


def test_elements_bound_by_row_stand_with_their_anchor():
    reading = a_reading("Construir 5 aulas en la escuela. Realizar 3 talleres con la Secretaría de Educación.")

    spans = {}
    for finding in statements(reading, LEXICON, (), BINDINGS):
        for element in finding.elements:
            spans[element] = (finding.start, finding.end)

    assert all(spans[e] == spans["D2-Q6.intervencion"] for e in ("D2-Q6.meta", "D2-Q6.responsable") if e in spans)


def test_every_statement_is_its_own_evidence():
    reading = several(
        a_reading("Construir 5 aulas para 200 niños."), a_reading("Capacitar a 30 docentes rurales en 2013.")
    )

    found = list(statements(reading, LEXICON, (), BINDINGS))

    assert len(bind(DETECTOR, reading)) == len(found)


def test_an_echo_is_doubtful_and_does_not_count_for_the_passage():
    reading = a_reading("Hay deserción escolar por la falta de transporte.", role="diagnostico")

    findings = list(statements(reading, LEXICON, (), BINDINGS))
    echoed = [f for f in findings if "D4-Q19.problema_diagnosticado" in f.elements]

    assert echoed
    assert not any(f.attributes["sure"] for f in echoed)
    assert "D4-Q19" not in passage_elements(bind(DETECTOR, reading), QUESTIONNAIRE)


def test_a_rare_elements_own_words_are_registered_as_doubtful():
    reading = a_reading("La atención en salud llevará registros desagregados por sexo y edad.", role="programacion")

    found = [f for f in statements(reading, LEXICON, (), BINDINGS) if "D5-Q25.desagregacion" in f.elements]

    assert [(f.attributes["sure"], f.confidence) for f in found] == [(False, CUE)]


def test_without_its_anchor_no_element_of_a_question_counts():
    elements = passage_elements(
        bind(DETECTOR, a_reading("Capacitar a 200 mujeres cabeza de hogar. Línea base: 20.")), QUESTIONNAIRE
    )

    assert all(e[0] == 1 for e in elements.values())
