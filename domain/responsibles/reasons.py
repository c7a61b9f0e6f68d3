"""Why a chosen name is responsible, for the reader of the evidence: by label, by row or by verb, and what for."""

import re

from domain.language.entities import Entity, entities
from domain.language.words import fold
from domain.responsibles import vocabulary as words
from domain.responsibles.bound import Bound, short, what_before
from domain.responsibles.model import Named
from domain.responsibles.rules import holding, rules_of

_HOW = {"listed": "label", "label": "label", "row": "row", "cell": "row", "verb": "verb"}
_WHAT = re.compile(r"[^.;\n][^.;]{8,220}")
_FIGURE_BEFORE = re.compile(r"(?:[\d.,]%?|\bN\.?D|\bNS|[/•-]|\n)\s{0,3}$")


def bound(text: str, name: Named) -> Bound:
    """The name with what binds it; where no rule says so, its place does."""
    rules = holding(rules_of(text), name.start, name.end)
    how = next((_HOW[r.name] for r in rules), "") or _by_place(text, name)
    what = next((r.what for r in rules if r.what), "") or _task(text, name, how)
    return Bound(entity=_entity(text, name), how=how, what=what)


def _by_place(text: str, name: Named) -> str:
    before = text[max(0, name.start - 12) : name.start]
    return "row" if "cell" in name.kinds and _FIGURE_BEFORE.search(before) else "verb"


def _task(text: str, name: Named, how: str) -> str:
    behind = _WHAT.match(text[name.end : name.end + 240].lstrip(" ,\n"))
    if how == "verb" and behind:
        return short(behind.group())
    return what_before(text, name.start)


def _entity(text: str, name: Named) -> Entity:
    said = text[name.start : name.end]
    known = next((e for e in entities(text) if e.start == name.start), None)
    generic = known.generic and known.end >= name.end if known else fold(said) in words.BODIES
    return Entity(start=name.start, end=name.end, text=said, generic=generic)
