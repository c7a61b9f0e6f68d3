"""Bearer keys: make one, end one, put a new one in the place of another."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
import structlog

from domain.access_errors import KeyEndedError, KeyNotFoundError
from domain.errors import DecalogoError, SettingsError
from domain.keys import KeptKey, Keys, digest_of
from domain.ports import Clock
from domain.records import Key

_SECRET_BYTES = 32
_log = structlog.get_logger()


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What a new key is to be. `scopes` are words between commas; `days` is how long it is good, None for ever."""

    name: str
    tenant: str = "default"
    scopes: str = "submit,read"
    tier: str = "default"
    days: float | None = None


async def create_key(clock: Clock, keys: Keys, wish: Wish, *, key_id: str | None = None) -> tuple[Key, str] | None:
    """A new key and its secret, which is shown this once and kept nowhere; None when there is a key of that id.

    Raises SettingsError for a wish that cannot be granted.
    """
    for what, text in (("name", wish.name), ("tenant", wish.tenant)):
        if not text.strip() or not text.isprintable():
            raise SettingsError(f"The {what} of a key has at least one character, and no line break: {text!r}.")
    if wish.days is not None and not 0 < wish.days < 36525:
        raise SettingsError(f"A key is good for more than 0 days and less than a hundred years, not for {wish.days:g}.")
    now = clock.now()
    described = {
        "name": wish.name,
        "tenant": wish.tenant,
        "tier": wish.tier,
        "scopes": [scope.strip() for scope in wish.scopes.split(",") if scope.strip()],
        "expires_at": None if wish.days is None else now + timedelta(days=wish.days),
    }
    try:
        return await _keep(keys, described, now, key_id)
    except msgspec.ValidationError as error:
        raise SettingsError(f"The key: {error}") from error


async def revoke_key(clock: Clock, keys: Keys, key_id: str) -> None:
    """End a key now. Raises KeyNotFoundError; one that was revoked before stays so."""
    await _found(keys, key_id)
    await keys.revoke(key_id, clock.now())


async def rotate_key(clock: Clock, keys: Keys, key_id: str, *, grace: timedelta) -> tuple[Key, str]:
    """A key like that one, and its secret; the old one is good for `grace` yet.

    Raises KeyNotFoundError, and KeyEndedError for one that opens no more or has been replaced.
    """
    old, now = await _found(keys, key_id), clock.now()
    if grace < timedelta(0):
        raise SettingsError("The old key can be good for some time yet, or for none.")
    if not old.good(now) or old.replaced_by is not None:
        raise KeyEndedError(key=key_id, replaced_by=old.replaced_by)
    fields = ("name", "tenant", "tier", "scopes", "expires_at")
    made = await _keep(keys, {name: getattr(old.key, name) for name in fields}, now, None)
    assert made is not None  # its id is random
    key, secret = made
    if not await keys.replace(key_id, key.id, now + grace):
        await keys.revoke(key.id, now)  # somebody else was quicker, and there is one successor
        raise KeyEndedError(key=key_id)
    return key, secret


async def keep_fresh(keys: Keys, *, seconds: float, begin: Callable[[], Awaitable[None]]) -> None:
    """Until cancelled: see every so many seconds what became of the keys, and write down what was used.

    `begin` reads them for the first time, and makes one where there is none; it is asked until they are known.
    """
    while True:
        await asyncio.sleep(seconds)
        try:
            await (keys.refresh() if keys.known else begin())
            await keys.note_use()
        except (DecalogoError, OSError) as error:
            _log.warning("keys_not_refreshed", error=str(error))  # those that are known go on


async def _found(keys: Keys, key_id: str) -> KeptKey:
    await keys.refresh()
    found = next((kept for kept in keys.all() if kept.key.id == key_id), None)
    if found is None:
        raise KeyNotFoundError(key=key_id)
    return found


async def _keep(keys: Keys, described: Mapping[str, Any], now: datetime, key_id: str | None) -> tuple[Key, str] | None:
    secret = f"dk_{secrets.token_urlsafe(_SECRET_BYTES)}"
    rest = {"id": key_id or f"key_{secrets.token_hex(4)}", "sha256": digest_of(secret), "created_at": now}
    key = msgspec.convert({**described, **rest}, Key)
    if not key.scopes:
        raise SettingsError("A key carries at least one scope: submit, read or operate.")
    if not await keys.add(key):
        return None
    return key, secret
