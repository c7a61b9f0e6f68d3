"""Text files: which encoding they are in, and their pages."""

import codecs
import re

from domain.document import SourcePage
from domain.errors import UndecodableTextError, UnsupportedTypeError
from domain.reading.pagination import paginate

_OTHER_FORMATS = (
    b"PK\x03\x04",  # zip, docx, xlsx
    b"\xd0\xcf\x11\xe0",  # old Office
    b"{\\rtf",
    b"\x89PNG",
    b"\xff\xd8\xff",  # JPEG
    b"GIF8",
    b"II*\x00",  # TIFF
    b"MM\x00*",
    b"\x1f\x8b",  # gzip
    b"Rar!",
    b"7z\xbc\xaf",
    b"%!PS",
)
_MARKUP = (b"<!doctype html", b"<html", b"<?xml")
_UNREAD_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_MAY_CONTROL = 0.05  # a text whose fonts were not mapped has some control characters; a binary has more, and NULs
_MAY_BE_WRONG = 0.02


def read_text(data: bytes) -> tuple[tuple[SourcePage, ...], str]:
    """The pages of a text file and its encoding: `utf-8`, `utf-8-sig` or `cp1252`.

    Raises UnsupportedTypeError for another format and UndecodableTextError for text in another encoding.
    """
    head = data[:1024].lstrip().lower()
    if data.startswith(_OTHER_FORMATS) or head.startswith(_MARKUP):
        raise UnsupportedTypeError
    if data.startswith(_UNREAD_MARKS):
        raise UndecodableTextError
    if b"\0" in data:
        raise UnsupportedTypeError
    text, encoding = _decode(data)
    if _control_share(text) > _MAY_CONTROL:
        raise UnsupportedTypeError
    return paginate(text), encoding


def _decode(data: bytes) -> tuple[str, str]:
    encoding = "utf-8-sig" if data.startswith(codecs.BOM_UTF8) else "utf-8"
    try:
        return data.decode(encoding), encoding
    except UnicodeDecodeError:
        lenient = data.decode(encoding, errors="replace")
    wrong = lenient.count("\ufffd")
    beyond_ascii = sum(char > "\x7f" for char in lenient)
    if encoding == "utf-8-sig" or wrong <= _MAY_BE_WRONG * beyond_ascii:
        return lenient, encoding
    try:
        return data.decode("cp1252"), "cp1252"
    except UnicodeDecodeError as error:
        raise UndecodableTextError from error


def _control_share(text: str) -> float:
    return len(_CONTROL.findall(text)) / max(1, len(text))
