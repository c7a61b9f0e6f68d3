"""Words into lines of text, and lines into one string: the reading order inside a cell."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median

from domain.document import Word

_SOFT_HYPHEN = "\u00ad"
_TOUCH = 0.15
"""The narrowest space is wider than this part of the type size, ink to ink."""
_HANGING = frozenset("gjpqyçQ()[]{}|/$_")
_FLOATING = frozenset("-–—•·*°ºª'\"“”‘’+=~")


def text_lines(words: Iterable[Word]) -> list[list[Word]]:
    """The lines that the words form, top to bottom, each left to right."""
    return [line for _, line in levels(words)]


def levels(words: Iterable[Word]) -> list[tuple[float, list[Word]]]:
    """The same lines, each with the y that it stands on.

    Words belong to one line when they stand on the same y, give or take a part of the size of their type.
    """
    known = list(words)
    # The few lines of a cell stand so far apart that it does not matter.
    hugging = len(known) > 12 and _hug_ink(known)
    found: list[tuple[list[float], list[Word]]] = []
    level = size = 0.0
    standing = ((_baseline(word) if hugging else word.bottom, word) for word in known)
    for y, word in sorted(standing, key=lambda pair: (pair[0], pair[1].x0)):
        if found and y - level < 0.38 * max(size, word.size):
            found[-1][0].append(y)
            found[-1][1].append(word)
            size = max(size, word.size)
        else:
            found.append(([y], [word]))
            level, size = y, word.size
    return [(median(ys), sorted(line, key=lambda w: w.x0)) for ys, line in found]


def _hug_ink(words: Sequence[Word]) -> bool:
    """The boxes end where the ink does, so that "y" reaches lower than "de"; in other files all reach equally low."""
    drops = []
    for a, b in pairwise(words):
        drop = (a.bottom - b.bottom) / max(a.size, 1.0)
        if b.x0 > a.x1 and abs(drop) < 0.35 and _hangs(a) != _hangs(b):
            drops.append(drop if _hangs(a) else -drop)
    return bool(drops) and median(drops) > 0.1


def _hangs(word: Word) -> bool:
    return not _HANGING.isdisjoint(word.text)


def _baseline(word: Word) -> float:
    """The y that the word stands on, from the box of its ink."""
    if _hangs(word):
        return word.bottom - 0.21 * word.size
    if word.text[-1] in ",;":
        return word.bottom - 0.14 * word.size
    if _FLOATING.issuperset(word.text):
        return (word.top + word.bottom) / 2 + 0.25 * word.size
    return word.bottom


def line_text(line: Sequence[Word]) -> str:
    """The words of one line with single spaces; words that nearly touch are pieces of one ("6" and "1" of "61")."""
    text = ""
    end = 0.0
    for word in line:
        text += word.text if not text or 0 <= word.x0 - end < _TOUCH * word.size else f" {word.text}"
        end = word.x1
    return text


def joined(lines: Sequence[Sequence[Word]]) -> str:
    """One string of the lines: a word that a hyphen breaks at the end of a line is put together again."""
    text = ""
    for line in lines:
        piece = line_text(line)
        if not text:
            text = piece
        elif text.endswith(_SOFT_HYPHEN) or _is_broken(text, piece):
            text = text[:-1] + piece
        elif _is_compound(text, piece):
            text += piece
        else:
            text = f"{text} {piece}"
    return text.replace(_SOFT_HYPHEN, "")


def cell_text(words: Sequence[Word]) -> str:
    """The words as a reader reads them: line by line; a cell of turned words keeps the order of the file."""
    if len(words) <= 1:
        return words[0].text if words else ""
    if sum(word.turned for word in words) * 2 > len(words):
        return " ".join(word.text for word in words)
    return joined(text_lines(words))


def _is_broken(text: str, piece: str) -> bool:
    return len(text) > 1 and text[-1] in "-‐" and text[-2].islower() and piece[0].islower()


def _is_compound(text: str, piece: str) -> bool:
    """ "2020-" and "2023", "DANE-" and "SIVIGILA" stay one word with its hyphen."""
    return len(text) > 1 and text[-1] in "-‐" and text[-2].isalnum() and piece[0].isalnum()
