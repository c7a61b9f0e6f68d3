"""Whether a careful reader would call a candidate's two sides a pair: log odds over its words and its neighbours."""

import re
from collections.abc import Sequence

from domain.causality.boundaries import Span, bucket, stem
from domain.causality.markers import is_negated, serves_whom
from domain.causality.windows import Candidate, Window
from domain.causality.word_classes import Token

_SPACE = re.compile(r"\s+")


def pair_features(text: str, one: Candidate, sides: tuple[Span, Span]) -> list[str]:
    """What speaks for a reader to call the sides a pair."""
    return [*_spoken(text, one, sides), *_shaped(text, one, sides)]


def _spoken(text: str, one: Candidate, sides: tuple[Span, Span]) -> list[str]:
    hit, name = one.hit, one.hit.marker.id
    left, right = _inside(one.first, sides[0]), _inside(one.second, sides[1])
    marker = _SPACE.sub(" ", text[hit.start : hit.end].lower())[:24]
    first, opening = _head(right), _head(left)
    before = _kind(one.first.words, -1)
    return [
        "always",
        f"marker={name}",
        f"words={marker}",
        f"front={name}" if one.front else "behind",
        f"front+lead={min(2, one.lead)}" if one.front else f"lead={min(2, one.lead)}",
        f"front+lead={name}+{one.lead == 0}" if one.front else f"behind={name}",
        f"first={first}",
        f"marker+first={name}+{first}",
        f"opening={opening}",
        f"marker+opening={name}+{opening}",
        f"link+both={hit.marker.link}+{opening}+{first}",
        f"cause_word={stem(left[0].text)}",
        f"effect_word={name if name == 'para' else ''}{stem(_content(right))}",
        f"prev={before}",
        f"marker+prev={name}+{before}",
        f"next={_kind(one.second.words, sides[1].end)}",
        f"marker_inside={name}+{any(one.first.closed[sides[0].start : sides[0].end])}",
        f"opened={one.second.opened[sides[1].start]}",
    ]


def _shaped(text: str, one: Candidate, sides: tuple[Span, Span]) -> list[str]:
    hit = one.hit
    left, right = _inside(one.first, sides[0]), _inside(one.second, sides[1])
    likely = sides[0].trust * sides[1].trust
    return [
        f"size={bucket(len(left))}",
        f"tail={bucket(len(right))}",
        f"gap={bucket(_gap(one.first, sides[0]))}",
        f"crowd={min(6, one.crowd)}",
        f"rank={min(4, one.rank)}",
        f"capitals={text[hit.start : hit.end].isupper()}",
        f"numbers={min(2, _count(left, 'num') + _count(right, 'num'))}",
        f"negated={is_negated(text, hit)}",
        f"whom={serves_whom(text, hit)}",
        f"trust_left={int(sides[0].trust * 5)}",
        f"trust_right={int(sides[1].trust * 5)}",
        f"trust={int(likely * 11.9)}",
        f"broken={min(3, sum(one.first.broken[sides[0].start : sides[0].end]))}",
    ]


def _inside(window: Window, span: Span) -> Sequence[Token]:
    return window.words[span.start : span.end]


def _head(words: Sequence[Token]) -> str:
    kind = words[0].kind
    return f"{kind}+{words[1].kind}" if kind in {"art", "det"} and len(words) > 1 else kind


def _content(words: Sequence[Token]) -> str:
    return next((t.text for t in words if t.kind not in {"art", "det"}), "")


def _kind(words: Sequence[Token], at: int) -> str:
    return words[at].kind if -len(words) <= at < len(words) else "$"


def _gap(window: Window, span: Span) -> int:
    return len(window.words) - span.end if window.place == "left" else span.start


def _count(words: Sequence[Token], kind: str) -> int:
    return sum(t.kind == kind for t in words)
