"""Causes and means: direction, kind, near misses, and that every span is verbatim."""

import pytest

from domain.detectors.causal import DETECTOR
from domain.evidence import bind
from tests.fakes.readings import a_reading, a_row_reading


def pairs(text, **about):
    return [
        (e.attributes["cause"], e.attributes["effect"], e.attributes["kind"])
        for e in bind(DETECTOR, a_reading(text, **about))
    ]


@pytest.mark.parametrize(
    ("text", "cause", "effect", "kind"),
    [
        (
            "La deserción escolar ha aumentado debido a la falta de transporte.",
            "la falta de transporte",
            "La deserción escolar ha aumentado",
            "causa",
        ),
        (
            "Hay hacinamiento como consecuencia del desplazamiento forzado.",
            "desplazamiento forzado",
            "hacinamiento",
            "causa",
        ),
        (
            "La falta de alumbrado público genera inseguridad en los barrios.",
            "La falta de alumbrado público",
            "inseguridad",
            "causa",
        ),
        (
            "La tala de bosques ocasiona deslizamientos en la zona rural.",
            "La tala de bosques",
            "deslizamientos",
            "causa",
        ),
        (
            "Construir tres acueductos veredales para mejorar la calidad del agua.",
            "Construir tres acueductos veredales",
            "mejorar la calidad del agua",
            "medio-fin",
        ),
        (
            "Reducir la mortalidad infantil mediante jornadas de vacunación.",
            "jornadas de vacunación",
            "Reducir la mortalidad infantil",
            "medio-fin",
        ),
        (
            "Fortalecer la convivencia a través de talleres de formación ciudadana.",
            "talleres de formación ciudadana",
            "Fortalecer la convivencia",
            "medio-fin",
        ),
        (
            "Crear un banco de proyectos con el fin de gestionar recursos nacionales.",
            "Crear un banco de proyectos",
            "gestionar recursos nacionales",
            "medio-fin",
        ),
        (
            "Implementar programas de nutrición que contribuyan a reducir la desnutrición.",
            "programas de nutrición",
            "reducir la desnutrición",
            "medio-fin",
        ),
        (
            "Con el fin de reducir la pobreza, se construirá un centro de acopio.",
            "centro de acopio",
            "reducir la pobreza",
            "medio-fin",
        ),
    ],
)
def test_a_marker_gives_cause_and_effect_in_its_direction(text, cause, effect, kind):
    found = pairs(text)

    assert any(cause in c and effect in e and k == kind for c, e, k in found), found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "La población del municipio es joven.",
        "Presupuesto aprobado para el año 2015.",
        "Indicadores para el municipio.",
        "Prosperidad para todos.",
        "Elaborado por la Secretaría de Planeación.",
        "Adoptado mediante decreto 217 de 2004.",
        "El 20 por ciento de los hogares.",
        "La principal causa de muerte es el infarto.",
        "El municipio limita al norte con Pitalito.",
        "Por lo menos diez escuelas.",
    ],
)
def test_words_that_link_nothing_give_no_pair(text):
    assert pairs(text) == []


def test_a_denied_link_is_marked_and_supports_nothing():
    found = bind(DETECTOR, a_reading("La baja cobertura de la red no permite garantizar el servicio de agua."))

    assert found
    assert all(e.attributes["negated"] is True and e.elements == () for e in found)


def test_spans_are_verbatim_and_inside_the_finding():
    text = "Antes. Se ampliará la red de acueducto para\ngarantizar el agua potable, dado que hoy falta."
    reading = a_reading(text)

    found = bind(DETECTOR, reading)

    assert found
    for e in found:
        assert reading.document.text[e.start : e.end] == e.text
        assert {
            e.attributes["cause"] in e.text,
            e.attributes["effect"] in e.text,
            e.attributes["marker"] in e.text,
        } == {True}
        assert 0 < e.confidence <= 1
        assert e.why.endswith(".")


def test_a_pair_does_not_cross_the_cells_of_a_row():
    reading = a_row_reading(
        [("Programa", "Construir el acueducto veredal"), ("Objetivo", "para mejorar la salud"), ("Meta", "3")]
    )

    assert bind(DETECTOR, reading) == ()


def test_headings_are_no_evidence():
    assert pairs("Construir vías para mejorar la movilidad", kind="heading") == []


def test_a_cause_of_a_problem_supports_the_explanation_of_problems():
    found = bind(
        DETECTOR,
        a_reading("La deserción escolar ha aumentado debido a la falta de transporte.", role="diagnostico"),
    )

    assert "D6-Q26.causa" in found[0].elements
    assert "D2-Q8.problema" in found[0].elements


def test_a_means_is_found_but_supports_no_element_by_itself():
    found = bind(DETECTOR, a_reading("Reducir la mortalidad infantil mediante jornadas de vacunación."))

    assert [(e.attributes["kind"], e.elements) for e in found] == [("medio-fin", ())]


def test_hostile_text_takes_no_time():
    assert isinstance(pairs("para que " * 4000), list)
    assert isinstance(pairs("a" * 100_000), list)
    assert isinstance(pairs("por la que se le genera, " * 2000), list)
