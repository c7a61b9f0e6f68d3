"""The result cache as files: one an evaluation, named after its document and its key, with a hash of its own.

The time of a file is its last use.

A file is written beside its place and renamed, so that a reader sees all of it or nothing. It is not synced: what a
power cut leaves does not have its hash, and is removed like any other damage. Whoever has opened a file reads it to its
end, even if it is evicted meanwhile. Several processes may use one folder, without a lock.
"""

import asyncio
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import msgspec

from domain.canonical import digest
from domain.result_cache import Held, KeptResult, ResultCache, ResultKey

_MAGIC = b"decalogo result 1\n"
_HEAD = len(_MAGIC) + sha256().digest_size


class _Entry(msgspec.Struct, frozen=True):
    key: ResultKey
    kept: KeptResult


class FileResultCache(ResultCache):
    """At most `limit` bytes in `folder` whenever nobody writes. What the disk refuses is not kept."""

    def __init__(self, folder: Path, *, limit: int) -> None:
        self._folder = folder
        self._limit = limit

    async def get(self, key: ResultKey) -> KeptResult | None:
        """What was kept under this key, whole and unchanged, or None; what is damaged is removed."""
        return await asyncio.to_thread(_get, self._folder / _name(key), key)

    async def put(self, key: ResultKey, kept: KeptResult) -> Held:
        """Keep it whole or not at all, in the place of what was there, and evict what is too much."""
        return await asyncio.to_thread(self._put, key, kept)

    async def forget(self, document: str) -> int:
        """Keep nothing of this document any more, under whatever release and options; how many entries that were."""
        return await asyncio.to_thread(_forget, self._folder, document)

    async def expire(self, before: datetime) -> int:
        """Keep nothing that was used last before that time; how many entries that were."""
        return await asyncio.to_thread(_expire, self._folder, int(before.timestamp() * 1e9))

    def _put(self, key: ResultKey, kept: KeptResult) -> Held:
        data = _encode(_Entry(key, kept))
        if len(data) <= self._limit:
            with suppress(OSError):
                self._folder.mkdir(parents=True, exist_ok=True)
                _write(self._folder / _name(key), data)
        return _evict(self._folder, self._limit)


def _name(key: ResultKey) -> str:
    return f"{key.document}-{digest(key)}"


def _forget(folder: Path, document: str) -> int:
    return _remove(folder, [name for _, name, _ in _files(folder) if name.startswith(f"{document}-")])


def _expire(folder: Path, before_ns: int) -> int:
    return _remove(folder, [name for used_ns, name, _ in _files(folder) if used_ns < before_ns])


def _remove(folder: Path, names: Sequence[str]) -> int:
    for name in names:
        with suppress(OSError):  # another process was faster
            (folder / name).unlink()
    return len(names)


def _get(place: Path, key: ResultKey) -> KeptResult | None:
    try:
        data = place.read_bytes()
    except OSError:
        return None
    entry = _decode(data)
    with suppress(OSError):  # another worker may have evicted it meanwhile; what was read is good
        if entry is None or entry.key != key:
            place.unlink(missing_ok=True)
            return None
        os.utime(place)
    return entry.kept if entry else None


def _encode(entry: _Entry) -> bytes:
    body = msgspec.msgpack.encode(entry)
    return _MAGIC + sha256(body).digest() + body


def _decode(data: bytes) -> _Entry | None:
    body = memoryview(data)[_HEAD:]
    if data[:_HEAD] != _MAGIC + sha256(body).digest():
        return None
    try:
        return msgspec.msgpack.decode(body, type=_Entry)
    except msgspec.DecodeError:  # of another version that forgot to change the first line
        return None


def _write(place: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).replace(place)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _evict(folder: Path, limit: int) -> Held:
    """Remove what was used least recently until the rest is within the limit; parts that a dead process left, too."""
    files = sorted(_files(folder))
    held, evicted = sum(size for _, _, size in files), 0
    for _, name, size in files:
        if held <= limit:
            break
        held -= size
        with suppress(OSError):  # another worker was faster
            (folder / name).unlink()
            evicted += 1
    return Held(entries=len(files) - evicted, bytes=held, evicted=evicted)


def _files(folder: Path) -> Iterator[tuple[int, str, int]]:
    """Last use, name and bytes of each."""
    with suppress(OSError), os.scandir(folder) as found:
        for file in found:
            with suppress(FileNotFoundError):
                status = file.stat(follow_symlinks=False)
                yield status.st_mtime_ns, file.name, status.st_size
