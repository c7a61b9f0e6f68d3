"""Whether a careful reader would call a candidate's two sides a pair: log odds over its words and its neighbours."""

import re

from domain.causality.boundaries import Span
from domain.causality.columns import bucket, stem
from domain.causality.markers import is_negated, serves_whom
from domain.causality.windows import Candidate, Sheet, Window

_SPACE = re.compile(r"\s+")
_ARTICLES = frozenset(("art", "det"))


def pair_features(sheet: Sheet, one: Candidate, sides: tuple[Span, Span]) -> list[str]:
    """What speaks for a reader to call the sides a pair."""
    return [*_spoken(sheet, one, sides), *_shaped(sheet, one, sides)]


def _spoken(sheet: Sheet, one: Candidate, sides: tuple[Span, Span]) -> list[str]:
    hit, name = one.hit, one.hit.marker.id
    left, right = sides
    marker = _SPACE.sub(" ", sheet.texts[one.text][hit.start : hit.end].lower())[:24]
    first, opening = _head(sheet, right), _head(sheet, left)
    before = sheet.kinds[one.first.stop - 1]
    follows = sheet.kinds[right.end] if right.end < one.second.stop else "$"
    inside = any(sheet.closed[left.start : min(left.end, one.first.stop - 1)])
    opened = sheet.opened[right.start] if right.start > one.second.start else ""
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
        f"cause_word={stem(sheet.words[left.start])}",
        f"effect_word={name if name == 'para' else ''}{stem(_content(sheet, right))}",
        f"prev={before}",
        f"marker+prev={name}+{before}",
        f"next={follows}",
        f"marker_inside={name}+{inside}",
        f"opened={opened}",
    ]


def _shaped(sheet: Sheet, one: Candidate, sides: tuple[Span, Span]) -> list[str]:
    hit, text = one.hit, sheet.texts[one.text]
    left, right = sides
    kinds = (*sheet.kinds[left.start : left.end], *sheet.kinds[right.start : right.end])
    return [
        f"size={bucket(left.end - left.start)}",
        f"tail={bucket(right.end - right.start)}",
        f"gap={bucket(_gap(one.first, left))}",
        f"crowd={min(6, one.crowd)}",
        f"rank={min(4, one.rank)}",
        f"capitals={text[hit.start : hit.end].isupper()}",
        f"numbers={min(2, kinds.count('num'))}",
        f"negated={is_negated(text, hit)}",
        f"whom={serves_whom(text, hit)}",
        f"trust_left={int(left.trust * 5)}",
        f"trust_right={int(right.trust * 5)}",
        f"trust={int(left.trust * right.trust * 11.9)}",
        f"broken={min(3, sum(sheet.broken[max(left.start, one.first.start + 1) : left.end]))}",
    ]


def _head(sheet: Sheet, side: Span) -> str:
    kind = sheet.kinds[side.start]
    article = kind in _ARTICLES and side.end > side.start + 1
    return f"{kind}+{sheet.kinds[side.start + 1]}" if article else kind


def _content(sheet: Sheet, side: Span) -> str:
    return next((sheet.words[i] for i in range(side.start, side.end) if sheet.kinds[i] not in _ARTICLES), "")


def _gap(window: Window, span: Span) -> int:
    return window.stop - span.end if window.place == "left" else span.start - window.start
