"""What speaks for a span to begin or to end at a word, for all words of all windows at once."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from domain.causality.markers import MARKERS
from domain.causality.templates import Alphabet, Columns, alphabet
from domain.causality.windows import REACH, Sheet, Window
from domain.causality.word_classes import KINDS

Array: TypeAlias = NDArray[Any]

PLACES = ("left", "right", "front")
LINKS = ("causa", "medio-fin")
COUNTED = (",", "que", "inf", "y", "fin", "para", "ger", "en", "art")
"""Kinds of words of which it matters how many a span passes."""
_PASSED = 3

_DISTANCES = (0, 1, 2, 3, 4, 5, 6, 8, 10, 13, 17, 22, 28, 36)
_BUCKETS = tuple(max(d for d in _DISTANCES if d <= length) for length in range(_DISTANCES[-1] + 1))

START = (
    "{place}:kind={kind}",
    "{place}:prev={prev}",
    "{place}:prev+kind={prev}+{kind}",
    "{place}:kind+then={kind}+{then}",
    "{place}:back+prev={back}+{prev}",
    "{place}:word={word}",
    "{place}:prev_word={prev_word}",
    "{place}:far={far}",
    "{place}:far={link}:{far}",
    "{place}:mk+kind={marker}+{kind}",
    "{place}:capital={capital}:{prev}",
    "{place}:opened={opened}",
    "{place}:broken={broken}:{capital}",
    "{place}:edge={edge}",
    "{place}:first_{first}",
)
"""Features of a word that a span begins with."""

END = (
    "{place}:next={next}",
    "{place}:next+then={next}+{then}",
    "{place}:kind={kind}",
    "{place}:kind+next={kind}+{next}",
    "{place}:next_word={next_word}",
    "{place}:then_word={next}+{then_word}",
    "{place}:word={word}",
    "{place}:far={far}",
    "{place}:far={link}:{far}",
    "{place}:mk+next={left_marker}+{next}",
    "{place}:link+next={other_link}+{next}",
    "{place}:closed={closed}",
    "{place}:broken={broken}:{capital}",
    "{place}:edge={edge}",
    *(f"{{place}}:passed_{kind}={{passed_{number}}}" for number, kind in enumerate(COUNTED)),
)
"""Features of a word that a span ends with."""

LONG = ("{place}:long={far}", "{place}:long={link}:{far}")
"""Features of the number of words of a span."""


def bucket(length: int) -> int:
    """Lengths on a scale that widens."""
    return _BUCKETS[min(length, _DISTANCES[-1])]


def stem(word: str) -> str:
    """The beginning of a word, where Spanish keeps its meaning."""
    return word.lower()[:6]


def alphabets(words: Alphabet) -> dict[str, Alphabet]:
    """The alphabet of each field; `words` is that of the stems."""
    kinds, flags = alphabet((*KINDS, "^", "$")), alphabet((False, True))
    markers, near = alphabet(m.id for m in MARKERS), alphabet(("", *(m.id for m in MARKERS)))
    links = alphabet(LINKS)
    return {
        "place": alphabet(PLACES),
        **dict.fromkeys(("kind", "prev", "back", "then", "next", "first"), kinds),
        **dict.fromkeys(("word", "prev_word", "next_word", "then_word"), words),
        **dict.fromkeys(("capital", "broken", "edge"), flags),
        **dict.fromkeys(("opened", "closed"), near),
        **dict.fromkeys(("marker", "left_marker"), markers),
        **dict.fromkeys(("link", "other_link"), links),
        "far": alphabet(_DISTANCES),
        **dict.fromkeys((f"passed_{number}" for number in range(len(COUNTED))), alphabet(range(_PASSED + 1))),
    }


_FAR = np.array([_DISTANCES.index(b) + 1 for b in _BUCKETS])


def far(lengths: Array) -> Array:
    """The codes of lengths in the alphabet of "far"."""
    return _FAR[np.minimum(lengths, _DISTANCES[-1])]


class Spots(NamedTuple):
    """Words of windows: their numbers in the sheet, and those of their windows; in order of window, then of place."""

    word: Array
    window: Array


class Windows:
    """The windows of a sheet's candidates as columns: window 2n is the first of candidate n, 2n+1 the second."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        ways = [(w, one.hit.marker) for one in sheet.candidates for w in (one.first, one.second)]
        self.place = np.array([PLACES.index(w.place) + 1 for w, _ in ways], np.intp)
        self.start = np.array([w.start for w, _ in ways], np.intp)
        self.stop = np.array([w.stop for w, _ in ways], np.intp)
        self.link = np.array([LINKS.index(m.link) + 1 for _, m in ways], np.intp)
        ids = {m.id: n for n, m in enumerate(MARKERS, 1)}
        self.marker = np.array([ids[m.id] for _, m in ways], np.intp)
        self.effect = np.array([not holds_cause(w, m.cause) for w, m in ways], bool)
        """Whether the effect stands in the window rather than the cause."""

    def starts(self) -> Spots:
        """The words with which a span may begin."""
        return self._where(self.sheet.may_start)

    def ends(self) -> Spots:
        """The words with which a span may end."""
        return self._where(self.sheet.may_end)

    def _where(self, holds: list[bool]) -> Spots:
        word, window = self._all
        kept = np.array(holds, bool)[word]
        return Spots(word[kept], window[kept])

    @cached_property
    def _all(self) -> Spots:
        sizes = self.stop - self.start
        window = np.repeat(np.arange(len(sizes)), sizes)
        return Spots(np.arange(len(window)) + np.repeat(self.start - (np.cumsum(sizes) - sizes), sizes), window)


def holds_cause(window: Window, cause: str) -> bool:
    """Whether the cause stands in a window of a marker whose cause stands on that side."""
    return (cause == "right") == (window.place == "right")


class Codes:
    """What is known of each word of a sheet, as codes."""

    def __init__(self, sheet: Sheet, alphabets: Mapping[str, Alphabet]) -> None:
        kinds, near, words = alphabets["kind"], alphabets["opened"], alphabets["word"]
        stems = {word: words.get(stem(word), 0) for word in set(sheet.words)}
        self.kind = np.array([kinds[kind] for kind in sheet.kinds], np.intp)
        self.stem = np.array([stems[word] for word in sheet.words], np.intp)
        self.capital = np.array([word[0].isupper() for word in sheet.words], np.intp) + 1
        self.broken = np.array(sheet.broken, np.intp) + 1
        self.opened = np.array([near[name] for name in sheet.opened], np.intp)
        self.closed = np.array([near[name] for name in sheet.closed], np.intp)
        self.before_all, self.after_all = (words.get(sign, 0) for sign in "^$")
        self.opening, self.closing = kinds["^"], kinds["$"]
        self.same = _last_same(self.kind)
        counted = np.array([[kinds[kind]] for kind in COUNTED])
        self.counts = np.zeros((len(COUNTED), len(self.kind) + 1), np.intp)
        np.cumsum(self.kind == counted, axis=1, out=self.counts[:, 1:])


def _last_same(kinds: Array) -> Array:
    """Per word the last one before it of its kind, or -1."""
    order = np.argsort(kinds, kind="stable")
    out = np.full(len(kinds), -1)
    again = kinds[order[1:]] == kinds[order[:-1]]
    out[order[1:][again]] = order[:-1][again]
    return out


def start_columns(codes: Codes, windows: Windows, at: Spots) -> Columns:
    """The fields of START for each of the words."""
    word, window = at
    begin, stop = windows.start[window], windows.stop[window]
    opens, place = word == begin, windows.place[window]
    return {
        "place": place,
        "kind": codes.kind[word],
        "prev": np.where(opens, codes.opening, codes.kind[word - 1]),
        "back": np.where(word - begin > 1, codes.kind[word - 2], codes.opening),
        "then": _following(codes.kind, word + 1, stop, codes.closing),
        "word": codes.stem[word],
        "prev_word": np.where(opens, codes.before_all, codes.stem[word - 1]),
        "far": far(np.where(place == 1, stop - word, word - begin)),
        "link": windows.link[window],
        "marker": windows.marker[window],
        "capital": codes.capital[word],
        "opened": np.where(opens, 1, codes.opened[word]),
        "broken": np.where(opens, 1, codes.broken[word]),
        "edge": 1 + np.diff(window, prepend=-1).astype(bool),
        "first": np.where(codes.same[word] < begin, codes.kind[word], 0),
    }


def end_columns(codes: Codes, windows: Windows, at: Spots) -> Columns:
    """The fields of END for each of the words."""
    word, window = at
    begin, stop = windows.start[window], windows.stop[window]
    left, link = windows.place[window] == 1, windows.link[window]
    passed = np.where(
        left, codes.counts[:, stop] - codes.counts[:, word + 1], codes.counts[:, word + 1] - codes.counts[:, begin]
    )
    return {
        "place": windows.place[window],
        "kind": codes.kind[word],
        "next": _following(codes.kind, word + 1, stop, codes.closing),
        "then": _following(codes.kind, word + 2, stop, codes.closing),
        "word": codes.stem[word],
        "next_word": _following(codes.stem, word + 1, stop, codes.after_all),
        "then_word": _following(codes.stem, word + 2, stop, codes.after_all),
        "far": far(np.where(left, stop - 1 - word, word + 1 - begin)),
        "link": link,
        "left_marker": np.where(left, windows.marker[window], 0),
        "other_link": np.where(left, 0, link),
        "closed": np.where(word == stop - 1, 1, codes.closed[word]),
        "broken": _following(codes.broken, word + 1, stop, 1),
        "capital": _following(codes.capital, word + 1, stop, 1),
        "edge": 1 + np.diff(window, append=-1).astype(bool),
        **{f"passed_{number}": 1 + np.minimum(_PASSED, counts) for number, counts in enumerate(passed)},
    }


def long_columns() -> Columns:
    """The fields of LONG for each place, link and number of words from 0 to REACH, in this order."""
    place, link, length = np.indices((len(PLACES), len(LINKS), REACH + 1)).reshape(3, -1)
    return {"place": place + 1, "link": link + 1, "far": far(length)}


def _following(values: Array, word: Array, stop: Array, behind: int) -> Array:
    """The values of words that may stand behind their windows, where there is `behind`."""
    return np.where(word < stop, values[np.minimum(word, len(values) - 1)], behind)
