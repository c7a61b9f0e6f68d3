"""pdfium's functions that are called for every word and every drawing, bound so that a call costs little.

The bindings of pypdfium2 check and wrap each argument, which takes several times as long as what these functions do.
Here a handle is an address, an index a Python int, and a place to write to is `ctypes.byref(...)`. The interpreter's
lock is kept: these calls are shorter than letting it go.
"""

import ctypes
from collections.abc import Callable
from typing import Any, TypeAlias

import pypdfium2.raw as pdfium_c

Address: TypeAlias = int
"""Where a handle points to; None, which a function may return, is the null handle."""


def address(handle: Any) -> Address:
    """The address of a handle that pypdfium2's own bindings returned."""
    return ctypes.cast(handle, ctypes.c_void_p).value or 0


def _bound(name: str, result: type[Any] = ctypes.c_int) -> Callable[..., Any]:
    return ctypes.PYFUNCTYPE(result, ctypes.c_void_p)(address(getattr(pdfium_c, name)))


char_box = _bound("FPDFText_GetCharBox")
char_origin = _bound("FPDFText_GetCharOrigin")
char_matrix = _bound("FPDFText_GetMatrix")
font_size = _bound("FPDFText_GetFontSize", ctypes.c_double)
text_object = _bound("FPDFText_GetTextObject", ctypes.c_void_p)
render_mode = _bound("FPDFTextObj_GetTextRenderMode")
font_of = _bound("FPDFTextObj_GetFont", ctypes.c_void_p)
font_name = _bound("FPDFFont_GetBaseFontName", ctypes.c_size_t)
font_weight = _bound("FPDFFont_GetWeight")

page_object = _bound("FPDFPage_GetObject", ctypes.c_void_p)
form_object = _bound("FPDFFormObj_GetObject", ctypes.c_void_p)
form_count = _bound("FPDFFormObj_CountObjects")
object_type = _bound("FPDFPageObj_GetType")
object_bounds = _bound("FPDFPageObj_GetBounds")
object_matrix = _bound("FPDFPageObj_GetMatrix")
path_count = _bound("FPDFPath_CountSegments")
path_segment = _bound("FPDFPath_GetPathSegment", ctypes.c_void_p)
segment_point = _bound("FPDFPathSegment_GetPoint")
segment_type = _bound("FPDFPathSegment_GetType")
segment_closes = _bound("FPDFPathSegment_GetClose")
