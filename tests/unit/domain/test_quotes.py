import pytest

from domain.quotes import FEWEST, MOST, quote
from tests.fakes.evidences import an_evidence
from tests.fakes.readings import a_reading, a_row_reading

SENTENCE = "En el municipio faltan por construir 300 viviendas de interés social para las familias desplazadas."


def quoted(reading, words):
    return quote(an_evidence(reading, words, "D1-Q2.poblacion_afectada"), reading.document.passages[0])


def test_a_cell_is_quoted_with_its_row():
    reading = a_row_reading([("Producto", "Casas de la mujer dotadas"), ("Meta", "4"), ("Costo", "15.000")])

    assert quoted(reading, "15.000") == reading.document.passages[0].text


def test_a_few_words_are_quoted_with_their_sentence_alone():
    reading = a_reading(f"Otra cosa es esta. {SENTENCE} Y esta es otra.")

    assert quoted(reading, "300 viviendas") == SENTENCE


def test_words_that_say_enough_are_quoted_alone():
    words = "faltan por construir 300 viviendas de interés social"
    assert len(words.split()) >= FEWEST

    assert quoted(a_reading(SENTENCE), words) == words


@pytest.mark.parametrize("at", [0, 50, 99])
def test_a_long_sentence_is_cut_around_the_words(at):
    words = [f"palabra{i}" for i in range(100)]
    text = " ".join(words)

    found = quoted(a_reading(text), words[at])

    assert found in text
    assert words[at] in found.split()
    assert len(found.split()) == MOST
