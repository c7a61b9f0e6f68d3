from pathlib import Path

import msgspec
import pytest

import domain
from domain.errors import ReleaseMismatchError
from domain.rubric.phrases import decode
from tests.fakes.questionnaire import the_phrases, the_questionnaire

SHIPPED = (Path(domain.__file__).parent / "rubric/phrases.json").read_bytes()

PHRASES = [pytest.param(phrase, id=name) for name, phrase in the_phrases().items()]
OF_ANCHORS = [
    pytest.param(the_phrases()[f"{q.id}.{q.elements[0].id}"], id=f"{q.id}.{q.elements[0].id}")
    for q in the_questionnaire().questions
]


def test_every_element_has_a_phrase():
    assert the_phrases().keys() == the_questionnaire().elements


@pytest.mark.parametrize("phrase", PHRASES)
def test_a_phrase_is_a_verb_twice_and_its_object_in_few_words(phrase):
    assert phrase.infinitive.endswith("r")
    assert phrase.verb[0] == phrase.infinitive[0]
    assert len(phrase.to_state()) <= 50
    assert not phrase.what.endswith(".")


@pytest.mark.parametrize("phrase", PHRASES)
def test_no_verb_would_turn_the_y_before_it_into_an_e(phrase):
    assert not phrase.verb.startswith(("i", "í", "hi"))


@pytest.mark.parametrize("phrase", OF_ANCHORS)
def test_the_phrase_of_an_anchor_points_back_at_nothing(phrase):
    assert not {"su", "ese", "esa", "esos", "esas"} & set(phrase.what.split())


def without_a_phrase(file):
    del file["D1-Q1.anio"]


def with_a_phrase_too_many(file):
    file["D1-Q1.mes"] = ["dice", "decir", "el mes"]


def with_a_phrase_without_its_infinitive(file):
    file["D1-Q1.anio"] = ["dice", "el año"]


@pytest.mark.parametrize("damage", [without_a_phrase, with_a_phrase_too_many, with_a_phrase_without_its_infinitive])
def test_phrases_that_are_not_those_of_the_questionnaire_are_refused(damage):
    file = msgspec.json.decode(SHIPPED)
    damage(file)

    with pytest.raises(ReleaseMismatchError, match="phrases"):
        decode(msgspec.json.encode(file), the_questionnaire())
