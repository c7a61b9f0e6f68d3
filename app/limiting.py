"""The limits by the settings: the part of the composition root that makes numbers into buckets."""

from collections.abc import Awaitable, Callable
from typing import get_args

import msgspec
from redis.asyncio import Redis

from app.limit_knobs import RateLimit
from app.usecases.limits import RateLimits, Rules
from app.usecases.suspicion import Suspicion
from domain.errors import SettingsError
from domain.limits import Bucket, Draw, Endpoint
from domain.observation import Metrics
from domain.ports import Clock
from domain.records import Tier
from infra.limits_local import LocalLimiter
from infra.limits_redis import RedisLimiter
from infra.redis_client import pool
from infra.redis_line import RedisLine
from infra.sanctions_redis import RedisSanctions

_POOL = 4


class Limiting(msgspec.Struct, frozen=True, kw_only=True):
    """What limits requests, and how to end its connections."""

    limits: RateLimits
    suspicion: Suspicion
    close: Callable[[], Awaitable[None]]


def open_limits(knobs: RateLimit, url: str, password: str | None, *, clock: Clock, metrics: Metrics) -> Limiting:
    """Limits on the Redis of the settings, else the one at `url`. It is asked once and not waited for long."""
    connections = pool(knobs.redis_url or url, password=password, size=_POOL, patience=0)
    client = Redis(connection_pool=connections)
    line = RedisLine(client)

    async def close() -> None:
        line.close()
        await connections.aclose()

    limits = RateLimits(
        rules_of(knobs),
        shared=RedisLimiter(line, timeout_s=knobs.timeout_seconds),
        local=LocalLimiter(),
        metrics=metrics,
    )
    suspicion = Suspicion(RedisSanctions(client), limits, clock, metrics)
    return Limiting(limits=limits, suspicion=suspicion, close=close)


def rules_of(knobs: RateLimit) -> Rules | None:
    """The table of limits; None when they are off. Raises SettingsError for a limit that is none."""
    if not knobs.enabled:
        return None
    tiers: dict[Tier, tuple[int, int]] = {
        "default": (knobs.default, knobs.documents),
        "premium": (knobs.premium, knobs.documents_premium),
        "enterprise": (knobs.enterprise, knobs.documents_enterprise),
    }
    named = {"submit": knobs.submit, "status": knobs.status, "results": knobs.results}
    for tier, over in knobs.overrides.items():
        if tier not in tiers or not set(over) <= {*named, "requests", "documents"}:
            raise SettingsError(
                f"rate_limit.overrides has tiers ({', '.join(tiers)}), and in them limits by their name."
            )
    rates: dict[tuple[Tier, Endpoint], tuple[Draw, ...]] = {}
    budgets: dict[Tier, Bucket] = {}
    for tier, (requests, documents) in tiers.items():
        numbers = {**named, "requests": requests, "documents": documents, **knobs.overrides.get(tier, {})}
        budgets[tier] = _bucket("documents", numbers["documents"])
        for endpoint in get_args(Endpoint):
            draws = (Draw(bucket=_bucket(endpoint, numbers[endpoint])),)
            rates[tier, endpoint] = (*draws, Draw(bucket=budgets[tier])) if endpoint == "submit" else draws
    return Rules(
        rates=rates,
        documents=budgets,
        stranger=_bucket("address", knobs.anonymous),
        strikes=_bucket("strikes", knobs.strikes, knobs.strike_seconds),
        penalty_cost=knobs.penalty_cost,
        away={
            "submit": knobs.away_submit,
            "status": knobs.away_status,
            "results": knobs.away_results,
            "requests": knobs.away_requests,
        },
        shadow=knobs.shadow,
    )


def _bucket(name: str, capacity: int, seconds: float = 60.0) -> Bucket:
    if not (0 < capacity <= 10**9 and 0 < seconds <= 86400):
        raise SettingsError(
            f"The limit {name} is {capacity} in {seconds:g} seconds; it has at least 1, in up to a day."
        )
    return Bucket(name=name, capacity=capacity, seconds=seconds)
