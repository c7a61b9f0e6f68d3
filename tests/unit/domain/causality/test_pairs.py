"""Pairs of a sentence: what is chosen, cut verbatim, weighed with and without marks, and never twice."""

from time import process_time

import numpy as np
import pytest

from domain.causality.markers import BY_ID, Hit, hits
from domain.causality.marks import Heard, end_numbers, start_numbers
from domain.causality.model import Learned, packaged
from domain.causality.pairs import Pair, considered, pairs, unlike
from domain.causality.word_classes import tokens
from domain.impressions.marks import Marks

TEXT = "Construir tres acueductos veredales para mejorar la calidad del agua."
NAMES = ("cause.begin", "cause.inside", "effect.begin", "effect.inside", "marker.begin", "marker.inside")


def words_of(text):
    return [(t.start, t.end) for t in tokens(text)]


def heard(text, **inside):
    """Marks that are sure of the words given for a kind, and sure of nothing else."""
    spans = words_of(text)
    odds = np.full((len(spans), len(NAMES)), -6.0, np.float32)
    for kind, said in inside.items():
        start = text.index(said)
        within = [n for n, (a, b) in enumerate(spans) if a >= start and b <= start + len(said)]
        odds[within, NAMES.index(f"{kind}.inside")] = 3
        odds[within[0], NAMES.index(f"{kind}.begin")] = 3
    return Heard(Marks(names=NAMES, spans=np.array(spans, np.int32), log_odds=odds))


def test_without_marks_the_words_decide():
    found = pairs(TEXT, (0, len(TEXT)), packaged().plain, None)

    assert [(TEXT[slice(*p.cause)], TEXT[slice(*p.effect)]) for p in found] == [
        ("Construir tres acueductos veredales", "mejorar la calidad del agua")
    ]


def test_marks_make_a_pair_surer():
    marked = heard(TEXT, cause="Construir tres acueductos", effect="mejorar la calidad", marker="para")
    silent = heard(TEXT)

    sure, unsure = (
        max((p.trust for p in pairs(TEXT, (0, len(TEXT)), packaged().marked, h)), default=0) for h in (marked, silent)
    )

    assert sure > unsure


def test_one_that_opens_the_sentence_takes_what_follows_the_comma():
    text = "Con el fin de reducir la pobreza, se construirá un centro de acopio."

    assert any(one.front and one.hit.marker.id == "fin" for one in considered(text, (0, len(text))))


def a_pair(cause, effect, start=50, trust=0.5):
    return Pair(hit=Hit(marker=BY_ID["para"], start=start, end=start + 4), cause=cause, effect=effect, trust=trust)


@pytest.mark.parametrize(
    "other",
    [
        a_pair((0, 10), (70, 80)),
        a_pair((1, 30), (55, 66), start=20),
        a_pair((55, 65), (0, 31), start=20),
    ],
    ids=["same marker", "same words", "turned round"],
)
def test_a_pair_is_not_said_twice(other):
    first = a_pair((0, 30), (55, 65))

    assert list(unlike([first, other])) == [first]


def test_pairs_that_share_one_side_are_two():
    both = [a_pair((0, 30), (55, 65)), a_pair((0, 30), (80, 95), start=70)]

    assert list(unlike(both)) == both


def test_numbers_of_marks_fit_their_weights():
    marked = packaged().marked
    said = heard(TEXT, cause="Construir")
    rows = said.words(tokens(TEXT))

    assert {len(w) for w in marked.start_marks.values()} == {start_numbers(rows, "cause").shape[1]}
    assert {len(w) for w in marked.end_marks.values()} == {end_numbers(rows, "effect").shape[1]}
    assert len(marked.pair_marks) == len(said.pair((0, 9), (41, 48), (36, 40)))


def test_words_that_no_token_covers_are_not_marked():
    nothing = Heard(Marks())

    assert not nothing.words(tokens(TEXT)).any()
    assert np.isfinite(nothing.pair((0, 9), (41, 48), (36, 40))).all()


def test_a_threshold_above_all_trust_leaves_nothing():
    none = Learned(start={}, end={}, long={}, pair={}, threshold=1.1)

    assert pairs(TEXT, (0, len(TEXT)), none, None) == []


def test_markers_are_found_with_and_without_accents():
    for text in ("a través de talleres", "a traves de talleres"):
        assert [h.marker.id for h in hits(text, 0, len(text))] == ["a_traves"]


@pytest.mark.parametrize(
    "text",
    [
        "con" + " " * 30_000,
        "para la " * 4_000,
        "a fin de " * 4_000,
        "que se le " * 4_000,
        "ando" * 8_000,
        "por " * 8_000,
    ],
)
def test_hostile_text_takes_time_in_proportion(text):
    begun = process_time()
    pairs(text, (0, len(text)), packaged().plain, None)
    assert process_time() - begun < 10
