"""Patterns for text in lower case."""

import pytest

from domain.language.words import beginning, quick


@pytest.mark.parametrize(
    ("text", "found"),
    [("costo", True), ("el costo", True), ("acosto", False), ("_costo", False), ("nit 12", True), ("unit", False)],
)
def test_the_edge_of_a_word_holds_wherever_it_is_looked_for(text: str, found: bool) -> None:
    assert bool(quick(r"\bcosto|\bnit\b").search(text)) is found


def test_a_beginning_is_found_where_a_word_begins_and_not_inside_one() -> None:
    found = beginning(["alcald", "al", "mesa"])
    assert [m.start() for m in found.finditer("la alcaldia, mesas y comensales")] == [3, 13]
