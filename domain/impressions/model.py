"""What the encoder makes of a document: vectors of its stretches and of its units."""

from typing import TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from domain.impressions.marks import Marks
from domain.impressions.stretches import Stretch, Unit

Floats: TypeAlias = NDArray[np.float32]


class TokenStates(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """One text as the encoder reads it, a row for each of its tokens, the marks around it included.

    `middle` are the states between the layers that were left alone and those that were adapted, `last` those of
    the last layer; `spans` (tokens, 2) says which characters of the text a token covers: none for what is not in it.
    """

    middle: Floats
    last: Floats
    spans: NDArray[np.int32]


class Vectors(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """The document as vectors: mean and maximum of the token states, side by side, of each stretch and of each unit.

    `of_stretch` has a row for each of `stretches`, `of_unit` one for each of `units`, both in reading order.
    """

    stretches: tuple[Stretch, ...]
    units: tuple[Unit, ...]
    of_stretch: Floats
    of_unit: Floats
    marks: Marks = Marks()
    """Of every token, in reading order."""
