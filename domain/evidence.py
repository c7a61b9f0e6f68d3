"""What was found: the one shape in which every detector answers.

A detector yields `Finding`s, which say where and what; `bind` turns each into an `Evidence` with its words, its page,
its boxes and the policy points that its passage is about.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

from domain.canonical import digests
from domain.document import Box, Document, Passage
from domain.fitted import Fitted

if TYPE_CHECKING:  # a third of the time that the service takes to start
    from domain.impressions.marks import Marks

Value: TypeAlias = str | float | int | bool | tuple[str, ...] | None
Role: TypeAlias = Literal["diagnostico", "estrategia", "programacion", "inversion", "seguimiento", "normativo", "otro"]
EvidenceType: TypeAlias = Literal[
    "responsibility",
    "monetary",
    "indicator",
    "feasibility",
    "causal_relationship",
    "contradiction",
    "theory_of_change",
    "policy_alignment",
    "statement",
]


class Topic(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a passage is about: policy points, strongest first, each with its weight (0-1), and the passage's role."""

    points: tuple[str, ...] = ()
    weights: tuple[float, ...] = ()
    role: Role = "otro"


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """A document with the topic of each of its passages (same order): what detectors read."""

    document: Document
    topics: tuple[Topic, ...]
    fitted: Fitted | None = None
    """What detectors choose with; None for the weights that come with the package."""
    marks: "Marks | None" = None
    """What the encoder marks in the text, token by token; None where it was not asked."""

    def passages(self) -> Iterable[tuple[Passage, Topic]]:
        """Pairs of passage and topic, in reading order."""
        return zip(self.document.passages, self.topics, strict=True)


class Finding(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A detector's find: a span of the document inside one passage, typed attributes and a reason in Spanish.

    `elements` names the question elements it supports by itself ("D1-Q3.monto").
    """

    type: EvidenceType
    passage: str
    start: int
    end: int
    attributes: Mapping[str, Value] = {}
    confidence: float
    why: str
    elements: tuple[str, ...] = ()


class Evidence(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A registered find: quoted words at their place, and what they count for."""

    id: str
    type: EvidenceType
    text: str
    page: int
    start: int
    end: int
    boxes: tuple[Box, ...]
    passage: str
    points: tuple[str, ...]
    elements: tuple[str, ...]
    attributes: Mapping[str, Value]
    confidence: float
    detector: str
    why: str


class Detector(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of evidence: its name, the questions it feeds, and a pure function from a reading to its finds.

    `find(reading, found)` gets the evidence of the detectors that ran before it; most ignore it.
    """

    id: str
    feeds: tuple[str, ...]
    find: Callable[[Reading, Sequence[Evidence]], Iterable[Finding]]


def bind(detector: Detector, reading: Reading, found: Sequence[Evidence] = ()) -> tuple[Evidence, ...]:
    """Run a detector and give each of its finds its words, place, points and id; equal finds appear once."""
    passages = {p.id: (p, t) for p, t in reading.passages()}
    document = reading.document
    page_starts = [page.start for page in document.pages]
    findings = list(detector.find(reading, found))
    identities = digests((f.type, f.start, f.end, f.attributes) for f in findings)
    out: dict[str, Evidence] = {}
    for finding, identity in zip(findings, identities, strict=True):
        page = document.pages[max(0, bisect_right(page_starts, finding.start) - 1)].number
        place = passages[finding.passage]
        quote = document.text[finding.start : finding.end]
        name = f"{finding.type[:3]}-{identity[:16]}"
        out.setdefault(name, _evidence(name, detector.id, finding, place, quote=quote, page=page))
    return tuple(out.values())


def _evidence(
    name: str, detector: str, finding: Finding, place: tuple[Passage, Topic], *, quote: str, page: int
) -> Evidence:
    passage, topic = place
    return Evidence(
        id=name,
        type=finding.type,
        text=quote,
        page=page,
        start=finding.start,
        end=finding.end,
        boxes=passage.boxes,
        passage=passage.id,
        points=topic.points,
        elements=finding.elements,
        attributes=finding.attributes,
        confidence=round(finding.confidence, 3),
        detector=detector,
        why=finding.why,
    )
