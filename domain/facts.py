"""The facts that heads are written over: which cues a stretch of text has, and which kinds of figures."""

import re
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from domain.document import Passage
from domain.language.words import fold
from domain.lexicon.model import Head, Hit, Lexicon

_FIGURE = re.compile(r"(?<![\w.,])\d[\d.,]*")
_YEAR = re.compile(r"(?<![\d.,])(?:19[5-9]\d|20[0-4]\d)(?![\d.,]*\d)")
_MONEY = re.compile(r"\$\s{0,2}\d|\d[\d.,]{0,17}\s+(?:millones|billones|pesos)\b|\d{1,3}(?:[.,]\d{3}){2,5}")
_PATTERNS = (
    ("n.years", re.compile(r"20[0-4]\d\s+20[0-4]\d\s+20[0-4]\d")),
    ("n.period", re.compile(r"20[0-4]\d\s?[-/a]\s?20[0-4]\d")),
    (
        "n.percent",
        re.compile(r"%|\bpor ?ciento\b|\bpor (?:cada )?(?:mil|cien)\b|\b(?:x|por) (?:cada )?1\d{0,2}[.,]?000\b"),
    ),
    ("n.series", re.compile(r"(?:(?<![\w.,])\d[\d.,]{0,12}%?\s+){3}\d")),
)
_NOTHING = re.compile(r"\W*(?:n[/. ]?[dsa]|s[/. ]?d|ns|no aplica|no disponible|por definir|sin dato)?\W*")
_MANY, _TABLE, _MONEYS = 5, 15, 4


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What holds of a stretch of text: the names of its cues and facts such as `n.percent`, and where cues stand."""

    names: frozenset[str]
    hits: tuple[Hit, ...] = ()

    def satisfy(self, needs: Sequence[str]) -> bool:
        """Whether every need has one of its choices here."""
        return all(not self.names.isdisjoint(need.split("|")) for need in needs)


def facts_of(passage: Passage, lexicon: Lexicon) -> Facts:
    """The facts of a whole passage; a table row is read as its headers with its cells, the empty ones left out."""
    if not passage.cells:
        return facts_in(passage.text, lexicon)
    filled = (f"{cell.header}: {cell.text}" for cell in passage.cells if not _NOTHING.fullmatch(fold(cell.text)))
    row = facts_in(". ".join(filled), lexicon)
    # The places of hits would be those of the joined text: a row is quoted whole and needs none.
    return Facts(names=row.names)


def facts_in(text: str, lexicon: Lexicon, *, extra: Iterable[str] = ()) -> Facts:
    """The facts of a text, and `extra` as given."""
    folded = fold(text)
    hits = tuple(lexicon.cue_terms.hits(folded))
    return Facts(names=frozenset((*(h.family for h in hits), *figures(folded), *extra)), hits=hits)


def figures(folded: str) -> Iterable[str]:
    """The kinds of figures of a folded text; years are no figures."""
    plain = [f for f in _FIGURE.findall(folded) if not _YEAR.fullmatch(f.rstrip(".,"))]
    money = len(_MONEY.findall(folded))
    kinds = (
        ("n.figure", bool(plain)),
        ("n.many", len(plain) >= _MANY),
        ("n.table", len(plain) >= _TABLE),
        ("n.year", _YEAR.search(folded) is not None),
        ("n.money", money > 0),
        ("n.moneys", money >= _MONEYS),
    )
    yield from (name for name, holds in kinds if holds)
    yield from (name for name, pattern in _PATTERNS if pattern.search(folded))


def log_odds(head: Head, names: frozenset[str], measures: Mapping[str, float] | None = None) -> float:
    """The sum of a head over facts and measures, in the head's own order so that it is the same everywhere."""
    known = measures or {}
    return (
        head.bias
        + sum(w for fact, w in head.weights.items() if fact in names)
        + sum(w * known[fact] for fact, w in head.weights.items() if fact in known)
    )


def strongest(heads: Mapping[str, Head], names: frozenset[str], measures: Mapping[str, float] | None = None) -> str:
    """The name of the head that the facts speak for most; the first of equals."""
    return max(heads, key=lambda name: log_odds(heads[name], names, measures))
