"""What is drawn on a page of pdfium besides text: straight rules for tables, and how much of the page is pictures.

A page is read in columns: first what is drawn and its bounds, then the corners of the paths that need them, so that
places are computed for all at once.
"""

import ctypes
from collections.abc import Iterator, Sequence
from typing import TypeAlias

import msgspec
import numpy as np
import pypdfium2.raw as pdfium_c
from numpy.typing import NDArray

from domain.document import Rule
from infra.pdf_pdfium_calls import (
    Address,
    address,
    form_count,
    form_object,
    object_bounds,
    object_matrix,
    object_type,
    page_object,
    path_count,
    path_segment,
    segment_closes,
    segment_point,
    segment_type,
)
from infra.pdf_place import PagePlace, Shared

_Matrix: TypeAlias = tuple[float, float, float, float, float, float]
_Thing: TypeAlias = tuple[Address, _Matrix]
"""A page object, and how its coordinates become the page's."""

_Floats: TypeAlias = NDArray[np.float64]

_IDENTITY: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_THIN = 3.0  # points; thinner than this, a rectangle is a line
_SHORT = 4.0  # points; shorter than this, a line rules nothing
_LEVEL = 1.0  # points that a line may rise and still be level, or upright
_WHOLE_PAGE = 0.9
_SEGMENTS_OF_A_BOX = 6


class DrawingLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How much is looked at on one page: more objects make a bomb, more rules and segments are not looked at."""

    objects: int = 200_000
    rules: int = 4_000
    segments: int = 20_000
    depth: int = 4


class Drawings(msgspec.Struct, frozen=True, kw_only=True):
    """The rules of a page, and its pictures as far as `area_of` asks for them: while the page is open."""

    rules: tuple[Rule, ...]
    pictures: Sequence[_Thing]


def drawings(page: ctypes.c_void_p, place: PagePlace, limits: DrawingLimits, shared: Shared) -> Drawings:
    """The drawn straight lines and rectangle edges of the page; what lies outside the visible page is left out."""
    pictures: list[_Thing] = []
    paths: list[_Thing] = []
    counts: list[int] = []
    segments = 0
    for kind, thing in _things(address(page), pdfium_c.FPDFPage_CountObjects(page), limits):
        if kind == pdfium_c.FPDF_PAGEOBJ_IMAGE:
            pictures.append(thing)
        elif kind == pdfium_c.FPDF_PAGEOBJ_PATH and segments < limits.segments:
            count = path_count(thing[0])
            segments += count
            paths.append(thing)
            counts.append(min(count, limits.segments))
    boxes = _visible(_lines(paths, counts, place), place)
    rules = [Rule(*box) for box in dict.fromkeys(zip(*map(shared.of, boxes.T), strict=True))]
    return Drawings(rules=tuple(rules[: limits.rules]), pictures=pictures)


def _things(page: Address, count: int, limits: DrawingLimits) -> Iterator[tuple[int, _Thing]]:
    """What is drawn, forms taken apart, each with its type."""
    form = pdfium_c.FPDF_PAGEOBJ_FORM
    left = limits.objects
    stack: list[tuple[Address, _Matrix, int]] = []
    for index in range(count):
        thing = page_object(page, index)
        if left and (kind := object_type(thing)) != form:  # nearly always
            left -= 1
            yield kind, (thing, _IDENTITY)
            continue
        stack.append((thing, _IDENTITY, 0))
        while stack and left > 0:
            left -= 1
            thing, matrix, depth = stack.pop()
            kind = object_type(thing)
            if kind != form:
                yield kind, (thing, matrix)
            elif depth < limits.depth:
                inner = _times(_matrix(thing), matrix)
                inside = min(form_count(thing), left)
                stack += [(form_object(thing, i), inner, depth + 1) for i in reversed(range(inside))]


def _lines(paths: Sequence[_Thing], counts: Sequence[int], place: PagePlace) -> _Floats:
    """The boxes of thin paths and of the straight edges of others, in the order in which the paths are drawn.

    A path as large as the page is its background.
    """
    boxes = _bounds(paths, place)
    width, height = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    thin = (width <= _THIN) | (height <= _THIN)
    background = (width * height >= _WHOLE_PAGE * place.area) & (np.array(counts) <= _SEGMENTS_OF_A_BOX)
    outlined = np.flatnonzero(~thin & ~background)
    edges, of = _edges([paths[i] for i in outlined.tolist()], [counts[i] for i in outlined.tolist()], place)
    drawn = np.concatenate([np.flatnonzero(thin), outlined[of]])
    return np.concatenate([boxes[thin], edges])[np.argsort(drawn, kind="stable")]


def _edges(paths: Sequence[_Thing], counts: Sequence[int], place: PagePlace) -> tuple[_Floats, NDArray[np.intp]]:
    """The boxes of the level and upright edges of the paths, and for each the index of its path."""
    raw = bytearray()
    joins: list[bool] = []
    corners = []
    for (thing, _), count in zip(paths, counts, strict=True):
        before = len(joins)
        for point, joined in _corners(thing, count):
            raw += point
            joins.append(joined and len(joins) > before)
        corners.append(len(joins) - before)
    of = np.repeat(np.arange(len(paths)), corners)
    x, y = np.frombuffer(raw, np.float32).reshape(-1, 2).astype(np.float64).T
    x, y = _moved(x, y, np.array([_times(_matrix(thing), matrix) for thing, matrix in paths]).reshape(-1, 6)[of])
    points = place.shown(np.column_stack([x, y, x, y]))[:, :2]
    boxes = np.hstack([np.minimum(points[:-1], points[1:]), np.maximum(points[:-1], points[1:])])
    straight = (np.abs(points[:-1] - points[1:]) <= _LEVEL).any(axis=1) & np.array(joins, bool)[1:]
    return boxes[straight], of[1:][straight]


def _corners(path: Address, count: int) -> Iterator[tuple[bytes, bool]]:
    """The corners of a path (x and y as C floats), each with whether a straight line leads to it from the one before.

    A closed part returns to where it began.
    """
    move, line = pdfium_c.FPDF_SEGMENT_MOVETO, pdfium_c.FPDF_SEGMENT_LINETO
    room = (ctypes.c_float * 2)()
    x, y = ctypes.byref(room), ctypes.byref(room, 4)
    began: bytes | None = None
    for index in range(count):
        segment = path_segment(path, index)
        segment_point(segment, x, y)
        point = bytes(room)
        kind = segment_type(segment)
        if kind == move:
            began = point
        yield point, kind == line
        if began is not None and segment_closes(segment):
            yield began, True


def _bounds(things: Sequence[_Thing], place: PagePlace) -> _Floats:
    """The boxes of the things as they are shown, all 0.0 where pdfium knows none."""
    room = (ctypes.c_float * 4)()
    written = memoryview(room).cast("B")
    left, bottom, right, top = (ctypes.byref(room, 4 * side) for side in range(4))
    raw = bytearray()
    known = []
    for thing, _ in things:
        known.append(object_bounds(thing, left, bottom, right, top) != 0)
        raw += written
    sides = np.frombuffer(raw, np.float32).reshape(-1, 4).astype(np.float64).T
    x, y = sides[[0, 0, 2, 2]], sides[[1, 3, 1, 3]]
    if any(matrix is not _IDENTITY for _, matrix in things):  # only forms move what they hold
        x, y = _moved(x, y, np.array([matrix for _, matrix in things]))
    shown = place.shown(np.column_stack([x.min(axis=0), y.min(axis=0), x.max(axis=0), y.max(axis=0)]))
    shown[~np.array(known, bool)] = 0.0
    return shown


def area_of(pictures: Sequence[_Thing], place: PagePlace) -> float:
    """How much of the page the pictures cover, in square points; where two overlap, both count."""
    return sum(
        (max(0.0, x1 - x0) * max(0.0, bottom - top) for x0, top, x1, bottom in _bounds(pictures, place).tolist()), 0.0
    )


def _visible(boxes: _Floats, place: PagePlace) -> _Floats:
    """The parts of the boxes that lie on the visible page, without those too short to rule anything."""
    low = np.maximum(boxes[:, :2], 0.0) + 0.0  # no -0.0
    high = np.minimum(boxes[:, 2:], [round(place.width, 1), round(place.height, 1)])
    rules: NDArray[np.bool_] = (low <= high).all(axis=1) & ((high - low).max(axis=1) >= _SHORT)
    return np.hstack([low[rules], high[rules]])


def _moved(x: _Floats, y: _Floats, matrices: _Floats) -> tuple[_Floats, _Floats]:
    a, b, c, d, e, f = matrices.T
    return a * x + c * y + e, b * x + d * y + f


def _matrix(thing: Address) -> _Matrix:
    matrix = pdfium_c.FS_MATRIX()
    if not object_matrix(thing, ctypes.byref(matrix)):
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
