from pathlib import Path

import msgspec
import pytest

import domain
from domain.errors import ReleaseMismatchError
from domain.rubric.model import decode
from tests.fakes.questionnaire import the_questionnaire

SHIPPED = (Path(domain.__file__).parent / "rubric/questionnaire.json").read_bytes()


def test_the_shipped_questionnaire_asks_300_questions_of_three_elements():
    questionnaire = the_questionnaire()

    assert len(questionnaire.points) * len(questionnaire.questions) == 300
    assert len(questionnaire.elements) == 90


@pytest.mark.parametrize(
    ("percent", "band"),
    [
        (100, "EXCELENTE"),
        (85, "EXCELENTE"),
        (84.99, "BUENO"),
        (69.5, "SATISFACTORIO"),
        (54.9, "INSUFICIENTE"),
        (39.99, "DEFICIENTE"),
        (0, "DEFICIENTE"),
    ],
)
def test_bands_have_no_gap_between_their_edges(percent, band):
    assert the_questionnaire().band(percent) == band


def without_a_question(file):
    file["questions"].pop()


def with_two_elements(file):
    file["questions"][3]["elements"].pop()


def with_a_band_missing_below(file):
    file["scoring"]["bands"].pop()


def with_an_unknown_field(file):
    file["weights"] = {}


@pytest.mark.parametrize(
    "damage", [without_a_question, with_two_elements, with_a_band_missing_below, with_an_unknown_field]
)
def test_a_questionnaire_that_is_not_whole_is_refused(damage):
    file = msgspec.json.decode(SHIPPED)
    damage(file)

    with pytest.raises(ReleaseMismatchError, match="questionnaire"):
        decode(msgspec.json.encode(file))
