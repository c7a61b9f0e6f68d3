"""Pairs of a sentence: what is chosen, cut verbatim, weighed with and without marks, and never twice."""

from time import process_time

import numpy as np
import pytest

from domain.causality.columns import END, START, Codes, Windows, alphabets, end_columns, start_columns, stem
from domain.causality.markers import BY_ID, Hit, hits
from domain.causality.marks import Heard, Spans, end_numbers, start_numbers
from domain.causality.model import Learned, packaged
from domain.causality.pairs import Pair, pairs, unlike
from domain.causality.templates import Weighed, alphabet, names
from domain.causality.windows import Sentence, Sheet
from domain.causality.word_classes import WORD
from domain.impressions.marks import Marks

TEXT = "Construir tres acueductos veredales para mejorar la calidad del agua."
NAMES = ("cause.begin", "cause.inside", "effect.begin", "effect.inside", "marker.begin", "marker.inside")


def words_of(text):
    return [m.span() for m in WORD.finditer(text)]


def sheet_of(*texts):
    return Sheet(texts, [Sentence(n, 0, len(text)) for n, text in enumerate(texts)])


def pairs_of(text, learned, heard=None):
    return [pair for _, found in pairs([text], [Sentence(0, 0, len(text))], learned, heard) for pair in found]


def heard(text, **inside):
    """Marks that are sure of the words given for a kind, and sure of nothing else."""
    spans = words_of(text)
    odds = np.full((len(spans), len(NAMES)), -6.0, np.float32)
    for kind, said in inside.items():
        start = text.index(said)
        within = [n for n, (a, b) in enumerate(spans) if a >= start and b <= start + len(said)]
        odds[within, NAMES.index(f"{kind}.inside")] = 3
        odds[within[0], NAMES.index(f"{kind}.begin")] = 3
    return Heard([Marks(names=NAMES, spans=np.array(spans, np.int32), log_odds=odds)])


def test_without_marks_the_words_decide():
    found = pairs_of(TEXT, packaged().plain)

    assert [(TEXT[slice(*p.cause)], TEXT[slice(*p.effect)]) for p in found] == [
        ("Construir tres acueductos veredales", "mejorar la calidad del agua")
    ]


def test_marks_make_a_pair_surer():
    marked = heard(TEXT, cause="Construir tres acueductos", effect="mejorar la calidad", marker="para")
    silent = heard(TEXT)

    sure, unsure = (max((p.trust for p in pairs_of(TEXT, packaged().marked, h)), default=0) for h in (marked, silent))

    assert sure > unsure


def test_one_that_opens_the_sentence_takes_what_follows_the_comma():
    text = "Con el fin de reducir la pobreza, se construirá un centro de acopio."

    assert any(one.front and one.hit.marker.id == "fin" for one in sheet_of(text).candidates)


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


def a_span(start, end):
    return Spans(np.array([0]), np.array([start]), np.array([end]))


def test_numbers_of_marks_fit_their_weights():
    marked, said = packaged().marked, heard(TEXT, cause="Construir")
    sheet = sheet_of(TEXT)
    windows, words = Windows(sheet), said.words(sheet)

    assert {len(w) for w in marked.start_marks.values()} == {start_numbers(words, windows, windows.starts()).shape[1]}
    assert {len(w) for w in marked.end_marks.values()} == {end_numbers(words, windows, windows.ends()).shape[1]}
    assert len(marked.pair_marks) == said.pairs(a_span(0, 9), a_span(41, 48), a_span(36, 40)).shape[1]


def test_words_that_no_token_covers_are_not_marked():
    nothing = Heard([Marks()])

    assert not nothing.words(sheet_of(TEXT)).any()
    assert np.isfinite(nothing.pairs(a_span(0, 9), a_span(41, 48), a_span(36, 40))).all()


def test_what_is_heard_in_a_text_does_not_depend_on_others():
    marks = [
        Marks(names=NAMES, spans=np.array(words_of(text), np.int32), log_odds=odds)
        for text in (TEXT, TEXT.upper())
        for odds in [np.random.default_rng(len(text)).normal(-2, 2, (len(words_of(text)), 6)).astype(np.float32)]
    ]
    alone, both = (Heard([m]).words(sheet_of(TEXT)) for m in marks), Heard(marks).words(sheet_of(TEXT, TEXT))

    assert np.array_equal(np.concatenate(list(alone)), both)


def test_the_same_features_are_fitted_and_looked_up():
    learned, sheet = packaged().plain, sheet_of(TEXT, "Con el fin de reducir la pobreza, se hará un acopio; por ello,")
    windows = Windows(sheet)
    fields = alphabets(alphabet(dict.fromkeys(["^", "$", *map(stem, sheet.words)])))
    codes = Codes(sheet, fields)
    for templates, weights, columns in (
        (START, learned.start, start_columns(codes, windows, windows.starts())),
        (END, learned.end, end_columns(codes, windows, windows.ends())),
    ):
        spelled = [sum(weights.get(name, 0.0) for name in row) for row in names(templates, columns, fields)]

        assert any(spelled)
        assert np.allclose(Weighed(templates, weights, fields)(columns), spelled)


def test_a_threshold_above_all_trust_leaves_nothing():
    none = Learned(start={}, end={}, long={}, pair={}, threshold=1.1)

    assert pairs_of(TEXT, none) == []


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
    pairs_of(text, packaged().plain)
    assert process_time() - begun < 10
