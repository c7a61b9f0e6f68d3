"""The weights by which causes and effects are cut and chosen."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TypeAlias

import msgspec

Weights: TypeAlias = Mapping[str, float]


class Learned(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Log odds of what speaks for a boundary (`start`, `end`, `long`) and for a `pair`, chosen from `threshold` on.

    `start_marks` and `end_marks` have a row of weights for each place (windows.py), `pair_marks` one row: they weigh
    the numbers of marks.py, and are empty where no marks were at hand.
    """

    start: Weights
    end: Weights
    long: Weights
    pair: Weights
    threshold: float
    start_marks: Mapping[str, tuple[float, ...]] = {}
    end_marks: Mapping[str, tuple[float, ...]] = {}
    pair_marks: tuple[float, ...] = ()


class Model(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was learned with the encoder's marks, and from the words alone for where nothing was marked."""

    marked: Learned
    plain: Learned


@cache
def packaged() -> Model:
    """The weights that come with the release."""
    return msgspec.json.decode(files("domain.causality").joinpath("causes.json").read_bytes(), type=Model)
