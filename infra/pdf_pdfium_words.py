"""Words with their boxes from one text page of pdfium.

A call into pdfium costs some two microseconds, so that each character is asked for its code only, the first and the
last of a word for their boxes, and each text object once for its size, weight and direction.
"""

import ctypes
import math
from collections.abc import Iterator
from typing import TypeAlias

import msgspec
import pypdfium2.raw as pdfium_c

from domain.document import Word
from infra.pdf_place import PagePlace

_HYPHENS = {0x0002: "-", 0xFFFE: "-"}  # pdfium's marks for a hyphen at a line's end
_BOLD_NAMES = ("bold", "black", "heavy", "negrita")
_BOLD_WEIGHT = 600
_FILL_AND_STROKE = 2
_ASCENT, _DESCENT = 0.76, 0.24  # of the size, above and below the base line
_SHORTEST_JUMP = 4  # characters; a raised figure at the end of a short word is no jump
_LEVEL = math.radians(5)
_SPACES = frozenset(
    map(ord, " \t\r\n\v\f\u00a0\u1680\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\0")
)
_HIGH_SURROGATES = range(0xD800, 0xDC00)
_LOW_SURROGATES = range(0xDC00, 0xE000)


_Box: TypeAlias = tuple[float, float, float, float]
"""Left, bottom, right, top in the page's own coordinates."""


class _Print(msgspec.Struct, frozen=True):
    """What all characters of a text object share."""

    size: float
    bold: bool
    turned: bool


def words_of(text: ctypes.c_void_p, count: int, place: PagePlace) -> Iterator[Word]:
    """The words of a page in the file's order; those wholly outside the visible page are left out."""
    page = _TextPage(text, place)
    for first, codes in _runs(text, count):
        for start, part in page.whole(first, codes):
            word = page.word(start, part)
            if word is not None:
                yield word


def _runs(text: ctypes.c_void_p, count: int) -> Iterator[tuple[int, list[int]]]:
    """Runs of characters between spaces: index of the first, and the codes."""
    unicode_of = pdfium_c.FPDFText_GetUnicode
    first = 0
    codes: list[int] = []
    for index in range(count):
        code = unicode_of(text, index)
        if code not in _SPACES:
            if not codes:
                first = index
            codes.append(code)
        elif codes:
            yield first, codes
            codes = []
    if codes:
        yield first, codes


class _TextPage:
    """One text page, asked as little as possible."""

    def __init__(self, text: ctypes.c_void_p, place: PagePlace) -> None:
        self._text = text
        self._place = place
        self._prints: dict[int, _Print] = {}
        self._fonts: dict[int, bool] = {}
        self._values = tuple(ctypes.c_double() for _ in range(4))
        self._refs = tuple(ctypes.byref(value) for value in self._values)

    def whole(self, first: int, codes: list[int]) -> Iterator[tuple[int, list[int]]]:
        """The run, or its parts where it jumps: two lines without a space between them are no word."""
        start, end = self._box(first), self._box(first + len(codes) - 1)
        height = max(start[3] - start[1], end[3] - end[1], 4.0)
        if len(codes) < _SHORTEST_JUMP or abs(end[1] - start[1]) <= height:
            yield first, codes
            return
        boxes = [self._box(first + i) for i in range(len(codes))]
        begun = 0
        for i in range(1, len(codes)):
            last, this = boxes[i - 1], boxes[i]
            if abs(this[0] - last[2]) > 2 * height and abs(this[1] - last[1]) > height:
                yield first + begun, codes[begun:i]
                begun = i
        yield first + begun, codes[begun:]

    def word(self, first: int, codes: list[int]) -> Word | None:
        """The word of these characters; None when it lies outside the page or says nothing."""
        spelled = _spell(codes)
        if not spelled:
            return None
        style = self._print(first)
        if style.turned:
            boxes = [self._box(first + i) for i in range(len(codes))]
        else:
            boxes = [self._box(first), self._box(first + len(codes) - 1)]
        x0, top, x1, bottom = self._place.shown(
            min(box[0] for box in boxes),
            min(box[1] for box in boxes),
            max(box[2] for box in boxes),
            max(box[3] for box in boxes),
        )
        if x1 < 0 or bottom < 0 or x0 > self._place.width or top > self._place.height:
            return None
        if not style.turned and style.size:
            top, bottom = self._line_box(first, style.size, (top, bottom))
        return Word(spelled, x0, top, x1, bottom, style.size, style.bold, style.turned)

    def _box(self, index: int) -> _Box:
        left, right, bottom, top = self._values
        if not pdfium_c.FPDFText_GetCharBox(self._text, index, *self._refs):
            return 0.0, 0.0, 0.0, 0.0
        return left.value, bottom.value, right.value, top.value

    def _line_box(self, index: int, size: float, ink: tuple[float, float]) -> tuple[float, float]:
        """Top and bottom from the base line and the size, so that a comma stands in its line as a capital does."""
        x, y = self._values[:2]
        if not pdfium_c.FPDFText_GetCharOrigin(self._text, index, self._refs[0], self._refs[1]):
            return ink
        base = self._place.shown(x.value, y.value, x.value, y.value)[1]
        return round(base - _ASCENT * size, 1), round(base + _DESCENT * size, 1)

    def _print(self, index: int) -> _Print:
        thing = pdfium_c.FPDFText_GetTextObject(self._text, index)
        key = ctypes.cast(thing, ctypes.c_void_p).value or 0
        if key not in self._prints:
            size, turned = _size_and_turn(self._text, index, self._place)
            self._prints[key] = _Print(size, bool(key) and _bold(thing, self._fonts), turned)
        return self._prints[key]


def _spell(codes: list[int]) -> str:
    out: list[str] = []
    high = 0
    for code in codes:
        if code in _HIGH_SURROGATES:
            high = code
        elif code in _LOW_SURROGATES:
            if high:
                out.append(chr(0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00)))
            high = 0
        else:
            out.append(_HYPHENS.get(code) or chr(code))
    return "".join(out)


def _size_and_turn(text: ctypes.c_void_p, index: int, place: PagePlace) -> tuple[float, bool]:
    matrix = pdfium_c.FS_MATRIX()
    size = float(pdfium_c.FPDFText_GetFontSize(text, index))
    if not pdfium_c.FPDFText_GetMatrix(text, index, ctypes.byref(matrix)):
        return round(size, 1), False
    scale = math.hypot(matrix.c, matrix.d)
    angle = math.atan2(matrix.b, matrix.a) - place.quarter_turns * math.pi / 2
    off_level = abs(math.remainder(angle, 2 * math.pi))
    return round(size * (scale or 1.0), 1), off_level > _LEVEL


def _bold(thing: ctypes.c_void_p, fonts: dict[int, bool]) -> bool:
    if pdfium_c.FPDFTextObj_GetTextRenderMode(thing) == _FILL_AND_STROKE:
        return True
    font = pdfium_c.FPDFTextObj_GetFont(thing)
    if not font:
        return False
    key = ctypes.cast(font, ctypes.c_void_p).value or 0
    if key not in fonts:
        name = ctypes.create_string_buffer(128)
        pdfium_c.FPDFFont_GetBaseFontName(font, name, 128)
        known = name.value.decode("latin-1").lower()
        fonts[key] = any(word in known for word in _BOLD_NAMES) or pdfium_c.FPDFFont_GetWeight(font) >= _BOLD_WEIGHT
    return fonts[key]
