"""Artifacts in memory."""

import gzip
from collections.abc import AsyncIterator, Sequence
from hashlib import sha256

from domain.ports import ArtifactStore
from domain.records import Space


class MemoryArtifactStore(ArtifactStore):
    """`files` is (job, path) -> bytes."""

    def __init__(self) -> None:
        self.files: dict[tuple[str, str], bytes] = {}

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
        return self.files[job_id, f"documents/{digest}"]

    async def write(self, job_id: str, path: str, data: bytes) -> None:
        self.files[job_id, path] = data

    async def write_gzip(self, job_id: str, path: str, data: bytes) -> None:
        self.files[job_id, path] = gzip.decompress(data)

    async def read(self, job_id: str, path: str) -> bytes | None:
        return self.files.get((job_id, path))

    async def delete(self, job_id: str) -> None:
        self.files = {place: data for place, data in self.files.items() if place[0] != job_id}

    async def jobs(self) -> AsyncIterator[str]:
        for job_id in sorted({job_id for job_id, _ in self.files}):
            yield job_id

    async def space(self) -> Space:
        return Space(total=100, free=50)
