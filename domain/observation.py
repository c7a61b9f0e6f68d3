"""How the service is watched: spans and numbers, as ports."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Literal, Protocol, TypeAlias

from domain.ports import StageFact
from domain.records import Work
from domain.result_cache import ResultFigures

SpanKind: TypeAlias = Literal["internal", "server", "producer", "consumer"]


class Span(Protocol):
    """Work that is being timed."""

    def set(self, **attributes: str | float | bool) -> None:
        """Note facts on it."""
        ...


class Tracing(Protocol):
    """Spans: what happened when, under what. Names of flows are those of `domain.pipeline.FLOWS`."""

    def span(
        self, name: str, *, parent: str | None = None, kind: SpanKind = "internal", **attributes: str | float | bool
    ) -> AbstractContextManager[Span]:
        """Time the block; an exception that leaves it marks it as failed. `parent` is a W3C traceparent."""
        ...

    def flow(self, name: str, component: str, **attributes: str | float | bool) -> AbstractContextManager[Span]:
        """Time the block as one of the flows."""
        ...

    def record(self, facts: Sequence[StageFact]) -> None:
        """Spans of stages that ran elsewhere, with their own times, under the current one."""
        ...

    def traceparent(self) -> str | None:
        """The current span, as W3C writes it."""
        ...


class Metrics(Protocol):
    """Numbers for whoever scrapes them."""

    def request(self, method: str, route: str, status: int, seconds: float, trace_id: str | None) -> None:
        """Count a request; its trace is kept as an exemplar."""
        ...

    def limited(self, limit: str, outcome: str, source: str) -> None:
        """Count a decision over a request: allowed, refused or shadowed (it would have been), and who decided."""
        ...

    def security(self, event: str) -> None:
        """Count something that an auditor wants to know of."""
        ...

    def expose(self, work: Work | None, results: ResultFigures | None, accept: str) -> tuple[bytes, str]:
        """Everything as the scraper asks for it, and its content type. Metrics of what is None are absent."""
        ...
