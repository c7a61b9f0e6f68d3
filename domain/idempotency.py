"""Uploads that a caller may send again: under one key of his there is one batch."""

from collections.abc import Mapping
from typing import Protocol

import msgspec

from domain.canonical import digest


class Idempotent(msgspec.Struct, frozen=True, kw_only=True):
    """What a batch keeps of the upload that made it, to recognise that upload and to give its answer again.

    `name` stands for the tenant and the key, `fingerprint` for all that was sent.
    """

    name: str
    fingerprint: str
    estimated_completion_seconds: int


def named(tenant: str, key: str) -> str:
    """One name for a tenant's key; other tenants' same keys have others."""
    return digest([tenant, key])


class Idempotency(Protocol):
    """Which job a name stands for, while an upload under it is in flight and for `keep_seconds` from its beginning.

    Who holds a name has a lease on it, which lapses when its process dies. It may lose all it knows, and then says so.
    """

    lease_seconds: float
    keep_seconds: float

    async def claim(self, name: str, *, job_id: str, instead_of: str | None = None) -> str | None:
        """Hold the name for a new job, unless it stands for another than `instead_of`; the job that it stands for.

        None when nothing is known any more: then `restore` comes first. Raises IdempotencyInFlightError while another
        upload holds the name.
        """
        ...

    async def renew(self, name: str, *, job_id: str) -> bool:
        """Prolong the lease; False when the name has come to stand for another job."""
        ...

    async def settle(self, name: str, *, job_id: str) -> None:
        """The job is accepted: nobody holds the name any more, and it stands for the job."""
        ...

    async def free(self, name: str, *, job_id: str) -> None:
        """The name no longer stands for this job; nothing where it does not."""
        ...

    async def restore(self, kept: Mapping[str, tuple[str, float]]) -> None:
        """Learn what was lost: name -> (job, seconds that are left). What is known already stays."""
        ...
