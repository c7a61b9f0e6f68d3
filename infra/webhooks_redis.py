"""The schedule of deliveries in Redis: for each receiver a sorted set by time, and one of receivers by their first.

A claim moves what it gives out to the end of the lease, so what a dead process held comes up again by itself.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from domain.delivery import Delivery
from domain.webhook_ports import DeliverySchedule, Ref
from infra import redis_keys as keys
from infra.guard import Guard

_LOOKED_AT = 200
"""Receivers that a claim looks at: more than any process has places to keep busy."""
_FIRST = """
local function first(due, receivers, receiver)
  local next = redis.call('ZRANGE', due, 0, 0, 'WITHSCORES')
  if next[2] then redis.call('ZADD', receivers, next[2], receiver) else redis.call('ZREM', receivers, receiver) end
end
"""
_CLAIM = (
    _FIRST
    + f"""
if redis.call('EXISTS', KEYS[2]) == 0 then return false end
local now, most, lease, each = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4])
local room, got = cjson.decode(ARGV[5]), {{}}
for _, receiver in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, {_LOOKED_AT})) do
  local free = math.min(most - #got / 2, room[receiver] or each)
  if most - #got / 2 <= 0 then break end
  local held = redis.call('PTTL', ARGV[6] .. receiver)
  if held > 0 then
    redis.call('ZADD', KEYS[1], now + held, receiver)
  elseif free > 0 then
    local due = ARGV[7] .. receiver
    for _, name in ipairs(redis.call('ZRANGEBYSCORE', due, '-inf', now, 'LIMIT', 0, free)) do
      redis.call('ZADD', due, lease, name)
      got[#got + 1] = receiver
      got[#got + 1] = name
    end
    first(due, KEYS[1], receiver)
  end
end
return got
"""
)
_PUT = (
    _FIRST
    + """
if ARGV[3] == '' then redis.call('ZREM', KEYS[1], ARGV[2])
elseif ARGV[4] == 'new' then redis.call('ZADD', KEYS[1], 'NX', ARGV[3], ARGV[2])
else redis.call('ZADD', KEYS[1], ARGV[3], ARGV[2]) end
first(KEYS[1], KEYS[2], ARGV[1])
"""
)


class RedisDeliverySchedule(DeliverySchedule):
    """`client` is a redis.asyncio.Redis. A mark without an end shows that Redis has not been emptied."""

    def __init__(self, client: Any, guard: Guard) -> None:
        self._client = client
        self._guard = guard
        self._claim = client.register_script(_CLAIM)
        self._first = client.register_script(_FIRST + "first(KEYS[1], KEYS[2], ARGV[1])")
        self._put = client.register_script(_PUT)

    async def claim(
        self, now: datetime, *, most: int, lease_seconds: float, room: Mapping[str, int], each: int
    ) -> Sequence[Ref] | None:
        """Up to `most` that are due, for this caller alone until the lease ends; None when all was forgotten."""
        at, prefixes = _ms(now), (keys.webhook_hold(""), keys.webhooks_due(""))
        args = [at, most, at + round(lease_seconds * 1000), each, msgspec.json.encode(room), *prefixes]
        async with self._guard.call("claim_deliveries"):
            got = await self._claim(keys=[keys.WEBHOOKS_RECEIVERS, keys.WEBHOOKS_WHOLE], args=args)
        if got is None:
            return None
        words = iter([word.decode() for word in got])
        return [Ref(receiver=receiver, delivery_id=name) for receiver, name in zip(words, words, strict=True)]

    async def add(self, delivery: Delivery, at: datetime) -> None:
        """Put a delivery into the log of its webhook, and to be looked at then, unless it is known."""
        async with self._guard.call("add_delivery"):
            await self._keep_in_log(delivery, dead=False)
            await self._place(delivery.receiver, delivery.id, at, new=True)

    async def restore(self, delivery: Delivery, *, dead: bool) -> None:
        """Put a delivery that has ended into the log, and among what was given up when it is `dead`."""
        async with self._guard.call("restore_delivery"):
            await self._keep_in_log(delivery, dead=dead)

    async def restored(self) -> None:
        """All that is in the store has been told."""
        async with self._guard.call("deliveries_restored"):
            await self._client.set(keys.WEBHOOKS_WHOLE, 1)

    async def postpone(self, delivery: Delivery, at: datetime) -> None:
        """Look at it then, and not before; it is no dead letter now."""
        async with self._guard.call("postpone_delivery"):
            await self._client.zrem(keys.webhook_dead(delivery.tenant), delivery.id)
            await self._place(delivery.receiver, delivery.id, at)

    async def settle(self, delivery: Delivery, *, now: datetime, dead: bool) -> None:
        """It need not be looked at any more."""
        given_up = keys.webhook_dead(delivery.tenant)
        async with self._guard.call("settle_delivery"):
            if dead:
                await self._client.zadd(given_up, {delivery.id: _ms(now)}, nx=True)
            else:
                await self._client.zrem(given_up, delivery.id)
            await self._place(delivery.receiver, delivery.id, None)

    async def drop(self, ref: Ref) -> None:
        """It does not exist; look at it no more."""
        async with self._guard.call("drop_delivery"):
            await self._place(ref.receiver, ref.delivery_id, None)

    async def hold(self, receiver: str, seconds: float) -> None:
        """Send nothing to this receiver for so long."""
        async with self._guard.call("hold_receiver"):
            await self._client.set(keys.webhook_hold(receiver), 1, px=max(1, round(seconds * 1000)))

    async def release(self, receiver: str) -> None:
        """Send to it again."""
        async with self._guard.call("release_receiver"):
            await self._client.delete(keys.webhook_hold(receiver))
            await self._first(keys=[keys.webhooks_due(receiver), keys.WEBHOOKS_RECEIVERS], args=[receiver])

    async def log(self, tenant: str, webhook_id: str, *, limit: int, after: str | None) -> Sequence[str]:
        """Ids of deliveries of a webhook, newest first, from the one after that one on."""
        log, start = keys.webhook_log(tenant, webhook_id), 0
        async with self._guard.call("delivery_log"):
            if after is not None:
                rank = await self._client.zrevrank(log, after)
                if rank is None:
                    return ()
                start = rank + 1
            return [name.decode() for name in await self._client.zrevrange(log, start, start + limit - 1)]

    async def dead(self, tenant: str, *, limit: int) -> Sequence[str]:
        """Ids of deliveries of a tenant that were given up, the latest first."""
        async with self._guard.call("dead_deliveries"):
            return [name.decode() for name in await self._client.zrevrange(keys.webhook_dead(tenant), 0, limit - 1)]

    async def trim(self, before: datetime) -> None:
        """Let logs go of what came before that time."""
        async with self._guard.call("trim_deliveries"):
            for log in await self._client.smembers(keys.WEBHOOKS_LOGS):
                await self._client.zremrangebyscore(log, "-inf", f"({_ms(before)}")

    async def _keep_in_log(self, delivery: Delivery, *, dead: bool) -> None:
        log, given_up = keys.webhook_log(delivery.tenant, delivery.webhook_id), keys.webhook_dead(delivery.tenant)
        async with self._client.pipeline(transaction=True) as pipe:
            pipe.sadd(keys.WEBHOOKS_LOGS, log, given_up)
            for where in (log, given_up) if dead else (log,):
                pipe.zadd(where, {delivery.id: _ms(delivery.created_at)}, nx=True)
            await pipe.execute()

    async def _place(self, receiver: str, name: str, at: datetime | None, *, new: bool = False) -> None:
        args = [receiver, name, "" if at is None else _ms(at), "new" if new else ""]
        await self._put(keys=[keys.webhooks_due(receiver), keys.WEBHOOKS_RECEIVERS], args=args)


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)
