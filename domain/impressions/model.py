"""What the encoder makes of a document: log-odds of its stretches, of their passages and units, and of every token."""

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from domain.impressions.marks import Marks
from domain.impressions.stretches import Stretch, Unit

Floats: TypeAlias = NDArray[np.float32]
LogOdds: TypeAlias = NDArray[np.float64]


class TokenStates(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """One text as the encoder reads it, a row for each of its tokens.

    `last` are the states of the last layer (tokens, width); `spans` (tokens, 2) says which characters of the text a
    token covers.
    """

    last: Floats
    spans: NDArray[np.int32]


class Impressions(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """What the heads say of a document. Columns are the outputs of the heads over texts, in their order.

    `of_stretch` has a row for each of `stretches`, `of_passage` one for each passage and `of_unit` one for each of
    `units`, all in reading order.
    """

    stretches: tuple[Stretch, ...]
    units: tuple[Unit, ...]
    of_stretch: LogOdds
    of_passage: LogOdds
    of_unit: LogOdds
    marks: Marks = Marks()
    """Of every token, in reading order."""
    recalled: int = 0
    """How many of the stretches were not read, because they were remembered."""


class Memory(Protocol):
    """Remembers what was read: bytes by key, within bounds. What it lost or never knew is only read again."""

    def recall(self, keys: Sequence[bytes]) -> Mapping[bytes, bytes]:
        """What is remembered of the keys; those it does not know are absent."""
        ...

    def keep(self, read: Mapping[bytes, bytes]) -> None:
        """Remember; may forget what was not used for long."""
        ...


class NoMemory(Memory):
    """Knows nothing and keeps nothing."""

    def recall(self, keys: Sequence[bytes]) -> Mapping[bytes, bytes]:
        """Nothing."""
        del keys
        return {}

    def keep(self, read: Mapping[bytes, bytes]) -> None:
        """Nowhere."""
