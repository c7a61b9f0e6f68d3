"""Where a job's files lie in the artifact store, and its record there."""

import re

import msgspec

from app.usecases.services import Services
from domain.errors import JobNotFoundError
from domain.job_store import Seen
from domain.records import DocumentRecord, JobRecord

METADATA = "metadata.json"
SUMMARY = "summary.json"
RESULTS = "evaluation_results.json"
REGISTRY = "evidence_registry.json"
COVERAGE = "coverage_report.json"
STAGES = "stages.json"
DOCUMENT = "document.json"

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def place(document: DocumentRecord, name: str) -> str:
    """A file of one document. Its folder is its id, or its index where the id is no plain name."""
    folder = document.id if _PLAIN.fullmatch(document.id) else f"~{document.index:04d}"
    return f"results/{folder}/{name}"


async def keep_record(services: Services, job: JobRecord) -> None:
    """Write the job's record beside its files, where it outlives Redis."""
    await services.artifacts.write(job.id, METADATA, msgspec.json.format(msgspec.json.encode(job)))


async def find_record(services: Services, job_id: str, tenant: str) -> JobRecord:
    """The job as it stands, from the working copy or the files. Another tenant's job does not exist.

    Raises JobNotFoundError.
    """
    return (await find_seen(services, job_id, tenant)).job


async def find_seen(services: Services, job_id: str, tenant: str) -> Seen:
    """The same with the version of the working copy, None where only files have it. Raises JobNotFoundError."""
    seen = await _look_up(services, job_id)
    if seen is None or seen.job.tenant != tenant:
        raise JobNotFoundError(f"No job found with ID: {job_id}", job_id=job_id)
    return seen


async def look_up(services: Services, job_id: str) -> JobRecord | None:
    """The job as it stands, whoever's it is. What is still written for one that was removed is none."""
    seen = await _look_up(services, job_id)
    return None if seen is None else seen.job


async def _look_up(services: Services, job_id: str) -> Seen | None:
    if not _PLAIN.fullmatch(job_id):
        return None
    if (seen := await services.jobs.seen(job_id)) is not None:
        return seen
    job = None if await services.jobs.removed(job_id) else await read_record(services, job_id)
    return None if job is None else Seen(job=job, version=None)


async def into_store(services: Services, job: JobRecord) -> None:
    """Put a job that the working copy has let go back there, so that it can be moved on."""
    if await services.jobs.missing([job.id]):
        await services.jobs.create(job)


async def clean_after(services: Services, job_id: str) -> bool:
    """Remove what was written for a job just now, if it was removed meanwhile; whether it was."""
    if removed := await services.jobs.removed(job_id):
        await services.artifacts.delete(job_id)
        await services.webhooks.store.forget(job_id)
    return removed


async def read_record(services: Services, job_id: str) -> JobRecord | None:
    """The job's record as its files have it."""
    data = await services.artifacts.read(job_id, METADATA)
    return None if data is None else msgspec.json.decode(data, type=JobRecord)
