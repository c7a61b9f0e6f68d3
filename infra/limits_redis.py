"""Buckets in Redis, shared by all processes: one script decides over all buckets of a request, by the server's clock.

No library does: throttled-py (3.5) and limits (5.8) decide over one bucket a call, so that a second one which refuses
has cost the first a token, and several are several round trips (docs/decisions/0002-rate-limits.md has the figures).
"""

import asyncio
import time
from collections.abc import Sequence
from hashlib import sha1

from redis.exceptions import RedisError, ResponseError

from domain.errors import BackendUnavailableError
from domain.limits import Decision, Draw, Level, Limiter, judged
from domain.ops.breaker import Breaker, BreakerRule, ask, failed, succeeded
from infra.redis_keys import limit
from infra.redis_line import RedisLine

_MICRO = 1e6
_SCRIPT = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local full = redis.call('MGET', unpack(KEYS))
local allowed, backlogs = true, {}
for i = 1, #KEYS do
  local backlog = math.max(0, (tonumber(full[i]) or 0) - now)
  local cost, window = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  backlogs[i] = backlog
  if cost > 0 and window > 0 and backlog + cost > window then allowed = false end
end
if allowed then
  for i = 1, #KEYS do
    local cost = tonumber(ARGV[2 * i - 1])
    if cost > 0 then
      local backlog = backlogs[i] + cost
      redis.call('SET', KEYS[i], string.format('%.0f', now + backlog), 'PX', math.ceil(backlog / 1000) + 1)
    end
  end
end
return backlogs
"""
_SHA = sha1(_SCRIPT.encode(), usedforsecurity=False).hexdigest()
_RULE = BreakerRule(failures=3, successes=1, open_seconds=1.0)
_MOST_REFUSED = 10_000


class RedisLimiter(Limiter):
    """Answers within `timeout_s` or raises BackendUnavailableError, at once while Redis does not answer.

    Who was refused is refused from memory until the time that Redis said, so that a flood never reaches it.
    """

    def __init__(self, line: RedisLine, *, timeout_s: float) -> None:
        self._line = line
        self._timeout_s = timeout_s
        self._breaker = Breaker(rule=_RULE)
        self._refused: dict[tuple[str, tuple[Draw, ...]], tuple[float, Decision]] = {}

    async def draw(self, subject: str, draws: Sequence[Draw]) -> Decision:
        """Take all or nothing."""
        now, name = time.monotonic(), (subject, tuple(draws))
        if self._refused and (decision := self._remembered(name, now)) is not None:
            return decision
        words: list[str] = []
        for draw in draws:
            words += (_micro(draw.seconds), "0" if draw.forced else _micro(draw.bucket.seconds))
        keys = [limit(subject, draw.bucket.name) for draw in draws]
        backlogs = await self._ask(str(len(keys)), *keys, *words)
        decision = judged(draws, [backlog / _MICRO for backlog in backlogs], source="shared")
        if not decision.allowed and len(self._refused) < _MOST_REFUSED:
            self._refused[name] = (now, decision)
        return decision

    async def forget(self, subject: str, names: Sequence[str]) -> None:
        """Fill these buckets of a subject."""
        self._refused = {name: held for name, held in self._refused.items() if name[0] != subject}
        await self._command("DEL", *(limit(subject, name) for name in names))

    async def _ask(self, *words: str) -> list[int]:
        try:
            said: list[int] = await self._command("EVALSHA", _SHA, *words)
        except ResponseError as error:
            if not str(error).startswith("NOSCRIPT"):
                raise
            said = await self._command("EVAL", _SCRIPT, *words)
        return said

    async def _command(self, *words: str) -> list[int]:
        self._breaker, passes = ask(self._breaker, time.monotonic())
        if not passes:
            raise BackendUnavailableError("The limits' store does not answer.", backend="limits")
        try:
            async with asyncio.timeout(self._timeout_s):
                said: list[int] = await self._line.ask(*words)
        except ResponseError as error:
            if not str(error).startswith("NOSCRIPT"):
                raise self._lost(error) from error
            raise
        except (TimeoutError, OSError, RedisError) as error:
            raise self._lost(error) from error
        self._breaker = succeeded(self._breaker, time.monotonic())
        return said

    def _lost(self, error: Exception) -> BackendUnavailableError:
        self._breaker = failed(self._breaker, time.monotonic())
        why = f"{type(error).__name__}: {error}"
        return BackendUnavailableError("The limits' store does not answer.", backend="limits", cause=why)

    def _remembered(self, name: tuple[str, tuple[Draw, ...]], now: float) -> Decision | None:
        held = self._refused.get(name)
        if held is None:
            return None
        since, decision = held
        gone = now - since
        if all(level.wait <= gone for level in decision.levels):
            del self._refused[name]
            return None
        return Decision(allowed=False, levels=tuple(_later(level, gone) for level in decision.levels))


def _later(level: Level, gone: float) -> Level:
    return Level(bucket=level.bucket, full_in=max(0.0, level.full_in - gone), wait=max(0.0, level.wait - gone))


def _micro(seconds: float) -> str:
    return str(int(seconds * _MICRO))
