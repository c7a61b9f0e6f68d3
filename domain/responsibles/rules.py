"""The rules that bind a name by a label, a row or a verb, each as a fact about a stretch of the text."""

from collections.abc import Iterable

import msgspec

from domain.responsibles.bound import Bound
from domain.responsibles.rows import in_rows, is_broken_table, listed, unnamed_cells
from domain.responsibles.words import by_words


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that holds of `text[start:end]`: listed, row, cell, label or verb; `what` it says the task is."""

    name: str
    start: int
    end: int
    what: str


def rules_of(text: str) -> list[Rule]:
    """All rules that hold in a text, in order of place."""
    broken = is_broken_table(text)
    out = [
        *_held(listed(text), "listed"),
        *(_held(in_rows(text), "row") if broken else ()),
        *(_held(unnamed_cells(text), "cell") if broken else ()),
        *(rule for item in by_words(text) for rule in _held([item], item.how)),
    ]
    return sorted(out, key=lambda r: (r.start, r.name))


def _held(items: Iterable[Bound], name: str) -> Iterable[Rule]:
    for item in items:
        yield Rule(name=name, start=item.entity.start, end=item.entity.end, what=item.what)
