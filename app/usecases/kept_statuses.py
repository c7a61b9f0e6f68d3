"""Statuses as they were last written: shown again only while their job is at the version that they were made of.

The version is one small read of the store, in the place of reading, decoding and writing the whole job: for a batch of
a hundred documents a tenth of the work. Nothing old can be shown, whoever changed the job and whenever a slow reader
comes to keep what he made: he keeps it under the version that he read it with.
"""

import time
from collections.abc import Awaitable, Callable

import msgspec

from app.usecases.kept_answers import Tally, lifetime
from domain.job import ENDED, FINAL
from domain.job_store import JobStore, Seen
from domain.ops.recent import Recent
from domain.records import JobRecord


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """A status as bytes, and what it was made of: the version of the job, and the documents left of one that runs."""

    body: bytes
    version: str | None
    left: int | None
    seconds: int


class KeptStatuses:
    """Each lives for about `seconds`. `limit` bounds the bytes that this process keeps."""

    def __init__(
        self, jobs: JobStore, *, limit: int, seconds: float, now: Callable[[], float] = time.monotonic
    ) -> None:
        self.recent: Recent[tuple[str, str], Written] = Recent(limit)
        self.tally = Tally()
        self._jobs = jobs
        self.seconds = seconds
        self._now = now

    async def get(
        self,
        tenant: str,
        job_id: str,
        *,
        estimate: Callable[[int], int],
        find: Callable[[], Awaitable[Seen]],
        write: Callable[[JobRecord], bytes],
    ) -> bytes:
        """The status as it stands: kept, or written of what `find` finds. Raises what that one raises.

        What is kept is no other tenant's, since only who found the job with `find` has it kept under his name. It also
        goes when `estimate`, the seconds that so many documents will take, has become another.
        """
        held = self.recent.get((tenant, job_id), self._now())
        if held and held.seconds == _seconds(estimate, held.left) and held.version == await self._jobs.version(job_id):
            self.tally.hits += 1
            return held.body
        self.tally.misses += 1
        seen = await find()
        body = write(seen.job)
        if seen.version is not None:
            left = None if seen.job.state in FINAL else sum(d.state not in ENDED for d in seen.job.documents)
            now = Written(body=body, version=seen.version, left=left, seconds=_seconds(estimate, left))
            until = self._now() + lifetime(self.seconds)
            self.recent.put((tenant, job_id), now, size=len(body), until=until)
        return body


def _seconds(estimate: Callable[[int], int], left: int | None) -> int:
    return 0 if left is None else estimate(left)
