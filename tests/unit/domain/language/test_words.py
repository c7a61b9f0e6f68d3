"""Patterns for text in lower case."""

import pytest

from domain.language.words import quick


@pytest.mark.parametrize(
    ("text", "found"),
    [("costo", True), ("el costo", True), ("acosto", False), ("_costo", False), ("nit 12", True), ("unit", False)],
)
def test_the_edge_of_a_word_holds_wherever_it_is_looked_for(text: str, found: bool) -> None:
    assert bool(quick(r"\bcosto|\bnit\b").search(text)) is found
