"""The lexicon as data: which words speak of which policy point.

Terms are written plainly, over folded text (lower case, no accents): `*` ends any word, ` ` is white space, `#` is a
figure, `...` skips up to 40 characters of the same sentence, `(a|b)` is a choice and `?` makes what precedes it
optional. Nothing else repeats, so no term can run away on a hostile text. Weights are those of logistic heads: a head's
sum is the log-odds of what it decides.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from typing import TypeAlias

import msgspec

from domain.canonical import digest
from domain.errors import ReleaseMismatchError

_ALLOWED = re.compile(r"[a-z0-9#%/:(),|?*.$° -]+")
_PIECES = re.compile(r"\.\.\.|.")
_MEANING = {
    "...": r"[^.;]{0,40}?",
    "*": r"\w{0,14}",
    " ": r"\s{1,4}",
    "#": r"\d[\d.,]{0,17}",
    ".": r"\.",
    "$": r"\$",
    "(": "(?:",
}
_KEY = 6
_HEADS = 20_000
"""Beginnings of words of which it is remembered which terms they may open; a long plan has fewer."""
_Term: TypeAlias = tuple[re.Pattern[str], str, tuple[str, ...]]
_WORD = re.compile(r"[a-z\d$%](?<!\w[a-z\d])(?:(?<=[a-z])[a-z]{1,5})?")
"""The first letters of a word, the first digit of a figure, or a sign."""


class Hit(msgspec.Struct, frozen=True, array_like=True):
    """A term found: its family (a point), the term as written, and its span in the text given."""

    family: str
    term: str
    start: int
    end: int


class Point(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The head of a policy point: its terms, each with [the weight expected by hand, the weight learned].

    `shift` is what words and meaning together must overcome.
    """

    why: str
    bias: float
    shift: float
    terms: Mapping[str, tuple[float, float]]


class _Points(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    version: str
    threshold: float
    heading: float
    stack: tuple[float, float, float]
    points: Mapping[str, Point]


class Matcher:
    """Finds the terms of many families in one walk over the words of a text.

    Terms are filed under their first letters, so that a word is held against the few that can begin there; a term
    of several families is held against it once.
    """

    def __init__(self, families: Mapping[str, Iterable[str]]) -> None:
        owners: dict[str, list[str]] = defaultdict(list)
        for name, terms in families.items():
            for term in terms:
                owners[term].append(name)
        self._by_start: dict[str, list[_Term]] = defaultdict(list)
        for term, names in owners.items():
            self._by_start[_key(term)].append((compiled(term), term, tuple(names)))
        self._under = lru_cache(maxsize=_HEADS)(self._filed)

    def hits(self, folded: str) -> Iterator[Hit]:
        """Every term at every word of a folded text, in order of place."""
        under = self._under
        for word in _WORD.finditer(folded):
            for pattern, term, families in under(word.group()):
                at = word.start()
                if found := pattern.match(folded, at):
                    yield from (Hit(family, term, at, found.end()) for family in families)

    def _filed(self, head: str) -> tuple[_Term, ...]:
        """The terms that can begin with these letters, those filed under the fewest of them first."""
        if head.isdecimal():
            head = "#"
        return tuple(term for length in range(1, len(head) + 1) for term in self._by_start.get(head[:length], ()))


class Lexicon(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """The lexicon, checked; `hash` covers its file and is part of a release.

    `threshold` is the probability from which a passage is about a point, `heading` the discount on words that stand
    only in the headings above it. `stack` weighs the words of a passage against its meaning: the log-odds of the words,
    those of the heads, and their product.
    """

    version: str
    hash: str
    threshold: float
    heading: float
    stack: tuple[float, float, float]
    points: Mapping[str, Point]

    @cached_property
    def point_terms(self) -> Matcher:
        """The terms of the points, ready to find."""
        return Matcher({name: point.terms for name, point in self.points.items()})


def compiled(term: str) -> re.Pattern[str]:
    """The bounded regular expression that a term stands for, to be matched at the start of a word."""
    body = "".join(_MEANING.get(piece, piece) for piece in _PIECES.findall(term))
    return re.compile(rf"{body}(?!\w)" if body[-1] not in "%:" else body)


def decode(content: bytes) -> Lexicon:
    """The lexicon from its file.

    Raises ReleaseMismatchError when it is not well formed or a term is not written as terms are.
    """
    try:
        file = msgspec.json.decode(content, type=_Points)
    except msgspec.DecodeError as error:
        raise ReleaseMismatchError(f"lexicon: {error}") from error
    if problem := _problem(file):
        raise ReleaseMismatchError(f"lexicon: {problem}")
    return Lexicon(
        version=file.version,
        hash=digest(file),
        threshold=file.threshold,
        heading=file.heading,
        stack=file.stack,
        points=file.points,
    )


def _key(term: str) -> str:
    """The first characters of a term as they stand in the text; "#" for a figure."""
    if term[0] in "#0123456789":
        return "#"
    literal = re.match(r"(?:[a-z]+|[$%])(?!\?)", term)
    return literal.group()[:_KEY] if literal else ""


def _problem(file: _Points) -> str | None:
    if list(file.points) != [f"P{i}" for i in range(1, 11)]:
        return "the points are not P1 to P10"
    return next(filter(None, (_wrong_term(term) for point in file.points.values() for term in point.terms)), None)


def _wrong_term(term: str) -> str | None:
    if not _ALLOWED.fullmatch(term) or not _key(term):
        return f"the term {term!r} is not written as terms are"
    try:
        compiled(term)
    except re.error as error:
        return f"the term {term!r} does not compile: {error}"
    return None
