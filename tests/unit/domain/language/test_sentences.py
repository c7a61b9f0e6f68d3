"""Sentences and pieces: where they end, and that every one is verbatim at its place."""

import itertools

import pytest

from domain.language.sentences import LIMIT, pieces, sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("   \n ", []),
        ("Una sola frase sin punto final", ["Una sola frase sin punto final"]),
        ("Primera frase. Segunda frase.", ["Primera frase.", "Segunda frase."]),
        ("¿Qué se hará? Se construirá.", ["¿Qué se hará?", "Se construirá."]),
        ("Según el art. 49 de la Ley. Rige ya.", ["Según el art. 49 de la Ley.", "Rige ya."]),
        ("El Acuerdo No. 009 rige. Sigue.", ["El Acuerdo No. 009 rige.", "Sigue."]),
        ("Vacunas, refrigerios, etc. El plan sigue.", ["Vacunas, refrigerios, etc.", "El plan sigue."]),
        ("Se invertirán 12.500 pesos y 3.2 más.", ["Se invertirán 12.500 pesos y 3.2 más."]),
        ("1. Objetivo general del plan. 2. Otro.", ["1. Objetivo general del plan.", "2. Otro."]),
        ("La tasa bajó. y luego subió.", ["La tasa bajó. y luego subió."]),
        ("Dotar la escuela; construir la vía", ["Dotar la escuela;", "construir la vía"]),
        ("Metas • Dotar la escuela • Construir la vía", ["Metas", "Dotar la escuela", "Construir la vía"]),
        ("Un párrafo\n\notro párrafo", ["Un párrafo", "otro párrafo"]),
        ("Una línea\nque sigue", ["Una línea\nque sigue"]),
    ],
)
def test_sentences_end_where_a_writer_ends_them(text, expected):
    assert [s.text for s in sentences(text)] == expected


@pytest.mark.parametrize("text", ["Uno. Dos; tres\n\n• Cuatro. ", "a" * 3000, ". . . ? ! ;;"])
def test_sentences_are_verbatim_rise_and_do_not_overlap(text):
    found = sentences(text)

    assert all(text[s.start : s.end] == s.text for s in found)
    assert all(one.end <= two.start for one, two in itertools.pairwise(found))


def test_no_piece_is_longer_than_the_limit_and_all_words_are_kept():
    text = "El municipio adelantará la obra y la dotará de equipos. " * 80

    found = pieces(text)

    assert all(0 < end - start <= LIMIT for start, end in found)
    assert "".join(text[a:b] for a, b in found).replace(" ", "") == text.replace(" ", "")
