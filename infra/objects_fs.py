"""Objects as files: written beside the tree, synced, and renamed into it, so that a reader never sees half of one.

Unfinished files lie in `.parts` of the root or of a folder at its top, which may be a disk of its own (a slow one for
`archive`), and nowhere else: no listing meets them, and a short look finds what a process that was killed left there.
A folder that is made or changed is synced too, or a power cut would take the name away.
"""

import asyncio
import errno
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from domain.errors import BackendUnavailableError, DecalogoError
from domain.records import Space
from domain.storage import Digested, ObjectStore, Stored

_PARTS = ".parts"
_PIECE = 1024 * 1024
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO}
"""What a disk says that takes nothing now: somebody has to see to it, and then the same write succeeds."""


class FileObjectStore(ObjectStore):
    """The files below `root`, readable by their owner only. Several processes and hosts may share it.

    Listings of the whole store tell only what lies in the top folders and files `only`, where they are given.
    """

    def __init__(self, root: Path, *, only: Sequence[str] | None = None) -> None:
        self._root = root
        self._only = only

    async def put(self, name: str, data: bytes) -> None:
        """Keep the bytes in the place of what was there."""
        await self.put_all({name: data})

    async def put_all(self, items: Mapping[str, bytes]) -> None:
        """Keep several, each whole or not at all; each is synced, and a folder once for all of them."""
        places = {self._place(name): data for name, data in items.items()}
        with _room():
            await asyncio.to_thread(self._put_all, places)

    async def create(self, name: str, data: bytes) -> bool:
        """Keep the bytes if nothing of that name is there; True for exactly one of all callers."""
        place = self._place(name)
        with _room():
            return await asyncio.to_thread(self._create, place, data)

    async def put_digested(self, folder: str, chunks: AsyncIterator[bytes], *, suffix: str = "") -> Digested:
        """Stream bytes of any size to `folder/<sha256><suffix>`; nothing is left when the stream raises."""
        within = self._place(f"{folder}/x").parent
        hashed, size = sha256(), 0
        with _room():
            part = await asyncio.to_thread(_Part, self._parts(within / "x"))
            try:
                async for chunk in chunks:
                    hashed.update(chunk)
                    size += len(chunk)
                    await asyncio.to_thread(part.write, chunk)
                digest = hashed.hexdigest()
                await asyncio.to_thread(_settle, part, within / (digest + suffix))
            finally:
                part.drop()
        return Digested(sha256=digest, size=size)

    async def get(self, name: str, *, start: int = 0, length: int | None = None) -> bytes | None:
        """The bytes, or so many of them from there; None when there is no such object."""
        return await asyncio.to_thread(_read, self._place(name), start, length)

    async def stream(self, name: str) -> AsyncIterator[bytes]:
        """The bytes in pieces, of the file as it was when the first was asked for. Raises FileNotFoundError."""
        file = await asyncio.to_thread(self._place(name).open, "rb")
        with file:
            while piece := await asyncio.to_thread(file.read, _PIECE):
                yield piece

    async def list(self, folder: str = "") -> AsyncIterator[Stored]:
        """What lies in a folder and below, by name."""
        tops = [self._place(folder)] if folder else [self._root / name for name in self._only or ("",)]
        for stored in await asyncio.to_thread(_listed, self._root, tops):
            yield stored

    async def folders(self, folder: str) -> AsyncIterator[str]:
        """The words that follow the folder in names of objects below it, sorted."""
        for name in await asyncio.to_thread(_folders, self._place(folder)):
            yield name

    async def delete(self, names: Sequence[str]) -> None:
        """Remove objects; those that are not there do not matter."""
        places = [self._place(name) for name in names]
        await asyncio.to_thread(_unlink, places)

    async def delete_folder(self, folder: str) -> None:
        """Remove all that lies in a folder. It goes at once, by a rename: a death on the way leaves no half of it."""
        await asyncio.to_thread(self._delete_folder, self._place(folder))

    async def sweep(self, before: datetime) -> int:
        """Remove what writers that died left behind before that time; how much it was."""
        return await asyncio.to_thread(_sweep, self._root, before.timestamp())

    async def space(self) -> Space:
        """How full the disk is."""
        self._root.mkdir(parents=True, exist_ok=True)
        usage = await asyncio.to_thread(shutil.disk_usage, self._root)
        return Space(total=usage.total, free=usage.free)

    def _place(self, name: str) -> Path:
        parts = name.split("/")
        if any(part in ("", ".", "..", _PARTS) or "\0" in part for part in parts):
            raise DecalogoError(f"{name} would leave the store.", path=name)
        return self._root.joinpath(*parts)

    def _parts(self, place: Path) -> Path:
        """Where the file is written before it comes to its place: on the same disk."""
        top, *rest = place.relative_to(self._root).parts
        return self._root / top / _PARTS if rest else self._root / _PARTS

    def _put_all(self, places: Mapping[Path, bytes]) -> None:
        for place, data in places.items():
            part = _Part(self._parts(place))
            try:
                part.write(data)
                part.seal()
                _into_place(part, place)
            finally:
                part.drop()
        for folder in {place.parent for place in places}:
            _sync(folder)

    def _create(self, place: Path, data: bytes) -> bool:
        part = _Part(self._parts(place))
        try:
            part.write(data)
            part.seal()
            _make(place.parent)
            os.link(part.path, place)
            _sync(place.parent)
        except FileExistsError:
            return False
        finally:
            part.drop()
        return True

    def _delete_folder(self, place: Path) -> None:
        gone = self._parts(place) / f"gone-{uuid4().hex}"
        _make(gone.parent)
        with suppress(FileNotFoundError):
            place.rename(gone)
            _sync(place.parent)
            os.utime(gone)  # a sweep looks at its age
            shutil.rmtree(gone, ignore_errors=True)


class _Part:
    """A file that is being written. `drop` removes what did not come to its place, and is harmless after it did."""

    def __init__(self, folder: Path) -> None:
        _make(folder)
        self._file = tempfile.NamedTemporaryFile(dir=folder, prefix="part-", delete=False)  # noqa: SIM115 - it outlives
        self.path = Path(self._file.name)
        self.write = self._file.write

    def seal(self) -> None:
        """All is on the disk."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def drop(self) -> None:
        """Leave nothing behind."""
        with suppress(OSError):  # what is buffered may have no room either
            self._file.close()
        self.path.unlink(missing_ok=True)


@contextmanager
def _room() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        raise BackendUnavailableError("The disk takes nothing more.", backend="storage", cause=str(error)) from error


def _settle(part: _Part, place: Path) -> None:
    part.seal()
    _into_place(part, place)
    _sync(place.parent)


def _into_place(part: _Part, place: Path) -> None:
    _make(place.parent)
    try:
        part.path.replace(place)
    except FileNotFoundError:  # the folder was removed in between
        _make(place.parent)
        part.path.replace(place)


def _make(folder: Path) -> None:
    """Make a folder, and sync the name of each that had to be made."""
    missing = []
    at = folder
    while not at.is_dir():
        missing.append(at)
        at = at.parent
    folder.mkdir(parents=True, exist_ok=True)
    for made in reversed(missing):
        _sync(made.parent)


def _sync(folder: Path) -> None:
    with suppress(FileNotFoundError):  # removed meanwhile, with all that was in it
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _read(place: Path, start: int, length: int | None) -> bytes | None:
    try:
        with place.open("rb") as file:
            file.seek(start)
            return file.read(-1 if length is None else length)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return None


def _listed(root: Path, tops: Sequence[Path]) -> Sequence[Stored]:
    found = [stored for top in tops for place in _walk(top) if (stored := _stored(root, place))]
    return sorted(found, key=lambda stored: stored.name)


def _walk(top: Path) -> Iterator[Path]:
    if top.is_file():
        yield top
    for folder, folders, names in os.walk(top):
        if _PARTS in folders:
            folders.remove(_PARTS)
        yield from (Path(folder, name) for name in names)


def _stored(root: Path, place: Path) -> Stored | None:
    try:
        stat = place.stat()
    except FileNotFoundError:  # removed since the folder was read
        return None
    modified = datetime.fromtimestamp(stat.st_mtime, UTC)
    return Stored(name=place.relative_to(root).as_posix(), size=stat.st_size, modified=modified)


def _folders(folder: Path) -> Sequence[str]:
    return sorted(p.name for p in folder.iterdir() if p.is_dir() and p.name != _PARTS) if folder.is_dir() else ()


def _unlink(places: Sequence[Path]) -> None:
    for place in places:
        place.unlink(missing_ok=True)


def _sweep(root: Path, before: float) -> int:
    swept = 0
    for place in (*root.glob(f"{_PARTS}/*"), *root.glob(f"*/{_PARTS}/*")):
        with suppress(FileNotFoundError):
            if place.stat().st_mtime < before:
                shutil.rmtree(place) if place.is_dir() else place.unlink()
                swept += 1
    return swept
