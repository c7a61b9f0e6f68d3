"""The lexicon's files: what they hold, what a term means, and what is refused."""

import json
from pathlib import Path

import pytest

from domain.errors import ReleaseMismatchError
from domain.lexicon.model import Matcher, decode
from domain.rubric.model import decode as decode_questionnaire

ROOT = Path(__file__).parents[3]
POINTS = (ROOT / "domain/lexicon/points.json").read_bytes()
QUESTIONNAIRE = (ROOT / "domain/rubric/questionnaire.json").read_bytes()


def test_the_lexicon_knows_every_point_of_the_questionnaire():
    assert tuple(decode(POINTS).points) == tuple(p.id for p in decode_questionnaire(QUESTIONNAIRE).points)


def test_no_weight_of_a_point_is_negative():
    lexicon = decode(POINTS)

    assert all(w >= 0 for point in lexicon.points.values() for pair in point.terms.values() for w in pair)


def test_the_hash_changes_with_one_weight():
    changed = json.loads(POINTS)
    changed["points"]["P1"]["bias"] -= 1

    assert decode(json.dumps(changed).encode()).hash != decode(POINTS).hash


@pytest.mark.parametrize(
    ("term", "text", "found"),
    [
        ("mujer", "la mujer rural", True),
        ("mujer", "las mujeres", False),
        ("mujer*", "las mujeres", True),
        ("mujer", "la exmujer", False),
        ("salud sexual", "salud\nsexual", True),
        ("ley #", "la ley 1448 de 2011", True),
        ("ley #", "la ley del monte", False),
        ("capacitar...#", "capacitar a los lideres en 12 talleres", True),
        ("capacitar...#", "capacitar a los lideres. en 2012", False),
        ("(una|dos) veces", "dos veces", False),
        ("son (una|dos) veces", "son dos veces", True),
        ("#%", "el 34,5% de", True),
    ],
)
def test_a_term_means_what_it_says(term, text, found):
    assert any(True for _ in Matcher({"f": (term,)}).hits(text)) is found


@pytest.mark.parametrize(
    "change",
    [
        lambda file: file["points"].pop("P10"),
        lambda file: file["points"]["P1"]["terms"].update({"(a+)+": [1, 1]}),
        lambda file: file["points"]["P1"]["terms"].update({"Género": [1, 1]}),
        lambda file: file["points"]["P1"].update(surprise=1),
        lambda file: file.update(stack=[0.5]),
    ],
)
def test_a_lexicon_that_is_not_well_formed_is_refused(change):
    file = json.loads(POINTS)
    change(file)

    with pytest.raises(ReleaseMismatchError):
        decode(json.dumps(file).encode())


def test_bytes_that_are_no_json_are_refused():
    with pytest.raises(ReleaseMismatchError):
        decode(b"{")
