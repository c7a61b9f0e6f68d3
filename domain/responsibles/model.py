"""The weights by which responsibles are chosen, and a candidate as they see it."""

from collections.abc import Iterable, Mapping

import msgspec


class Model(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Weights of the features of a name's end and of the name; it is chosen from `threshold` on.

    `begin` weighs what the encoder marks at the name; where it marked nothing, `unmarked` is the threshold.
    """

    endings: Mapping[str, float]
    selection: Mapping[str, float]
    bias: float
    begin: float
    threshold: float
    unmarked: float


class Named(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A candidate with its end, the rules that bind it and the features that speak for its selection."""

    first: int
    last: int
    start: int
    end: int
    rules: tuple[str, ...]
    kinds: tuple[str, ...]
    name: str
    features: tuple[str, ...]


def score(weights: Mapping[str, float], bias: float, features: Iterable[str]) -> float:
    """The log odds of a candidate with these features."""
    return sum([weights.get(f, 0.0) for f in features], bias)
