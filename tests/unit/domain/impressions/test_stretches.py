"""Stretches: as long as what the heads learned on, and every passage in exactly one."""

from itertools import pairwise

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

    # A passage counts with what parts it from the next as one character, however documents part them.
    counted = [sum(lengths[p] + 1 for p in s.passages) for s in stretches(document)]
    assert all(n <= MOST or len(s.passages) == 1 for n, s in zip(counted, stretches(document), strict=True))


def test_short_passages_are_read_together_until_there_is_enough():
    document = several(*(a_reading("palabra " * 20) for _ in range(10))).document

    assert all(s.end - s.start >= ENOUGH - 170 for s in stretches(document)[:-1])


def test_a_heading_opens_a_new_stretch_once_there_is_something_before_it():
    document = several(
        a_reading("Título", kind="heading"), a_reading("x " * 150), a_reading("Otro título", kind="heading")
    ).document

    assert [s.passages for s in stretches(document)] == [(0, 1), (2,)]


FIRST = "El municipio tiene hoy ochenta y cinco hectáreas restauradas en microcuencas."
SECOND = "En el cuatrienio se restaurarán trescientas más con la comunidad y la corporación."


def units_of(*readings):
    document = several(*readings).document
    found = [unit for s in stretches(document) for unit in units(document, s)]
    return [(u.passage, document.text[u.start : u.end]) for u in found]


def test_the_units_of_a_paragraph_are_its_sentences_and_a_row_is_one_unit():
    row = a_row_reading([("Meta", "4. Talleres. Hechos.")])

    assert units_of(a_reading(f"{FIRST} {SECOND}"), row) == [(0, FIRST), (0, SECOND), (1, row.document.text)]


def test_lines_that_tell_nothing_by_themselves_are_joined_with_their_neighbours():
    assert units_of(a_reading(f"A.1\nCuencas\n{FIRST}")) == [(0, f"A.1\nCuencas\n{FIRST}")]
    assert units_of(a_reading(f"{FIRST} Tabla 11.")) == [(0, f"{FIRST} Tabla 11.")]
    assert units_of(a_reading("Una frase.")) == [(0, "Una frase.")]


@given(st.lists(st.text("ab .\n", max_size=40), max_size=8))
def test_units_of_a_passage_do_not_overlap_and_keep_its_order(texts):
    document = several(*map(a_reading, texts)).document
    found = [unit for s in stretches(document) for unit in units(document, s)]

    assert all(a.end <= b.start for a, b in pairwise(found))
