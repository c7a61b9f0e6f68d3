"""Bearer keys as objects beside the artifacts: each fact about a key is one object that is created once.

    keys/<id>.json           the key, with the hash of its secret
    keys/<id>.revoked.json   from when on it opens nothing
    keys/<id>.rotated.json   which key stands in its place, and until when it is good itself
    keys/<id>.used.json      when it was last used; the only one that is ever written again

Whoever creates a fact first is right, so that no two operators can undo each other, and a flush of Redis loses none.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any, Literal, TypeAlias

import msgspec

from domain.keys import KeptKey, Keys, digest_of
from domain.records import Key
from domain.storage import ObjectStore, Stored

_ROOM = "keys"
_SHELF = 4
"""Digits of a hash that lead to the few keys which are compared: they say nothing about a secret."""
_USE_WRITTEN_EVERY = timedelta(minutes=10)
_Fact: TypeAlias = Literal["revoked", "rotated", "used"]


class _Noted(msgspec.Struct, frozen=True, kw_only=True):
    at: datetime
    by: str | None = None


class ObjectKeys(Keys):
    """Keys of a store that several processes and hosts may share. Empty until the first `refresh`."""

    def __init__(self, objects: ObjectStore) -> None:
        self._objects = objects
        self._known = False
        self._seen: dict[str, Stored] = {}
        self._content: dict[str, bytes] = {}
        self._kept: dict[str, KeptKey] = {}
        self._shelves: Mapping[str, tuple[KeptKey, ...]] = {}
        self._used: dict[str, datetime] = {}

    @property
    def known(self) -> bool:
        """Whether a refresh has succeeded."""
        return self._known

    def find(self, secret: str, now: datetime) -> Key | None:
        """The key with this secret, if it is good now: all of its shelf are compared, whichever matches."""
        digest, found = digest_of(secret), None
        for kept in self._shelves.get(digest[:_SHELF], ()):
            if compare_digest(kept.key.sha256, digest):
                found = kept
        if found is None or not found.good(now):
            return None
        self._used[found.key.id] = now
        return found.key

    def all(self) -> tuple[KeptKey, ...]:
        """Every key, oldest first."""
        return tuple(sorted(self._kept.values(), key=lambda kept: (kept.key.created_at, kept.key.id)))

    async def refresh(self) -> None:
        """Read what is new or has changed; a look at names and times while nothing has."""
        seen = {stored.name: stored async for stored in self._objects.list(_ROOM)}
        if seen == self._seen:
            self._known = True
            return
        for name, stored in seen.items():
            if self._seen.get(name) != stored and (data := await self._objects.get(name)) is not None:
                self._content[name] = data
        self._content = {name: data for name, data in self._content.items() if name in seen}
        self._seen, self._known = seen, True
        self._sort()

    async def add(self, key: Key) -> bool:
        """Keep a new key, durably."""
        return await self._create(f"{_ROOM}/{key.id}.json", key)

    async def revoke(self, key_id: str, at: datetime) -> bool:
        """From then on it opens nothing."""
        return await self._create(_name(key_id, "revoked"), _Noted(at=at))

    async def replace(self, key_id: str, by: str, ends_at: datetime) -> bool:
        """Another key stands in its place, and it ends then."""
        return await self._create(_name(key_id, "rotated"), _Noted(at=ends_at, by=by))

    async def note_use(self) -> int:
        """Write down uses, each key's at most once in ten minutes, whoever used it."""
        uses, self._used, written = self._used, {}, 0
        for key_id, at in uses.items():
            before = self._kept[key_id].used_at if key_id in self._kept else at
            if before is None or at - before >= _USE_WRITTEN_EVERY:
                self._content[_name(key_id, "used")] = noted = msgspec.json.encode(_Noted(at=at))
                await self._objects.put(_name(key_id, "used"), noted)
                written += 1
        if written:
            self._sort()
        return written

    async def _create(self, name: str, fact: msgspec.Struct) -> bool:
        created = await self._objects.create(name, msgspec.json.encode(fact))
        await self.refresh()
        return created

    def _sort(self) -> None:
        kept = {name[len(_ROOM) + 1 : -len(".json")] for name in self._content if name.count(".") == 1}
        found = {key_id: self._read(key_id) for key_id in kept}
        self._kept = {key_id: one for key_id, one in found.items() if one is not None}
        shelves: dict[str, tuple[KeptKey, ...]] = {}
        for one in self._kept.values():
            shelf = one.key.sha256[:_SHELF]
            shelves[shelf] = (*shelves.get(shelf, ()), one)
        self._shelves = shelves

    def _read(self, key_id: str) -> KeptKey | None:
        """The key with its facts. One that cannot be read whole opens nothing, and keeps no other from opening."""
        try:
            key = msgspec.json.decode(self._content[f"{_ROOM}/{key_id}.json"], type=Key)
            revoked, rotated, used = (self._noted(key_id, fact) for fact in ("revoked", "rotated", "used"))
        except msgspec.DecodeError:
            return None
        return KeptKey(
            key=key,
            revoked_at=revoked.at if revoked else None,
            replaced_by=rotated.by if rotated else None,
            ends_at=rotated.at if rotated else None,
            used_at=used.at if used else None,
        )

    def _noted(self, key_id: str, fact: Any) -> _Noted | None:
        data = self._content.get(_name(key_id, fact))
        return None if data is None else msgspec.json.decode(data, type=_Noted)


def _name(key_id: str, fact: _Fact) -> str:
    return f"{_ROOM}/{key_id}.{fact}.json"
