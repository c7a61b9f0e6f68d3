"""What is seen of an atom in its surroundings: the features that say whether a name begins, goes on or ends there."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain

import msgspec

from domain.impressions.marks import Marks
from domain.indicators.atoms import Atom, atoms
from domain.indicators.heard import HEARD, Heard, heard, heard_features, levels_of
from domain.indicators.lines import STATISTICS, TARGETS
from domain.indicators.model import Indicator
from domain.indicators.traits import Traits, traits
from domain.indicators.weights import Group

_COLUMNS = ("indicador", "meta", "base", "responsable", "unidad", "programa")
_NONE = Traits(kind="-", first="-", last="-", size="-", gap="-", stop="-", words=(), labelled=False)
_RESOLUTIONS = re.compile(r"indicador(?:es)?\b[^\n]{0,40}[.:]")


kept = lru_cache(maxsize=20_000)
"""For a group that depends on few things, so that most of it was put together before."""


class View(msgspec.Struct, frozen=True, kw_only=True):
    """A text as its atoms, with the traits of each and its features in groups; `shared` are those of the whole text."""

    text: str
    atoms: tuple[Atom, ...]
    traits: tuple[Traits, ...]
    heard: tuple[Heard, ...]
    groups: tuple[tuple[Group, ...], ...]
    shared: Group

    @property
    def features(self) -> tuple[Group, ...]:
        """All the features of each atom."""
        return tuple(tuple(chain.from_iterable(groups)) for groups in self.groups)


def view(text: str, ruled: Sequence[Indicator], marks: Marks, role: str) -> View:
    """The view of a text of this role, so marked, in which the rules alone found `ruled`."""
    cut = atoms(text)
    looks = traits(text, cut)
    said = heard(marks, cut)
    shared = (f"role={role}", *_shared(text, cut, looks, ruled))
    kinds = {coarse: tuple(f"{s}&{coarse}" for s in shared) for coarse in set(map(_coarse, looks))}
    return View(
        text=text,
        atoms=cut,
        traits=looks,
        heard=said,
        groups=tuple(
            (*seen, shared, kinds[_coarse(this)], *sounds)
            for this, seen, sounds in zip(
                looks, _seen(looks, _columns_above(looks), _rules(cut, ruled)), _sounds(said), strict=True
            )
        ),
        shared=shared,
    )


def _sounds(said: Sequence[Heard]) -> Iterator[tuple[Group, Group, Group]]:
    """For each atom what the encoder says of it, of the one before and of the one behind."""
    levels = [(0,) * len(HEARD), *map(levels_of, said), (0,) * len(HEARD)]
    return zip(
        (heard_features("", level) for level in levels[1:-1]),
        (heard_features("<", level) for level in levels),
        (heard_features(">", level) for level in levels[2:]),
        strict=False,
    )


@kept
def size_of(count: float) -> str:
    """A count as one of few sizes."""
    return str(max(b for b in (0, 1, 2, 3, 5, 8, 13, 21, 34) if b <= count))


def _shared(text: str, cut: Sequence[Atom], looks: Sequence[Traits], ruled: Sequence[Indicator]) -> Iterator[str]:
    low = text.lower()
    if STATISTICS.search(low):
        yield "statistics"
    if TARGETS.search(low):
        yield "targets"
    if _RESOLUTIONS.search(low):
        yield "labels"
    heads = {w for t in looks if t.kind in ("header", "column") for w in t.words}
    yield from (f"column.{w}" for w in _COLUMNS if w in heads)
    long = sum(a.words for a in cut) / max(1, sum(a.gap in "np" for a in cut))
    yield f"line={'short' if long < 5 else 'middle' if long < 9 else 'long'}"
    counts = {
        "starters": sum(t.first == "starter" for t in looks),
        "goals": sum(t.first in ("infinitive", "haber") for t in looks),
        "values": sum(t.kind in ("value", "nothing") for t in looks),
        "money": sum(t.kind == "money" for t in looks),
        "ruled": len(ruled),
    }
    yield from (f"{n}={size_of(min(c, 5))}" for n, c in counts.items())


def _columns_above(looks: Sequence[Traits]) -> list[str]:
    """For each atom the table words of the header last seen above it, and how far above."""
    out, seen, at, held = [], frozenset[str](), -99, False
    for i, t in enumerate(looks):
        if t.kind in ("header", "column"):
            words = frozenset(w for w in t.words if w in _COLUMNS)
            seen = seen | words if held else words
            at, held = i, True
        else:
            held = held and i - at < 3
        letters = "".join(w[0] for w in _COLUMNS if w in seen)
        out.append(letters or "-")
    return out


def stretch(cut: Sequence[Atom], item: Indicator) -> tuple[int, int]:
    """The first and the last atom that an indicator covers; the last is before the first where it covers none."""
    first = bisect_right(cut, item.start, key=lambda a: a.end)
    return first, bisect_left(cut, item.end, key=lambda a: a.start) - 1


def _rules(cut: Sequence[Atom], ruled: Sequence[Indicator]) -> list[str]:
    """Whether an atom begins, continues or ends what the rules found."""
    out = ["-"] * len(cut)
    for item in ruled:
        valued = "v" if item.baseline or item.target else "e"
        first, last = stretch(cut, item)
        for i in range(first, last + 1):
            part = "only" if first == last else "first" if i == first else "last" if i == last else "in"
            out[i] = f"{item.how}{valued}.{part}"
    return out


def _coarse(this: Traits) -> str:
    return this.first if this.kind == "words" else this.kind


def _seen(looks: Sequence[Traits], above: Sequence[str], rules: Sequence[str]) -> Iterator[tuple[Group, ...]]:
    """For each atom what it looks like, what stands around it, and what the rules and the header above say of it."""
    around = [_NONE, _NONE, _NONE, *looks, _NONE, _NONE, _NONE]
    for i, this in enumerate(looks):
        third, second, before, _, after, next_, last = around[i : i + 7]
        yield (
            _BIAS,
            _look("", this),
            _look("<", before),
            _look(">", after),
            _far("<<", second.kind, second.first),
            _far(">>", next_.kind, next_.first),
            _far("<<<", third.kind, third.first),
            _far(">>>", last.kind, last.first),
            _joint(before.stop, before.last, before.kind, this.gap, this.first),
            _joint_behind(this.last, this.stop, after.kind, after.first, after.gap),
            _ruled(rules[i], above[i], this.first),
        )


_BIAS = ("bias",)


@kept
def _look(place: str, t: Traits) -> Group:
    words = (f"{place}word={w}" for w in t.words)
    return (
        f"{place}kind={t.kind}",
        f"{place}first={t.first}",
        f"{place}last={t.last}",
        f"{place}size={t.size}",
        f"{place}gap={t.gap}",
        f"{place}stop={t.stop}",
        *words,
        *((f"{place}labelled",) if t.labelled else ()),
    )


@kept
def _far(place: str, kind: str, first: str) -> Group:
    return f"{place}kind={kind}", f"{place}first={first}"


@kept
def _joint(stop: str, last: str, kind: str, gap: str, first: str) -> Group:
    """Of the end of one atom and the beginning of the next, which is the one described."""
    return (
        f"gap+first={gap}{first}",
        f"<stop+gap={stop}{gap}",
        f"<last+first={last}+{first}",
        f"<kind+first={kind}+{first}",
    )


@kept
def _joint_behind(last: str, stop: str, kind: str, first: str, gap: str) -> Group:
    """Of the end of the atom described and the beginning of the next."""
    return (
        f"last+>kind={last}+{kind}",
        f"last+>first={last}+{first}",
        f"last+>gap={last}+{gap}",
        f"stop+>gap={stop}{gap}",
    )


@kept
def _ruled(rule: str, above: str, first: str) -> Group:
    return f"rule={rule}", f"above={above}", *(f"above.{c}+{first}" for c in above)
