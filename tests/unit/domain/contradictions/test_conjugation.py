"""Forms of verbs: those that a list of infinitives gives, and those that it must not."""

import pytest

from domain.contradictions.conjugation import finite, participles, past, unfinished


@pytest.mark.parametrize(
    ("entry", "form"),
    [
        ("alcanzar", "alcancemos"),
        ("llegar", "lleguen"),
        ("cerrar cierr", "cierra"),
        ("tener tien teng tuv tendr", "tendra"),
        ("cumplir", "cumpliremos"),
    ],
)
def test_a_person_has_its_form(entry, form):
    assert form in finite([entry])


def test_a_past_that_is_a_noun_without_its_accent_is_left_to_the_past():
    assert "logro" not in finite(["lograr"])
    assert "logro" in past(["lograr"])


def test_infinitives_take_pronouns_and_participles_agree():
    assert {"situarse", "situando"} <= unfinished(["situar"])
    assert {"prevista", "previstos"} <= participles(["prever previst"])
