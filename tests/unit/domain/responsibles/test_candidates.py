from time import process_time

import pytest

from domain.responsibles.candidates import candidates, paged
from domain.responsibles.selection import chosen


def offered(text):
    page = paged(text)
    return {
        " ".join(text[page.tokens[c.first].start : page.tokens[last].end].split())
        for c in candidates(page)
        for last in c.lasts
    }


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("se hará con las entidades territoriales competentes.", "entidades territoriales"),
        ("Núm. 0 1\nPlaneación /\ninfraestructura /\nOperador\nCobertura 3", "infraestructura"),
        ("Núm. 0 1\nPlaneación /\ninfraestructura /\nOperador\nCobertura 3", "Operador"),
        ("la Secretaría de Gobierno, Convivencia y Seguridad", "Secretaría de Gobierno, Convivencia y Seguridad"),
        ("lo hace RedEquidad y el DAGMA", "RedEquidad"),
        ("lo hace RedEquidad y el DAGMA", "DAGMA"),
        ("con la sec. de\nsalud mpal", "sec. de salud mpal"),
    ],
)
def test_names_are_offered_in_sentences_and_in_cells(text, name):
    assert name in offered(text)


def test_no_name_runs_over_a_sentence_or_a_verb_form_that_ends_it():
    assert "Alcaldía. Habrá" not in offered("lo dijo la Alcaldía. Habrá foros.")
    assert "Alcaldía que" not in offered("la Alcaldía que viene")


@pytest.mark.parametrize("text", ["a" * 60_000, "Secretaría de " * 3_000, "1\n" * 20_000, "(" * 20_000, "A, " * 10_000])
def test_hostile_text_takes_time_in_proportion(text):
    begun = process_time()
    chosen(text)
    assert process_time() - begun < 30
