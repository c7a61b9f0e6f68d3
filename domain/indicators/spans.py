"""Where a name may stand: stretches of atoms between a likely beginning and a likely end, and what is seen of each."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

import msgspec

from domain.impressions.marks import UNREAD
from domain.indicators.features import View, kept, size_of, stretch
from domain.indicators.model import Indicator
from domain.indicators.traits import Traits
from domain.indicators.weights import Group

LEAST = -3.0
"""Log odds under which no name begins or ends at an atom."""
SAME = 0.5
"""From this share of common atoms on, a candidate is what the rules found."""
_MOST_ATOMS = 28
_MOST_WORDS = 60
_VALUES = ("value", "nothing", "unit")
_NO_OPENING = ("lower", "small", "value", "year")
MEASURES = (
    *(f"marked.{name}" for name in ("first", "inside", "least", "last", "again", "before", "after", "office")),
    *("bias", "begins", "ends", "weaker", "inside", "inside.least", "before", "after"),
    *("after.begins", "before.ends", "begins.inside", "ends.inside"),
)
"""What is measured of a candidate; the rest of its features hold or do not."""


class Odds(msgspec.Struct, frozen=True, kw_only=True):
    """For each atom the log odds that a name begins there, passes through it, ends there."""

    begins: Sequence[float]
    inside: Sequence[float]
    ends: Sequence[float]


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """The atoms `first` to `last` as a candidate, with what is seen of it and the rules' find that it overlaps most."""

    first: int
    last: int
    sizes: tuple[int, ...]
    measures: tuple[float, ...]
    groups: tuple[Group, ...]
    ruled: Indicator | None

    @property
    def features(self) -> Mapping[str, float]:
        """Its measures, and 1 for each feature of its groups."""
        return dict(zip(MEASURES, self.measures, strict=True)) | dict.fromkeys(chain.from_iterable(self.groups), 1.0)


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
    sizes = tuple([a.words for a in scene.view.atoms[first : last + 1]])
    agreed = "same" if share == 1 else "near" if share >= SAME else "far" if share else "none"
    return Span(
        first=first,
        last=last,
        sizes=sizes,
        measures=(*_marked(scene.view, first, last), *_judged(scene.odds, first, last)),
        groups=(
            _shape(sum(sizes), scene.view.traits[first].first, scene.view.traits[last].last, min(scene.likely, 8)),
            _length(len(sizes)),
            _held(scene.view.traits[first : last + 1]),
            _beside(scene.view, first, last),
            scene.view.shared,
            (f"rule={item.how if item else '-'}.{agreed}",),
        ),
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


def _marked(view: View, first: int, last: int) -> tuple[float, ...]:
    """What the encoder's marks say of a stretch and of what stands beside it: the first of MEASURES."""
    said = view.heard[first : last + 1]
    inside = [h.inside for h in said]
    return (
        said[0].first,
        sum(inside) / len(said),
        min(inside),
        said[-1].last,
        max([h.begins for h in said[1:]], default=UNREAD),
        view.heard[first - 1].last if first else UNREAD,
        view.heard[last + 1].inside if last + 1 < len(view.heard) else UNREAD,
        max([h.responsible for h in said]),
    )


def _judged(odds: Odds, first: int, last: int) -> tuple[float, ...]:
    """What the odds of the atoms say of a stretch and of what stands beside it: the rest of MEASURES."""
    end = len(odds.begins)
    inside = odds.inside[first : last + 1]
    begins, ends = odds.begins[first], odds.ends[last]
    return (
        1.0,
        begins,
        ends,
        min(begins, ends),
        sum(inside) / len(inside),
        min(inside),
        odds.inside[first - 1] if first else -4.0,
        odds.inside[last + 1] if last + 1 < end else -4.0,
        odds.begins[last + 1] if last + 1 < end else -4.0,
        odds.ends[first - 1] if first else -4.0,
        max(odds.begins[first + 1 : last + 1], default=-5.0),
        max(odds.ends[first:last], default=-5.0),
    )


@kept
def _shape(words: int, first: str, last: str, likely: int) -> Group:
    return f"words={size_of(words)}", f"first={first}", f"last={last}", f"likely={size_of(likely)}"


@kept
def _length(atoms: int) -> Group:
    return (f"atoms={size_of(atoms)}",)


def _held(looks: Sequence[Traits]) -> Group:
    inner = looks[1:]
    opened = sum([t.gap in "np" and t.first not in _NO_OPENING for t in inner])
    return _holding(
        tuple(dict.fromkeys([t.kind for t in looks])),
        min(opened, 3),
        tuple(dict.fromkeys([t.stop for t in looks[:-1]])),
        "p" in [t.gap for t in inner],
    )


@kept
def _holding(kinds: tuple[str, ...], opened: int, stops: tuple[str, ...], parted: bool) -> Group:
    return (
        *(f"holds={kind}" for kind in kinds),
        f"opened={opened}",
        *(f"stop={sign}" for sign in stops),
        *(("parted",) if parted else ()),
    )


def _beside(view: View, first: int, last: int) -> Group:
    before = view.traits[first - 1].kind if first else "-"
    behind = view.traits[last + 1] if last + 1 < len(view.traits) else None
    kind, gap = (behind.kind, behind.gap) if behind else ("-", "-")
    runs = _run(view, last + 1, 1), _run(view, first - 1, -1)
    return _between(before, kind, gap, view.traits[last].stop, runs)


@kept
def _between(before: str, kind: str, gap: str, stop: str, runs: tuple[int, int]) -> Group:
    return (
        f"<kind={before}",
        f">kind={kind}",
        f">gap={gap}+{stop}",
        f"values.behind={runs[0]}",
        f"values.before={runs[1]}",
    )


def _run(view: View, at: int, step: int) -> int:
    """How many values stand together from an atom on."""
    count = 0
    while 0 <= at < len(view.traits) and count < 6 and view.traits[at].kind in _VALUES:
        count += view.traits[at].kind != "unit"
        at += step
    return count
