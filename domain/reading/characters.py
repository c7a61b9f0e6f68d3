"""One spelling for what looks the same: composed letters, plain ligatures, one bullet, no invisible characters."""

import unicodedata

_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e"
_HYPHENS = "\u2010\u2011"
_BULLETS = (
    "\uf0b7\uf0a7\uf0d8\uf0fc\uf076\uf0a8\uf06e\uf071\uf02d\uf0e8\uf0d2\uf077\u25cf\u25aa\u25ab\u25a0\u25a1\u2022"
    "\u2023\u2043\u27a2\u2756\u25c6\u2714\u2713\u00b7"
)
_SOFT_HYPHEN = "\u00ad"

_TABLE: dict[int, str] = {
    **{ord(char): plain for char, plain in _LIGATURES.items()},
    **dict.fromkeys(map(ord, _INVISIBLE), ""),
    **dict.fromkeys(map(ord, _HYPHENS), "-"),
    **dict.fromkeys(map(ord, _BULLETS), "•"),
    **dict.fromkeys(map(ord, "\u00a0\u2007\u202f\u2002\u2003\u2009\t\v"), " "),
    **dict.fromkeys((*range(9), *range(14, 32), 127), ""),
}
for _code in range(0x80, 0xA0):
    # Text in cp1252 that someone took for Latin-1 has its quotation marks and dashes here.
    _TABLE[_code] = bytes([_code]).decode("cp1252", errors="ignore")


def normal(text: str) -> str:
    """The text in NFC with plain ligatures and hyphens; a soft hyphen stays only at the end, where it breaks a word."""
    if text.isascii() and text.isprintable():
        return text
    text = unicodedata.normalize("NFC", text).translate(_TABLE)
    if _SOFT_HYPHEN not in text:
        return text
    ends = text.endswith(_SOFT_HYPHEN)
    return text.replace(_SOFT_HYPHEN, "") + (_SOFT_HYPHEN if ends else "")
