"""A text cut into atoms: the smallest stretches that a cell, a value or a name of an indicator can begin or end at."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

import msgspec

from domain.indicators.lines import NOTHING, NUMBER
from domain.indicators.names import STARTER
from domain.language.numerals import NUMBER_WORD

_MONEY_DIGITS = 8
_WORD = re.compile(r"\S+")
_NUMBER = re.compile(NUMBER)
_YEAR = re.compile(r"(?:19|20)\d\d")
_NOTHING = re.compile(NOTHING)
_NUMERAL = re.compile(NUMBER_WORD, re.IGNORECASE)
_NO_NUMERAL = frozenset(("un", "una", "uno", "mil"))
_ABBREVIATION = re.compile(r"(?:[Nn]o|[Nn]ro|[Nn][uú]m|[A-Za-z]|[A-Z]{1,3}|art|[Ss]ec)\.")
_BULLET = re.compile(r"[-–•?*+\uf0b7\uf0a7]{1,2}|\(?\d{1,2}[.)]|\d{1,2}\.\d{1,2}(?:\.\d{1,3}){0,3}\.?")
_SMALL_WORD = re.compile(r"(?:de|del|la|el|los|las|y|e|en|a|al|con|por|para|que|o|su|sus|un|una)", re.IGNORECASE)
_NONE_WORDS = frozenset(("aplica", "existe", "disponible", "hay", "definida", "determinado"))


_NEGATIONS = frozenset(("no", "sin"))


class Atom(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch `text[start:end]` without its closing punctuation.

    `kind`: words, value, numeral (in words), nothing (ND), money, year, bullet. `stop` is the punctuation behind it,
    `gap` the break before it: "" a space, "." punctuation, "n" a line, "p" an empty line.
    """

    start: int
    end: int
    words: int
    kind: str
    gap: str
    stop: str


class _Token(msgspec.Struct, frozen=True):
    start: int
    end: int
    kind: str
    word: str


def atoms(text: str) -> tuple[Atom, ...]:
    """The atoms of a text in order of place."""
    tokens = list(_tokens(text))
    out: list[Atom] = []
    first = 0
    for at in range(1, len(tokens) + 1):
        if at == len(tokens) or _parts(text, tokens, at):
            out.append(_atom(text, tokens, first, at))
            first = at
    return tuple(out)


def _tokens(text: str) -> Iterator[_Token]:
    held: _Token | None = None
    for match in _WORD.finditer(text):
        word, start = match.group(), match.start()
        kind, opening = _kinds(word)
        if kind != opening and text[max(0, start - 2) : start].strip(" ") in {"", "\n"}:
            kind = opening
        token = _Token(start, match.end(), kind, word)
        joined = held and _joined(text, held, token)
        if joined:
            held = joined
            continue
        if held:
            yield held
        held = token
    if held:
        yield held


def _joined(text: str, a: _Token, b: _Token) -> _Token | None:
    """ "12 %", "dos (2)", "treinta y cinco", "No aplica": one value of two words."""
    if a.kind == "words" and a.word.lower() not in _NEGATIONS:
        return None
    if "\n" in text[a.end : b.start] or b.start - a.end > 2:
        return None
    bare = b.word.strip(".,;:()")
    if (a.kind == "value" and re.fullmatch(r"%[.,;:]?", b.word)) or (
        a.kind == "numeral" and re.fullmatch(r"\(\s?\d{1,9}\s?%?\)[.,;:]?", b.word)
    ):
        return _Token(a.start, b.end, a.kind, f"{a.word} {b.word}")
    if a.word.lower() in _NEGATIONS and bare.lower() in {*_NONE_WORDS, "dato", "datos"}:
        return _Token(a.start, b.end, "nothing", f"{a.word} {b.word}")
    return None


# A plan has few distinct words.
@lru_cache(maxsize=20_000)
def _kinds(word: str) -> tuple[str, str]:
    """What a word is by itself, and where it begins a line."""
    bare = word.strip(".,;:*()")
    bullet = _BULLET.fullmatch(word) and not (word[-1] in ".)" and len(bare) > 2)
    kind = _kind(word, bare)
    return kind, "bullet" if bullet else kind


def _kind(word: str, bare: str) -> str:
    if word.startswith("$") or len(re.sub(r"\D", "", bare)) >= _MONEY_DIGITS:
        return "money"
    for kind, pattern in (("year", _YEAR), ("value", _NUMBER)):
        if pattern.fullmatch(bare):
            return kind
    if len(bare) > 1 and _NOTHING.fullmatch(word.strip(",;:*()")):
        return "nothing"
    return "numeral" if _NUMERAL.fullmatch(bare) and bare.lower() not in _NO_NUMERAL else "words"


def _parts(text: str, tokens: Sequence[_Token], at: int) -> bool:
    """Whether an atom ends before this token."""
    a, b = tokens[at - 1], tokens[at]
    if a.kind != "words" or b.kind != "words" or "\n" in text[a.end : b.start]:
        return True
    opens = b.word[0].isupper() or b.word[0] in '%#("“¿'
    if a.word[-1] in ".;:" and not _ABBREVIATION.fullmatch(a.word):
        return opens or a.word[-1] != "."
    if STARTER.match(text, b.start) and b.word[0].isupper():
        return True
    return (
        b.word[0].isupper() and a.word[-1].isalpha() and a.word[-1].islower() and not _SMALL_WORD.fullmatch(a.word)
    ) or a.word[-1] == ")"


def _atom(text: str, tokens: Sequence[_Token], first: int, end: int) -> Atom:
    start = tokens[first].start
    raw = text[start : tokens[end - 1].end]
    core = raw.rstrip(".,;:")
    before = text[tokens[first - 1].end : start] if first else "\n\n"
    gap = "p" if before.count("\n") > 1 else "n" if "\n" in before else ""
    if not gap and tokens[first - 1].word[-1] in ".;:":
        gap = "."
    return Atom(
        start=start,
        end=start + (len(core) or len(raw)),
        words=end - first,
        kind=tokens[first].kind,
        gap=gap,
        stop=raw[len(core) :][:1] if core else "",
    )
