"""Artifacts in memory."""

import gzip
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256

from domain.records import Space
from domain.storage import ArtifactStore


class MemoryArtifactStore(ArtifactStore):
    """`files` is (job, path) -> bytes; `packed` the same of what is archived."""

    def __init__(self) -> None:
        self.files: dict[tuple[str, str], bytes] = {}
        self.packed: dict[tuple[str, str], bytes] = {}

    async def put_upload(self, job_id: str, chunks: AsyncIterator[bytes]) -> tuple[str, int]:
        data = b"".join([chunk async for chunk in chunks])
        digest = sha256(data).hexdigest()
        self.files[job_id, f"documents/{digest}"] = data
        return digest, len(data)

    async def put_uploads(self, job_id: str, uploads: Sequence[bytes]) -> Sequence[str]:
        digests = [sha256(data).hexdigest() for data in uploads]
        self.files |= {(job_id, f"documents/{d}"): data for d, data in zip(digests, uploads, strict=True)}
        return digests

    async def get_upload(self, job_id: str, digest: str) -> bytes:
        return {**self.packed, **self.files}[job_id, f"documents/{digest}"]

    async def write(self, job_id: str, path: str, data: bytes) -> None:
        self.files[job_id, path] = data

    async def write_gzip(self, job_id: str, path: str, data: bytes) -> None:
        self.files[job_id, path] = gzip.decompress(data)

    async def read(self, job_id: str, path: str) -> bytes | None:
        return {**self.packed, **self.files}.get((job_id, path))

    async def delete(self, job_id: str) -> None:
        self.files = {place: data for place, data in self.files.items() if place[0] != job_id}
        self.packed = {place: data for place, data in self.packed.items() if place[0] != job_id}

    async def jobs(self) -> AsyncIterator[str]:
        for job_id in sorted({job_id for job_id, _ in self.files}):
            yield job_id

    async def archived(self) -> AsyncIterator[str]:
        for job_id in sorted({job_id for job_id, _ in self.packed}):
            yield job_id

    async def archive(self, job_id: str) -> bool:
        moved = {place: data for place, data in self.files.items() if place[0] == job_id}
        if (job_id, "metadata.json") not in {**self.packed, **moved} or not moved:
            return False
        self.packed |= moved
        self.files = {place: data for place, data in self.files.items() if place not in moved}
        return True

    async def usage(self) -> Mapping[str, int]:
        sizes: dict[str, int] = {}
        for (job_id, _), data in [*self.files.items(), *self.packed.items()]:
            sizes[job_id] = sizes.get(job_id, 0) + len(data)
        return sizes

    async def sweep(self, before: datetime) -> int:
        return 0

    async def space(self) -> Space:
        return Space(total=100, free=50)
