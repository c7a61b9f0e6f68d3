"""Answers kept for callers who ask again: what names one, the port of what processes share, and its figures."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol

import msgspec


class AnswerName(msgspec.Struct, frozen=True, kw_only=True):
    """`made_of` is a digest of all that decides the answer, the tenant, the release and the revision among it.

    A name that is asked for was made of the job as it stands, so that what an older state left is never found.
    """

    job_id: str
    made_of: str


class SharedFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What all processes share now."""

    entries: int
    bytes: int


class SharedAnswers(Protocol):
    """Bytes that every process can have, within a bound; what was used least recently goes first.

    `get`, `put`, `forget` and `figures` raise BackendUnavailableError.
    """

    async def get(self, name: AnswerName) -> bytes | None:
        """What was kept, or None."""
        ...

    async def put(self, name: AnswerName, data: bytes, *, seconds: float) -> None:
        """Keep it for so long, or not at all when it does not fit."""
        ...

    async def forget(self, job_id: str) -> None:
        """Keep nothing of this job any more."""
        ...

    def alone(self, name: AnswerName) -> AbstractAsyncContextManager[None]:
        """Be the only one who makes this answer, after waiting for another who does, but not for ever.

        Never raises: two who make the same harm nobody.
        """
        ...

    async def figures(self) -> SharedFigures:
        """All of it."""
        ...
