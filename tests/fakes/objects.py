"""Objects in memory."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256

from domain.errors import DecalogoError
from domain.records import Space
from domain.storage import Digested, ObjectStore, Stored
from tests.fakes.clock import START


class MemoryObjectStore(ObjectStore):
    """`objects` is name -> bytes, and may be changed by a test."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    async def put(self, name: str, data: bytes) -> None:
        self.objects[_plain(name)] = bytes(data)

    async def put_all(self, items: Mapping[str, bytes]) -> None:
        for name, data in items.items():
            await self.put(name, data)

    async def create(self, name: str, data: bytes) -> bool:
        if _plain(name) in self.objects:
            return False
        self.objects[name] = bytes(data)  # in one step with the look
        return True

    async def put_digested(self, folder: str, chunks: AsyncIterator[bytes], *, suffix: str = "") -> Digested:
        data = b"".join([chunk async for chunk in chunks])
        digest = sha256(data).hexdigest()
        await self.put(f"{folder}/{digest}{suffix}", data)
        return Digested(sha256=digest, size=len(data))

    async def get(self, name: str, *, start: int = 0, length: int | None = None) -> bytes | None:
        data = self.objects.get(_plain(name))
        return None if data is None else data[start : None if length is None else start + length]

    async def stream(self, name: str) -> AsyncIterator[bytes]:
        if name not in self.objects:
            raise FileNotFoundError(name)
        yield self.objects[name]

    async def list(self, folder: str = "") -> AsyncIterator[Stored]:
        for name in sorted(self.objects):
            if not folder or name.startswith(f"{folder}/"):
                yield Stored(name=name, size=len(self.objects[name]), modified=START)

    async def folders(self, folder: str) -> AsyncIterator[str]:
        below = [name.removeprefix(f"{folder}/") for name in self.objects if name.startswith(f"{folder}/")]
        for word in sorted({rest.split("/")[0] for rest in below if "/" in rest}):
            yield word

    async def delete(self, names: Sequence[str]) -> None:
        for name in names:
            self.objects.pop(_plain(name), None)

    async def delete_folder(self, folder: str) -> None:
        self.objects = {name: data for name, data in self.objects.items() if not name.startswith(f"{folder}/")}

    async def sweep(self, before: datetime) -> int:
        assert before.tzinfo is UTC
        return 0

    async def space(self) -> Space:
        return Space(total=100, free=50)


def _plain(name: str) -> str:
    if any(part in ("", ".", "..") or "\0" in part for part in name.split("/")):
        raise DecalogoError(f"{name} would leave the store.", path=name)
    return name
