"""What the encoder's marks say of each atom of a text."""

from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache

import msgspec
import numpy as np

from domain.impressions.marks import UNREAD, Marks
from domain.indicators.atoms import Atom
from domain.indicators.weights import Group

_CUTS = (-5, -4, -3, -2, -1, 0, 1)


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """Log-odds at one atom: that a name begins with its first token or with any, that it is part of a name on average
    and at its last token; the strongest of baseline and target, and how much it is part of a responsible.
    """

    first: float = UNREAD
    begins: float = UNREAD
    inside: float = UNREAD
    last: float = UNREAD
    baseline: float = UNREAD
    target: float = UNREAD
    responsible: float = UNREAD


SILENT = Heard()
HEARD = Heard.__struct_fields__


def heard(marks: Marks, atoms: Sequence[Atom]) -> tuple[Heard, ...]:
    """For each atom what its tokens say; SILENT where it has none."""
    firsts = np.searchsorted(marks.spans[:, 1], [a.start for a in atoms], "right").tolist()
    ends = np.searchsorted(marks.spans[:, 0], [a.end for a in atoms], "left").tolist()
    begins, inside = marks.of("indicator.begin").tolist(), marks.of("indicator.inside").tolist()
    others = [marks.of(f"{kind}.inside").tolist() for kind in ("baseline", "target", "responsible")]
    out = []
    for a, b in zip(firsts, ends, strict=True):
        if a >= b:
            out.append(SILENT)
            continue
        baseline, target, responsible = (max(other[a:b]) for other in others)
        out.append(
            Heard(
                first=begins[a],
                begins=max(begins[a:b]),
                inside=sum(inside[a:b]) / (b - a),
                last=inside[b - 1],
                baseline=baseline,
                target=target,
                responsible=responsible,
            )
        )
    return tuple(out)


def levels_of(said: Heard) -> tuple[int, ...]:
    """How many of the cuts each log-odds passes, in the order of HEARD."""
    return tuple(bisect_left(_CUTS, value) for value in msgspec.structs.astuple(said))


@lru_cache(maxsize=20_000)
def heard_features(place: str, levels: tuple[int, ...]) -> Group:
    """One feature for each level that a log-odds passes."""
    return tuple(f"{place}{name}>{cut}" for name, level in zip(HEARD, levels, strict=True) for cut in _CUTS[:level])
