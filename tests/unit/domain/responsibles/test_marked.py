import numpy as np

from domain.impressions.marks import Marks
from domain.responsibles.marked import begins
from domain.responsibles.model import Model
from domain.responsibles.selection import chosen


def marks_of(spans, begin):
    return Marks(
        names=("responsible.begin",),
        spans=np.array(spans, np.int32).reshape(-1, 2),
        log_odds=np.array(begin, np.float32).reshape(-1, 1),
    )


def test_a_name_has_the_higher_mark_of_its_first_two_tokens():
    marks = marks_of([(0, 2), (3, 6), (6, 9), (10, 14)], [-6, -3, 1, -9])

    assert begins(marks, [0, 3, 6]) == [0.0, 4.0, 4.0]


def test_marks_are_held_within_bounds():
    marks = marks_of([(0, 2), (3, 6)], [9, -20])

    assert begins(marks, [0, 3]) == [7.0, -4.0]


def test_what_was_not_read_speaks_neither_for_nor_against():
    assert begins(marks_of([(0, 2)], [3]), [40]) == [0.0]
    assert begins(marks_of([], []), [0]) == [0.0]


def test_a_mark_can_choose_a_name_that_its_words_do_not():
    weights = Model(endings={}, selection={}, bias=-2.0, begin=1.0, threshold=0.5, unmarked=0.5)
    text = "la Alcaldía"
    marks = marks_of([(0, 2), (3, 11)], [-9, 4])

    assert chosen(text, weights) == []
    assert [text[n.start : n.end] for n, _ in chosen(text, weights, marks)] == ["Alcaldía"]
