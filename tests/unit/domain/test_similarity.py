"""Similarities: how near passages are, beyond what is usual in the document."""

from pathlib import Path

import numpy as np

from domain.rubric.model import decode
from domain.similarity import queries, similarities

QUESTIONNAIRE = decode((Path(__file__).parents[3] / "domain/rubric/questionnaire.json").read_bytes())


def _unit(rows):
    made = np.asarray(rows, dtype=np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


def _similarities(count):
    rng = np.random.default_rng(7)
    return similarities(_unit(rng.normal(size=(count, 8))), _unit(rng.normal(size=(40, 8))), QUESTIONNAIRE)


def test_there_is_a_query_for_every_point_and_every_question():
    asked = queries(QUESTIONNAIRE)

    assert len(asked) == 40
    assert not any("{point}" in q for q in asked)


def test_contrast_is_centred_and_measured_in_standard_deviations():
    contrast = _similarities(50).contrast

    assert contrast.shape == (50, 10)
    assert abs(contrast.mean()) < 0.01
    assert abs(contrast.std() - 1) < 0.01


def test_one_passage_alone_has_no_contrast():
    assert not _similarities(1).contrast.any()
    assert not _similarities(1).question_contrast.any()


def test_the_nearest_come_first_and_ties_go_to_the_earlier():
    vectors = _unit([[1, 0], [0, 1], [1, 0]])
    near = similarities(vectors, _unit([[1, 0]] * 40), QUESTIONNAIRE).nearest("P3", "D2-Q6", 2)

    assert [i for i, _ in near] == [0, 2]
    assert near[0][1] == 1.0


def test_no_passages_have_no_nearest():
    assert (
        similarities(np.zeros((0, 2), np.float32), _unit([[1, 0]] * 40), QUESTIONNAIRE).nearest("P1", "D1-Q1", 3) == ()
    )
