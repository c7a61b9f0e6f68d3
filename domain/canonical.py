"""Canonical JSON (RFC 8785) and hashes over it: the one way in which this project compares what was found.

msgspec writes sorted JSON that differs from RFC 8785 in some numbers and, beyond the Basic Multilingual Plane, in the
order of keys. Only what it writes otherwise is written again, by the reference implementation.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from hashlib import sha256

import msgspec
import rfc8785

_ENCODER = msgspec.json.Encoder(order="sorted")
_ESCAPES = ((rb"\\", b"\0"), (rb"\"", b"\1"))
"""Escapes that would hide where a string ends, and bytes to stand for them that JSON never has."""

_WHOLE = re.compile(rb"\.0(?!\d)")
_LOOKS_WHOLE = re.compile(rb"\.0(?![^,\]}\n])")
"""The end of a whole number, or of something like it in a string."""
_AFTER_KEY = re.compile(rb'[{,]"\w+":-?(?:0|[1-9]\d*)\Z')
"""What stands before the end of a whole number that follows its key; in a string these quotation marks were escaped."""
_NEAR = 64
"""Bytes that are looked at for a key and its number; where they are more, all is taken apart."""
_ODD = (b"-0.0", b"0000000000000000")
"""With 0 for every digit, marks of the numbers that msgspec writes otherwise, but for the `.0` of whole ones."""
_EXPONENT = re.compile(rb"0e-?0+(?![^,\]}\n])")
"""The same for those with an exponent, which hexadecimal ids look like but for what follows."""
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
    return rfc8785.dumps(msgspec.json.decode(written)) if _has_astral_key(written) else _rewritten(written)


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


def digests(values: Iterable[object]) -> list[str]:
    """The digest of each value, worked out together: for many small ones."""
    written = [_ENCODER.encode(value) for value in values]
    if not written or _has_astral_key(together := b"\n".join(written)):
        return [digest(msgspec.Raw(one)) for one in written]
    return [sha256(one).hexdigest() for one in _rewritten(together).split(b"\n")]


def digest_bytes(data: bytes) -> str:
    """SHA-256 of bytes as they are, in hex."""
    return sha256(data).hexdigest()


def _has_astral_key(written: bytes) -> bool:
    """Whether its keys may be in another order than that of RFC 8785."""
    return not written.isascii() and any(map(written.__contains__, _ASTRAL)) and bool(_ASTRAL_KEY.search(written))


def _rewritten(written: bytes) -> bytes:
    """JSON, or lines of it, with its numbers as RFC 8785 has them."""
    if _odd(written):
        return _taken_apart(written)
    points = [match.start() for match in _LOOKS_WHOLE.finditer(written)]
    if not all(_AFTER_KEY.search(written, max(0, at - _NEAR), at) for at in points):
        return _taken_apart(written)
    return b"".join(_without(written, points)) if points else written


def _without(written: bytes, points: Iterable[int]) -> Iterator[bytes]:
    """What stands between the `.0` that begin at these points."""
    start = 0
    for at in points:
        yield written[start:at]
        start = at + len(b".0")
    yield written[start:]


def _taken_apart(written: bytes) -> bytes:
    """The same for what may have numbers of all kinds, and strings that look like them."""
    for escape, mark in _ESCAPES:
        written = written.replace(escape, mark)
    pieces = written.split(b'"')  # every second one a string
    pieces[::2] = _numbers(b'"'.join(pieces[::2])).split(b'"')
    written = b'"'.join(pieces)
    for escape, mark in _ESCAPES:
        written = written.replace(mark, escape)
    return written


def _numbers(between: bytes) -> bytes:
    """What stands between the strings, with its numbers as RFC 8785 has them."""
    if _odd(between):
        between = _ODD_NUMBER.sub(lambda match: _number(match.group()), between)
    return _WHOLE.sub(b"", between)


def _odd(written: bytes) -> bool:
    shape = written.translate(_ZEROS)
    return any(map(shape.__contains__, _ODD)) or bool(_EXPONENT.search(shape))


@lru_cache(maxsize=1024)
def _number(written: bytes) -> bytes:
    return rfc8785.dumps(msgspec.json.decode(written))
