"""What the service needs from the world, in its own words. Adapters in infra and fakes in tests subclass these.

The ports of what is kept are in `domain.storage`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

import msgspec

from domain.document import Source
from domain.options import Options
from domain.records import Priority, WorkerFact

if TYPE_CHECKING:  # a third of the time that the service takes to start
    import numpy as np
    from numpy.typing import NDArray

    from domain.impressions.model import TokenStates

Progress: TypeAlias = Callable[[int, int], None]


class Reader(Protocol):
    """Reads the bytes of a file into pages of words or text. Raises a DocumentError that says why it cannot."""

    def read(self, data: bytes) -> Source:
        """Every page in order; pages that could not be read are there with their problem."""
        ...


class Embedder(Protocol):
    """Turns passages into unit vectors; the same text gives the same bytes in any company and order."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    def embed(
        self, texts: Sequence[str], *, kind: Literal["query", "passage"], on_progress: Progress | None = None
    ) -> "NDArray[np.float32]":
        """One row a text, L2 norm 1; shape (n, dimension)."""
        ...

    def states(self, texts: Iterable[str]) -> Iterator["TokenStates"]:
        """The token states of each text, in order, read one at a time as passages are."""
        ...


class Clock(Protocol):
    """The time, as an argument rather than a call."""

    def now(self) -> datetime:
        """The current time with its zone (UTC)."""
        ...


class Host(Protocol):
    """The machine that a process runs on."""

    def memory_available(self) -> int:
        """Bytes that programs could have now without swapping."""
        ...


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What evaluating one document left: the three artifacts as JSON bytes, and the facts that the job keeps.

    `packed`: `results` and `registry` are compressed by gzip. `caches` counts what was asked of each cache on the way:
    name -> (found, asked).
    """

    results: bytes
    registry: bytes
    coverage: bytes
    score: float
    evaluation_hash: str
    seconds: float
    stages: tuple["StageFact", ...]
    peak_rss_bytes: int
    packed: bool = False
    caches: Mapping[str, tuple[int, int]] = {}


class StageFact(msgspec.Struct, frozen=True, kw_only=True):
    """One stage as it ran: wall clock bounds in nanoseconds since the epoch, for spans and metrics."""

    flow: str
    component: str
    start_ns: int
    end_ns: int
    error: str | None = None


StageListener: TypeAlias = Callable[[str | StageFact], None]
"""Told a flow's name when it begins and its StageFact when it has ended."""


class Evaluator(Protocol):
    """Evaluates one document in a supervised child with a deadline and a memory limit."""

    async def evaluate(
        self, data: bytes, name: str, options: Options, *, on_stage: StageListener | None = None
    ) -> Outcome:
        """The outcome. Raises a DocumentError for the document's fault, EvaluationCrashedError when the child died."""
        ...

    async def close(self) -> None:
        """End the children."""
        ...


class Fleet(Protocol):
    """The workers that are alive: each says so again and again, and is gone when it has been silent for `ttl_s`."""

    async def beat(self, worker: WorkerFact, *, ttl_s: float) -> None:
        """Say that a worker is alive."""
        ...

    async def leave(self, worker_id: str) -> None:
        """A worker ended, or was seen to die."""
        ...

    async def workers(self) -> tuple[WorkerFact, ...]:
        """The workers that are alive, by id."""
        ...

    async def watched(self, *, gap_s: float) -> float:
        """Say that somebody looks who is alive; for how many seconds somebody has said so, never `gap_s` apart.

        A silence tells of a death only when it could have been broken: when the store took all along what was said.
        """
        ...


class Queue(Protocol):
    """Wakes workers; carries ids, never payloads. Messages come at least once and may come late or twice."""

    async def enqueue_documents(
        self,
        job_id: str,
        attempts: Mapping[str, int],
        *,
        priority: Priority,
        recovered: bool = False,
        traceparent: str | None = None,
    ) -> int:
        """One message for each attempt (document -> its number) that has none; how many had none. All or nothing.

        They are taken up in this order, after what is more urgent. What was recovered goes first.
        """
        ...

    async def enqueue_finish(self, job_id: str, *, traceparent: str | None = None) -> None:
        """One message that ends a batch."""
        ...

    async def discard(self, job_id: str, attempts: Mapping[str, int]) -> None:
        """Take away the messages of these attempts (document -> its number), and of those before them."""
        ...

    async def depth(self) -> int:
        """Messages of documents that wait."""
        ...
