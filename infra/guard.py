"""A breaker around calls to a backend: refuses at once while it is open, and counts how calls end."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from domain.errors import BackendUnavailableError, DecalogoError
from domain.observation import Tracing
from domain.ops.breaker import Breaker, BreakerRule, BreakerState, ask, failed, succeeded, wait_seconds


class Guard:
    """The breaker of one backend. Errors that are `its_fault` count; foreign ones become BackendUnavailableError.

    A call that takes longer than `seconds` has failed: a backend may hang as well as be away.
    """

    def __init__(
        self,
        backend: str,
        *,
        rule: BreakerRule,
        its_fault: Callable[[BaseException], bool],
        tracing: Tracing,
        now: Callable[[], float] = time.monotonic,
        seconds: float | None = None,
    ) -> None:
        self.backend = backend
        self._breaker = Breaker(rule=rule)
        self._its_fault = its_fault
        self._tracing = tracing
        self._now = now
        self._seconds = seconds

    @property
    def state(self) -> BreakerState:
        """Where the breaker stands."""
        return self._breaker.state

    @asynccontextmanager
    async def call(self, operation: str) -> AsyncIterator[None]:
        """Let one call pass. Raises BackendUnavailableError when the breaker is open or the backend does not answer."""
        self._breaker, allowed = ask(self._breaker, self._now())
        with self._tracing.flow(
            "circuit_breaker",
            "pipeline_orchestrator",
            backend=self.backend,
            operation=operation,
            state=self._breaker.state.value,
        ):
            if not allowed:
                wait = wait_seconds(self._breaker, self._now())
                raise BackendUnavailableError(
                    f"{self.backend} does not answer.", backend=self.backend, retry_after_seconds=round(wait, 3)
                )
            try:
                async with asyncio.timeout(self._seconds):
                    yield
            except Exception as error:
                if not self._its_fault(error):
                    self._breaker = succeeded(self._breaker, self._now())
                    raise
                self._breaker = failed(self._breaker, self._now())
                if isinstance(error, DecalogoError):
                    raise
                raise BackendUnavailableError(
                    f"{self.backend} does not answer.", backend=self.backend, cause=f"{type(error).__name__}: {error}"
                ) from error
            else:
                self._breaker = succeeded(self._breaker, self._now())
