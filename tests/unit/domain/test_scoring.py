import pytest

from domain.result import Answer
from domain.scoring import score
from tests.fakes.questionnaire import the_questionnaire

APPLIES = {f"P{i}": True for i in range(1, 11)}


def answers(of=lambda point, question: 0, evaluated=lambda question: True):
    return [
        Answer(
            id=f"{p.id}-{q.id}",
            point=p.id,
            question=q.id,
            applies=True,
            evaluated=evaluated(q.id),
            elements=(0, 0, 0),
            score=of(p.id, q.id),
            confidence=0.5,
            evidence=(),
            searched=(),
            why="",
        )
        for p in the_questionnaire().points
        for q in the_questionnaire().questions
    ]


def test_three_everywhere_is_a_hundred_percent_and_ten():
    card = score(answers(lambda p, q: 3), APPLIES, the_questionnaire())

    assert (card.percent, card.score, card.band) == (100.0, 10.0, "EXCELENTE")


def test_nothing_anywhere_is_deficient():
    assert score(answers(), APPLIES, the_questionnaire()).band == "DEFICIENTE"


def test_a_dimension_is_the_mean_of_its_five_questions():
    card = score(answers(lambda p, q: 3 if q in {"D1-Q1", "D1-Q2"} else 0), APPLIES, the_questionnaire())

    assert card.points[0].dimensions[0].percent == pytest.approx(40.0)


def test_a_point_is_the_mean_of_its_six_dimensions():
    card = score(answers(lambda p, q: 3 if q.startswith("D1") else 0), APPLIES, the_questionnaire())

    assert card.points[0].percent == pytest.approx(16.67)


def test_a_point_that_does_not_apply_leaves_the_mean():
    given = answers(lambda p, q: 0 if p == "P9" else 3)

    card = score(given, {**APPLIES, "P9": False}, the_questionnaire())

    assert card.percent == 100.0
    assert (card.points[8].band, card.points[8].percent) == ("NO_APLICA", None)


def test_a_question_that_was_not_evaluated_leaves_the_mean():
    given = answers(lambda p, q: 0 if q == "D1-Q3" else 3, evaluated=lambda q: q != "D1-Q3")

    assert score(given, APPLIES, the_questionnaire()).percent == 100.0


def test_a_dimension_of_the_plan_is_the_mean_over_its_points():
    card = score(answers(lambda p, q: 3 if p == "P1" and q.startswith("D2") else 0), APPLIES, the_questionnaire())

    assert [d.percent for d in card.dimensions] == [0, 10.0, 0, 0, 0, 0]
    assert card.dimensions[1].key == "D2_CAUSALIDAD_FUNDAMENTADA"
