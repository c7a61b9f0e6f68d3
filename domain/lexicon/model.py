"""The lexicon as data: which words speak of which policy point, and which words state which question element.

Terms are written plainly, over folded text (lower case, no accents): `*` ends any word, ` ` is white space, `#` is a
figure, `...` skips up to 40 characters of the same sentence, `(a|b)` is a choice and `?` makes what precedes it
optional. Nothing else repeats, so no term can run away on a hostile text. Weights are those of logistic heads: a head's
sum is the log-odds of what it decides.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import get_args

import msgspec

from domain.canonical import digest
from domain.errors import ReleaseMismatchError
from domain.evidence import Role

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
_WORD = re.compile(r"(?<!\w)\w|[$%]")


class Hit(msgspec.Struct, frozen=True, array_like=True):
    """A term found: its family (a point or a cue), the term as written, and its span in the text given."""

    family: str
    term: str
    start: int
    end: int


class Point(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The head of a policy point: its terms, each with [the weight expected by hand, the weight learned]."""

    why: str
    bias: float
    similarity: float
    terms: Mapping[str, tuple[float, float]]


class Cue(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Terms that mean the same; `why` says in Spanish what finding one shows."""

    why: str
    terms: tuple[str, ...]


class Head(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The head of a role or an element over facts (cues and those that `domain/facts.py` names).

    `means` names the facts that say it in so many words, `needs` those without any of which it cannot be said:
    each entry is a choice "a|b", and every entry must hold. `threshold` is a probability. `echoes` names an element
    that says the same when it stands anywhere in the plan: a problem that was diagnosed is stated by the diagnosis.
    """

    why: str = ""
    means: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    threshold: float = 0.35
    echoes: str = ""
    bias: float = 0.0
    weights: Mapping[str, float] = {}


class _Points(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    version: str
    threshold: float
    heading: float
    points: Mapping[str, Point]


class _Elements(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    version: str
    roles: Mapping[str, Head]
    cues: Mapping[str, Cue]
    elements: Mapping[str, Head]


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
        self._by_start: dict[str, list[tuple[re.Pattern[str], str, tuple[str, ...]]]] = defaultdict(list)
        for term, names in owners.items():
            self._by_start[_key(term)].append((compiled(term), term, tuple(names)))

    def hits(self, folded: str) -> Iterator[Hit]:
        """Every term at every word of a folded text, in order of place."""
        for word in _WORD.finditer(folded):
            at = word.start()
            head = "#" if folded[at].isdigit() else folded[at : at + _KEY]
            for length in range(1, len(head) + 1):
                for pattern, term, families in self._by_start.get(head[:length], ()):
                    if found := pattern.match(folded, at):
                        yield from (Hit(family, term, at, found.end()) for family in families)


class Lexicon(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """The lexicon, checked; `hash` covers both of its files and is part of a release.

    `threshold` is the probability from which a passage is about a point, `heading` the discount on words that stand
    only in the headings above it.
    """

    version: str
    hash: str
    threshold: float
    heading: float
    points: Mapping[str, Point]
    roles: Mapping[str, Head]
    cues: Mapping[str, Cue]
    elements: Mapping[str, Head]

    @cached_property
    def point_terms(self) -> Matcher:
        """The terms of the points, ready to find."""
        return Matcher({name: point.terms for name, point in self.points.items()})

    @cached_property
    def cue_terms(self) -> Matcher:
        """The terms of the cues, ready to find."""
        return Matcher({name: cue.terms for name, cue in self.cues.items()})


def compiled(term: str) -> re.Pattern[str]:
    """The bounded regular expression that a term stands for, to be matched at the start of a word."""
    body = "".join(_MEANING.get(piece, piece) for piece in _PIECES.findall(term))
    return re.compile(rf"{body}(?!\w)" if body[-1] not in "%:" else body)


def decode(points: bytes, elements: bytes) -> Lexicon:
    """The lexicon from its two files.

    Raises ReleaseMismatchError when a file is not well formed, a term is not written as terms are, or a head names a
    cue that does not exist.
    """
    try:
        first = msgspec.json.decode(points, type=_Points)
        second = msgspec.json.decode(elements, type=_Elements)
    except msgspec.DecodeError as error:
        raise ReleaseMismatchError(f"lexicon: {error}") from error
    if problem := _problem(first, second):
        raise ReleaseMismatchError(f"lexicon: {problem}")
    return Lexicon(
        version=f"{first.version}/{second.version}",
        hash=digest((first, second)),
        threshold=first.threshold,
        heading=first.heading,
        points=first.points,
        roles=second.roles,
        cues=second.cues,
        elements=second.elements,
    )


def _key(term: str) -> str:
    """The first characters of a term as they stand in the text; "#" for a figure."""
    if term[0] in "#0123456789":
        return "#"
    literal = re.match(r"[a-z$%]+(?!\?)", term)
    return literal.group()[:_KEY] if literal else ""


def _problem(points: _Points, elements: _Elements) -> str | None:
    if list(points.points) != [f"P{i}" for i in range(1, 11)]:
        return "the points are not P1 to P10"
    if set(elements.roles) != set(get_args(Role)):
        return "the roles are not those of evidence"
    families = [*(p.terms for p in points.points.values()), *(c.terms for c in elements.cues.values())]
    wrong = (_wrong_term(term) for terms in families for term in terms)
    heads = (*elements.roles.items(), *elements.elements.items())
    return next(filter(None, (*wrong, *(_wrong_head(name, head, elements) for name, head in heads))), None)


def _wrong_term(term: str) -> str | None:
    if not _ALLOWED.fullmatch(term) or not _key(term):
        return f"the term {term!r} is not written as terms are"
    try:
        compiled(term)
    except re.error as error:
        return f"the term {term!r} does not compile: {error}"
    return None


def _wrong_head(name: str, head: Head, elements: _Elements) -> str | None:
    if head.echoes and head.echoes not in elements.elements:
        return f"{name} echoes {head.echoes!r}, which does not exist"
    choices = (fact for need in head.needs for fact in need.split("|"))
    for fact in (*head.weights, *head.means, *choices):
        # Facts with a point in their name are made by domain/facts.py and its callers.
        if "." not in fact and fact not in elements.cues:
            return f"the head of {name} names the cue {fact!r}, which does not exist"
    return None
