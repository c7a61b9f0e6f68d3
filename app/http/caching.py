"""Answers that a caller may keep: each has a tag, and asking again with the tag costs a 304 without a body."""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from litestar import Request, Response

PRIVATE = "private, no-cache"
"""Only the caller keeps it, and asks each time whether it still holds."""


def tag_of(data: bytes) -> str:
    """The tag of an answer that these bytes decide. It is weak: the same answer may go out compressed or not."""
    return f'W/"{blake2b(data, digest_size=16).hexdigest()}"'


def headers_of(tag: str) -> Mapping[str, str]:
    """The headers of an answer with this tag."""
    return {"ETag": tag, "Cache-Control": PRIVATE}


def unchanged(request: Request[Any, Any, Any], tag: str) -> Response[None] | None:
    """The 304, when the caller says that he has the answer with this tag."""
    known = request.headers.get("if-none-match")
    if known is None or not any(_plain(one) in (_plain(tag), "*") for one in known.split(",")):
        return None
    return Response(None, status_code=304, headers=headers_of(tag))


def _plain(tag: str) -> str:
    return tag.strip().removeprefix("W/")
