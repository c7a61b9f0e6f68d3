"""Evaluations kept for documents that come again: what decides one, what is kept of it, and the ports that keep it."""

from datetime import datetime
from typing import Protocol

import msgspec

from domain.options import Options


class ResultKey(msgspec.Struct, frozen=True, kw_only=True):
    """All that decides an evaluation: the document by the SHA-256 of its bytes, the release, the options.

    Nobody's name is in it: tenants share what is kept. Whoever sends the same bytes learns that they were evaluated
    before, by the speed of the answer, and nothing else: not by whom, when, under which name or in which batch.
    """

    document: str
    release: str
    options: Options


class KeptResult(msgspec.Struct, frozen=True, kw_only=True):
    """An evaluation without its run: no name, no time, no id of a job.

    Bytes are gzip members, which put together are gzip again; `registry` and `results` go around `evidence`, that both
    contain. `results` has no end and no beginning: the name of the file comes before it, the seconds after it.
    """

    evidence: bytes
    registry: tuple[bytes, ...]
    results: tuple[bytes, ...]
    coverage: bytes
    score: float
    evaluation_hash: str


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What a cache holds after a change, and how many entries went for it."""

    entries: int
    bytes: int
    evicted: int = 0


class ResultFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Documents that were looked up since the store exists, and what is held now."""

    hits: int = 0
    misses: int = 0
    evictions: int = 0
    entries: int = 0
    bytes: int = 0


class ResultCache(Protocol):
    """Keeps evaluations within a bound; what was used least recently goes first. It may forget, and never fails."""

    async def get(self, key: ResultKey) -> KeptResult | None:
        """What was kept under this key, whole and unchanged, or None."""
        ...

    async def put(self, key: ResultKey, kept: KeptResult) -> Held:
        """Keep it whole or not at all, in the place of what was there."""
        ...

    async def forget(self, document: str) -> int:
        """Keep nothing of this document any more, under whatever release and options; how many entries that were."""
        ...

    async def expire(self, before: datetime) -> int:
        """Keep nothing that was used last before that time; how many entries that were."""
        ...


class ResultTally(Protocol):
    """Counts lookups for all workers together. Raises BackendUnavailableError."""

    async def count(self, *, hits: int = 0, misses: int = 0) -> None:
        """Add lookups."""
        ...

    async def note(self, held: Held) -> None:
        """Add evictions, and say what is held now."""
        ...

    async def figures(self) -> ResultFigures:
        """All of it."""
        ...
