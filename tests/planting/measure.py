"""How many planted contradictions are found, by kind, with the reading and the detectors of the product.

The whole evaluation is not needed: topics without embeddings, and the three detectors whose finds contradictions use.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from app.releases import data
from domain.detectors import BY_ID
from domain.evidence import Evidence, Reading, bind
from domain.language.words import fold
from domain.lexicon import model as lexicon
from domain.reading.normalisation import normalise
from domain.reading.segmentation import segment
from domain.topics import topics
from infra.reader import DocumentReader
from tests.planting.planter import Planted

FED_BY = ("responsibility", "monetary", "indicator")


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """One planted copy: whether a reported contradiction has the planted sentence on one side and not on both."""

    planted: Planted
    found: bool
    reported: int


class Reported(msgspec.Struct, frozen=True, kw_only=True):
    """A contradiction as a reader sees it: its kind, its sides with their pages, its reason."""

    kind: str
    here: str
    page: int
    there: str
    other_page: int | None
    why: str


def read(plan: bytes) -> Reading:
    """The plan as the detectors read it, without embeddings."""
    document = segment(normalise(DocumentReader().read(plan)))
    words = lexicon.decode(data("lexicon"))
    return Reading(document=document, topics=topics(document, words, None))


def plain_text(plan: bytes) -> str:
    """What a planter plants into: the text file itself, or the normalised text of a PDF."""
    if plan[:1024].lstrip().startswith(b"%PDF-"):
        return segment(normalise(DocumentReader().read(plan))).text
    return plan.decode("utf-8", errors="replace")


def contradictions(plan: bytes) -> tuple[tuple[Evidence, ...], str]:
    """What the detector reports in a plan, and the text that it reports it in."""
    reading = read(plan)
    found: list[Evidence] = []
    for name in FED_BY:
        found += bind(BY_ID[name], reading)
    return bind(BY_ID["contradiction"], reading, found), reading.document.text


def reported(plan: bytes) -> tuple[Reported, ...]:
    """What the detector reports in a plan, in the words of both sides."""
    found, _text = contradictions(plan)
    return tuple(_shown(e) for e in found)


def outcomes(copies: Iterable[Planted]) -> Iterator[Outcome]:
    """Each planted copy, read and judged."""
    for planted in copies:
        found, text = contradictions(planted.text.encode())
        yield Outcome(planted=planted, found=any(hits(e, planted, text) for e in found), reported=len(found))


def hits(found: Evidence, planted: Planted, text: str) -> bool:
    """One side lies in the planted sentence; the other does not, and is about the thing or says its old value."""
    start, end = found.attributes.get("other_start"), found.attributes.get("other_end")
    place = re.search(r"\s+".join(re.escape(word) for word in planted.sentence.split()), text)
    if place is None or not (isinstance(start, int) and isinstance(end, int)):
        return False
    sides = (found.start, found.end), (start, end)
    inside = [side[0] < place.end() and place.start() < side[1] for side in sides]
    if sum(inside) != 1:
        return False
    other = text[slice(*sides[inside.index(False)])]
    thing = _words(planted.statement.thing)
    value = re.search(rf"(?<!\w){re.escape(planted.statement.said)}(?!\w)", other)
    return value is not None or 2 * len(_words(other) & thing) >= min(6, len(thing))


def recall(results: Sequence[Outcome], *, held_out: bool | None = None) -> dict[str, tuple[int, int]]:
    """Found and planted, by kind and over all; of the held-out templates or the others only when asked."""
    found, planted = Counter[str](), Counter[str]()
    for result in results:
        if held_out is None or result.planted.held_out == held_out:
            for name in (result.planted.kind, "all"):
                planted[name] += 1
                found[name] += result.found
    return {name: (found[name], planted[name]) for name in planted}


def _words(text: str) -> set[str]:
    return {w for w in fold(text).replace("\n", " ").split() if len(w) > 3}


def _shown(found: Evidence) -> Reported:
    other, page = found.attributes.get("other_quote"), found.attributes.get("other_page")
    return Reported(
        kind=str(found.attributes["kind"]),
        here=" ".join(found.text.split()),
        page=found.page,
        there=" ".join(str(other or "").split()),
        other_page=page if isinstance(page, int) else None,
        why=found.why,
    )
