"""Reads a document through an embedder: every stretch once, and from its token states all that is wanted of it."""

import numpy as np

from domain.document import Document
from domain.impressions.model import Floats, TokenStates, Vectors
from domain.impressions.pooling import pooled_between
from domain.impressions.stretches import Stretch, Unit, stretches, units
from domain.ports import Embedder


def read_through(document: Document, embedder: Embedder) -> Vectors:
    """The vectors of the whole document. States are let go stretch by stretch: a plan's would fill the memory."""
    cut = stretches(document)
    texts = [document.text[s.start : s.end] for s in cut]
    wholes: list[Floats] = []
    parts: list[Floats] = []
    of_unit: list[Unit] = []
    for stretch, text, states in zip(cut, texts, embedder.states(texts), strict=True):
        wholes.append(pooled_between(states.last, states.spans, 0, len(text)))
        inside = units(document, stretch)
        of_unit += inside
        parts += (_part(states, stretch, unit) for unit in inside)
    return Vectors(
        stretches=cut,
        units=tuple(of_unit),
        of_stretch=_stacked(wholes, embedder.dimension),
        of_unit=_stacked(parts, embedder.dimension),
    )


def _part(states: TokenStates, stretch: Stretch, unit: Unit) -> Floats:
    return pooled_between(states.last, states.spans, unit.start - stretch.start, unit.end - stretch.start)


def _stacked(rows: list[Floats], width: int) -> Floats:
    return np.array(rows, dtype=np.float32).reshape(len(rows), 2 * width)
