"""Marks of tokens: cut to a passage, and silent where nothing was read."""

import numpy as np

from domain.impressions.marks import UNREAD, Marks, joined

MARKS = Marks(
    names=("cause.begin", "cause.inside"),
    spans=np.array([[0, 4], [5, 9], [10, 12]], np.int32),
    log_odds=np.array([[1, 2], [-1, 3], [-2, -3]], np.float32),
)


def test_marks_of_a_passage_are_those_of_its_tokens_with_its_own_positions():
    inner = MARKS.between(5, 12)

    assert inner.spans.tolist() == [[0, 4], [5, 7]]
    assert inner.of("cause.inside").tolist() == [3, -3]


def test_a_token_that_a_passage_cuts_belongs_to_it():
    assert len(MARKS.between(3, 6).spans) == 2


def test_what_was_not_read_is_not_marked():
    assert MARKS.between(20, 30).of("cause.inside").tolist() == []
    assert MARKS.of("effect.inside").tolist() == [UNREAD] * 3


def test_marks_of_consecutive_texts_are_joined_in_order():
    both = joined([MARKS.between(0, 4), MARKS])

    assert len(both.spans) == 4
    assert joined([]).spans.tolist() == []


def test_the_loudest_of_each_stretch_is_that_of_the_tokens_that_cover_it():
    spans = np.array([(0, 3), (4, 9), (10, 12)], np.int32)
    marks = Marks(names=("indicator.begin",), spans=spans, log_odds=np.array([[-1], [2], [0.5]], np.float32))

    assert marks.loudest("indicator.begin", [(0, 4), (2, 9), (9, 10), (11, 20)]) == [-1.0, 2.0, UNREAD, 0.5]
    assert marks.loudest("cause.begin", [(0, 4)]) == [UNREAD]
    assert marks.loudest("indicator.begin", []) == []
    assert Marks().loudest("indicator.begin", [(0, 4)]) == [UNREAD]
