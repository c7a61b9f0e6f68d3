"""Who is charged with something, in many wordings; an office that helps, receives or oversees is not."""

import pytest

from domain.contradictions.charging import charged
from domain.language.entities import entities

OFFICE = "Secretaría de Hacienda"


def offices(sentence):
    return [e.text for e in charged(sentence, [e for e in entities(sentence) if not e.generic])]


@pytest.mark.parametrize(
    "sentence",
    [
        f"La {OFFICE} liderará la jornada de vacunación rural.",
        f"La {OFFICE} tendrá a su cargo la jornada de vacunación rural.",
        f"Al frente de la jornada de vacunación rural estará la {OFFICE}.",
        f"Por la jornada de vacunación rural responderá la {OFFICE}.",
        f"La jornada de vacunación rural será ejecutada por la {OFFICE}.",
        f"En cabeza de la {OFFICE} estará la jornada de vacunación rural.",
        f"La ejecución de la jornada de vacunación rural corresponde a la {OFFICE}.",
        f"El alcalde delegó en la {OFFICE} la jornada de vacunación rural.",
    ],
)
def test_an_office_is_charged_as_the_one_that_acts_or_to_whom_it_is_given(sentence):
    assert offices(sentence) == [OFFICE]


@pytest.mark.parametrize(
    "sentence",
    [
        f"La jornada de vacunación rural se hará en coordinación con la {OFFICE}.",
        f"La {OFFICE} apoyará la jornada de vacunación rural.",
        f"La {OFFICE} evaluará la jornada de vacunación rural.",
        f"La jornada de vacunación rural es de interés; la {OFFICE}, de manera coordinada, podrá ampliarla.",
        f"Número 0 14 {OFFICE} Escenarios que prestan el servicio.",
        "El Consejo Municipal de Juventud escogerá las iniciativas juveniles.",
    ],
)
def test_an_office_that_helps_oversees_or_stands_in_a_row_is_not_charged(sentence):
    assert offices(sentence) == []
