"""Sanctions as one hash in Redis, with a copy in memory that every request looks at."""

from collections.abc import Callable
from typing import Any

import msgspec
from redis.exceptions import RedisError

from domain.errors import BackendUnavailableError
from domain.sanctions import MEMORY_SECONDS, Sanction, Sanctions
from infra import redis_keys as keys

_MOST = 10_000
_TRIES = 5
_SWAP = f"""
if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then return 0 end
if ARGV[3] == '' then redis.call('HDEL', KEYS[1], ARGV[1])
elseif ARGV[2] ~= '' or redis.call('HLEN', KEYS[1]) < {_MOST} then redis.call('HSET', KEYS[1], ARGV[1], ARGV[3]) end
redis.call('INCR', KEYS[2])
return 1
"""


class RedisSanctions(Sanctions):
    """At most 10,000; one more than that holds in the process that found it. `client` is a redis.asyncio.Redis."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._swap = client.register_script(_SWAP)
        self._known: dict[str, Sanction] = {}
        self._changed: bytes | None = b"never"

    def of(self, address: str, now: float) -> Sanction | None:
        """What holds for this address now."""
        found = self._known.get(address)
        return found if found is not None and found.ends > now else None

    def all(self, now: float) -> tuple[Sanction, ...]:
        """All that hold now, the latest first."""
        return tuple(sorted((s for s in self._known.values() if s.ends > now), key=lambda s: -s.begins))

    async def change(self, address: str, make: Callable[[Sanction | None], Sanction | None]) -> Sanction | None:
        """Put what `make` makes of the last sanction in its place, if that is still the one that it saw."""
        try:
            made = await self._swapped(address, make)
        except (OSError, RedisError):
            made = make(self._known.get(address))
        if made is None:
            self._known.pop(address, None)
        elif address in self._known or len(self._known) < 2 * _MOST:
            self._known[address] = made
        return made

    async def refresh(self, now: float) -> None:
        """Read them when they have changed; those that nobody needs to remember go."""
        try:
            changed = await self._client.get(keys.SANCTIONS_CHANGED)
            if changed == self._changed:
                return
            kept = await self._client.hgetall(keys.SANCTIONS)
            read = {name.decode(): msgspec.json.decode(data, type=Sanction) for name, data in kept.items()}
            old = [name for name, one in read.items() if one.ends + MEMORY_SECONDS < now]
            if old:
                await self._client.hdel(keys.SANCTIONS, *old)
        except (OSError, RedisError) as error:
            raise BackendUnavailableError("The sanctions cannot be read.", backend="limits") from error
        self._known, self._changed = {name: one for name, one in read.items() if name not in old}, changed

    async def _swapped(self, address: str, make: Callable[[Sanction | None], Sanction | None]) -> Sanction | None:
        made: Sanction | None = None
        for _ in range(_TRIES):
            last = await self._client.hget(keys.SANCTIONS, address)
            made = make(msgspec.json.decode(last, type=Sanction) if last else None)
            data = b"" if made is None else msgspec.json.encode(made)
            if await self._swap(keys=[keys.SANCTIONS, keys.SANCTIONS_CHANGED], args=[address, last or b"", data]):
                break
        return made
