"""Named bytes that outlive processes, and what is counted of them: the ports below artifacts, archives and backups."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from domain.records import Space

UNBOUNDED = Space(total=2**62, free=2**62)
"""The space of a store that has no end of its own."""


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """One object as a listing has it. `version` follows from its content; None where a store would have to read it."""

    name: str
    size: int
    modified: datetime
    version: str | None = None


class Digested(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes that were kept under their own hash."""

    sha256: str
    size: int


class ObjectStore(Protocol):
    """Named bytes, each whole or not there: files in a folder, or objects in a bucket.

    A name is words between slashes; a folder is the beginning of names, without its last slash, "" the whole store.
    What is written stays through a power cut once the call has returned. Calls raise BackendUnavailableError while the
    store is full or does not answer, and DecalogoError for a name that would leave it.
    """

    async def put(self, name: str, data: bytes) -> None:
        """Keep the bytes in the place of what was there."""
        ...

    async def put_all(self, items: Mapping[str, bytes]) -> None:
        """Keep several, each whole or not at all; quicker than one after the other."""
        ...

    async def create(self, name: str, data: bytes) -> bool:
        """Keep the bytes if nothing of that name is there; True for exactly one of all callers."""
        ...

    async def put_digested(self, folder: str, chunks: AsyncIterator[bytes], *, suffix: str = "") -> Digested:
        """Stream bytes of any size to `folder/<sha256><suffix>`; nothing is left when the stream raises."""
        ...

    async def get(self, name: str, *, start: int = 0, length: int | None = None) -> bytes | None:
        """The bytes, or so many of them from there; None when there is no such object."""
        ...

    def stream(self, name: str) -> AsyncIterator[bytes]:
        """The bytes in pieces. Raises FileNotFoundError when there is no such object."""
        ...

    def list(self, folder: str = "") -> AsyncIterator[Stored]:
        """What lies in a folder and below, by name."""
        ...

    def folders(self, folder: str) -> AsyncIterator[str]:
        """The words that follow the folder in names of objects below it, sorted."""
        ...

    async def delete(self, names: Sequence[str]) -> None:
        """Remove objects; those that are not there do not matter."""
        ...

    async def delete_folder(self, folder: str) -> None:
        """Remove all that lies in a folder."""
        ...

    async def sweep(self, before: datetime) -> int:
        """Remove what writers that died left behind before that time; how much it was."""
        ...

    async def space(self) -> Space:
        """How full it is; UNBOUNDED where nobody can say."""
        ...


LOG = "batch.log"
"""The path of a job's log among its files; it lies as `logs/batch_<job_id>.log`."""


class ArtifactStore(Protocol):
    """What each job left, by job and path: uploaded bytes by their digest, results, record, summary, log.

    Reads undo the compression that writes applied (gzip above 1 MB), that of what came compressed, and that of the
    archive, so a job reads the same before and after it was archived.
    """

    async def put_upload(self, job_id: str, chunks: AsyncIterator[bytes]) -> tuple[str, int]:
        """Stream an upload to `documents/<sha256>`; its SHA-256 and size. Leaves nothing when the stream fails."""
        ...

    async def put_uploads(self, job_id: str, uploads: Sequence[bytes]) -> Sequence[str]:
        """Keep uploads that are at hand; the SHA-256 of each. All are durable when this returns."""
        ...

    async def get_upload(self, job_id: str, digest: str) -> bytes:
        """The uploaded bytes."""
        ...

    async def write(self, job_id: str, path: str, data: bytes) -> None:
        """Write a file of a job whole or not at all (`results/<document>/evaluation_results.json`)."""
        ...

    async def write_gzip(self, job_id: str, path: str, data: bytes) -> None:
        """The same for a file that gzip has compressed already, in any number of members."""
        ...

    async def read(self, job_id: str, path: str) -> bytes | None:
        """A file of a job, archived or not, or None."""
        ...

    async def delete(self, job_id: str) -> None:
        """Remove all that a job left, its archived copy too."""
        ...

    def jobs(self) -> AsyncIterator[str]:
        """Ids of the jobs that have artifacts that are not archived."""
        ...

    def archived(self) -> AsyncIterator[str]:
        """Ids of the jobs that are archived."""
        ...

    async def archive(self, job_id: str) -> bool:
        """Pack the files of a job that has ended into one archive and remove them; False when there was nothing to do,
        or somebody else was at work on the job, and then nothing is lost.

        May be killed anywhere, done again, and run by several processes at once.
        """
        ...

    async def usage(self) -> Mapping[str, int]:
        """Bytes that each job has, archived or not. It looks at all of them: for a sweep, not for a request."""
        ...

    async def sweep(self, before: datetime) -> int:
        """Remove what writers that died left behind before that time; how much it was."""
        ...

    async def space(self) -> Space:
        """How full the store is; UNBOUNDED where nobody can say."""
        ...


class UsageTally(Protocol):
    """How many bytes each tenant keeps, for all processes; forgotten with a flush, and counted anew by a sweep."""

    async def add(self, tenant: str, amount: int) -> int:
        """Count bytes in (out when negative); what the tenant has then."""
        ...

    async def used(self, tenant: str) -> int:
        """What the tenant has."""
        ...

    async def replace(self, counts: Mapping[str, int]) -> None:
        """These counts are the truth now; tenants that are not among them have nothing."""
        ...
