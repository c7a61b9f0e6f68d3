"""Cuts a document into stretches as long as readers' passages, so that heads see what they learned on."""

import msgspec

from domain.document import Document, Passage

ENOUGH = 650
"""Characters from which a stretch is closed: readers' passages have 480 to 980, half of them under 650."""

MOST = 980
"""No passage joins a stretch that would pass this many characters; a longer one is a stretch by itself."""

OWN_CHAPTER = 290
"""A heading opens a new stretch once the one before it has this many characters."""

TELLING = 8
"""Words from which a sentence is a unit by itself: shorter ones and the lines of a broken table are joined, for neither
a vector nor a reader can make much of "A.1"."""

Span = tuple[int, int]


class Stretch(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Consecutive passages that are read together. Positions in the document's text, and in its passages."""

    start: int
    end: int
    passages: tuple[int, ...]


class Unit(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What can state something by itself: a sentence, short ones joined, or the whole of a table row.

    Positions are those of the document's text.
    """

    passage: int
    start: int
    end: int


def stretches(document: Document) -> tuple[Stretch, ...]:
    """The document's passages in reading order, each in exactly one stretch."""
    out: list[list[int]] = []
    length = 0
    for i, passage in enumerate(document.passages):
        added = len(passage.text) + 1
        opens = passage.kind == "heading" and length >= OWN_CHAPTER
        if not out or length >= ENOUGH or length + added > MOST or opens:
            out.append([])
            length = 0
        out[-1].append(i)
        length += added
    return tuple(_stretch(document, group) for group in out)


def _stretch(document: Document, group: list[int]) -> Stretch:
    first, last = document.passages[group[0]], document.passages[group[-1]]
    return Stretch(start=first.start, end=last.end, passages=tuple(group))


def units(document: Document, stretch: Stretch) -> tuple[Unit, ...]:
    """The units of a stretch in reading order, headings included."""
    return tuple(
        Unit(passage=i, start=start, end=end) for i in stretch.passages for start, end in _spans(document.passages[i])
    )


def _spans(passage: Passage) -> list[Span]:
    if passage.cells or passage.kind in ("heading", "table_header"):
        return [(passage.start, passage.end)]
    found = [(passage.start + s.start, passage.start + s.end) for s in passage.sentences]
    return _joined(passage, found) or [(passage.start, passage.end)]


def _joined(passage: Passage, found: list[Span]) -> list[Span]:
    """Neighbours become one until they tell something; what is left over at the end goes with the last."""
    out: list[Span] = []
    length = TELLING
    for start, end in found:
        words = len(passage.text[start - passage.start : end - passage.start].split())
        if length >= TELLING:
            out.append((start, end))
            length = words
        else:
            out[-1] = out[-1][0], end
            length += words
    if len(out) > 1 and length < TELLING:
        _, end = out.pop()
        out[-1] = out[-1][0], end
    return out
