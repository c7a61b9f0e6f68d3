"""What is drawn on a page of pdfium besides text: straight rules for tables, and how much of the page is pictures."""

import ctypes
from collections.abc import Iterator
from itertools import pairwise
from typing import TypeAlias

import msgspec
import pypdfium2.raw as pdfium_c

from domain.document import Rule
from infra.pdf_place import PagePlace

_Matrix: TypeAlias = tuple[float, float, float, float, float, float]

_IDENTITY: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_THIN = 3.0  # points; thinner than this, a rectangle is a line
_SHORT = 4.0  # points; shorter than this, a line rules nothing
_WHOLE_PAGE = 0.9


class DrawingLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How much is looked at on one page: more objects make a bomb, more rules and segments are not looked at."""

    objects: int = 200_000
    rules: int = 4_000
    segments: int = 20_000
    depth: int = 4


class Drawings(msgspec.Struct, frozen=True, kw_only=True):
    """The rules of a page and the area of its pictures in square points."""

    rules: tuple[Rule, ...]
    pictures: float


def drawings(page: ctypes.c_void_p, place: PagePlace, limits: DrawingLimits) -> Drawings:
    """The drawn straight lines and rectangle edges of the page; what lies outside the visible page is left out."""
    rules: dict[Rule, None] = {}
    pictures = 0.0
    segments = 0
    for thing, matrix in _things(page, limits):
        kind = pdfium_c.FPDFPageObj_GetType(thing)
        if kind == pdfium_c.FPDF_PAGEOBJ_IMAGE:
            x0, top, x1, bottom = _bounds(thing, matrix, place)
            pictures += max(0.0, x1 - x0) * max(0.0, bottom - top)
        elif kind == pdfium_c.FPDF_PAGEOBJ_PATH and len(rules) < limits.rules and segments < limits.segments:
            count = pdfium_c.FPDFPath_CountSegments(thing)
            segments += count
            rules |= dict.fromkeys(_rules(thing, matrix, place, min(count, limits.segments)))
    return Drawings(rules=tuple(rules)[: limits.rules], pictures=pictures)


def _things(page: ctypes.c_void_p, limits: DrawingLimits) -> Iterator[tuple[ctypes.c_void_p, _Matrix]]:
    left = limits.objects
    stack: list[tuple[ctypes.c_void_p, _Matrix, int]] = []
    for index in range(pdfium_c.FPDFPage_CountObjects(page)):
        stack.append((pdfium_c.FPDFPage_GetObject(page, index), _IDENTITY, 0))
        while stack and left > 0:
            left -= 1
            thing, matrix, depth = stack.pop()
            if pdfium_c.FPDFPageObj_GetType(thing) != pdfium_c.FPDF_PAGEOBJ_FORM:
                yield thing, matrix
            elif depth < limits.depth:
                inner = _times(_matrix(thing), matrix)
                count = min(pdfium_c.FPDFFormObj_CountObjects(thing), left)
                stack += [(pdfium_c.FPDFFormObj_GetObject(thing, i), inner, depth + 1) for i in reversed(range(count))]


def _rules(thing: ctypes.c_void_p, matrix: _Matrix, place: PagePlace, count: int) -> Iterator[Rule]:
    x0, top, x1, bottom = _bounds(thing, matrix, place)
    if x1 - x0 <= _THIN or bottom - top <= _THIN:
        yield from _inside((x0, top, x1, bottom), place)
        return
    if (x1 - x0) * (bottom - top) >= _WHOLE_PAGE * place.area and count <= 6:
        return
    points = list(_points(thing, _times(_matrix(thing), matrix), place, count))
    for (start, _), (end, joins) in pairwise(points):
        if joins and (abs(start[0] - end[0]) <= 1.0 or abs(start[1] - end[1]) <= 1.0):
            yield from _inside(
                (min(start[0], end[0]), min(start[1], end[1]), max(start[0], end[0]), max(start[1], end[1])), place
            )


def _points(
    thing: ctypes.c_void_p, matrix: _Matrix, place: PagePlace, count: int
) -> Iterator[tuple[tuple[float, float], bool]]:
    """The corners of a path, each with whether a straight line leads to it; a closed part returns to where it began."""
    x, y = ctypes.c_float(), ctypes.c_float()
    began: tuple[float, float] | None = None
    for index in range(count):
        segment = pdfium_c.FPDFPath_GetPathSegment(thing, index)
        pdfium_c.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
        a, b, c, d, e, f = matrix
        px, py = a * x.value + c * y.value + e, b * x.value + d * y.value + f
        point = place.shown(px, py, px, py)[:2]
        kind = pdfium_c.FPDFPathSegment_GetType(segment)
        if kind == pdfium_c.FPDF_SEGMENT_MOVETO:
            began = point
        yield point, kind == pdfium_c.FPDF_SEGMENT_LINETO
        if pdfium_c.FPDFPathSegment_GetClose(segment) and began is not None:
            yield began, True


def _inside(box: tuple[float, float, float, float], place: PagePlace) -> Iterator[Rule]:
    x0, top, x1, bottom = box
    x0, x1 = max(0.0, x0), min(x1, round(place.width, 1))
    top, bottom = max(0.0, top), min(bottom, round(place.height, 1))
    if x0 <= x1 and top <= bottom and max(x1 - x0, bottom - top) >= _SHORT:
        yield Rule(x0, top, x1, bottom)


def _bounds(thing: ctypes.c_void_p, matrix: _Matrix, place: PagePlace) -> tuple[float, float, float, float]:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    refs = tuple(ctypes.byref(value) for value in (left, bottom, right, top))
    if not pdfium_c.FPDFPageObj_GetBounds(thing, *refs):
        return 0.0, 0.0, 0.0, 0.0
    a, b, c, d, e, f = matrix
    corners = [(x, y) for x in (left.value, right.value) for y in (bottom.value, top.value)]
    xs = [a * x + c * y + e for x, y in corners]
    ys = [b * x + d * y + f for x, y in corners]
    return place.shown(min(xs), min(ys), max(xs), max(ys))


def _matrix(thing: ctypes.c_void_p) -> _Matrix:
    matrix = pdfium_c.FS_MATRIX()
    if not pdfium_c.FPDFPageObj_GetMatrix(thing, ctypes.byref(matrix)):
        return _IDENTITY
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _times(inner: _Matrix, outer: _Matrix) -> _Matrix:
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return (
        a * p + b * r,
        a * q + b * s,
        c * p + d * r,
        c * q + d * s,
        e * p + f * r + t,
        e * q + f * s + u,
    )
