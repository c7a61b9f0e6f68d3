"""What an operation of the interface is, as data of which its description is made."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from domain.records import Scope

JSON = "application/json"
KEYED = (400, 401, 403, 429, 503)
"""Errors of whatever asks for a key."""
OF_ONE = (400, 401, 403, 404, 429, 503)
"""And of what is about one thing."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a status code brings. Without `shape` and `media` there is no body."""

    says: str
    shape: type[msgspec.Struct] | None = None
    media: str | None = None
    headers: tuple[str, ...] = ()
    example: str | None = None
    links: bool = False


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """One method of one path. `paths` after the first are other names of it."""

    id: str
    method: Literal["GET", "POST", "PATCH", "DELETE"]
    paths: tuple[str, ...]
    summary: str
    scope: Scope | None
    answers: Mapping[int, Answer]
    errors: tuple[int, ...] = ()
    query: type[msgspec.Struct] | None = None
    headers: tuple[str, ...] = ()
    upload: bool = False
    body: type[msgspec.Struct] | None = None
