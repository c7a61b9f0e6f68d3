"""What speaks for a name ending here: the words at its end, what it holds, and what comes next."""

from collections.abc import Mapping

from domain.responsibles import vocabulary as words
from domain.responsibles.candidates import Candidate, Page, Token, neighbour

REACH, STEM = 1500, 7
_HELD = frozenset((",", "(", "-", "–", "&", ".", "y", "e", "en", "para", "a", "al", "o"))
_JOINTS = frozenset((",", "-", "–", "&", "y", "e"))
_VERBS = frozenset(("future", "present", "infinitive"))


def ending_features(page: Page, candidate: Candidate, known: Mapping[int, int]) -> list[list[str]]:
    """The features of each possible end; `known`: where the named body that begins at a place ends."""
    tokens, first = page.tokens, candidate.first
    held = _Held(tokens[first])
    out, done = [], first + 1
    for last in candidate.lasts:
        for token in tokens[done : last + 1]:
            held.take(token)
        done = max(done, last + 1)
        out.append(
            [*held.features, f"e.lines:{min(held.lines, 3)}", *_at_end(page, candidate, last, held.words, known)]
        )
    return out


class _Held:
    """What a name holds, taken token by token: its features only grow, so that all ends share one pass."""

    def __init__(self, head: Token) -> None:
        self.features: list[str] = []
        self.words, self.lines = 1, 0
        self._head, self._before = head, head
        self._joint = ""
        self._broken, self._mixed = False, False

    def take(self, token: Token) -> None:
        """Go on to the next token."""
        if token.kind == "l":
            self.lines += 1
            self._broken = True
            return
        if token.plain in _HELD:
            self.features.append(f"e.holds:{token.plain}")
        if token.kind == "w":
            self._word(token)
        if token.plain in _JOINTS:
            self._joint = token.plain
        elif token.plain not in words.LINKS:
            self._joint = ""
        self._before, self._broken = token, False

    def _word(self, token: Token) -> None:
        self.words += 1
        sort, before = _sort(token), self._before
        linked = before.kind == "p" or before.plain in words.LINKS
        if sort == "office":
            self.features.append(f"e.second:{before.plain if linked else 'word'}")
        if self._joint:
            self.features.append(f"e.joint:{self._joint}|{_item(token)}|{_item(self._head)}")
        if self._broken:
            self.features.append(f"e.over:{token.case}|{self._head.case}")
            self.features.append(f"e.break:{'linked' if linked else before.case}|{sort}")
        if token.form in _VERBS:
            self.features.append("e.verb")
        if token.plain not in words.LINKS:
            self.features.append(f"e.word:{token.plain[:STEM]}")
            if token.case == "lower" and not self._mixed:
                self._mixed = True
                self.features.append(f"e.mixed:{self._head.case}")


def _item(token: Token) -> str:
    """What sort of name a word may begin."""
    if token.plain in words.OFFICES or token.plain in words.BODIES:
        return "office"
    return "acronym" if token.plain in words.ACRONYMS else token.case


def _at_end(page: Page, candidate: Candidate, last: int, size: int, known: Mapping[int, int]) -> list[str]:
    tokens = page.tokens
    final, head = tokens[last], tokens[candidate.first]
    short = min(size, 3)
    out = _next(tokens, last)
    if page.cells:
        out += [f"{f}|cells" for f in out]
    out += [
        f"e.size:{min(size, 8)}",
        f"e.kinds:{'+'.join(candidate.kinds)}|{short}",
        f"e.case:{head.case}>{final.case}|{size > 1}",
        f"e.form:{final.form}",
        f"e.last:{final.plain[:STEM]}",
        f"e.alone:{head.plain[:STEM]}|{size > 1}",
    ]
    if final.text == ")":
        out.append("e.closed")
    if final.plain in words.LEVELS:
        out.append("e.level")
    if head.start in known:
        gap = final.end - known[head.start]
        out.append("e.known" if gap == 0 else "e.beyond" if gap > 0 else "e.within")
    if _again(page.text, head.start, final.end):
        out.append(f"e.again:{short}")
    if last == candidate.lasts[-1]:
        out.append("e.longest")
    return out


def _again(text: str, start: int, end: int) -> bool:
    """The same words stand elsewhere near."""
    said, low, high = text[start:end], max(0, start - REACH), start + REACH
    return text.find(said, low, start) >= 0 or text.find(said, start + 1, high) >= 0


def _next(tokens: tuple[Token, ...], last: int) -> list[str]:
    following = neighbour(tokens, last, 1)
    if following < 0:
        return ["e.next:end"]
    token = tokens[following]
    line = "line" if following > last + 1 else "same"
    out = [f"e.next:{_sort(token)}|{line}", f"e.line:{line}"]
    if token.kind == "w":
        out.append(f"e.behind:{token.plain[:STEM]}|{line}")
    if token.plain in words.LINKS or token.text in ",-–/":
        second = neighbour(tokens, following, 1)
        out.append(f"e.next:{token.plain}|{line}|{_sort(tokens[second]) if second >= 0 else 'end'}")
    return out


def _sort(token: Token) -> str:
    """What sort of token it is."""
    if token.kind != "w":
        return "number" if token.kind == "n" else token.text
    if token.plain in words.LINKS:
        return "link"
    if token.plain in words.OFFICES or token.plain in words.BODIES:
        return "office"
    if token.plain in words.STOPS:
        return "stop"
    if token.plain in words.LEVELS:
        return "level"
    return token.form if token.form != "plain" else token.case
