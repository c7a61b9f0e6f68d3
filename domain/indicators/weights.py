"""The weights by which indicators are chosen in running text."""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from itertools import repeat

import msgspec


class Model(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Weights of the features of atoms (a name begins, goes on, ends), of names as wholes, and of their values.

    A name is chosen when a name like it is more probable than `ruled`, where the rules find it too, or `alone`.
    """

    begins: Mapping[str, float]
    inside: Mapping[str, float]
    ends: Mapping[str, float]
    names: Mapping[str, float]
    ruled: float
    alone: float
    baselines: Mapping[str, float]
    targets: Mapping[str, float]


@cache
def packaged() -> Model:
    """The weights that come with the release."""
    return msgspec.json.decode(files("domain.indicators").joinpath("indicators.json").read_bytes(), type=Model)


def score(weights: Mapping[str, float], features: Iterable[str]) -> float:
    """The log-odds of what has these features."""
    return sum(map(weights.get, features, repeat(0.0)))
