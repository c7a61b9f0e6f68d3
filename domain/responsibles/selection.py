"""Who of the candidates is made responsible, and where each name ends, by two small linear models."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import msgspec

from domain.language.entities import entities
from domain.responsibles import candidates as names
from domain.responsibles.candidates import Candidate, Page
from domain.responsibles.endings import ending_features
from domain.responsibles.marked import begins
from domain.responsibles.model import Model, Named, score
from domain.responsibles.rules import Rule, holding, rules_of
from domain.responsibles.surroundings import features, page_features

if TYPE_CHECKING:
    from domain.impressions.marks import Marks

_THERE = re.compile(r"\b(?:cuentan?\s{1,3}con|existen?|hay|tienen?)\s{1,3}una?\s{1,3}$", re.IGNORECASE)


@cache
def model() -> Model:
    """The weights that come with the release."""
    return msgspec.json.decode(files("domain.responsibles").joinpath("responsibles.json").read_bytes(), type=Model)


def named(page: Page, endings: Mapping[str, float]) -> list[Named]:
    """Every candidate with its likeliest end and its features."""
    known = {e.start: e.end for e in entities(page.text)}
    ended = [(c, _last(page, c, endings, known)) for c in names.candidates(page)]
    forms = [names.same_name(page, c.first, last) for c, last in ended]
    counts = Counter(forms)
    whole, bound = page_features(page), rules_of(page.text)
    return [
        _named(page, candidate, last, name=name, whole=whole, bound=bound, repeats=counts[name])
        for (candidate, last), name in zip(ended, forms, strict=True)
    ]


def chosen(text: str, weights: Model | None = None, marks: "Marks | None" = None) -> list[tuple[Named, float]]:
    """The names made responsible, in order, with their probabilities; none overlaps another. `marks`: of the text."""
    use = weights or model()
    found = named(names.paged(text), use.endings)
    likely = [(n, probability(z)) for n, z in zip(found, log_odds(use, found, marks), strict=True)]
    threshold = use.unmarked if marks is None else use.threshold
    return unoverlapped([(n, p) for n, p in likely if p >= threshold and not _only_there(text, n)])


def log_odds(use: Model, found: Sequence[Named], marks: "Marks | None") -> list[float]:
    """By the words around each name, and by what is marked where it begins."""
    said = [score(use.selection, use.bias, n.features) for n in found]
    if marks is None:
        return said
    return [z + use.begin * b for z, b in zip(said, begins(marks, [n.start for n in found]), strict=True)]


def probability(odds: float) -> float:
    """Of log-odds."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


def _only_there(text: str, name: Named) -> bool:
    """The text only says that there is such an office, and no rule gives it a task."""
    return not name.rules and bool(_THERE.search(text[max(0, name.start - 30) : name.start]))


def unoverlapped(found: Sequence[tuple[Named, float]]) -> list[tuple[Named, float]]:
    """The likelier of names that overlap."""
    taken: set[int] = set()
    out = []
    for name, p in sorted(found, key=lambda f: (-f[1], f[0].start)):
        span = range(name.first, name.last + 1)
        if taken.isdisjoint(span):
            taken.update(span)
            out.append((name, p))
    return sorted(out, key=lambda f: f[0].start)


def _named(
    page: Page, candidate: Candidate, last: int, *, name: str, whole: Sequence[str], bound: Sequence[Rule], repeats: int
) -> Named:
    start, end = page.tokens[candidate.first].start, page.tokens[last].end
    rules = tuple(dict.fromkeys(r.name for r in holding(bound, start, end)))
    found = features(page, candidate, last, rules=rules, whole=whole, repeats=repeats)
    return Named(
        first=candidate.first,
        last=last,
        start=start,
        end=end,
        rules=rules,
        kinds=candidate.kinds,
        name=name,
        features=tuple(found),
    )


def _last(page: Page, candidate: Candidate, endings: Mapping[str, float], known: Mapping[int, int]) -> int:
    if len(candidate.lasts) == 1:
        return candidate.lasts[0]

    worth = [score(endings, 0.0, found) for found in ending_features(page, candidate, known)]
    return candidate.lasts[worth.index(max(worth))]
