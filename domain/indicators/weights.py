"""The weights by which indicators are chosen in running text."""

from collections.abc import Iterable, Mapping
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from itertools import chain, repeat
from typing import TypeAlias

import msgspec

Group: TypeAlias = tuple[str, ...]
"""Features that come together, because one look or one sound gives them all: it recurs in a document, as they do."""

_GROUPS = 20_000
"""Groups whose weights are kept: more than a long plan has."""


class Sums:
    """The sums of the weights of features, for several outputs at once; the features come in groups.

    Adds in the order of the features, as if they came one by one.
    """

    def __init__(self, *outputs: Mapping[str, float]) -> None:
        named = sorted(set().union(*outputs))
        self._each = {feature: tuple(output.get(feature, 0.0) for output in outputs) for feature in named}
        self._silence = tuple(() for _ in outputs)
        self._of = lru_cache(maxsize=_GROUPS)(self._weights)

    def __call__(self, groups: Iterable[Group], start: float = 0.0) -> list[float]:
        """A sum for each output, from `start` on."""
        each = zip(*map(self._of, groups), strict=True)
        return [sum(chain.from_iterable(weights), start) for weights in each]

    def _weights(self, group: Group) -> tuple[tuple[float, ...], ...]:
        """The weights that each output has for the features of a group; most have none."""
        found = [self._each[feature] for feature in group if feature in self._each]
        return tuple(zip(*found, strict=True)) if found else self._silence


class Model(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
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

    @cached_property
    def of_atoms(self) -> Sums:
        """That a name begins at an atom, goes on there, ends there."""
        return Sums(self.begins, self.inside, self.ends)

    @cached_property
    def of_names(self) -> Sums:
        """That a stretch is a name, from what is not measured of it."""
        return Sums(self.names)


@cache
def packaged() -> Model:
    """The weights that come with the release."""
    return msgspec.json.decode(files("domain.indicators").joinpath("indicators.json").read_bytes(), type=Model)


def score(weights: Mapping[str, float], features: Iterable[str]) -> float:
    """The log-odds of what has these features."""
    return sum(map(weights.get, features, repeat(0.0)))
