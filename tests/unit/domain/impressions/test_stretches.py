"""Stretches: as long as what the heads learned on, and every passage in exactly one."""

from hypothesis import given
from hypothesis import strategies as st

from domain.impressions.stretches import ENOUGH, MOST, stretches, units
from tests.fakes.readings import a_reading, a_row_reading, several

LENGTHS = st.lists(st.integers(min_value=1, max_value=1500), max_size=30)


@given(LENGTHS)
def test_every_passage_is_in_exactly_one_stretch_in_order(lengths):
    document = several(*(a_reading("a" * n) for n in lengths)).document

    assert [p for s in stretches(document) for p in s.passages] == list(range(len(lengths)))


@given(LENGTHS)
def test_only_a_passage_by_itself_makes_a_stretch_longer_than_the_readers_had(lengths):
    document = several(*(a_reading("a" * n) for n in lengths)).document

    assert all(s.end - s.start <= MOST + 1 or len(s.passages) == 1 for s in stretches(document))


def test_short_passages_are_read_together_until_there_is_enough():
    document = several(*(a_reading("palabra " * 20) for _ in range(10))).document

    assert all(s.end - s.start >= ENOUGH - 170 for s in stretches(document)[:-1])


def test_a_heading_opens_a_new_stretch_once_there_is_something_before_it():
    document = several(
        a_reading("Título", kind="heading"), a_reading("x " * 150), a_reading("Otro título", kind="heading")
    ).document

    assert [s.passages for s in stretches(document)] == [(0, 1), (2,)]


def test_the_units_of_a_paragraph_are_its_sentences_and_a_row_is_one_unit():
    document = several(a_reading("Una frase. Otra frase."), a_row_reading([("Meta", "4. Talleres. Hechos.")])).document
    found = [unit for s in stretches(document) for unit in units(document, s)]

    assert [document.text[u.start : u.end] for u in found[:2]] == ["Una frase.", "Otra frase."]
    assert [u.passage for u in found] == [0, 0, 1]
