"""Spanish text made comparable without moving a character, and patterns that search it fast."""

import re
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter

_ACCENTED, _BARE = "áéíóúüàèìòùâêîôûñç\u00a0", "aeiouuaeiouaeiounc "
_MARKS = tuple(zip("–—“”’", '--""\'', strict=True))
_FOLDED = tuple((accented, bare) for accented, bare in (*zip(_ACCENTED, _BARE, strict=True), *_MARKS))

_LATIN = bytes(range(256)).decode("latin-1")
_LATIN_FOLDED = _LATIN.lower().translate(str.maketrans(_ACCENTED, _BARE)).encode("latin-1")

_WORD_BEGINS = re.compile(r"\\b(\w)")


def quick(pattern: str) -> re.Pattern[str]:
    """The pattern for text in lower case, or folded; where its alternatives begin with letters it is found fast.

    The matcher passes over all letters that begin no alternative, but not where case is ignored, nor where an
    alternative begins with the edge of a word: that edge is looked for behind its letter, which must not be optional.
    """
    return re.compile(_WORD_BEGINS.sub(r"\1(?<!\\w\1)", pattern))


def beginning(heads: Iterable[str]) -> re.Pattern[str]:
    """Where a word of folded text begins with one of the heads, which are plain letters."""
    by_letter = groupby(sorted(set(heads)), key=itemgetter(0))
    return quick("|".join(rf"\b{letter}(?:{'|'.join(head[1:] for head in some)})" for letter, some in by_letter))


def fold(text: str) -> str:
    """Lower case without accents; the same length as `text`, so that spans hold in both."""
    if text.isascii():
        return text.lower()
    for mark, plain in _MARKS:
        text = text.replace(mark, plain)
    try:
        return text.encode("latin-1").translate(_LATIN_FOLDED).decode("latin-1")
    except UnicodeEncodeError:
        return _fold(text)


def _fold(text: str) -> str:
    lower = text.lower()
    if len(lower) != len(text):
        lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    for accented, bare in _FOLDED:
        lower = lower.replace(accented, bare)
    return lower
