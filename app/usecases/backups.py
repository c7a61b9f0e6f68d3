"""What a backup is: a list of files with their hashes, beside the bytes of those files under their hashes.

    manifests/<set>/<moment>-<full|incremental>.json.gz
    blobs/<set>/<sha256>

A full backup begins a set of its own and takes nothing from earlier ones, so damage to one set leaves the others whole.
An incremental one adds to the newest set the bytes that are not yet there. The manifest is written last: a backup that
broke off has none, and is none.
"""

import asyncio
import gzip
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Literal, TypeAlias

import msgspec

from domain.errors import BackupNotFoundError, DamagedStoreError
from domain.storage import ObjectStore

Kind: TypeAlias = Literal["full", "incremental"]

MANIFESTS, BLOBS = "manifests", "blobs"
_MOMENT = "%Y%m%dT%H%M%S.%fZ"


class BackedUp(msgspec.Struct, frozen=True, kw_only=True):
    """One file: its source and name there, and its bytes. `version` is what the source's listing said of them."""

    source: str
    name: str
    size: int
    sha256: str
    version: str | None = None


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """All files of one backup, whichever backup of its set brought their bytes."""

    set: str
    kind: Kind
    created_at: datetime
    files: tuple[BackedUp, ...]

    @property
    def place(self) -> str:
        """Where it is kept."""
        return f"{MANIFESTS}/{self.set}/{moment(self.created_at)}-{self.kind}.json.gz"


class Known(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """A whole backup, as the name of its manifest tells it; in order of time."""

    created_at: datetime
    set: str
    kind: str
    place: str


def moment(at: datetime) -> str:
    """A time as a word; words are in the order of their times."""
    return at.astimezone(UTC).strftime(_MOMENT)


def blob(set_id: str, digest: str) -> str:
    """Where bytes are kept."""
    return f"{BLOBS}/{set_id}/{digest}"


async def known(target: ObjectStore) -> list[Known]:
    """Every whole backup, oldest first."""
    found = []
    async for stored in target.list(MANIFESTS):
        _, set_id, name = stored.name.split("/")
        at, kind = name.removesuffix(".json.gz").rsplit("-", 1)
        created_at = datetime.strptime(at, _MOMENT).replace(tzinfo=UTC)
        found.append(Known(created_at=created_at, set=set_id, kind=kind, place=stored.name))
    return sorted(found)


def choose(backups: Sequence[Known], at: datetime | None) -> Known:
    """The newest backup (that was made by then). Raises BackupNotFoundError."""
    good = [backup for backup in backups if at is None or backup.created_at <= at]
    if not good:
        raise BackupNotFoundError(f"There is no whole backup of {at or 'any time'}.", found=len(backups))
    return good[-1]


async def write(target: ObjectStore, manifest: Manifest) -> None:
    """Keep the manifest: from now on the backup is one."""
    await target.put(manifest.place, await asyncio.to_thread(_packed, manifest))


async def read(target: ObjectStore, backup: Known) -> Manifest:
    """What is in a backup. Raises DamagedStoreError."""
    data = await target.get(backup.place)
    if data is None:
        raise BackupNotFoundError(f"The backup {backup.place} has been removed.")
    try:
        return msgspec.json.decode(await asyncio.to_thread(gzip.decompress, data), type=Manifest)
    except (OSError, EOFError, msgspec.DecodeError, ValueError) as error:
        raise DamagedStoreError(f"The manifest {backup.place} is damaged.", cause=str(error)) from error


async def whole(target: ObjectStore, place: str, digest: str) -> bool:
    """Whether bytes are there and have their hash."""
    hashed = sha256()
    try:
        async for piece in target.stream(place):
            await asyncio.to_thread(hashed.update, piece)
    except FileNotFoundError:
        return False
    return hashed.hexdigest() == digest


def _packed(manifest: Manifest) -> bytes:
    return gzip.compress(msgspec.json.encode(manifest), mtime=0)
