"""What a passage is about: points and role, by its words, its headings and its meaning."""

from pathlib import Path

import pytest

from domain.lexicon.model import decode
from domain.topics import topics
from tests.fakes.nearness import near
from tests.fakes.readings import a_reading, a_row_reading, several

ROOT = Path(__file__).parents[3] / "domain/lexicon"
LEXICON = decode((ROOT / "points.json").read_bytes())


def _topic(text, **given):
    return topics(a_reading(text, **given).document, LEXICON, None)[0]


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("Prevenir el feminicidio y la violencia contra las mujeres.", "P1"),
        ("Los homicidios y los hurtos aumentaron en la comuna 3.", "P2"),
        ("Reforestar las microcuencas y reducir la deforestación.", "P3"),
        ("Ampliar la cobertura del acueducto y del alcantarillado.", "P4"),
        ("Mejorar las escuelas y la alimentación escolar.", "P4"),
        ("Atención humanitaria a las víctimas del desplazamiento forzado.", "P5"),
        ("Prevenir el trabajo infantil y proteger a niños y adolescentes.", "P6"),
        ("Formalizar predios rurales y actualizar el plan de ordenamiento territorial.", "P7"),
        ("Garantías para los líderes sociales y los defensores de derechos humanos.", "P8"),
        ("Convenio con el INPEC para la cárcel y los reclusos.", "P9"),
        ("Atender a la población migrante venezolana con Migración Colombia.", "P10"),
    ],
)
def test_a_passage_is_about_the_point_that_its_words_name(text, point):
    assert point in _topic(text).points


@pytest.mark.parametrize(
    "text",
    [
        "El alcalde presenta a la comunidad este plan, fruto de la participación de todos.",
        "Los ingresos corrientes de libre destinación crecieron en la vigencia fiscal.",
        "Artículo primero. Adóptese el plan de desarrollo.",
        "Comprende las siguientes líneas:",
        "",
    ],
)
def test_general_administration_is_about_no_point(text):
    assert _topic(text).points == ()


@pytest.mark.parametrize("text", ["El transporte de mercancías.", "Un plan sano para todos.", "La participación."])
def test_generic_words_do_not_make_a_point(text):
    assert _topic(text).points == ()


def test_weights_fall_and_lie_between_the_threshold_and_one():
    topic = _topic("Las mujeres víctimas del desplazamiento reciben atención en salud sexual y reproductiva.")

    assert list(topic.weights) == sorted(topic.weights, reverse=True)
    assert all(LEXICON.threshold <= w <= 1 for w in topic.weights)


def test_a_heading_lends_its_point_to_a_row_without_words_of_its_own():
    alone = a_row_reading([("Actividad", "Realizar 4 talleres"), ("Meta", "4")])
    below = a_row_reading([("Actividad", "Realizar 4 talleres"), ("Meta", "4")], path=("EQUIDAD DE GÉNERO Y MUJERES",))

    assert topics(alone.document, LEXICON, None)[0].points == ()
    assert "P1" in topics(below.document, LEXICON, None)[0].points


def test_words_and_meaning_are_weighed_together():
    weak = a_reading("Se fortalecen los liderazgos amenazados.").document

    against, unsure, for_it = (
        topics(weak, LEXICON, near(weak, points={"P8": said}))[0].points for said in (-6.0, 0.0, 3.0)
    )

    assert ("P8" in against, "P8" in for_it) == (False, True)
    assert set(against) <= set(unsure) <= set(for_it)


def test_meaning_alone_must_be_strong_to_make_a_point():
    silent = a_reading("Nada que ver con ello.").document

    assert topics(silent, LEXICON, near(silent, points={"P8": 0.0}))[0].points == ()


def test_the_role_is_the_one_that_the_heads_prefer():
    document = a_reading("Una frase.").document

    assert topics(document, LEXICON, near(document, role="seguimiento"))[0].role == "seguimiento"


def test_there_is_a_topic_for_every_passage():
    reading = several(a_reading("Salud."), a_reading(""), a_row_reading([("Meta", "4")]))

    assert len(topics(reading.document, LEXICON, None)) == 3
