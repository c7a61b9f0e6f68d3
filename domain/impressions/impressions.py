"""Reads a document through an embedder: every stretch once, and from its token states all that is wanted of it."""

import numpy as np

from domain.document import Document
from domain.impressions.heads import Linear
from domain.impressions.marks import DECIMALS, Marks, joined
from domain.impressions.model import Floats, TokenStates, Vectors
from domain.impressions.pooling import pooled_between
from domain.impressions.stretches import Stretch, Unit, stretches, units
from domain.ports import Embedder


def read_through(document: Document, embedder: Embedder, of_token: Linear) -> Vectors:
    """The vectors of the whole document, and what `of_token` marks in it.

    States are let go stretch by stretch: a plan's would fill the memory.
    """
    cut = stretches(document)
    texts = [document.text[s.start : s.end] for s in cut]
    wholes: list[Floats] = []
    parts: list[Floats] = []
    of_unit: list[Unit] = []
    marks: list[Marks] = []
    for stretch, text, states in zip(cut, texts, embedder.states(texts), strict=True):
        wholes.append(pooled_between(states.last, states.spans, 0, len(text)))
        inside = units(document, stretch)
        of_unit += inside
        marks.append(_marks(states, stretch, of_token))
        parts += (_part(states, stretch, unit) for unit in inside)
    return Vectors(
        stretches=cut,
        units=tuple(of_unit),
        of_stretch=_stacked(wholes, embedder.dimension),
        of_unit=_stacked(parts, embedder.dimension),
        marks=joined(marks),
    )


def _part(states: TokenStates, stretch: Stretch, unit: Unit) -> Floats:
    return pooled_between(states.last, states.spans, unit.start - stretch.start, unit.end - stretch.start)


def _marks(states: TokenStates, stretch: Stretch, of_token: Linear) -> Marks:
    real = states.spans[:, 1] > states.spans[:, 0]
    found = of_token.log_odds(states.last[real]).round(DECIMALS).astype(np.float32)
    return Marks(names=of_token.names, spans=states.spans[real] + np.int32(stretch.start), log_odds=found)


def _stacked(rows: list[Floats], width: int) -> Floats:
    return np.array(rows, dtype=np.float32).reshape(len(rows), 2 * width)
