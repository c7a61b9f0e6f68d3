"""What the encoder's marks say of each atom of a text."""

from collections.abc import Iterator, Sequence

import msgspec
import numpy as np

from domain.impressions.marks import UNREAD, Marks
from domain.indicators.atoms import Atom

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


def heard_features(said: Heard) -> Iterator[str]:
    """One feature for each level that a log-odds passes."""
    for name, value in zip(said.__struct_fields__, msgspec.structs.astuple(said), strict=True):
        yield from (f"{name}>{cut}" for cut in _CUTS if value > cut)
