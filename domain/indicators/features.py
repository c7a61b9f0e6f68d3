"""What is seen of an atom in its surroundings: the features that say whether a name begins, goes on or ends there."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

import msgspec

from domain.impressions.marks import Marks
from domain.indicators.atoms import Atom, atoms
from domain.indicators.heard import Heard, heard, heard_features
from domain.indicators.lines import STATISTICS, TARGETS
from domain.indicators.model import Indicator
from domain.indicators.traits import Traits, traits

_COLUMNS = ("indicador", "meta", "base", "responsable", "unidad", "programa")
_NONE = Traits(kind="-", first="-", last="-", size="-", gap="-", stop="-", words=(), labelled=False)
_RESOLUTIONS = re.compile(r"indicador(?:es)?\b[^\n]{0,40}[.:]", re.IGNORECASE)


class View(msgspec.Struct, frozen=True, kw_only=True):
    """A text as its atoms, with the traits and the features of each."""

    text: str
    atoms: tuple[Atom, ...]
    traits: tuple[Traits, ...]
    heard: tuple[Heard, ...]
    features: tuple[tuple[str, ...], ...]
    shared: tuple[str, ...]


def view(text: str, ruled: Sequence[Indicator], marks: Marks, role: str) -> View:
    """The view of a text of this role, so marked, in which the rules alone found `ruled`."""
    cut = atoms(text)
    looks = traits(text, cut)
    said = heard(marks, cut)
    levels = [tuple(heard_features(s)) for s in said]
    shared = (f"role={role}", *_shared(text, cut, looks, ruled))
    kinds = {coarse: tuple(f"{s}&{coarse}" for s in shared) for coarse in map(_coarse, looks)}
    above = _columns_above(looks)
    rules = _rules(cut, ruled)
    return View(
        text=text,
        atoms=cut,
        traits=looks,
        heard=said,
        features=tuple(
            (*_features(looks, i, above[i], rules[i]), *shared, *kinds[_coarse(looks[i])], *_around(levels, i))
            for i in range(len(cut))
        ),
        shared=shared,
    )


def _around(levels: Sequence[tuple[str, ...]], i: int) -> Iterator[str]:
    yield from levels[i]
    yield from (f"<{level}" for level in (levels[i - 1] if i else ()))
    yield from (f">{level}" for level in (levels[i + 1] if i + 1 < len(levels) else ()))


def size_of(count: float) -> str:
    """A count as one of few sizes."""
    return str(max(b for b in (0, 1, 2, 3, 5, 8, 13, 21, 34) if b <= count))


def _shared(text: str, cut: Sequence[Atom], looks: Sequence[Traits], ruled: Sequence[Indicator]) -> Iterator[str]:
    if STATISTICS.search(text):
        yield "statistics"
    if TARGETS.search(text):
        yield "targets"
    if _RESOLUTIONS.search(text):
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


def _features(looks: Sequence[Traits], i: int, above: str, rule: str) -> Iterator[str]:
    this = looks[i]
    before = looks[i - 1] if i else _NONE
    after = looks[i + 1] if i + 1 < len(looks) else _NONE
    yield "bias"
    for place, t in (("", this), ("<", before), (">", after)):
        yield f"{place}kind={t.kind}"
        yield f"{place}first={t.first}"
        yield f"{place}last={t.last}"
        yield f"{place}size={t.size}"
        yield f"{place}gap={t.gap}"
        yield f"{place}stop={t.stop}"
        yield from (f"{place}word={w}" for w in t.words)
        if t.labelled:
            yield f"{place}labelled"
    for place, j in (("<<", i - 2), (">>", i + 2), ("<<<", i - 3), (">>>", i + 3)):
        t = looks[j] if 0 <= j < len(looks) else _NONE
        yield f"{place}kind={t.kind}"
        yield f"{place}first={t.first}"
    yield f"gap+first={this.gap}{this.first}"
    yield f"<stop+gap={before.stop}{this.gap}"
    yield f"<last+first={before.last}+{this.first}"
    yield f"<kind+first={before.kind}+{this.first}"
    yield f"last+>kind={this.last}+{after.kind}"
    yield f"last+>first={this.last}+{after.first}"
    yield f"last+>gap={this.last}+{after.gap}"
    yield f"stop+>gap={this.stop}{after.gap}"
    yield f"rule={rule}"
    yield f"above={above}"
    yield from (f"above.{c}+{this.first}" for c in above)
