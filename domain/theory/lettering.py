"""Words in a drawing: what XML may hold, how wide they are about, and where they break."""

import re
from collections.abc import Iterable, Iterator
from itertools import accumulate

_FORBIDDEN = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WIDTHS = {
    **dict.fromkeys("ijl.,;:'|!()[]`· ", 0.36),
    **dict.fromkeys('frt-/"', 0.44),
    **dict.fromkeys("mwMW@%—…", 1.0),
}
_CAPITAL = 0.76
_OTHER = 0.64


def escaped(text: str) -> str:
    """Text for XML, with single spaces."""
    plain = " ".join(_FORBIDDEN.sub(" ", text).split())
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def width(text: str, size: float) -> float:
    """About how wide, rather too much than too little, in any common sans serif."""
    return size * sum(_wide(c) for c in text)


def wrapped(text: str, size: float, room: float, lines: int) -> list[str]:
    """At most so many lines of at most that width; what does not fit ends in an ellipsis."""
    out: list[str] = [""]
    for word in _pieces(_FORBIDDEN.sub(" ", text).split(), size, room):
        longer = f"{out[-1]} {word}".strip()
        if width(longer, size) <= room:
            out[-1] = longer
        elif len(out) == lines:
            out[-1] = longer[: _fitting(longer, room / size - _wide("…"))].rstrip(" ,;:.") + "…"
            break
        else:
            out.append(word)
    return out


def _wide(character: str) -> float:
    return _WIDTHS.get(character) or (_CAPITAL if character.isupper() else _OTHER)


def _pieces(words: Iterable[str], size: float, room: float) -> Iterator[str]:
    """The words, those too wide for a line broken where it ends."""
    for word in words:
        rest = word
        while rest:
            at = max(1, _fitting(rest, room / size))
            yield rest[:at]
            rest = rest[at:]


def _fitting(text: str, room: float) -> int:
    """How many characters go into the room, in units of the letters' size."""
    reached = accumulate(_wide(c) for c in text)
    return next((at for at, far in enumerate(reached) if far > room), len(text))
