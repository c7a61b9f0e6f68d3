"""Which of the values around a name are its baseline and its target."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from domain.indicators.features import View, size_of
from domain.indicators.model import value_of
from domain.indicators.weights import score

_REACH = 14
"""Atoms to each side of a name among which its values are looked for."""
_KINDS = ("value", "nothing", "numeral")
END = 10**9
NO_SLOT = 99
_LEVELS = (-5, -4, -3, -2, -1, 0, 1)


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A name at the atoms `first` to `last`, between the names before and behind it (atoms)."""

    first: int
    last: int
    before: int
    behind: int


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """One value that a name may have, as printed; None for no value. Its features as baseline and as target.

    `slot` counts values from the name: 0, 1 behind it, -1, -2 before it; NO_SLOT for no value.
    """

    slot: int
    text: str | None
    baseline: tuple[str, ...]
    target: tuple[str, ...]


def places(spans: Sequence[tuple[int, int]]) -> list[Place]:
    """The names of a text in order of place, each between its neighbours."""
    firsts, lasts = [s[0] for s in spans], [s[1] for s in spans]
    around = zip(spans, [-1, *lasts], [*firsts[1:], END], strict=False)
    return [Place(first=a, last=b, before=before, behind=behind) for (a, b), before, behind in around]


def choices(view: View, place: Place) -> list[Choice]:
    """No value, then every value around a name."""
    atoms = _around(view, place)
    order = {at: n for n, at in enumerate(a for a in atoms if a > place.last)}
    order |= {at: -n - 1 for n, at in enumerate(a for a in reversed(atoms) if a < place.first)}
    return [_nothing(view, place, order), *(_choice(view, place, at, order) for at in atoms)]


def chosen(weights: tuple[Mapping[str, float], Mapping[str, float]], found: Sequence[Choice]) -> tuple[Choice, Choice]:
    """Baseline and target of a name, which are never one place."""
    baselines = [score(weights[0], c.baseline) for c in found]
    targets = [score(weights[1], c.target) for c in found]
    target = max(range(len(found)), key=targets.__getitem__)
    others = [c for c in range(len(found)) if c != target or found[c].slot == NO_SLOT]
    return found[max(others, key=baselines.__getitem__)], found[target]


def _around(view: View, place: Place) -> list[int]:
    near = range(max(0, place.first - _REACH), min(len(view.atoms), place.last + 1 + _REACH))
    return [i for i in near if view.atoms[i].kind in _KINDS and not place.first <= i <= place.last]


def _shown(view: View, at: int) -> str | None:
    return value_of(view.text[view.atoms[at].start : view.atoms[at].end])


def _choice(view: View, place: Place, at: int, order: Mapping[int, int]) -> Choice:
    text = _shown(view, at)
    common = tuple(_features(view, place, at, order))
    heard = view.heard[at]
    return Choice(
        slot=order[at],
        text=text,
        baseline=(*common, *_levels("own", heard.baseline), *_levels("other", heard.target)),
        target=(*common, *_levels("own", heard.target), *_levels("other", heard.baseline)),
    )


def _levels(name: str, value: float) -> Iterator[str]:
    return (f"{name}>{level}" for level in _LEVELS if value > level)


def _features(view: View, place: Place, at: int, order: Mapping[int, int]) -> Iterator[str]:
    looks, this = view.traits, view.traits[at]
    number = max(-4, min(order[at], 5))
    behind = at > place.last
    between = looks[place.last + 1 : at] if behind else looks[at + 1 : place.first]
    worded = min(sum(t.kind not in ("value", "nothing", "unit") for t in between), 4)
    crossed = at > place.behind or at < place.before
    side = "behind" if behind else "before"
    header = "".join(s[7] for s in view.shared if s.startswith("column.")) or "-"
    yield "value"
    yield f"number={number}"
    yield f"{side}.worded={worded}"
    yield f"{side}.crossed={crossed}"
    yield f"number={number}.worded={min(worded, 2)}.crossed={crossed}"
    yield f"number={number}.header={header}"
    yield f"kind={this.kind}.{side}"
    yield f"{side}.gap={this.gap}.{worded}"
    yield f"run={_run(view, at)}.{side}.{min(worded, 1)}"
    yield f"values={min(sum(n >= 0 for n in order.values()), 5)}.number={number}"
    yield f"name={looks[place.first].first}.{side}.{min(worded, 1)}"
    yield f"ends={looks[place.last].last}.{side}.{min(worded, 1)}"
    before, after = looks[at - 1] if at else None, looks[at + 1] if at + 1 < len(looks) else None
    yield f"<{before.first if before else '-'}.{side}"
    yield f">{after.first if after else '-'}.{side}"
    yield f">gap={after.gap if after else '-'}.{side}"
    yield f"percent={'%' in view.text[view.atoms[at].start : view.atoms[at].end]}"


def _run(view: View, at: int) -> str:
    """Where a value stands among those beside it: its number and how many they are."""
    first = last = at
    while first and at - first < 8 and view.traits[first - 1].kind in ("value", "nothing"):
        first -= 1
    while last + 1 < len(view.traits) and last - at < 8 and view.traits[last + 1].kind in ("value", "nothing"):
        last += 1
    return f"{at - first}/{last - first + 1}"


def _nothing(view: View, place: Place, order: Mapping[int, int]) -> Choice:
    near = [at for at, n in order.items() if n in (-1, 0, 1)]
    header = "".join(s[7] for s in view.shared if s.startswith("column.")) or "-"
    common = (
        "none",
        f"none.header={header}",
        f"none.behind={min(sum(n >= 0 for n in order.values()), 3)}",
        f"none.before={min(sum(n < 0 for n in order.values()), 3)}",
        f"none.name={view.traits[place.first].first}",
        f"none.ends={view.traits[place.last].last}",
        *(s for s in view.shared if s.startswith("role=")),
        f"none.words={size_of(sum(view.atoms[i].words for i in range(place.first, place.last + 1)))}",
    )
    base, target = (max((getattr(view.heard[at], k) for at in near), default=-8.0) for k in ("baseline", "target"))
    return Choice(
        slot=NO_SLOT,
        text=None,
        baseline=(*common, *_levels("none.own", base)),
        target=(*common, *_levels("none.own", target)),
    )
