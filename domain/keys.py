"""Bearer keys: what is kept of one, until when it opens, and the port to those that are kept."""

from datetime import datetime
from hashlib import sha256
from typing import Protocol

import msgspec

from domain.records import Key


class KeptKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key and what became of it: revoked, replaced by another (and good for a while yet), last used."""

    key: Key
    revoked_at: datetime | None = None
    replaced_by: str | None = None
    ends_at: datetime | None = None
    """When its replacement alone is good."""
    used_at: datetime | None = None
    """To within some minutes: it is written seldom."""

    @property
    def expires_at(self) -> datetime | None:
        """When it opens no more, however it was used; None when nothing of the kind is known."""
        ends = [end for end in (self.key.expires_at, self.revoked_at, self.ends_at) if end is not None]
        return min(ends) if ends else None

    def good(self, now: datetime) -> bool:
        """Whether it opens now."""
        return self.expires_at is None or now < self.expires_at


class Keys(Protocol):
    """The bearer keys. `find` answers from memory; `refresh` brings what other processes did into it."""

    @property
    def known(self) -> bool:
        """Whether they were ever read: until then that no key is found says nothing about it."""
        ...

    def find(self, secret: str, now: datetime) -> Key | None:
        """The key with this secret, compared in constant time, if it is good now. Its use is remembered."""
        ...

    def all(self) -> tuple[KeptKey, ...]:
        """Every key, oldest first, as the last refresh or change of ours found it."""
        ...

    async def refresh(self) -> None:
        """See what was created, revoked and replaced elsewhere."""
        ...

    async def add(self, key: Key) -> bool:
        """Keep a new key, durably; False when there is one of that id, which stays."""
        ...

    async def revoke(self, key_id: str, at: datetime) -> bool:
        """From then on it opens nothing; False when it was revoked before."""
        ...

    async def replace(self, key_id: str, by: str, ends_at: datetime) -> bool:
        """Another key stands in its place, and it ends then; False when another does already."""
        ...

    async def note_use(self) -> int:
        """Write down when keys were last used, those that were written long ago; how many that were."""
        ...


def digest_of(secret: str) -> str:
    """What is kept of a secret.

    It has 256 random bits, so nobody guesses it from a plain hash of it, however fast that is: slow hashes protect
    passwords, which have few. A slow one would only let strangers spend our time, a request a hash.
    """
    return sha256(secret.encode(errors="surrogateescape")).hexdigest()
