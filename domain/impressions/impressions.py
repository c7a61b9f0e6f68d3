"""Reads a document through an embedder: every stretch once, and from its token states all that is wanted of it."""

import hashlib

import numpy as np

from domain.document import Document
from domain.impressions.heads import Heads
from domain.impressions.impression import Division, Impression, Span, decoded, encoded, impression
from domain.impressions.marks import Marks, joined
from domain.impressions.model import Impressions, LogOdds, Memory
from domain.impressions.stretches import Stretch, Unit, stretches, units
from domain.ports import Embedder

_KEY_BYTES = 20


def read_through(document: Document, embedder: Embedder, over: Heads, memory: Memory) -> Impressions:
    """The impressions of the whole document. What `memory` holds is not read again, nor is a stretch that stands twice.

    States are let go stretch by stretch: a plan's would fill the memory.
    """
    cut = stretches(document)
    parts = [units(document, stretch) for stretch in cut]
    divisions = [_division(document, stretch, inside) for stretch, inside in zip(cut, parts, strict=True)]
    keys = [_key(division) for division in divisions]
    known = _recalled(keys, memory)
    new = {key: division for key, division in zip(keys, divisions, strict=True) if key not in known}
    states = embedder.states(division.text for division in new.values())
    read = {key: impression(one, division, over) for (key, division), one in zip(new.items(), states, strict=True)}
    memory.keep({key: encoded(one) for key, one in read.items()})
    recalled = sum(key in known for key in keys)
    return _put_together(cut, parts, [known.get(key) or read[key] for key in keys], over, recalled)


def keys_of(document: Document) -> list[bytes]:
    """What each stretch is remembered by, in reading order."""
    return [_key(_division(document, stretch, units(document, stretch))) for stretch in stretches(document)]


def _recalled(keys: list[bytes], memory: Memory) -> dict[bytes, Impression]:
    found = {key: decoded(content) for key, content in memory.recall(keys).items()}
    return {key: one for key, one in found.items() if one is not None}


def _division(document: Document, stretch: Stretch, inside: tuple[Unit, ...]) -> Division:
    passages = [document.passages[i] for i in stretch.passages]
    return Division(
        text=document.text[stretch.start : stretch.end],
        passages=tuple(_span(stretch, passage.start, passage.end) for passage in passages),
        units=tuple(_span(stretch, unit.start, unit.end) for unit in inside),
    )


def _span(stretch: Stretch, start: int, end: int) -> Span:
    return start - stretch.start, end - stretch.start


def _key(division: Division) -> bytes:
    places = np.array([*division.passages, *division.units], dtype=np.int32)
    counts = np.array([len(division.passages), len(division.units)], dtype=np.int32)
    content = counts.tobytes() + places.tobytes() + division.text.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(content, digest_size=_KEY_BYTES).digest()


def _put_together(
    cut: tuple[Stretch, ...], parts: list[tuple[Unit, ...]], found: list[Impression], over: Heads, recalled: int
) -> Impressions:
    rows = [one.log_odds() for one in found]
    passages = [len(stretch.passages) for stretch in cut]
    width = len(over.of_text.names)
    return Impressions(
        stretches=cut,
        units=tuple(unit for inside in parts for unit in inside),
        of_stretch=_stacked([some[:1] for some in rows], width),
        of_passage=_stacked([some[1 : 1 + n] for some, n in zip(rows, passages, strict=True)], width),
        of_unit=_stacked([some[1 + n :] for some, n in zip(rows, passages, strict=True)], width),
        marks=_marks(cut, found, over.of_token.names),
        recalled=recalled,
    )


def _stacked(rows: list[LogOdds], width: int) -> LogOdds:
    return np.concatenate(rows) if rows else np.zeros((0, width))


def _marks(cut: tuple[Stretch, ...], found: list[Impression], names: tuple[str, ...]) -> Marks:
    return joined(
        [
            Marks(names=names, spans=one.spans + np.int32(stretch.start), log_odds=one.marks())
            for stretch, one in zip(cut, found, strict=True)
        ]
    )
