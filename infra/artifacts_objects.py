"""Artifacts over any store of objects: where a job's files lie, what is compressed, and where archived ones are read.

    batch_jobs/<job_id>/{metadata.json,documents/<sha256>,results/<document>/...,summary.json}
    logs/batch_<job_id>.log
    archive/<job_id>/{index-0001.json,<sha256>.tar.xz}

A file above 1 MB, or one that came compressed, lies as `<name>.gz`; uploads lie as they came.

Uploads are kept by job: two jobs of a tenant that got the same file have a copy each. So the bytes of a job go with it,
in one step and without a count of references, which no bucket could keep without a race.
"""

import asyncio
import gzip
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from hashlib import sha256

import msgspec

from domain.errors import DecalogoError
from domain.records import Space
from domain.storage import LOG, ArtifactStore, ObjectStore
from infra.archive_xz import END, Member, pack, unpack

_GZIP_ABOVE = 1024 * 1024
_LEVEL = 1
"""A third of the time of level 6 for files a third larger: compressing took as long as many a stage."""
_JOBS, _ARCHIVE, _LOGS = "batch_jobs", "archive", "logs"
_REMOVED = "removed"
"""Names of jobs that were removed of late: a job must not come back with an archive that was being made meanwhile."""


class _Index(msgspec.Struct, frozen=True, kw_only=True):
    """What is in an archive; `file` is the one that it speaks of. The one with the highest number counts: an index is
    created and never overwritten, so of two who archive at once one finds that it was too late.
    """

    number: int
    file: str
    members: dict[str, Member]


class _ChangedError(Exception):
    """Somebody else is at work on this job."""


class ObjectArtifactStore(ArtifactStore):
    """Writing raises BackendUnavailableError while the store is full or away."""

    def __init__(self, objects: ObjectStore) -> None:
        self._objects = objects

    async def put_upload(self, job_id: str, chunks: AsyncIterator[bytes]) -> tuple[str, int]:
        """Stream an upload to `documents/<sha256>`; its SHA-256 and size. Leaves nothing when the stream fails."""
        kept = await self._objects.put_digested(_name(job_id, "documents"), chunks)
        return kept.sha256, kept.size

    async def put_uploads(self, job_id: str, uploads: Sequence[bytes]) -> Sequence[str]:
        """Keep uploads that are at hand; the SHA-256 of each. All are durable when this returns."""
        digests = [sha256(data).hexdigest() for data in uploads]
        named = {_name(job_id, f"documents/{d}"): data for d, data in zip(digests, uploads, strict=True)}
        await self._objects.put_all(named)
        return digests

    async def get_upload(self, job_id: str, digest: str) -> bytes:
        """The uploaded bytes."""
        path = f"documents/{digest}"
        data = await self._objects.get(_name(job_id, path))
        if data is None:
            data = await self._archived(job_id, path)
        if data is None:
            raise FileNotFoundError(f"{job_id}/{path}")
        return data

    async def write(self, job_id: str, path: str, data: bytes) -> None:
        """Write a file of a job whole or not at all (`results/<document>/evaluation_results.json`)."""
        name = _name(job_id, path)
        if len(data) > _GZIP_ABOVE:
            packed = await asyncio.to_thread(gzip.compress, data, _LEVEL, mtime=0)
            await self._replace(f"{name}.gz", packed, name)
        else:
            await self._replace(name, data, f"{name}.gz")

    async def write_gzip(self, job_id: str, path: str, data: bytes) -> None:
        """The same for a file that gzip has compressed already, in any number of members."""
        name = _name(job_id, path)
        await self._replace(f"{name}.gz", data, name)

    async def read(self, job_id: str, path: str) -> bytes | None:
        """A file of a job, archived or not, or None."""
        name = _name(job_id, path)
        if (data := await self._objects.get(name)) is not None:
            return data
        if (packed := await self._objects.get(f"{name}.gz")) is not None:
            return await asyncio.to_thread(gzip.decompress, packed)
        return await self._archived(job_id, path)

    async def delete(self, job_id: str) -> None:
        """Remove all that a job left, its archived copy and its log. The record goes first: what a death leaves
        behind of the rest is then an upload that never became a job, and is swept as such.
        """
        record = _name(job_id, "metadata.json")
        if await self._objects.get(record) is not None:
            await self._objects.put(f"{_REMOVED}/{job_id}", b"")  # for whoever archives it at this moment
        await self._objects.delete([record, *_logs(job_id)])
        await self._objects.delete_folder(f"{_ARCHIVE}/{job_id}")
        await self._objects.delete_folder(f"{_JOBS}/{job_id}")

    def jobs(self) -> AsyncIterator[str]:
        """Ids of the jobs that have artifacts that are not archived."""
        return self._objects.folders(_JOBS)

    def archived(self) -> AsyncIterator[str]:
        """Ids of the jobs that are archived."""
        return self._objects.folders(_ARCHIVE)

    async def archive(self, job_id: str) -> bool:
        """Pack the files of a job into one archive, read it back, and remove them; False when there was nothing to do
        or somebody else was at work on the job, and then all is as it was.

        May be killed anywhere and run by several processes at once: files that lie beside an archive are newer than
        what is in it, so doing it again makes of both the archive that was meant.
        """
        kept = await self._files(job_id)
        if not kept:
            return False
        before = await self._index(job_id)  # after the listing: what is missing there for being archived is in here
        try:
            index = await self._pack(job_id, kept, before)
            await self._check(index)
        except (FileNotFoundError, _ChangedError):
            return False
        place = f"{_ARCHIVE}/{job_id}/index-{index.number:04d}.json"
        known = before is not None and before.file == index.file  # made by one who died before the files were removed
        if not known and not await self._objects.create(place, msgspec.json.encode(index)):
            return False
        if await self._objects.get(f"{_REMOVED}/{job_id}") is not None:
            await self._objects.delete_folder(f"{_ARCHIVE}/{job_id}")
            return False
        if await self._files(job_id) != kept:
            return False  # somebody wrote, or archives too: another turn will find what is left
        await self._objects.delete(_logs(job_id))
        await self._objects.delete_folder(f"{_JOBS}/{job_id}")  # last: what has a folder is looked at again
        return True

    async def usage(self) -> Mapping[str, int]:
        """Bytes that each job has, archived or not."""
        sizes: dict[str, int] = {}
        for room in (_JOBS, _ARCHIVE):
            async for stored in self._objects.list(room):
                job_id = stored.name.split("/")[1]
                sizes[job_id] = sizes.get(job_id, 0) + stored.size
        return sizes

    async def sweep(self, before: datetime) -> int:
        """Remove what writers that died left behind before that time; how much it was."""
        removed = [s.name async for s in self._objects.list(_REMOVED) if s.modified < before]
        await self._objects.delete(removed)
        return await self._objects.sweep(before)

    async def space(self) -> Space:
        """How full the store is."""
        return await self._objects.space()

    async def _replace(self, name: str, data: bytes, other: str) -> None:
        await self._objects.put(name, data)
        await self._objects.delete([other])

    async def _files(self, job_id: str) -> Mapping[str, object]:
        """The objects of a job that are not archived, each with what changes when somebody writes it."""
        listed = self._objects.list(f"{_JOBS}/{job_id}")
        kept: dict[str, object] = {stored.name: (stored.size, stored.modified) async for stored in listed}
        for name in _logs(job_id):  # by name: a listing would meet the logs of all jobs
            if (log := await self._objects.get(name)) is not None:
                kept[name] = sha256(log).digest()
        return kept

    async def _index(self, job_id: str) -> _Index | None:
        names = [stored.name async for stored in self._objects.list(f"{_ARCHIVE}/{job_id}")]
        last = max((name for name in names if name.endswith(".json")), default=None)
        data = await self._objects.get(last) if last else None
        return None if data is None else msgspec.json.decode(data, type=_Index)

    async def _archived(self, job_id: str, path: str) -> bytes | None:
        with suppress(FileNotFoundError):
            index = await self._index(job_id)
            if index is not None and path in index.members:
                return await self._unpack(index, index.members[path])
        return None

    async def _unpack(self, index: _Index, member: Member) -> bytes:
        block = await self._objects.get(index.file, start=member.block, length=member.block_size)
        if block is None:
            raise FileNotFoundError(index.file)
        return await asyncio.to_thread(unpack, block, member)

    async def _pack(self, job_id: str, kept: Mapping[str, object], before: _Index | None) -> _Index:
        """The archive of these files over those of the archive before."""
        names = {_path(job_id, name): name for name in kept}
        older = before.members if before else {}
        groups: dict[str, list[str]] = {}
        for path in sorted({*names, *older}):
            groups.setdefault(path.rpartition("/")[0] if path.count("/") > 1 else path, []).append(path)
        members: dict[str, Member] = {}

        async def blocks() -> AsyncIterator[bytes]:
            at = 0
            for paths in groups.values():
                files = {path: await self._plain(names.get(path), before, path) for path in paths}
                block, packed = await asyncio.to_thread(pack, files, at)
                members.update(packed)
                at += len(block)
                yield block
            yield END

        made = await self._objects.put_digested(f"{_ARCHIVE}/{job_id}", blocks(), suffix=".tar.xz")
        number = before.number + 1 if before else 1
        return _Index(number=number, file=f"{_ARCHIVE}/{job_id}/{made.sha256}.tar.xz", members=members)

    async def _plain(self, name: str | None, before: _Index | None, path: str) -> bytes:
        if name is None:
            assert before is not None
            return await self._unpack(before, before.members[path])
        data = await self._objects.get(name)
        if data is None:
            raise _ChangedError
        return await asyncio.to_thread(gzip.decompress, data) if name.endswith(".gz") else data

    async def _check(self, index: _Index) -> None:
        """Read all of it back. Raises DamagedStoreError when it is not what was packed."""
        if "metadata.json" not in index.members:
            raise _ChangedError  # no job, or one that is being removed
        for member in index.members.values():
            await self._unpack(index, member)


def _name(job_id: str, path: str) -> str:
    if "/" in job_id:
        raise DecalogoError(f"{job_id} is no name of a job.", path=path)
    if path in (LOG, f"{LOG}.gz"):
        return f"{_LOGS}/{path.replace(LOG, 'batch_' + job_id.removeprefix('batch_') + '.log')}"
    return f"{_JOBS}/{job_id}/{path}"


def _logs(job_id: str) -> tuple[str, str]:
    return _name(job_id, LOG), _name(job_id, f"{LOG}.gz")


def _path(job_id: str, name: str) -> str:
    plain = name.removesuffix(".gz")
    return LOG if plain.startswith(f"{_LOGS}/") else plain.removeprefix(f"{_JOBS}/{job_id}/")
