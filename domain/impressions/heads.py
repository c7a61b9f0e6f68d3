"""Linear heads: what a stretch is about, which role it plays, which elements it states, and what a token is part of."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from domain.errors import ReleaseMismatchError
from domain.impressions.model import Floats

DECIMALS = 3
"""Log-odds of two processors differ in later digits; what is decided on is rounded first."""


class Linear(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A linear map with a named column an output."""

    names: tuple[str, ...]
    weight: Floats
    bias: Floats

    def log_odds(self, vectors: Floats) -> NDArray[np.float64]:
        """Shape (rows of `vectors`, outputs)."""
        found = vectors.astype(np.float64) @ self.weight.astype(np.float64) + self.bias.astype(np.float64)
        return np.round(found, DECIMALS)


class Heads(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """Over vectors of texts: points ("P1"), roles ("role.diagnostico") and elements ("D1-Q1.valor"). Over states of
    tokens: where a span begins and what it holds ("cause.begin", "cause.inside").
    """

    of_text: Linear
    of_token: Linear


def columns(outputs: tuple[str, ...], names: tuple[str, ...]) -> list[int]:
    """Where outputs of these names stand. Raises ReleaseMismatchError where one is missing."""
    try:
        return [outputs.index(name) for name in names]
    except ValueError as error:
        message = f"heads: no output of that name: {error}"
        raise ReleaseMismatchError(message) from error


def decode(content: bytes) -> Heads:
    """The heads from their file: arrays `names`, `weight`, `bias`, and the same of tokens with `mark_` before them.

    Raises ReleaseMismatchError where it is none.
    """
    try:
        with np.load(BytesIO(content), allow_pickle=False) as arrays:
            return Heads(of_text=_linear(arrays, ""), of_token=_linear(arrays, "mark_"))
    except (OSError, KeyError, ValueError) as error:
        message = f"heads: {error}"
        raise ReleaseMismatchError(message) from error


def _linear(arrays: Mapping[str, NDArray[Any]], prefix: str) -> Linear:
    names = tuple(arrays[f"{prefix}names"].tolist())
    weight, bias = (arrays[f"{prefix}{part}"].astype(np.float32) for part in ("weight", "bias"))
    if weight.shape[1:] != bias.shape or len(names) != len(bias):
        message = "names, weights and biases are not of one length"
        raise ValueError(message)
    return Linear(names=names, weight=weight, bias=bias)
