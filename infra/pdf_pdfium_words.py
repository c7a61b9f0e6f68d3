"""Words with their boxes from one text page of pdfium.

A page is read in columns: all its characters in one call, then for all its words the boxes, prints and base lines, so
that what is computed from them is computed at once. The first and the last character of a word are asked for their
boxes, the first for its base line, and each text object once for its size, weight and direction.
"""

import ctypes
import math
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import compress, pairwise, repeat
from typing import TypeAlias

import msgspec
import numpy as np
import pypdfium2.raw as pdfium_c
from numpy.typing import NDArray

from domain.document import Word
from infra.pdf_pdfium_calls import (
    Address,
    address,
    char_box,
    char_matrix,
    char_origin,
    font_name,
    font_of,
    font_size,
    font_weight,
    render_mode,
    text_object,
)
from infra.pdf_place import PagePlace, Shared, tenths

_HYPHENS = "\u0002\ufffe"  # pdfium's marks for a hyphen at a line's end
_MAY_BE_HYPHEN = re.compile(f"[{_HYPHENS}]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_BOLD_NAMES = ("bold", "black", "heavy", "negrita")
_BOLD_WEIGHT = 600
_FILL_AND_STROKE = 2
_ASCENT, _DESCENT = 0.76, 0.24  # of the size, above and below the base line
_SHORTEST_JUMP = 4  # characters; a raised figure at the end of a short word is no jump
_LEVEL = math.radians(5)
_RUN = re.compile(
    "[^ \\t\\r\\n\\v\\f\u00a0\u1680\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\\0]+"
)
_HIGH_SURROGATES = range(0xD800, 0xDC00)
_LOW_SURROGATES = range(0xDC00, 0xE000)

_Span: TypeAlias = tuple[int, int]
"""First character of a page and the one after the last."""

_Floats: TypeAlias = NDArray[np.float64]
_LEFT, _BOTTOM, _RIGHT, _TOP = range(4)  # of a box, in the page's own coordinates


class _Print(msgspec.Struct, frozen=True):
    """What all characters of a text object share."""

    size: float
    bold: bool
    turned: bool


def words_of(text: ctypes.c_void_p, count: int, place: PagePlace, shared: Shared) -> list[Word]:
    """The words of a page in the file's order; those wholly outside the visible page are left out."""
    page = _TextPage(text)
    signs = page.signs(count)
    spans = [match.span() for match in _RUN.finditer(signs)]
    if not spans:
        return []
    spans, ends = page.without_jumps(spans)
    texts = _spelled(signs, spans)
    prints = page.prints(spans, place)
    size, turned = [style.size for style in prints], [style.turned for style in prints]
    ink = place.shown(page.extents(spans, ends, turned))
    top, bottom = _line_boxes(page.base_lines(spans, place), np.array(size), np.array(turned), ink)
    x0, ink_top, x1, ink_bottom = ink.T
    seen = (x1 >= 0) & (ink_bottom >= 0) & (x0 <= place.width) & (ink_top <= place.height)
    bold = [style.bold for style in prints]
    columns = map(shared.of, (x0, top, x1, bottom, np.array(size)))
    words = map(Word, map(sys.intern, texts), *columns, bold, turned)
    return [word for word in compress(words, seen.tolist()) if word.text]


def _spelled(signs: str, spans: Iterable[_Span]) -> list[str]:
    """The text of each word; nothing for halves of characters that have no other half."""
    texts = [signs[start:end] for start, end in spans]
    return [_joined(text) for text in texts] if _SURROGATE.search(signs) else texts


def _joined(text: str) -> str:
    """The text with the two halves of a character beyond the first plane put together."""
    out: list[str] = []
    high = 0
    for char in text:
        code = ord(char)
        if code in _HIGH_SURROGATES:
            high = code
        elif code in _LOW_SURROGATES:
            if high:
                out.append(chr(0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00)))
            high = 0
        else:
            out.append(char)
    return "".join(out)


class _TextPage:
    """One text page, asked as little as possible."""

    def __init__(self, text: ctypes.c_void_p) -> None:
        self._text = text
        self._address = address(text)

    def signs(self, count: int) -> str:
        """The characters of the page, each at its own index, line-end hyphens as such.

        pdfium gives its whole text in one call, but leaves out control characters and writes a character beyond the
        first plane as two; a page with any is asked for each character. U+FFFE stands for a hyphen as well as for a
        glyph without a meaning, which is read as a space: only the character itself tells.
        """
        room = (ctypes.c_ushort * (2 * count + 2))()
        length = pdfium_c.FPDFText_GetText(self._text, 0, count, room) if count else 0
        signs = bytes(room)[: 2 * max(0, length - 1)].decode("utf-16-le", "surrogatepass")
        if len(signs) != count:
            return "".join(self._sign(index) for index in range(count))
        return _MAY_BE_HYPHEN.sub(lambda match: self._sign(match.start()), signs)

    def _sign(self, index: int) -> str:
        sign = chr(pdfium_c.FPDFText_GetUnicode(self._text, index))
        return "-" if sign in _HYPHENS else sign

    def without_jumps(self, spans: list[_Span]) -> tuple[list[_Span], _Floats]:
        """The runs of characters, cut where they jump: two lines without a space between them are no word.

        With the boxes of the first and the last character of each.
        """
        ends = self._ends(spans)
        first, last = ends[:, 0], ends[:, 1]
        heights = np.maximum(first[:, _TOP] - first[:, _BOTTOM], last[:, _TOP] - last[:, _BOTTOM]).clip(4.0)
        jumping = np.abs(last[:, _BOTTOM] - first[:, _BOTTOM]) > heights
        if not jumping.any():
            return spans, ends
        cut: list[_Span] = []
        for span, jumps, height in zip(spans, jumping.tolist(), heights.tolist(), strict=True):
            cut += self._parts(*span, height) if jumps and span[1] - span[0] >= _SHORTEST_JUMP else [span]
        return cut, self._ends(cut)

    def _parts(self, start: int, end: int, height: float) -> Iterator[_Span]:
        begun = start
        for at, (last, this) in enumerate(pairwise(self._boxes(range(start, end)).tolist()), start=start + 1):
            if abs(this[_LEFT] - last[_RIGHT]) > 2 * height and abs(this[_BOTTOM] - last[_BOTTOM]) > height:
                yield begun, at
                begun = at
        yield begun, end

    def prints(self, spans: Iterable[_Span], place: PagePlace) -> list[_Print]:
        """For each word the print of the text object that it begins in."""
        known: dict[Address, _Print] = {}
        fonts: dict[Address, bool] = {}
        found: list[_Print] = []
        for start, _ in spans:
            thing = text_object(self._address, start)
            if thing not in known:
                size, turned = _size_and_turn(self._address, start, place)
                known[thing] = _Print(size, bool(thing) and _bold(thing, fonts), turned)
            found.append(known[thing])
        return found

    def extents(self, spans: Sequence[_Span], ends: _Floats, turned: Sequence[bool]) -> _Floats:
        """The box of each word: around its ends where it reads left to right, else around all its characters."""
        boxes = np.hstack([ends[:, :, :_RIGHT].min(axis=1), ends[:, :, _RIGHT:].max(axis=1)])
        for row in compress(range(len(spans)), turned):
            inner = self._boxes(range(*spans[row]))
            boxes[row] = *inner[:, :_RIGHT].min(axis=0), *inner[:, _RIGHT:].max(axis=0)
        return boxes

    def base_lines(self, spans: Iterable[_Span], place: PagePlace) -> _Floats:
        """How far from the top of the page each word's base line is shown; NaN where pdfium knows none."""
        room = (ctypes.c_double * 2)()
        written, x, y = memoryview(room).cast("B"), ctypes.byref(room), ctypes.byref(room, 8)
        unknown = np.full(2, np.nan).tobytes()
        found = bytearray()
        starts = [start for start, _ in spans]
        for is_known in map(char_origin, repeat(self._address), starts, repeat(x), repeat(y)):
            found += written if is_known else unknown
        origins = np.frombuffer(found).reshape(-1, 2)
        return place.shown(np.hstack([origins, origins]))[:, 1]

    def _ends(self, spans: Iterable[_Span]) -> _Floats:
        """For each word the boxes of its first and its last character."""
        return self._boxes([index for start, end in spans for index in (start, end - 1)]).reshape(-1, 2, 4)

    def _boxes(self, indexes: Iterable[int]) -> _Floats:
        """The box of each character, all 0.0 where pdfium knows none."""
        room = (ctypes.c_double * 4)()
        written = memoryview(room).cast("B")
        left, bottom, right, top = (ctypes.byref(room, 8 * side) for side in (_LEFT, _BOTTOM, _RIGHT, _TOP))
        unknown = bytes(len(written))
        found = bytearray()
        asked = map(char_box, repeat(self._address), indexes, repeat(left), repeat(right), repeat(bottom), repeat(top))
        for is_known in asked:
            found += written if is_known else unknown
        return np.frombuffer(found).reshape(-1, 4)


def _line_boxes(base: _Floats, size: _Floats, turned: NDArray[np.bool_], ink: _Floats) -> tuple[_Floats, _Floats]:
    """Top and bottom from the base line and the size, so that a comma stands in its line as a capital does.

    Those of the ink for turned words and where pdfium knows no base line or no size.
    """
    from_ink = turned | (size == 0) | np.isnan(base)
    top, bottom = tenths(base - _ASCENT * size), tenths(base + _DESCENT * size)
    return np.where(from_ink, ink[:, 1], top), np.where(from_ink, ink[:, 3], bottom)


def _size_and_turn(text: Address, index: int, place: PagePlace) -> tuple[float, bool]:
    matrix = pdfium_c.FS_MATRIX()
    size = font_size(text, index)
    if not char_matrix(text, index, ctypes.byref(matrix)):
        return round(size, 1), False
    scale = math.hypot(matrix.c, matrix.d)
    angle = math.atan2(matrix.b, matrix.a) - place.quarter_turns * math.pi / 2
    off_level = abs(math.remainder(angle, 2 * math.pi))
    return round(size * (scale or 1.0), 1), off_level > _LEVEL


def _bold(thing: Address, fonts: dict[Address, bool]) -> bool:
    if render_mode(thing) == _FILL_AND_STROKE:
        return True
    font = font_of(thing)
    if not font:
        return False
    if font not in fonts:
        name = ctypes.create_string_buffer(128)
        font_name(font, name, ctypes.c_size_t(len(name)))
        known = name.value.decode("latin-1").lower()
        fonts[font] = any(word in known for word in _BOLD_NAMES) or font_weight(font) >= _BOLD_WEIGHT
    return fonts[font]
