"""Copies all that must outlive this machine to another folder or bucket, and forgets the oldest copies.

What changed is told by content: every file is read and hashed, unless its source itself vouches for its content with a
version (a bucket does). The order of the copying makes a backup that can be restored while everything runs: what says
that work is done (records, ends, summaries) is copied before what was written earlier than that, and the archive, into
which files move, last.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from hashlib import sha256

import msgspec
import structlog

from app.usecases import backups as kept
from app.usecases.archive import OnStep, silent
from app.usecases.backups import BLOBS, MANIFESTS, BackedUp, Kind, Known, Manifest, blob, known, moment
from app.usecases.services import Backups, Services
from domain.errors import BackupNotFoundError
from domain.storage import ObjectStore, Stored

_SAYS_DONE = re.compile(r"batch_jobs/.*/(metadata|summary|document)\.json(\.gz)?")
_SMALL = 8 * 1024 * 1024
_TRY_AGAIN = timedelta(hours=6)
_CLAIMS = "claims"
_log = structlog.get_logger()


class Tally(msgspec.Struct, kw_only=True):
    """What a backup did: files in it, and bytes that had to be copied."""

    manifest: Manifest
    copied_files: int
    copied_bytes: int


async def back_up(backups: Backups, now: datetime, kind: Kind | None = None, *, on_step: OnStep = silent) -> Tally:
    """Make a backup: of that kind, or full when the newest full one is older than its days. An incremental one without
    a full one is full. Old sets are removed once this one is whole.
    """
    earlier = await known(backups.target)
    newest = earlier[-1] if earlier else None
    if newest is None or kind == "full" or (kind is None and _full_is_due(backups, earlier, now)):
        copying = _Copying(backups, moment(now), previous=None)
    else:
        copying = _Copying(backups, newest.set, previous=await kept.read(backups.target, newest))
    tally = await copying.run(now, on_step)
    sets = {backup.set for backup in await known(backups.target)}
    if tally.manifest.kind == "incremental" and tally.manifest.set not in sets:
        raise BackupNotFoundError("The set that this backup added to has been removed meanwhile; make it again.")
    await kept.write(backups.target, tally.manifest)
    await prune(backups, now)
    return tally


async def back_up_if_due(services: Services) -> int:
    """Make the backup of this day, if there is a place for it and nobody else does; how many were made.

    Who makes it is settled by an object that only one can create; should that one die, another tries hours later.
    """
    backups = services.backups
    if backups is None:
        return 0
    now, every = services.clock.now(), timedelta(days=backups.every_days)
    slot, into = divmod(now.timestamp(), every.total_seconds())
    begun = now - timedelta(seconds=into)
    if any(backup.created_at >= begun for backup in await known(backups.target)):
        return 0
    turn = int(into // _TRY_AGAIN.total_seconds())
    if not await backups.target.create(f"{_CLAIMS}/{int(slot)}-{turn}", moment(now).encode()):
        return 0
    tally = await back_up(backups, now)
    _log.info("backed_up", kind=tally.manifest.kind, files=len(tally.manifest.files), copied=tally.copied_bytes)
    return 1


async def verify(target: ObjectStore, *, on_step: OnStep = silent) -> list[str]:
    """Read every whole backup; what is damaged or missing, by its place in the target. Empty when all is well.

    Raises DamagedStoreError for a manifest that cannot be read.
    """
    needed: dict[str, str] = {}
    for backup in await known(target):
        manifest = await kept.read(target, backup)
        needed |= {blob(manifest.set, file.sha256): file.sha256 for file in manifest.files}
    damaged = []
    for done, (place, digest) in enumerate(sorted(needed.items())):
        on_step("verify", done, len(needed))
        if not await kept.whole(target, place, digest):
            damaged.append(place)
    return damaged


async def prune(backups: Backups, now: datetime) -> int:
    """Remove sets beyond the newest that are to be kept, and those that broke off a week ago; how many sets went.

    A set loses its manifests first, so that no half of it is ever taken for a whole.
    """
    target = backups.target
    sets = sorted({backup.set for backup in await known(target)})
    staying = set(sets[-backups.sets :] if backups.sets > 0 else sets)
    abandoned = moment(now - timedelta(days=7))
    present = {set_id async for set_id in target.folders(BLOBS)} | set(sets)
    gone = [s for s in sorted(present - staying) if s in sets or s < abandoned]
    for set_id in gone:
        await target.delete_folder(f"{MANIFESTS}/{set_id}")
        await target.delete_folder(f"{BLOBS}/{set_id}")
    await target.delete([s.name async for s in target.list(_CLAIMS) if s.modified < now - timedelta(days=30)])
    await target.sweep(now - timedelta(days=1))
    return len(gone)


def _full_is_due(backups: Backups, earlier: list[Known], now: datetime) -> bool:
    full = [backup.created_at for backup in earlier if backup.kind == "full"]
    # An hour of grace: the schedule looks once an hour, and a week must not become eight days.
    return not full or full[-1] <= now - timedelta(days=backups.full_days) + timedelta(hours=1)


class _Copying:
    """One backup while it is being made."""

    def __init__(self, backups: Backups, set_id: str, *, previous: Manifest | None) -> None:
        self._sources = backups.sources
        self._target = backups.target
        self._set = set_id
        self._kind: Kind = "incremental" if previous else "full"
        self._before = {(f.source, f.name): f for f in previous.files} if previous else {}
        self._have: set[str] = set()
        self._files: dict[tuple[str, str], BackedUp] = {}
        self._copied = [0, 0]

    async def run(self, now: datetime, on_step: OnStep) -> Tally:
        """Copy; the manifest is still to be written."""
        if self._kind == "incremental":
            self._have = {s.name.rpartition("/")[2] async for s in self._target.list(f"{BLOBS}/{self._set}")}
        for source, store in self._sources.items():
            for phase in (self._ends, self._rest, self._archive):
                todo = [stored async for stored in phase(store)]
                for done, stored in enumerate(todo):
                    on_step("back up", done, len(todo))
                    await self._keep(source, store, stored)
        files = tuple(self._files[key] for key in sorted(self._files))
        manifest = Manifest(set=self._set, kind=self._kind, created_at=now, files=files)
        return Tally(manifest=manifest, copied_files=self._copied[0], copied_bytes=self._copied[1])

    async def _ends(self, store: ObjectStore) -> AsyncIterator[Stored]:
        async for stored in store.list():
            if _SAYS_DONE.fullmatch(stored.name):
                yield stored

    async def _rest(self, store: ObjectStore) -> AsyncIterator[Stored]:
        """All others. A record that came meanwhile waits for the next backup, as it would had this one been quicker."""
        async for stored in store.list():
            if not _SAYS_DONE.fullmatch(stored.name) and not stored.name.startswith("archive/"):
                yield stored

    async def _archive(self, store: ObjectStore) -> AsyncIterator[Stored]:
        async for stored in store.list("archive"):
            yield stored

    async def _keep(self, source: str, store: ObjectStore, stored: Stored) -> None:
        before = self._before.get((source, stored.name))
        if before and stored.version and before.version == stored.version and before.sha256 in self._have:
            self._files[source, stored.name] = before
            return
        try:
            digest, size = await self._copied_as(store, stored)
        except FileNotFoundError:
            return  # removed, or archived, since it was listed
        self._files[source, stored.name] = BackedUp(
            source=source, name=stored.name, size=size, sha256=digest, version=stored.version
        )

    async def _copied_as(self, store: ObjectStore, stored: Stored) -> tuple[str, int]:
        if stored.size <= _SMALL:
            data = await store.get(stored.name)
            if data is None:
                raise FileNotFoundError(stored.name)
            digest = await asyncio.to_thread(lambda: sha256(data).hexdigest())
            if digest not in self._have:
                await self._target.put(blob(self._set, digest), data)
                self._note(digest, len(data))
            return digest, len(data)
        hashed, size = sha256(), 0
        async for piece in store.stream(stored.name):
            await asyncio.to_thread(hashed.update, piece)
            size += len(piece)
        if hashed.hexdigest() in self._have:
            return hashed.hexdigest(), size
        copied = await self._target.put_digested(f"{BLOBS}/{self._set}", store.stream(stored.name))
        self._note(copied.sha256, copied.size)
        return copied.sha256, copied.size

    def _note(self, digest: str, size: int) -> None:
        self._have.add(digest)
        self._copied[0] += 1
        self._copied[1] += size
