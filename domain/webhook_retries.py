"""Whether and when a webhook is tried again: the schedule of Standard Webhooks, ten attempts over 75 hours."""

import msgspec

from domain.delivery import EntryKind

SCHEDULE = (5.0, 300.0, 1800.0, 7200.0, 18000.0, 36000.0, 50400.0, 72000.0, 86400.0)
"""Seconds after each failure; the first attempt is at once."""
_GONE = 410
_SPREAD = 0.2


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What came of an attempt: a status, or the code of what went wrong. `retry_after` is in seconds."""

    status: int | None = None
    error: str | None = None
    retry_after: float | None = None
    seconds: float = 0.0


class RetryRule(msgspec.Struct, frozen=True, kw_only=True):
    """When to try again. A receiver may ask for a longer wait, up to the longest."""

    delays: tuple[float, ...] = SCHEDULE
    longest_seconds: float = 86400.0


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What an attempt's end means. `wait` is there when it is tried again; `hold` when all for that receiver wait."""

    kind: EntryKind
    wait: float | None = None
    hold: float | None = None
    gone: bool = False


def judged(reply: Reply, failures: int, rule: RetryRule, chance: float) -> Verdict:
    """After so many failures before this attempt. Only 2xx is success, 410 is the end.

    `chance` in [0, 1) spreads waits by up to a tenth to each side, so that what failed together is not tried together.
    """
    if reply.status is not None and 200 <= reply.status < 300:
        return Verdict(kind="delivered")
    if reply.status == _GONE:
        return Verdict(kind="dead", gone=True)
    asked = min(reply.retry_after, rule.longest_seconds) if reply.retry_after else None
    if failures >= len(rule.delays):
        return Verdict(kind="dead", hold=asked)
    wait = rule.delays[failures] * (1 + _SPREAD * (chance - 0.5))
    return Verdict(kind="failed", wait=max(wait, asked or 0.0), hold=asked)
