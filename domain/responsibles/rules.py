"""The rules that bind a name by a label, a row or a verb, each as a fact about a stretch of the text."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import lru_cache

import msgspec

from domain.responsibles.bound import Bound
from domain.responsibles.rows import in_rows, is_broken_table, listed, unnamed_cells
from domain.responsibles.words import by_words

_LONGEST = 600


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that holds of `text[start:end]`: listed, row, cell, label or verb; `what` it says the task is."""

    name: str
    start: int
    end: int
    what: str


# The choice of names and the reasons given for it ask for the rules of one passage in turn.
@lru_cache(maxsize=8)
def rules_of(text: str) -> tuple[Rule, ...]:
    """All rules that hold in a text, in order of place."""
    broken = is_broken_table(text)
    out = [
        *_held(listed(text), "listed"),
        *(_held(in_rows(text), "row") if broken else ()),
        *(_held(unnamed_cells(text), "cell") if broken else ()),
        *(rule for item in by_words(text) for rule in _held([item], item.how)),
    ]
    return tuple(sorted(out, key=lambda r: (r.start, r.name)))


def holding(rules: Sequence[Rule], start: int, end: int) -> list[Rule]:
    """The rules that touch a stretch, found without going through all of them."""
    first = bisect_left(rules, start - _LONGEST, key=lambda r: r.start)
    last = bisect_left(rules, end, key=lambda r: r.start)
    return [r for r in rules[first:last] if start < r.end]


def _held(items: Iterable[Bound], name: str) -> Iterable[Rule]:
    for item in items:
        yield Rule(name=name, start=item.entity.start, end=item.entity.end, what=item.what)
