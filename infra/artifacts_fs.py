"""Artifacts as files: written beside their place, synced and renamed, so that a reader never sees half of one."""

import asyncio
import errno
import gzip
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from domain.errors import BackendUnavailableError, DecalogoError
from domain.ports import ArtifactStore
from domain.records import Space

_GZIP_ABOVE = 1024 * 1024
_LEVEL = 1
"""A third of the time of level 6 for files a third larger: compressing took as long as many a stage."""
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO}
"""What a disk says that takes nothing now: somebody has to see to it, and then the same write succeeds."""


class FileArtifactStore(ArtifactStore):
    """`root/batch_jobs/<job_id>/`; a file above 1 MB, or one that came compressed, lies as `<name>.gz`.

    Uploads lie as they came. Writing raises BackendUnavailableError while the disk is full.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._jobs = root / "batch_jobs"

    async def put_upload(self, job_id: str, chunks: AsyncIterator[bytes]) -> tuple[str, int]:
        """Stream an upload to `documents/<sha256>`; its SHA-256 and size. Leaves nothing when the stream fails."""
        with _room():
            return await _take_in(self._place(job_id, "documents/x").parent, chunks)

    async def put_uploads(self, job_id: str, uploads: Sequence[bytes]) -> Sequence[str]:
        """Keep uploads that are at hand; the SHA-256 of each. All are on the disk when this returns."""
        with _room():
            return await asyncio.to_thread(_put_all, self._place(job_id, "documents/x").parent, uploads)

    async def get_upload(self, job_id: str, digest: str) -> bytes:
        """The uploaded bytes."""
        return await asyncio.to_thread(self._place(job_id, f"documents/{digest}").read_bytes)

    async def write(self, job_id: str, path: str, data: bytes) -> None:
        """Write a file of a job whole or not at all (`results/<document>/evaluation_results.json`)."""
        with _room():
            await asyncio.to_thread(_write, self._place(job_id, path), data)

    async def write_gzip(self, job_id: str, path: str, data: bytes) -> None:
        """The same for a file that gzip has compressed already, in any number of members."""
        with _room():
            await asyncio.to_thread(_write_packed, self._place(job_id, path), data, compressed=True)

    async def read(self, job_id: str, path: str) -> bytes | None:
        """A file of a job, or None."""
        return await asyncio.to_thread(_read, self._place(job_id, path))

    async def delete(self, job_id: str) -> None:
        """Remove all that a job left."""
        await asyncio.to_thread(shutil.rmtree, self._place(job_id, "x").parent, ignore_errors=True)

    async def jobs(self) -> AsyncIterator[str]:
        """Ids of the jobs that have artifacts."""
        for name in await asyncio.to_thread(_folders, self._jobs):
            yield name

    async def space(self) -> Space:
        """How full the disk is."""
        self._root.mkdir(parents=True, exist_ok=True)
        usage = await asyncio.to_thread(shutil.disk_usage, self._root)
        return Space(total=usage.total, free=usage.free)

    def _place(self, job_id: str, path: str) -> Path:
        place = self._jobs / job_id / path
        parts = (job_id, *path.split("/"))
        if any(part in ("", ".", "..") or "/" in part or "\0" in part for part in (job_id, *parts)):
            raise DecalogoError(f"{job_id}/{path} would leave the artifact store.", path=path)
        return place


@contextmanager
def _room() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        raise BackendUnavailableError("The disk takes nothing more.", backend="storage", cause=str(error)) from error


async def _take_in(folder: Path, chunks: AsyncIterator[bytes]) -> tuple[str, int]:
    file = await asyncio.to_thread(_open_beside, folder)
    hashed, size = sha256(), 0
    try:
        async for chunk in chunks:
            hashed.update(chunk)
            size += len(chunk)
            await asyncio.to_thread(file.write, chunk)
        digest = hashed.hexdigest()
        await asyncio.to_thread(_settle, file, folder / digest)
    except BaseException:
        _drop(file)
        raise
    return digest, size


def _open_beside(folder: Path) -> "tempfile._TemporaryFileWrapper[bytes]":
    folder.mkdir(parents=True, exist_ok=True)
    return tempfile.NamedTemporaryFile(dir=folder, prefix=".part-", delete=False)


def _put_all(folder: Path, uploads: Sequence[bytes]) -> Sequence[str]:
    """Each file is synced, and their folder once for all of them."""
    digests = [sha256(data).hexdigest() for data in uploads]
    for digest, data in zip(digests, uploads, strict=True):
        file = _open_beside(folder)
        try:
            file.write(data)
            _rename(file, folder / digest)
        except BaseException:
            _drop(file)
            raise
    _sync_folder(folder)
    return digests


def _settle(file: "tempfile._TemporaryFileWrapper[bytes]", place: Path) -> None:
    _rename(file, place)
    _sync_folder(place.parent)


def _rename(file: "tempfile._TemporaryFileWrapper[bytes]", place: Path) -> None:
    file.flush()
    os.fsync(file.fileno())
    file.close()
    Path(file.name).replace(place)


def _drop(file: "tempfile._TemporaryFileWrapper[bytes]") -> None:
    with suppress(OSError):  # what is buffered may have no room either
        file.close()
    Path(file.name).unlink(missing_ok=True)


def _write(place: Path, data: bytes) -> None:
    large = len(data) > _GZIP_ABOVE
    _write_packed(place, gzip.compress(data, compresslevel=_LEVEL, mtime=0) if large else data, compressed=large)


def _write_packed(place: Path, data: bytes, *, compressed: bool) -> None:
    target = place.with_name(place.name + ".gz") if compressed else place
    other = place if compressed else place.with_name(place.name + ".gz")
    file = _open_beside(place.parent)
    try:
        file.write(data)
        _settle(file, target)
    except BaseException:
        _drop(file)
        raise
    other.unlink(missing_ok=True)


def _read(place: Path) -> bytes | None:
    with suppress(FileNotFoundError):
        return place.read_bytes()
    with suppress(FileNotFoundError):
        return gzip.decompress(place.with_name(place.name + ".gz").read_bytes())
    return None


def _folders(root: Path) -> Iterator[str]:
    return iter(sorted(p.name for p in root.iterdir() if p.is_dir())) if root.is_dir() else iter(())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
