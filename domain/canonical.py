"""Canonical JSON (RFC 8785) and hashes over it: the one way in which this project compares what was found.

msgspec writes sorted JSON that differs from RFC 8785 in some numbers and, beyond the Basic Multilingual Plane, in the
order of keys. Only what it writes otherwise is written again, by the reference implementation.
"""

import re
from functools import lru_cache
from hashlib import sha256

import msgspec
import rfc8785

_ENCODER = msgspec.json.Encoder(order="sorted")
_ESCAPES = ((rb"\\", b"\0"), (rb"\"", b"\1"))
"""Escapes that would hide where a string ends, and bytes to stand for them that JSON never has."""

_WHOLE = re.compile(rb"\.0(?!\d)")
_ODD = (b"0e0", b"0e-0", b"-0.0", b"0000000000000000")
"""With 0 for every digit, marks of the numbers that msgspec writes otherwise, but for the `.0` of whole ones."""
_ODD_NUMBER = re.compile(rb"(?<![\d.])-?(?:0\.0(?!\d)|\d{16,}(?:\.0)?|\d+(?:\.\d+)?e-?\d+)")
_ASTRAL = (b"\xf0", b"\xf1", b"\xf2", b"\xf3", b"\xf4")
_ASTRAL_KEY = re.compile(rb'[\xf0-\xf4][^"]*":')
_ZEROS = bytes.maketrans(b"123456789", b"000000000")

_BATCH = 100
"""Items of a sequence that are written at a time, so that hashing a registry takes little memory."""


def canonical(value: object) -> bytes:
    """Canonical bytes of a value of structs, mappings with text as keys, sequences and scalars.

    Floats must have been rounded by whoever made them: a hash over unrounded arithmetic means nothing. One that is no
    number is null, as in every artifact. Raises CanonicalizationError for an integer that a double does not hold.
    """
    written = _ENCODER.encode(value)
    if not _WHOLE.search(written) and not _odd(written) and written.isascii():
        return written
    if any(map(written.__contains__, _ASTRAL)) and _ASTRAL_KEY.search(written):
        return rfc8785.dumps(msgspec.json.decode(written))
    for escape, mark in _ESCAPES:
        written = written.replace(escape, mark)
    pieces = written.split(b'"')  # every second one a string
    pieces[::2] = _numbers(b'"'.join(pieces[::2])).split(b'"')
    written = b'"'.join(pieces)
    for escape, mark in _ESCAPES:
        written = written.replace(mark, escape)
    return written


def digest(value: object) -> str:
    """SHA-256 of the canonical bytes, in hex."""
    if not isinstance(value, tuple | list) or len(value) <= _BATCH:
        return sha256(canonical(value)).hexdigest()
    hashed = sha256()
    for first in range(0, len(value), _BATCH):
        hashed.update(b"," if first else b"[")
        hashed.update(canonical(value[first : first + _BATCH])[1:-1])
    hashed.update(b"]")
    return hashed.hexdigest()


def digest_bytes(data: bytes) -> str:
    """SHA-256 of bytes as they are, in hex."""
    return sha256(data).hexdigest()


def _numbers(between: bytes) -> bytes:
    """What stands between the strings, with its numbers as RFC 8785 has them."""
    if _odd(between):
        between = _ODD_NUMBER.sub(lambda match: _number(match.group()), between)
    return _WHOLE.sub(b"", between)


def _odd(written: bytes) -> bool:
    shape = written.translate(_ZEROS)
    return any(map(shape.__contains__, _ODD))


@lru_cache(maxsize=1024)
def _number(written: bytes) -> bytes:
    return rfc8785.dumps(msgspec.json.decode(written))
