"""Puts a backup back: every byte held against its hash, nothing that is there overwritten by something else."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from hashlib import sha256

from app.usecases.archive import OnStep, silent
from app.usecases.backups import BackedUp, Manifest, blob, choose, known, read
from domain.errors import DamagedStoreError, RestoreConflictError
from domain.storage import ObjectStore

_SMALL = 8 * 1024 * 1024


async def restore(
    target: ObjectStore, into: Mapping[str, ObjectStore], *, at: datetime | None = None, on_step: OnStep = silent
) -> Manifest:
    """Restore the newest backup (that was made by then) into its sources; what was restored.

    A restore that broke off is simply done again. Raises BackupNotFoundError; DamagedStoreError for bytes that are
    missing or wrong; RestoreConflictError where another file is in the place of one, which is left as it is.
    """
    manifest = await read(target, choose(await known(target), at))
    for done, file in enumerate(manifest.files):
        on_step("restore", done, len(manifest.files))
        await _put_back(target, manifest.set, file, into[file.source])
    return manifest


async def _put_back(target: ObjectStore, set_id: str, file: BackedUp, store: ObjectStore) -> None:
    place = blob(set_id, file.sha256)
    folder, _, last = file.name.rpartition("/")
    if file.size > _SMALL and last.startswith(file.sha256):
        # What is large bears its hash as its name: it is streamed there, and cannot overwrite anything else.
        kept = await store.put_digested(folder, _of(target, place), suffix=last.removeprefix(file.sha256))
        if kept.sha256 != file.sha256:
            await store.delete([f"{folder}/{kept.sha256}{last.removeprefix(file.sha256)}"])
            raise _damaged(file, place)
        return
    data = await target.get(place)
    if data is None or await asyncio.to_thread(lambda: sha256(data).hexdigest()) != file.sha256:
        raise _damaged(file, place)
    if not await store.create(file.name, data) and await store.get(file.name) != data:
        raise RestoreConflictError(f"{file.name} is there already, and another one. Restore into an empty place.")


async def _of(target: ObjectStore, place: str) -> AsyncIterator[bytes]:
    try:
        async for piece in target.stream(place):
            yield piece
    except FileNotFoundError:
        raise DamagedStoreError(f"{place} is missing from the backup.", place=place) from None


def _damaged(file: BackedUp, place: str) -> DamagedStoreError:
    return DamagedStoreError(f"{file.name} is damaged in the backup; an earlier one may have it whole.", place=place)
