"""A circuit breaker as a value: closed, open, half open; moves as a table, time as an argument."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec


class BreakerState(StrEnum):
    """Whether calls pass: all, none, or a few on probation."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class BreakerEvent(StrEnum):
    """What moves a breaker."""

    TRIPPED = "tripped"
    COOLED = "cooled"
    RESTORED = "restored"


MOVES: Mapping[tuple[BreakerState, BreakerEvent], BreakerState] = {
    (BreakerState.CLOSED, BreakerEvent.TRIPPED): BreakerState.OPEN,
    (BreakerState.OPEN, BreakerEvent.COOLED): BreakerState.HALF_OPEN,
    (BreakerState.HALF_OPEN, BreakerEvent.TRIPPED): BreakerState.OPEN,
    (BreakerState.HALF_OPEN, BreakerEvent.RESTORED): BreakerState.CLOSED,
}
"""A pair that is absent leaves the state as it is: a late failure of an old call does not move an open breaker."""


class BreakerRule(msgspec.Struct, frozen=True, kw_only=True):
    """When it trips, and what restores it. Failures count only in a row; one on probation trips at once."""

    failures: int = 5
    successes: int = 3
    open_seconds: float = 60.0


class Breaker(msgspec.Struct, frozen=True, kw_only=True):
    """Where a breaker stands. `since` is when it entered its state, in the seconds of whoever calls."""

    rule: BreakerRule = BreakerRule()
    state: BreakerState = BreakerState.CLOSED
    failures: int = 0
    successes: int = 0
    since: float = 0.0


def ask(breaker: Breaker, now: float) -> tuple[Breaker, bool]:
    """May a call pass? An open breaker that has cooled lets it pass on probation."""
    if breaker.state is BreakerState.OPEN and now - breaker.since >= breaker.rule.open_seconds:
        breaker = _moved(breaker, BreakerEvent.COOLED, now)
    return breaker, breaker.state is not BreakerState.OPEN


def succeeded(breaker: Breaker, now: float) -> Breaker:
    """A call came back well."""
    if breaker.state is BreakerState.CLOSED:
        return breaker if breaker.failures == 0 else msgspec.structs.replace(breaker, failures=0)
    counted = msgspec.structs.replace(breaker, successes=breaker.successes + 1)
    return _moved(counted, BreakerEvent.RESTORED, now) if counted.successes >= breaker.rule.successes else counted


def failed(breaker: Breaker, now: float) -> Breaker:
    """A call failed for a reason that lies with what was called."""
    counted = msgspec.structs.replace(breaker, failures=breaker.failures + 1)
    tripped = breaker.state is BreakerState.HALF_OPEN or counted.failures >= breaker.rule.failures
    return _moved(counted, BreakerEvent.TRIPPED, now) if tripped else counted


def wait_seconds(breaker: Breaker, now: float) -> float:
    """How long until a call may pass; 0 when one may now."""
    return max(0.0, breaker.since + breaker.rule.open_seconds - now) if breaker.state is BreakerState.OPEN else 0.0


def _moved(breaker: Breaker, event: BreakerEvent, now: float) -> Breaker:
    state = MOVES.get((breaker.state, event), breaker.state)
    if state is breaker.state:
        return breaker
    return Breaker(rule=breaker.rule, state=state, since=now)
