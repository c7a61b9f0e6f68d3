"""What speaks for a name ending here: the words at its end, what it holds, and what comes next."""

from collections.abc import Mapping
from itertools import pairwise

from domain.responsibles import vocabulary as words
from domain.responsibles.candidates import Candidate, Page, Token, neighbour
from domain.responsibles.forms import case_of, form_of

REACH = 1500
_MARKS = frozenset(",(-–&.")
_JOINTS = frozenset(("y", "e", "en", "para", "a", "al", "o"))
_VERBS = frozenset(("future", "present", "infinitive"))


def ending_features(page: Page, candidate: Candidate, last: int, known: Mapping[int, int]) -> list[str]:
    """The features of the name that runs from the candidate's first token to `last`; `known`: where
    the named body that begins at a place ends."""
    tokens, first = page.tokens, candidate.first
    held = tokens[first : last + 1]
    spoken = [t for t in held if t.kind == "w"]
    out = _next(tokens, last)
    out += _inside(held, spoken)
    final, head = tokens[last], tokens[first]
    kinds = "+".join(candidate.kinds)
    size = min(len(spoken), 8)
    out += [
        f"e.size:{size}",
        f"e.kinds:{kinds}|{min(size, 3)}",
        f"e.case:{case_of(head.text)}>{case_of(final.text)}|{size > 1}",
        f"e.form:{form_of(final)}",
    ]
    if final.plain in words.LEVELS:
        out.append("e.level")
    if head.start in known:
        gap = final.end - known[head.start]
        out.append("e.known" if gap == 0 else "e.beyond" if gap > 0 else "e.within")
    if _again(page.text, head.start, final.end):
        out.append(f"e.again:{min(size, 3)}")
    if last == candidate.lasts[-1]:
        out.append("e.longest")
    if page.cells:
        out += [f"{f}|cells" for f in out if f.startswith(("e.next", "e.line"))]
    return out


def _again(text: str, start: int, end: int) -> bool:
    """The same words stand elsewhere near."""
    said = text[start:end]
    near = text[max(0, start - REACH) : start + REACH]
    return near.find(said, near.find(said) + 1) >= 0


def _next(tokens: tuple[Token, ...], last: int) -> list[str]:
    following = neighbour(tokens, last, 1)
    if following < 0:
        return ["e.next:end"]
    token, lined = tokens[following], following > last + 1
    second = neighbour(tokens, following, 1)
    line = "line" if lined else "same"
    out = [f"e.next:{_sort(token)}|{line}"]
    if token.plain in words.LINKS or token.text == ",":
        name = token.plain
        out.append(f"e.next:{name}|{line}|{_sort(tokens[second]) if second >= 0 else 'end'}")
    if lined:
        out.append("e.line:ends")
    return out


def _sort(token: Token) -> str:
    """What sort of token follows."""
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
    form = form_of(token)
    return form if form != "plain" else case_of(token.text)


def _inside(held: tuple[Token, ...], spoken: list[Token]) -> list[str]:
    plains = {t.plain for t in held}
    lines = sum(t.kind == "l" for t in held) if "\n" in plains else 0
    out = [f"e.lines:{min(lines, 3)}"]
    closed = "closed" if held[-1].text == ")" else ""
    out += [f"e.holds:{mark}{closed}" for mark in _MARKS & plains]
    out += [f"e.holds:{link}" for link in _JOINTS & plains]
    head = case_of(held[0].text)
    for before, token in pairwise(held):
        if token.kind != "w":
            continue
        if token.plain in words.OFFICES or token.plain in words.BODIES:
            out.append(f"e.second:{before.plain if before.kind != 'w' or before.plain in words.LINKS else 'word'}")
        if before.kind == "l":
            out.append(f"e.over:{case_of(token.text)}|{head}")
        if form_of(token) in _VERBS:
            out.append("e.verb")
    if any(t.text.islower() and t.plain not in words.LINKS for t in spoken[1:]):
        out.append(f"e.mixed:{head}")
    return out
