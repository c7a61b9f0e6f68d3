import msgspec
import numpy as np
import pytest

from domain.detectors.indicator import DETECTOR
from domain.evidence import bind
from domain.impressions.marks import Marks
from domain.indicators.atoms import atoms
from domain.indicators.chosen import choose, hits, weighed
from domain.indicators.spans import Span
from tests.fakes.readings import a_reading

TABLE = """Indicador de Producto Unidad Línea
Base Meta 2015 Responsables
Número de Foros de socialización de
la ley 1448 No 0 12 Secretaría de
Gobierno"""


def a_span(first, last):
    return Span(first=first, last=last, sizes=(1,) * (last - first + 1), measures=(), groups=(), ruled=None)


def marks_of(text, *names):
    """Marks of a text word by word that say where these names stand."""
    words = [(a.start, a.end) for a in atoms(text.replace(" ", "\n"))]
    said = np.full((len(words), 2), -8.0, np.float32)
    for name in names:
        start = text.index(name)
        inside = [i for i, (a, b) in enumerate(words) if a < start + len(name) and b > start]
        said[inside, 1] = 3.0
        said[inside[0], 0] = 3.0
    return Marks(
        names=("indicator.begin", "indicator.inside"), spans=np.array(words, np.int32).reshape(-1, 2), log_odds=said
    )


def found(reading):
    return [" ".join(e.text.split()) for e in bind(DETECTOR, reading)]


def test_a_text_is_cut_where_cells_may_part():
    text = "Sedes educativas construidas 2 12 %\nND $ 4.000 Secretaría"
    assert [(text[a.start : a.end], a.kind) for a in atoms(text)][:4] == [
        ("Sedes educativas construidas", "words"),
        ("2", "value"),
        ("12 %", "value"),
        ("ND", "nothing"),
    ]


def test_readings_with_overlapping_candidates_exclude_each_other():
    likely, whole = weighed([a_span(0, 1), a_span(1, 2)], [0.0, 0.0])
    assert likely == pytest.approx([1 / 3, 1 / 3])
    assert whole == pytest.approx(np.log(3))


def test_candidates_that_a_reader_would_call_the_same_name_speak_for_each_other():
    candidates = [a_span(0, 3), a_span(0, 2), a_span(3, 3)]
    assert hits(candidates, [0.4, 0.3, 0.1]) == pytest.approx([0.7, 0.7, 0.1], abs=0.02)


def test_of_overlapping_candidates_those_worth_most_together_are_chosen():
    candidates = [a_span(0, 2), a_span(0, 0), a_span(2, 3), a_span(5, 5)]
    assert choose(candidates, [0.5, 0.3, 0.4, -0.1]) == [1, 2]
    assert choose(candidates, [0.8, 0.3, 0.4, 0.1]) == [0, 3]


def test_what_rules_and_marks_agree_on_is_chosen_with_the_values_that_the_rules_read():
    reading = a_reading(TABLE)
    marks = marks_of(TABLE, "Número de Foros de socialización de\nla ley 1448")
    marked = msgspec.structs.replace(reading, marks=marks)
    item = next(iter(bind(DETECTOR, marked)))
    assert " ".join(item.text.split()).startswith("Número de Foros de socialización de la ley")
    assert (item.attributes["baseline"], item.attributes["target"]) == ("0", "12")


def test_a_text_in_which_nothing_is_marked_or_ruled_has_no_indicator():
    text = "El municipio tiene una historia larga y un río que lo cruza."
    assert found(msgspec.structs.replace(a_reading(text), marks=marks_of(text))) == []


def test_an_empty_text_has_no_atoms():
    assert atoms(" \n ") == ()


@pytest.mark.parametrize("piece", ["a ", "1 ", "\n", "Número de ", "ND 1 2 ", "No. ", "(((((", "% "])
def test_monotonous_text_is_read_in_time(piece):
    text = piece * (6000 // len(piece))
    marks = marks_of(text)
    marks.log_odds[:] = 3.0
    assert found(msgspec.structs.replace(a_reading(text), marks=marks)) is not None
