"""Flags: lost pages, and texts that are no plan."""

import pytest

from domain.document import Document, PageSpan
from domain.reading.plausibility import flags_of

PLAN = (
    "El programa de salud tiene como meta reducir la mortalidad; el indicador y la línea base son del municipio. " * 20
)
LAW = (
    "Artículo 5. La presente ley rige. El Congreso de Colombia decreta. El artículo anterior trata de la tierra. " * 20
)
NOVEL = (
    "Muchos años después, frente al pelotón, el coronel había de recordar aquella tarde en que conoció el hielo. " * 20
)


def _document(text, problems=()):
    pages = tuple(PageSpan(number=i, start=0, end=0, problem=problem) for i, problem in enumerate(problems, start=1))
    return Document(sha256="0" * 64, kind="pdf", text=text, pages=pages, passages=())


def test_a_plan_has_no_flags():
    assert flags_of(_document(PLAN)) == ()


@pytest.mark.parametrize(("text", "word"), [(LAW, "una ley"), (NOVEL, "planeación"), ("Pocas palabras.", "2 palabras")])
def test_what_is_no_plan_is_flagged_with_the_reason(text, word):
    (flag,) = flags_of(_document(text))

    assert flag.code == "unlikely_plan"
    assert word in flag.reason


def test_a_plan_adopted_by_an_agreement_full_of_articles_is_a_plan():
    assert flags_of(_document(f"{PLAN}{'Artículo 3. El programa rige. ' * 40}")) == ()


def test_lost_and_scanned_pages_are_named():
    problems = [None, "damaged", "damaged", "damaged", None, "no_text_layer", "blank"]

    flags = flags_of(_document(PLAN, problems))

    assert [flag.code for flag in flags] == ["pages_lost", "pages_without_text"]
    assert flags[0].reason == "3 de 7 páginas no se pudieron leer, o no enteras: 2-4."
    assert flags[1].reason.endswith(": 6.")
