"""Linear heads over vectors: how probably a stretch or a unit is about a point, plays a role, states an element."""

from io import BytesIO

import msgspec
import numpy as np
from numpy.typing import NDArray

from domain.errors import ReleaseMismatchError
from domain.impressions.model import Floats

DECIMALS = 3
"""Log-odds of two processors differ in later digits; what is decided on is rounded first."""


class Heads(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """One column an output: points ("P1"), roles ("role.diagnostico") and elements ("D1-Q1.valor")."""

    names: tuple[str, ...]
    weight: Floats
    bias: Floats

    def log_odds(self, vectors: Floats) -> NDArray[np.float64]:
        """Shape (rows of `vectors`, outputs)."""
        found = vectors.astype(np.float64) @ self.weight.astype(np.float64) + self.bias.astype(np.float64)
        return np.round(found, DECIMALS)

    def columns(self, names: tuple[str, ...]) -> list[int]:
        """Where outputs stand. Raises ReleaseMismatchError where one is missing."""
        try:
            return [self.names.index(name) for name in names]
        except ValueError as error:
            message = f"heads: no output of that name: {error}"
            raise ReleaseMismatchError(message) from error


def decode(content: bytes) -> Heads:
    """The heads from their file (arrays `names`, `weight`, `bias`). Raises ReleaseMismatchError where it is none."""
    try:
        with np.load(BytesIO(content), allow_pickle=False) as arrays:
            heads = Heads(
                names=tuple(arrays["names"].tolist()),
                weight=arrays["weight"].astype(np.float32),
                bias=arrays["bias"].astype(np.float32),
            )
    except (OSError, KeyError, ValueError) as error:
        message = f"heads: {error}"
        raise ReleaseMismatchError(message) from error
    if heads.weight.shape[1:] != heads.bias.shape or len(heads.names) != len(heads.bias):
        message = "heads: names, weights and biases are not of one length"
        raise ReleaseMismatchError(message)
    return heads
