"""P9 and P10 leave the score only when the plan has nothing about them."""

import msgspec
import pytest

from domain.applicability import applicability
from domain.registry import seal
from tests.fakes.evidences import an_evidence
from tests.fakes.questionnaire import the_questionnaire
from tests.fakes.readings import a_reading


def applies(reading, *evidence):
    return applicability(reading, seal(evidence), the_questionnaire())


def about(reading, weight):
    topic = msgspec.structs.replace(reading.topics[0], weights=(weight,))
    return msgspec.structs.replace(reading, topics=(topic,))


def test_a_point_that_is_not_optional_always_applies():
    given = applies(a_reading("Nada.", points=()))

    assert {p for p, holds in given.items() if not holds} == {"P9", "P10"}


def test_one_passage_with_evidence_is_enough():
    reading = a_reading("Construir la cárcel municipal.", points=("P9",))

    assert applies(reading, an_evidence(reading, "Construir", "D2-Q6.intervencion"))["P9"]


@pytest.mark.parametrize(("weight", "holds"), [(0.6, False), (0.8, True)])
def test_a_passage_that_is_hardly_about_the_point_is_not(weight, holds):
    reading = about(a_reading("Responsabilidad penal de jóvenes.", points=("P9",)), weight)

    assert applies(reading, an_evidence(reading, "jóvenes", "D2-Q7.grupo"))["P9"] is holds


def test_doubtful_evidence_is_not_enough():
    reading = a_reading("Atraer inversión extranjera.", points=("P10",))
    doubtful = msgspec.structs.replace(an_evidence(reading, "inversión", "D1-Q3.monto"), attributes={"sure": False})

    assert not applies(reading, doubtful)["P10"]
