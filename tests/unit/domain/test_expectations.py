"""What the whole of a document leads one to expect."""

import numpy as np

from domain.evidence import Reading, Topic
from domain.expectations import NAMES, expectations
from tests.fakes.nearness import near
from tests.fakes.readings import a_reading, several

LONG = "El plan dice algo de esto. " * 30


def expected(count, **said):
    document = several(*(a_reading(LONG) for _ in range(count))).document
    topics = tuple(Topic(points=("P3",), weights=(0.9,)) for _ in document.passages)
    return expectations(Reading(document=document, topics=topics), near(document, **said))


def test_there_is_a_row_of_figures_for_every_point_and_element():
    assert expected(2).shape == (10, 90, len(NAMES))


def test_an_empty_document_leads_to_finite_expectations():
    document = several().document

    assert np.isfinite(expectations(Reading(document=document, topics=()), near(document))).all()


def test_what_is_said_weakly_in_many_places_is_expected_more_than_what_is_said_so_once():
    once, often = (expected(n, elements={"D1-Q1.valor": -1.0})[2, 0, NAMES.index("log_sum_by_topic")] for n in (1, 8))

    assert often > once + 1


def test_an_element_counts_only_as_far_as_its_anchor_where_it_is_bound():
    alone = expected(3, elements={"D1-Q1.anio": 2.0})[2, 1]
    with_anchor = expected(3, elements={"D1-Q1.anio": 2.0, "D1-Q1.valor": 2.0})[2, 1]
    bound, free = NAMES.index("log_sum_by_topic_bound"), NAMES.index("log_sum_by_topic")

    assert alone[free] == with_anchor[free]
    assert alone[bound] < with_anchor[bound]


def test_a_point_that_no_passage_is_about_is_expected_by_meaning_alone():
    found = expected(2, points={"P8": 2.0}, elements={"D1-Q1.valor": 2.0})[7, 0]

    assert found[NAMES.index("log_sum_by_topic")] < 0 < found[NAMES.index("log_sum_by_meaning")]
