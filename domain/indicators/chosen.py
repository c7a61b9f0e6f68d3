"""Which of the candidates are names: those that are most likely right when every reading of the text is weighed."""

import math
from collections.abc import Iterator, Sequence

from domain.indicators.spans import Span

ALIKE = 0.5
"""Two spans that share this much of their words are one name to a reader."""

EXACT = 0.03
"""What decides between candidates that are alike."""


def weighed(candidates: Sequence[Span], scores: Sequence[float]) -> tuple[list[float], float]:
    """For each candidate the probability that it is a name, and the logarithm of the weight of all readings.

    A reading is a set of candidates that do not overlap, and weighs the exponential of their scores' sum.
    """
    size = max((c.last for c in candidates), default=-1) + 2
    ending: list[list[int]] = [[] for _ in range(size)]
    starting: list[list[int]] = [[] for _ in range(size)]
    for at, candidate in enumerate(candidates):
        ending[candidate.last + 1].append(at)
        starting[candidate.first].append(at)
    before, behind = [0.0] * size, [0.0] * size
    for place in range(1, size):
        before[place] = _sum([before[place - 1], *(before[candidates[c].first] + scores[c] for c in ending[place])])
    for place in range(size - 2, -1, -1):
        behind[place] = _sum(
            [behind[place + 1], *(behind[candidates[c].last + 1] + scores[c] for c in starting[place])]
        )
    likely = [
        math.exp(before[c.first] + score + behind[c.last + 1] - behind[0])
        for c, score in zip(candidates, scores, strict=True)
    ]
    return likely, behind[0]


def _sum(logs: Sequence[float]) -> float:
    if len(logs) == 1:
        return logs[0]
    top = max(logs)
    return top + math.log(sum(math.exp(x - top) for x in logs))


def hits(candidates: Sequence[Span], likely: Sequence[float]) -> list[float]:
    """For each candidate the probability that a name is like it, and a little for the name being just that."""
    out = [x * (1 + EXACT) for x in likely]
    order = sorted(range(len(candidates)), key=lambda c: candidates[c].first)
    for at, one in enumerate(order):
        a = candidates[one]
        for other in order[at + 1 :]:
            b = candidates[other]
            if b.first > a.last:
                break
            if _alike(a, b):
                out[one] += likely[other]
                out[other] += likely[one]
    return out


def _alike(a: Span, b: Span) -> bool:
    common = sum(a.sizes[i - a.first] for i in range(max(a.first, b.first), min(a.last, b.last) + 1))
    return common >= ALIKE * (sum(a.sizes) + sum(b.sizes) - common)


def choose(candidates: Sequence[Span], worth: Sequence[float]) -> list[int]:
    """The numbers of the candidates without overlap whose worth adds up highest; only those above zero."""
    good = sorted((c for c in range(len(candidates)) if worth[c] > 0), key=lambda c: candidates[c].last)
    lasts = [candidates[c].last for c in good]
    best = [0.0]
    earlier: list[int] = []
    for at, c in enumerate(good):
        earlier.append(_before(lasts, candidates[c].first, at))
        best.append(max(best[at], best[earlier[at]] + worth[c]))
    return list(_walk(good, best, earlier))[::-1]


def _walk(good: Sequence[int], best: Sequence[float], earlier: Sequence[int]) -> Iterator[int]:
    at = len(good)
    while at:
        if best[at] > best[at - 1]:
            yield good[at - 1]
            at = earlier[at - 1]
        else:
            at -= 1


def _before(lasts: Sequence[int], first: int, at: int) -> int:
    """How many of the spans before `at` end before an atom."""
    low, high = 0, at
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if lasts[middle] < first else (low, middle)
    return low
