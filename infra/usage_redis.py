"""What tenants keep, as one hash in Redis."""

from collections.abc import Mapping
from typing import Any

from domain.storage import UsageTally
from infra import redis_keys as keys
from infra.guard import Guard


class RedisUsageTally(UsageTally):
    """Shared by all processes on that Redis. `client` is a redis.asyncio.Redis."""

    def __init__(self, client: Any, guard: Guard) -> None:
        self._client = client
        self._guard = guard

    async def add(self, tenant: str, amount: int) -> int:
        """Count bytes in (out when negative); what the tenant has then."""
        async with self._guard.call("usage_add"):
            return int(await self._client.hincrby(keys.USAGE, tenant, amount))

    async def used(self, tenant: str) -> int:
        """What the tenant has."""
        async with self._guard.call("usage_used"):
            return int(await self._client.hget(keys.USAGE, tenant) or 0)

    async def replace(self, counts: Mapping[str, int]) -> None:
        """These counts are the truth now; tenants that are not among them have nothing."""
        async with self._guard.call("usage_replace"), self._client.pipeline(transaction=True) as pipe:
            pipe.delete(keys.USAGE)
            if counts:
                pipe.hset(keys.USAGE, mapping=dict(counts))
            await pipe.execute()
