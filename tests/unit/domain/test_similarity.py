"""Similarities: what the heads say of passages, stretches and units."""

import numpy as np

from domain.impressions.model import Impressions
from domain.impressions.stretches import stretches, units
from domain.similarity import similarities
from tests.fakes.nearness import ROLES, near
from tests.fakes.questionnaire import the_questionnaire
from tests.fakes.readings import a_reading, several

QUESTIONNAIRE = the_questionnaire()
NAMES = (
    *(p.id for p in QUESTIONNAIRE.points),
    *(f"role.{r}" for r in ROLES),
    *(f"{q.id}.{e.id}" for q in QUESTIONNAIRE.questions for e in q.elements),
)


def made(document, of_stretch, of_passage):
    """The similarities of a document whose first two outputs are given; all others are nothing."""

    def wide(rows):
        return np.pad(np.array(rows, dtype=np.float64), ((0, 0), (0, len(NAMES) - 2)))

    cut = stretches(document)
    parts = tuple(unit for stretch in cut for unit in units(document, stretch))
    impressions = Impressions(
        stretches=cut,
        units=parts,
        of_stretch=wide(of_stretch),
        of_passage=wide(of_passage),
        of_unit=wide([[0, 0]] * len(parts)),
    )
    return similarities(impressions, NAMES, QUESTIONNAIRE, ROLES)


def test_a_passage_alone_has_the_log_odds_of_its_stretch():
    found = made(a_reading("Una frase.").document, [[2.0, -1.0]], [[9.0, 9.0]])

    assert found.points[0, :2].tolist() == [2.0, -1.0]


def test_passages_read_together_keep_half_of_their_own():
    document = several(a_reading("Una frase."), a_reading("Otra frase.")).document
    found = made(document, [[2.0, 0.0]], [[4.0, 0.0], [0.0, 0.0]])

    assert found.points[:, 0].tolist() == [3.0, 1.0]


def test_the_nearest_come_first_and_ties_go_to_the_earlier():
    document = several(*(a_reading(text) for text in ("Uno.", "Dos.", "Tres."))).document
    similar = near(document, points={"P3": 1.0}, elements={"D2-Q6.intervencion": 1.0})
    similar.points[1, 2] = 3.0

    assert [i for i, _ in similar.nearest("P3", "D2-Q6", 2)] == [1, 0]


def test_no_passages_have_no_nearest():
    assert near(several().document).nearest("P1", "D1-Q1", 3) == ()
