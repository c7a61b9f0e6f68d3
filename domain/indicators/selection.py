"""Indicators of running text: what the rules find and what the encoder marks, weighed together among candidates."""

import re
from collections.abc import Sequence
from operator import mul

import msgspec

from domain.document import Passage
from domain.evidence import Topic
from domain.impressions.marks import Marks
from domain.indicators.chosen import choose, hits, weighed
from domain.indicators.features import View, view
from domain.indicators.lines import header_before
from domain.indicators.model import Indicator, kind_of
from domain.indicators.spans import MEASURES, Odds, Span, spans
from domain.indicators.values import Place, choices, places
from domain.indicators.values import chosen as chosen_values
from domain.indicators.weights import Model

MARK = "indicator.begin"
LEAST_HEARD = -3.0
"""A text in which no token begins a name by more than these log-odds, and in which the rules find none, has none."""

_LINKS = re.compile(r"(?:(?:de|del)\s+)?(?:(?:la|el|los|las)\s+)?")
_LIMIT = 6.0


def worth_reading(loudest: float, ruled: Sequence[Indicator]) -> bool:
    """Whether a text may name an indicator at all; `loudest` are the highest log-odds of MARK in it."""
    return bool(ruled) or loudest > LEAST_HEARD


def odds(seen: View, weights: Model) -> Odds:
    """Where names begin, go on and end."""
    sums = weights.of_atoms
    scores = [[max(-_LIMIT, min(_LIMIT, x)) for x in sums(groups)] for groups in seen.groups]
    begins, inside, ends = zip(*scores, strict=True) if scores else ((), (), ())
    return Odds(begins=begins, inside=inside, ends=ends)


def selected(
    passage: Passage, topic: Topic, marks: Marks, ruled: Sequence[Indicator], weights: Model
) -> list[Indicator]:
    """The indicators of a passage that is worth reading, in order of place."""
    seen = view(passage.text, ruled, marks, topic.role)
    found = named(judged(seen, odds(seen, weights), ruled, weights), weights)
    pairs = zip(found, valued(seen, found, weights), strict=True)
    return [_indicator(passage, seen, span, *values) for span, values in pairs]


def valued(seen: View, found: Sequence[Span], weights: Model) -> list[tuple[str | None, str | None]]:
    """Baseline and target of each name: what the rules read, else what is chosen among the values around it."""
    return [
        (span.ruled.baseline, span.ruled.target) if span.ruled else _values(seen, place, weights)
        for span, place in zip(found, places([(s.first, s.last) for s in found]), strict=True)
    ]


def _values(seen: View, place: Place, weights: Model) -> tuple[str | None, str | None]:
    baseline, target = chosen_values((weights.baselines, weights.targets), choices(seen, place))
    return baseline.text, target.text


def judged(seen: View, said: Odds, ruled: Sequence[Indicator], weights: Model) -> list[tuple[Span, float]]:
    """The candidates, each with the probability that a name is like it."""
    candidates = list(spans(seen, said, ruled))
    measured = [weights.names.get(name, 0.0) for name in MEASURES]
    scores = [weights.of_names(c.groups, sum(map(mul, measured, c.measures)))[0] for c in candidates]
    return list(zip(candidates, hits(candidates, weighed(candidates, scores)[0]), strict=True))


def named(found: Sequence[tuple[Span, float]], weights: Model) -> list[Span]:
    """The candidates that are chosen as names, in order of place."""
    candidates = [span for span, _ in found]
    worth = [likely - (weights.ruled if span.ruled else weights.alone) for span, likely in found]
    return [candidates[c] for c in choose(candidates, worth)]


def bounds(seen: View, span: Span) -> tuple[int, int]:
    """Where a name stands; behind a value without the words that link it ("80 % de los jóvenes")."""
    start, end = seen.atoms[span.first].start, seen.atoms[span.last].end
    if span.first and seen.traits[span.first - 1].kind in ("value", "numeral"):
        link = _LINKS.match(seen.text, start, end)
        start = link.end() if link else start
    return start, end


def _indicator(passage: Passage, seen: View, span: Span, baseline: str | None, target: str | None) -> Indicator:
    start, end = bounds(seen, span)
    name = seen.text[start:end]
    if span.ruled:
        return msgspec.structs.replace(span.ruled, start=start, end=end, name=name)
    kind = kind_of(name, header_before(seen.text, start), " ".join(passage.path[-2:]))
    return Indicator(start=start, end=end, name=name, kind=kind, baseline=baseline, target=target, how="chosen")
