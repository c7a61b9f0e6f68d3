"""The words about a marker among which a cause or an effect may begin and end."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise
from typing import Literal, NamedTuple, TypeAlias

from domain.causality.markers import Hit, hits
from domain.causality.word_classes import WORD, kind_of

Place: TypeAlias = Literal["left", "right", "front"]
"""Before the marker, behind it, or behind the comma that follows what the marker opens ("Para X, se hará Y")."""

REACH = 40
"""Words on either side of a marker among which a boundary is sought."""

_WINDOW = 640
"""Characters on either side that are looked at: REACH words of any prose, and a bound on hostile text."""

_OPENING = 5
"""Words that may stand before a marker that opens a sentence ("Así mismo, con el fin de X, se hará Y")."""

_MOST_MARKERS = 40
"""In one sentence; what has more is no prose, and time must not grow with its square."""

_SMALL = "como con de en art a por para prep rel se que y"
_SIGNS = ', : . - – ; ? sign "'
NO_END = frozenset([*_SIGNS.split(), *_SMALL.split(), "det", "("])
NO_START = frozenset([*_SIGNS.split(), "y", ")", "de"]) - {'"'}
_PAUSES = frozenset([",", ":", ".", "-", "–", "sign"])


class Sentence(NamedTuple):
    """The sentence `texts[text][start:end]` of some texts."""

    text: int
    start: int
    end: int


class Window(NamedTuple):
    """Words `start` to `stop` of a sheet."""

    place: Place
    start: int
    stop: int


class Candidate(NamedTuple):
    """A marker with a window on either side: `first` holds what it takes from before it (or from behind the comma).

    `lead` is the number of words before it; `sentence` and `text` are the numbers of where it stands.
    """

    sentence: int
    text: int
    hit: Hit
    lead: int
    rank: int
    crowd: int
    first: Window
    second: Window

    @property
    def front(self) -> bool:
        """Whether the marker opens the sentence and the other side follows the comma."""
        return self.first.place == "front"


class Sheet:
    """The words of all sentences with markers, a list for each thing that is known of a word, and the candidates."""

    def __init__(self, texts: Sequence[str], sentences: Iterable[Sentence]) -> None:
        self.texts = texts
        self.words: list[str] = []
        self.kinds: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.text: list[int] = []
        """The number of the word's text."""
        self.broken: list[bool] = []
        """Whether a line ends before the word."""
        self.opened: list[str] = []
        """The marker that ends right before the word, else ''."""
        self.closed: list[str] = []
        """The marker that begins right behind the word, else ''."""
        self.may_start: list[bool] = []
        self.may_end: list[bool] = []
        self.candidates: list[Candidate] = []
        for number, sentence in enumerate(sentences):
            found = tuple(islice(hits(texts[sentence.text], sentence.start, sentence.end), _MOST_MARKERS))
            if found:
                first = len(self.words)
                self._take(sentence, found)
                self._mark(first, found)
                self.candidates += self._read(number, sentence.text, first, found)

    def _take(self, sentence: Sentence, found: Sequence[Hit]) -> None:
        """Add the words of a sentence; none reaches over the edge of a marker."""
        text = self.texts[sentence.text]
        edges = sorted({sentence.start, sentence.end, *(h.start for h in found), *(h.end for h in found)})
        places = [m.span() for start, stop in pairwise(edges) for m in WORD.finditer(text, start, stop)]
        words = [text[start:end] for start, end in places]
        kinds = [kind_of(word) for word in words]
        self.words += words
        self.kinds += kinds
        self.starts += [start for start, _ in places]
        self.ends += [end for _, end in places]
        self.text += [sentence.text] * len(places)
        self.may_start += [kind not in NO_START for kind in kinds]
        self.may_end += [kind not in NO_END for kind in kinds]
        if text.find("\n", sentence.start, sentence.end) < 0:
            self.broken += [False] * len(places)
        else:
            between = pairwise([(sentence.start, sentence.start), *places])
            self.broken += [text.find("\n", end, start) >= 0 for (_, end), (start, _) in between]

    def _mark(self, first: int, found: Sequence[Hit]) -> None:
        self.opened += [""] * (len(self.words) - first)
        self.closed += [""] * (len(self.words) - first)
        for hit in found:
            behind, ahead = bisect_left(self.starts, hit.end, first), bisect_left(self.starts, hit.start, first) - 1
            if behind < len(self.words):
                self.opened[behind] = hit.marker.id
            if ahead >= first:
                self.closed[ahead] = hit.marker.id

    def _read(self, number: int, text: int, first: int, found: Sequence[Hit]) -> Iterator[Candidate]:
        """Every way to read the markers `found` in the sentence whose words begin at `first`."""
        for rank, hit in enumerate(found):
            at, behind = bisect_left(self.starts, hit.start, first), bisect_left(self.starts, hit.end, first)
            begin = max(at - REACH, bisect_left(self.starts, hit.start - _WINDOW, first))
            stop = min(behind + REACH * 2, bisect_right(self.ends, hit.end + _WINDOW, behind))
            near = min(behind + REACH, stop)
            ways = [(Window("left", begin, at), Window("right", behind, near))]
            comma = self._comma(behind, near)
            if comma and self._opens(begin, at):
                rest = Window("front", comma + 1, min(comma + 1 + REACH, stop))
                ways.append((rest, Window("right", behind, comma)))
            for one, other in ways:
                if self._usable(one) and self._usable(other):
                    yield Candidate(number, text, hit, at - begin, rank, len(found), one, other)

    def _usable(self, window: Window) -> bool:
        """Whether there is a place to start in it, and one to end not before that."""
        starts = self.may_start[window.start : window.stop]
        return True in starts and True in self.may_end[window.start + starts.index(True) : window.stop]

    def _comma(self, start: int, stop: int) -> int | None:
        kinds = self.kinds[start + 2 : stop]
        return start + 2 + kinds.index(",") if "," in kinds else None

    def _opens(self, start: int, stop: int) -> bool:
        tail = self.kinds[max(start, stop - _OPENING) : stop]
        return stop - start < _OPENING or not _PAUSES.isdisjoint(tail)
