"""Addresses that misbehave: what they did is counted, what they get for it grows, and all of it is in the audit log."""

import asyncio
import math
from contextlib import suppress
from datetime import UTC, datetime

import structlog

from app.usecases.limits import RateLimits
from domain.access_errors import AddressBlockedError
from domain.errors import DecalogoError
from domain.limits import Caller
from domain.observation import Metrics
from domain.ports import Clock
from domain.records import Key
from domain.sanctions import Sanction, Sanctions, graded

_log = structlog.get_logger(category="security")


class Suspicion:
    """Blocks that the service sets hold for requests without a valid key, because of the others behind an address.

    Those of an operator hold for all but keys that may lift them.
    """

    def __init__(self, sanctions: Sanctions, limits: RateLimits, clock: Clock, metrics: Metrics) -> None:
        self._sanctions = sanctions
        self._limits = limits
        self._clock = clock
        self._metrics = metrics

    def demand_welcome(self, caller: Caller, key: Key | None) -> None:
        """Raise AddressBlockedError for who is blocked."""
        now = self._now()
        sanction = None if caller.spared else self._sanctions.of(caller.group, now)
        if sanction is None or sanction.kind != "block":
            return
        if key is not None and (sanction.by is None or "operate" in key.scopes):
            return
        self._metrics.security("request_of_blocked_address")
        raise AddressBlockedError(retry_after_seconds=max(1, math.ceil(sanction.ends - now)))

    def penalised(self, caller: Caller) -> bool:
        """Whether this caller's requests cost more now."""
        return self._sanctions.of(caller.group, self._now()) is not None

    async def strike(self, caller: Caller, reason: str) -> None:
        """Note what an address did: a key that is none, a path that is none, more requests than it may send."""
        self._metrics.security(reason)
        if not await self._limits.strike(caller):
            return
        now = self._now()
        made = await self._sanctions.change(caller.group, lambda last: graded(last, caller.group, reason, now))
        assert made is not None
        self._audit("address_blocked" if made.kind == "block" else "address_penalised", made)

    async def block(self, address: str, *, seconds: float, reason: str, by: str) -> Sanction:
        """An operator's block, in the place of what the address had."""
        now = self._now()
        sanction = Sanction(
            address=address, kind="block", level=0, begins=now, ends=now + seconds, reason=reason, by=by
        )
        await self._sanctions.change(address, lambda _: sanction)
        self._audit("address_blocked", sanction)
        return sanction

    async def lift(self, address: str, *, by: str) -> bool:
        """Take a sanction away, and forget what led to it; False when there is none."""
        held = self._sanctions.of(address, self._now())
        await self._sanctions.change(address, lambda _: None)
        if held is None:
            return False
        self._metrics.security("address_unblocked")
        _log.warning("address_unblocked", address=address, lifted_by=by, reason=held.reason)
        return True

    def all(self) -> tuple[Sanction, ...]:
        """All that hold now, the latest first."""
        return self._sanctions.all(self._now())

    async def refresh(self) -> None:
        """See what other processes did."""
        await self._sanctions.refresh(self._now())

    def _now(self) -> float:
        return self._clock.now().timestamp()

    def _audit(self, event: str, sanction: Sanction) -> None:
        self._metrics.security(event)
        _log.warning(
            event,
            address=sanction.address,
            level=sanction.level,
            until=datetime.fromtimestamp(sanction.ends, UTC).isoformat(),
            reason=sanction.reason,
            set_by=sanction.by or "service",
        )


async def keep_watch(suspicion: Suspicion, *, seconds: float = 1.0) -> None:
    """Until cancelled: know of the sanctions that other processes set and lifted."""
    while True:
        with suppress(DecalogoError, OSError):  # those that are known hold
            await suspicion.refresh()
        await asyncio.sleep(seconds)
