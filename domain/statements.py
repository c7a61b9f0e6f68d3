"""Which question elements each passage states by its words: evidence for what no typed detector supplies."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import exp

import msgspec

from domain.document import Passage
from domain.evidence import Evidence, Finding, Reading
from domain.facts import Facts, facts_of, log_odds, part_of
from domain.language.sentences import sentences
from domain.lexicon.model import Head, Lexicon
from domain.rubric.model import Binding

STEP = 0.05
"""Confidences are given in steps, so that elements that one sentence states alike are one piece of evidence."""

DOUBT = 0.5
"""The share of its threshold from which an element is registered as doubtful, for the answer to weigh."""

CUE = 0.05
"""What an element's own words are worth at least: an element too rare for its head to have learned is still heard."""

ECHO = 0.8
"""What is left of a probability when an element is taken for another that says the same."""

Span = tuple[int, int]
Unit = tuple[Span, Facts]
"""A stretch of a passage that can state something by itself, with its facts."""


def statements(
    reading: Reading, lexicon: Lexicon, found: Sequence[Evidence], bindings: Mapping[str, Binding] | None = None
) -> Iterable[Finding]:
    """What the passages about a point state, as findings of type "statement": one a span and confidence.

    `found` is the typed evidence of the same reading: which types a passage has is a fact like any other. Elements
    of a question in `bindings` with "row" are stated by the sentence or row that states its anchor, or not at all.
    """
    typed: dict[str, set[str]] = defaultdict(set)
    for evidence in found:
        typed[evidence.passage].add(f"t.{evidence.type}")
    for passage, topic in reading.passages():
        if topic.points and passage.kind not in ("heading", "table_header"):
            extra = frozenset((f"role.{topic.role}", *typed.get(passage.id, ())))
            yield from _of_passage(passage, extra, lexicon, bindings or {})


def _of_passage(
    passage: Passage, extra: frozenset[str], lexicon: Lexicon, bindings: Mapping[str, Binding]
) -> Iterator[Finding]:
    facts = facts_of(passage, lexicon)
    whole = Facts(names=facts.names | extra, hits=facts.hits)
    stated = _stated(whole, lexicon)
    if not stated:
        return
    grouped: dict[tuple[Span, float, bool], list[str]] = defaultdict(list)
    for name, span in _placed(stated, _units(passage, whole, extra), lexicon, bindings):
        grouped[span, _stepped(stated[name].probability), stated[name].sure].append(name)
    for (span, confidence, sure), names in sorted(grouped.items()):
        said = ", ".join(dict.fromkeys(lexicon.elements[n].why for n in names))
        yield Finding(
            type="statement",
            passage=passage.id,
            start=passage.start + span[0],
            end=passage.start + span[1],
            attributes={"states": tuple(names), "sure": sure},
            confidence=confidence,
            why=f"El pasaje {'enuncia' if sure else 'puede enunciar'}: {said}.",
            elements=tuple(names),
        )


class _Stated(msgspec.Struct, frozen=True):
    """How probably an element is stated; `sure` when the passage by itself is enough to say so."""

    probability: float
    sure: bool


def _stated(whole: Facts, lexicon: Lexicon) -> dict[str, _Stated]:
    """The elements that a passage's facts speak for: surely, less surely, by a cue alone, or as an echo of another."""
    out: dict[str, _Stated] = {}
    for name, head in lexicon.elements.items():
        if whole.satisfy(head.needs):
            probability = _probability(log_odds(head, whole.names))
            if probability >= DOUBT * head.threshold:
                out[name] = _Stated(probability, probability >= head.threshold)
            elif any(whole.satisfy((cue,)) for cue in head.means):
                out[name] = _Stated(max(probability, CUE), sure=False)
    for name, head in lexicon.elements.items():
        echo = out.get(head.echoes)
        if echo is not None and echo.sure and (name not in out or not out[name].sure):
            out[name] = _Stated(ECHO * echo.probability, sure=False)
    return out


def _placed(
    stated: Mapping[str, _Stated],
    units: Sequence[Unit],
    lexicon: Lexicon,
    bindings: Mapping[str, Binding],
) -> Iterator[tuple[str, Span]]:
    """Each element with the unit that states it; those bound by row stand with their anchor or are dropped."""
    anchors: dict[str, Unit] = {}
    first: dict[str, str] = {}
    for name in lexicon.elements:
        first.setdefault(name.split(".")[0], name)
    for name in (n for n in lexicon.elements if n in stated):
        head, question = lexicon.elements[name], name.split(".")[0]
        if bindings.get(question) == "row" and name != first[question]:
            unit = anchors.get(question)
            if unit is not None and unit[1].satisfy(head.needs):
                yield name, unit[0]
            continue
        # An echo stands where the element that it echoes stands.
        own = head.needs and any(facts.satisfy(head.needs) for _, facts in units)
        unit = _best(head if own or not head.echoes else lexicon.elements[head.echoes], units)
        anchors[question] = unit
        yield name, unit[0]


def _units(passage: Passage, whole: Facts, extra: frozenset[str]) -> Sequence[Unit]:
    """The stretches that can state something by themselves: sentences, or the whole of a table row."""
    if passage.cells:
        return [((0, len(passage.text)), whole)]
    out = []
    for sentence in sentences(passage.text):
        part = part_of(whole, sentence.text, sentence.start)
        out.append(((sentence.start, sentence.end), Facts(names=part.names | extra, hits=part.hits)))
    return out or [((0, len(passage.text)), whole)]


def _best(head: Head, units: Sequence[Unit]) -> Unit:
    """The unit that says it best: needs met first, then the strongest cues; the first of equals."""

    def merit(unit: Unit) -> tuple[bool, int, float]:
        facts = unit[1]
        return facts.satisfy(head.needs), sum(m in facts.names for m in head.means), log_odds(head, facts.names)

    return max(units, key=merit)


def _stepped(probability: float) -> float:
    return round(int(probability / STEP + 1e-9) * STEP, 2)


def _probability(value: float) -> float:
    return 1.0 / (1.0 + exp(-max(-30.0, min(30.0, value))))
