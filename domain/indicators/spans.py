"""Where a name may stand: stretches of atoms between a likely beginning and a likely end, and what is seen of each."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from domain.impressions.marks import UNREAD
from domain.indicators.features import View, size_of, stretch
from domain.indicators.model import Indicator

LEAST = -3.0
"""Log odds under which no name begins or ends at an atom."""
SAME = 0.5
"""From this share of common atoms on, a candidate is what the rules found."""
_MOST_ATOMS = 28
_MOST_WORDS = 60
_VALUES = ("value", "nothing", "unit")


class Odds(msgspec.Struct, frozen=True, kw_only=True):
    """For each atom the log odds that a name begins there, passes through it, ends there."""

    begins: Sequence[float]
    inside: Sequence[float]
    ends: Sequence[float]


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """The atoms `first` to `last` as a candidate, with its features and the rules' find that it overlaps most."""

    first: int
    last: int
    sizes: tuple[int, ...]
    features: Mapping[str, float]
    ruled: Indicator | None


class _Scene(msgspec.Struct, frozen=True):
    """A text in which candidates are looked for: at each atom the numbers of the rules' finds, and these as atoms."""

    view: View
    odds: Odds
    ruled: Sequence[Indicator]
    stretches: Sequence[tuple[int, int]]
    covering: Sequence[Sequence[int]]
    likely: int


def spans(view: View, odds: Odds, ruled: Sequence[Indicator]) -> Iterator[Span]:
    """The candidates of a text, by place."""
    scene = _scene(view, odds, ruled)
    exact = set(scene.stretches)
    opened = {a for a, b in exact if b >= a}
    for first, begins in enumerate(odds.begins):
        if begins < LEAST and first not in opened:
            continue
        words = 0
        for last in range(first, min(first + _MOST_ATOMS, len(view.atoms))):
            words += view.atoms[last].words
            if words > _MOST_WORDS:
                break
            if (odds.ends[last] >= LEAST and begins >= LEAST) or (first, last) in exact:
                yield _span(scene, first, last)


def _scene(view: View, odds: Odds, ruled: Sequence[Indicator]) -> _Scene:
    stretches = [stretch(view.atoms, item) for item in ruled]
    covering: list[list[int]] = [[] for _ in view.atoms]
    for number, (a, b) in enumerate(stretches):
        for i in range(a, b + 1):
            covering[i].append(number)
    return _Scene(view, odds, ruled, stretches, covering, sum(b > 0 for b in odds.begins))


def _span(scene: _Scene, first: int, last: int) -> Span:
    share, item = _nearest(scene, first, last)
    own = scene.view.atoms[first : last + 1]
    agreed = "same" if share == 1 else "near" if share >= SAME else "far" if share else "none"
    rule = f"rule={item.how if item else '-'}.{agreed}"
    return Span(
        first=first,
        last=last,
        sizes=tuple(a.words for a in own),
        features=dict((*_marked(scene.view, first, last), *_features(scene, first, last), (rule, 1.0))),
        ruled=item if share >= SAME else None,
    )


def _nearest(scene: _Scene, first: int, last: int) -> tuple[float, Indicator | None]:
    """The rules' find that shares most atoms with a stretch, and how much of both it is."""
    best: tuple[float, Indicator | None] = (0.0, None)
    for number in sorted({n for i in range(first, last + 1) for n in scene.covering[i]}):
        a, b = scene.stretches[number]
        share = (min(b, last) - max(a, first) + 1) / (max(b, last) - min(a, first) + 1)
        if share > best[0]:
            best = (share, scene.ruled[number])
    return best


def _marked(view: View, first: int, last: int) -> Iterator[tuple[str, float]]:
    """What the encoder's marks say of a stretch and of what stands beside it."""
    said = view.heard[first : last + 1]
    yield "marked.first", said[0].first
    yield "marked.inside", sum(h.inside for h in said) / len(said)
    yield "marked.least", min(h.inside for h in said)
    yield "marked.last", said[-1].last
    yield "marked.again", max((h.begins for h in said[1:]), default=UNREAD)
    yield "marked.before", view.heard[first - 1].last if first else UNREAD
    yield "marked.after", view.heard[last + 1].inside if last + 1 < len(view.heard) else UNREAD
    yield "marked.office", max(h.responsible for h in said)


def _features(scene: _Scene, first: int, last: int) -> Iterator[tuple[str, float]]:
    view, odds = scene.view, scene.odds
    end = len(view.atoms)
    looks = view.traits[first : last + 1]
    inside = odds.inside[first : last + 1]
    begins, ends = odds.begins[first], odds.ends[last]
    yield "bias", 1.0
    yield "begins", begins
    yield "ends", ends
    yield "weaker", min(begins, ends)
    yield "inside", sum(inside) / len(inside)
    yield "inside.least", min(inside)
    yield "before", odds.inside[first - 1] if first else -4.0
    yield "after", odds.inside[last + 1] if last + 1 < end else -4.0
    yield "after.begins", odds.begins[last + 1] if last + 1 < end else -4.0
    yield "before.ends", odds.ends[first - 1] if first else -4.0
    yield "begins.inside", max(odds.begins[first + 1 : last + 1], default=-5.0)
    yield "ends.inside", max(odds.ends[first:last], default=-5.0)
    yield f"words={size_of(sum(a.words for a in view.atoms[first : last + 1]))}", 1.0
    yield f"atoms={size_of(last - first + 1)}", 1.0
    yield f"first={looks[0].first}", 1.0
    yield f"last={looks[-1].last}", 1.0
    yield f"likely={size_of(min(scene.likely, 8))}", 1.0
    for kind in {t.kind for t in looks}:
        yield f"holds={kind}", 1.0
    opened = sum(t.gap in "np" and t.first not in ("lower", "small", "value", "year") for t in looks[1:])
    yield f"opened={min(opened, 3)}", 1.0
    for sign in {t.stop for t in looks[:-1]}:
        yield f"stop={sign}", 1.0
    if any(t.gap == "p" for t in looks[1:]):
        yield "parted", 1.0
    yield f"<kind={view.traits[first - 1].kind if first else '-'}", 1.0
    yield f">kind={view.traits[last + 1].kind if last + 1 < end else '-'}", 1.0
    yield f">gap={view.traits[last + 1].gap if last + 1 < end else '-'}+{looks[-1].stop}", 1.0
    yield f"values.behind={_run(view, last + 1, 1)}", 1.0
    yield f"values.before={_run(view, first - 1, -1)}", 1.0
    yield from ((f"{s}", 1.0) for s in view.shared)


def _run(view: View, at: int, step: int) -> int:
    """How many values stand together from an atom on."""
    count = 0
    while 0 <= at < len(view.traits) and count < 6 and view.traits[at].kind in _VALUES:
        count += view.traits[at].kind != "unit"
        at += step
    return count
