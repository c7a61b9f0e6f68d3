"""Words into lines of text, and lines into one string: the reading order inside a cell."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from operator import attrgetter

from domain.document import Word

_left = attrgetter("x0")
_SOFT_HYPHEN = "\u00ad"
_TOUCH = 0.15
"""The narrowest space is wider than this part of the type size, ink to ink."""
_HANGING = frozenset("gjpqyçQ()[]{}|/$_")
_DROP = 0.1
"""A letter that hangs reaches lower by more than this part of the type size."""
_FLOATING = frozenset("-–—•·*°ºª'\"“”‘’+=~")


class Heights:
    """Words by the height of their middles: a page has many frames, most of them as low as a line."""

    def __init__(self, words: Sequence[Word]) -> None:
        self.words = words
        placed = sorted([((word.top + word.bottom) / 2, i) for i, word in enumerate(words)])
        self._middles = [middle for middle, _ in placed]
        self._indexes = [i for _, i in placed]

    def above(self, y: float) -> int:
        """How many have their middle above that height."""
        return bisect_left(self._middles, y)

    def between(self, top: float, bottom: float) -> list[Word]:
        """Those from `top` to `bottom`, both included, in the order in which they were given."""
        first, last = bisect_left(self._middles, top), bisect_right(self._middles, bottom)
        return [self.words[i] for i in sorted(self._indexes[first:last])]


def text_lines(words: Sequence[Word]) -> list[list[Word]]:
    """The lines that the words form, top to bottom, each left to right."""
    return [line for _, line in levels(words)]


def levels(words: Sequence[Word]) -> list[tuple[float, list[Word]]]:
    """The same lines, each with the y that it stands on.

    Words belong to one line when they stand on the same y, give or take a part of the size of their type.
    """
    found: list[tuple[list[float], list[Word]]] = []
    level = size = 0.0
    for y, largest, shelf in _shelves(words):
        # Where the first word of a shelf belongs, the others do.
        if found and y - level < 0.38 * max(size, shelf[0].size):
            ys, line = found[-1]
            ys += [y] * len(shelf)
            line += shelf
            size = max(size, largest)
        else:
            found.append(([y] * len(shelf), shelf))
            level, size = y, largest
    for ys, line in found:
        if ys[0] != ys[-1]:
            line.sort(key=_left)
    return [(_middle(ys), line) for ys, line in found]


def _shelves(words: Sequence[Word]) -> Iterator[tuple[float, float, list[Word]]]:
    """Words that stand on exactly one y, left to right, with that y and their largest size; from top to bottom."""
    # The few lines of a cell stand so far apart that it does not matter.
    hugging = len(words) > 12 and _hug_ink(words)
    shelves: dict[float, list[Word]] = {}
    for word in words:
        y = _baseline(word) if hugging else word.bottom
        if y in shelves:
            shelves[y].append(word)
        else:
            shelves[y] = [word]
    for y, shelf in sorted(shelves.items()):
        shelf.sort(key=_left)
        sizes = [word.size for word in shelf]
        if 0 in sizes:  # next to a word without a size stands nothing
            yield from ((y, word.size, [word]) for word in shelf)
        else:
            yield y, max(sizes), shelf


def _middle(rising: Sequence[float]) -> float:
    """The median of values that are sorted already."""
    half = len(rising) // 2
    return rising[half] if len(rising) % 2 else (rising[half - 1] + rising[half]) / 2


def _hug_ink(words: Sequence[Word]) -> bool:
    """The boxes end where the ink does, so that "y" reaches lower than "de"; in other files all reach equally low."""
    beside = [(a, b) for a, b in pairwise(words) if b.x0 > a.x1]
    # Most files are of the other kind, in which hardly any neighbours differ.
    if not any(drop > _DROP for drop in _drops([(a, b) for a, b in beside if a.bottom != b.bottom])):
        return False
    return _middle(sorted(_drops(beside))) > _DROP


def _drops(beside: Sequence[tuple[Word, Word]]) -> list[float]:
    """How much lower the one that hangs reaches, for neighbours of which one does, as a part of the type size."""
    found = []
    for a, b in beside:
        a_hangs = not _HANGING.isdisjoint(a.text)
        if a_hangs == _HANGING.isdisjoint(b.text):
            drop = (a.bottom - b.bottom) / max(a.size, 1.0)
            if abs(drop) < 0.35:
                found.append(drop if a_hangs else -drop)
    return found


def _baseline(word: Word) -> float:
    """The y that the word stands on, from the box of its ink."""
    if not _HANGING.isdisjoint(word.text):
        return word.bottom - 0.21 * word.size
    if word.text[-1] in ",;":
        return word.bottom - 0.14 * word.size
    if _FLOATING.issuperset(word.text):
        return (word.top + word.bottom) / 2 + 0.25 * word.size
    return word.bottom


def outside(words: Sequence[Word], boxes: Sequence[tuple[float, float, float, float]]) -> list[Word]:
    """The words whose middles lie in none of the boxes."""
    if not boxes:
        return list(words)
    found = []
    for word in words:
        x, y = (word.x0 + word.x1) / 2, (word.top + word.bottom) / 2
        for x0, top, x1, bottom in boxes:
            if top <= y <= bottom and x0 <= x <= x1:
                break
        else:
            found.append(word)
    return found


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
