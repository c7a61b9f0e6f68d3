"""How much a tenant may ask for, and how much somebody without a key: decided in Redis, or here while that is away."""

import math
from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

import msgspec
import structlog

from domain.errors import BackendUnavailableError, RateLimitedError
from domain.limits import NOTHING, Bucket, Caller, Decision, Draw, Endpoint, Limiter
from domain.observation import Metrics
from domain.records import Key, Tier

Away: TypeAlias = Literal["local", "allow", "refuse"]
"""What becomes of a request that nobody can decide: buckets of this process, granted, or 503."""

_log = structlog.get_logger(category="security")


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """Every limit. `rates` is what one request of a tier to an endpoint draws; `documents` each tier's budget of them.

    In the shadow nothing is refused, and what would have been is counted.
    """

    rates: Mapping[tuple[Tier, Endpoint], tuple[Draw, ...]]
    documents: Mapping[Tier, Bucket]
    stranger: Bucket
    strikes: Bucket
    penalty_cost: int = 4
    away: Mapping[Endpoint, Away]
    shadow: bool = False


class RateLimits:
    """Without rules nothing is limited."""

    def __init__(self, rules: Rules | None, *, shared: Limiter, local: Limiter, metrics: Metrics) -> None:
        self.rules = rules
        self._shared = shared
        self._local = local
        self._metrics = metrics
        self._away = False

    @property
    def connected(self) -> bool:
        """Whether the last decision was one for all processes."""
        return not self._away

    async def draw(self, key: Key, endpoint: Endpoint) -> Decision:
        """What a request with this key draws: one token each of the endpoint's bucket, and of the documents' budget."""
        if self.rules is None:
            return NOTHING
        draws = self.rules.rates[key.tier, endpoint]
        return await self._decided(subject_of(key.tenant, key.tier), endpoint, draws, self.rules.away[endpoint])

    async def draw_documents(self, key: Key, count: int) -> None:
        """Draw the rest of a batch whose first document the request drew.

        It overdraws the budget rather than be refused, for then no batch is refused for its size: the next one waits.
        """
        if self.rules is None or count < 2:
            return
        draw = Draw(bucket=self.rules.documents[key.tier], cost=count - 1, forced=True)
        await self._decided(subject_of(key.tenant, key.tier), "submit", (draw,), "local")

    async def draw_as_stranger(self, caller: Caller, *, penalised: bool) -> Decision:
        """What a request without a valid key draws from its address; more while that is under a penalty."""
        if self.rules is None or caller.spared:
            return NOTHING
        draw = Draw(bucket=self.rules.stranger, cost=self.rules.penalty_cost if penalised else 1)
        return await self._decided(f"address:{caller.group}", "stranger", (draw,), "local")

    async def strike(self, caller: Caller) -> bool:
        """Count something suspicious that an address did; True when that makes an offence, and counting begins anew."""
        if self.rules is None or caller.spared or self.rules.shadow:
            return False
        subject, draws = f"address:{caller.group}", (Draw(bucket=self.rules.strikes),)
        decision = await self._decided(subject, "strikes", draws, "local")
        if decision.allowed:
            return False
        await self.forget(subject, (self.rules.strikes.name,))
        return True

    async def standing(self, tenant: str, tier: Tier) -> Decision:
        """How each bucket of a tenant stands, without drawing from any."""
        if self.rules is None:
            return NOTHING
        draws = {d.bucket.name: d for (of, _), each in self.rules.rates.items() if of == tier for d in each}
        peeks = tuple(Draw(bucket=draw.bucket, cost=0) for draw in draws.values())
        return await self._drawn(subject_of(tenant, tier), peeks, "local")

    async def forget(self, subject: str, names: Sequence[str]) -> None:
        """Fill these buckets of a subject."""
        await self._local.forget(subject, names)
        try:
            await self._shared.forget(subject, names)
        except BackendUnavailableError:
            return  # then those of this process decide

    async def _decided(self, subject: str, what: str, draws: Sequence[Draw], away: Away) -> Decision:
        decision = await self._drawn(subject, draws, away)
        shadow = not decision.allowed and self.rules is not None and self.rules.shadow
        outcome = "shadowed" if shadow else "allowed" if decision.allowed else "refused"
        self._metrics.limited(what, outcome, decision.source)
        return msgspec.structs.replace(decision, allowed=True) if shadow else decision

    async def _drawn(self, subject: str, draws: Sequence[Draw], away: Away) -> Decision:
        try:
            decision = await self._shared.draw(subject, draws)
        except BackendUnavailableError as error:
            self._noted(away=True, cause=str(error.facts.get("cause") or ""))
            if away == "refuse":
                raise
            return NOTHING if away == "allow" else await self._local.draw(subject, draws)
        self._noted(away=False)
        return decision

    def _noted(self, *, away: bool, cause: str = "") -> None:
        if away != self._away:
            self._away = away
            _log.warning("limits_are_local" if away else "limits_are_shared", cause=cause)


def subject_of(tenant: str, tier: Tier) -> str:
    """Whose buckets they are: keys of one tenant and tier share them, so that a second key gets nobody more."""
    return f"tenant:{tier}:{tenant}"


def refusal(decision: Decision) -> RateLimitedError:
    """The error that tells a refused caller which limit it was, and when to come again."""
    level = decision.tightest
    if level is None:
        return RateLimitedError()
    bucket, window = level.bucket, "minute" if level.bucket.seconds == 60 else f"{level.bucket.seconds:g} seconds"
    what = "documents" if bucket.name == "documents" else "requests"
    return RateLimitedError(
        f"Rate limit of {bucket.capacity} {what} per {window} exceeded",
        limit=bucket.name,
        maximum=bucket.capacity,
        window_seconds=bucket.seconds,
        retry_after_seconds=max(1, math.ceil(level.wait)),
    )
