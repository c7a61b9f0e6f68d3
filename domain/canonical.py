"""Canonical JSON (RFC 8785) and hashes over it: the one way in which this project compares what was found."""

from hashlib import sha256

import msgspec
import rfc8785


def canonical(value: object) -> bytes:
    """Canonical bytes of a value of structs, mappings, sequences and scalars.

    Floats must have been rounded by whoever made them: a hash over unrounded arithmetic means nothing.
    """
    return rfc8785.dumps(msgspec.to_builtins(value, str_keys=True))


def digest(value: object) -> str:
    """SHA-256 of the canonical bytes, in hex."""
    return sha256(canonical(value)).hexdigest()


def digest_bytes(data: bytes) -> str:
    """SHA-256 of bytes as they are, in hex."""
    return sha256(data).hexdigest()
