"""Where a job's files lie in the artifact store, and its record there."""

import re

import msgspec

from app.usecases.services import Services
from domain.errors import JobNotFoundError
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
    job = await look_up(services, job_id)
    if job is None or job.tenant != tenant:
        raise JobNotFoundError(f"No job found with ID: {job_id}", job_id=job_id)
    return job


async def look_up(services: Services, job_id: str) -> JobRecord | None:
    """The job as it stands, whoever's it is."""
    if not _PLAIN.fullmatch(job_id):
        return None
    return await services.jobs.get(job_id) or await read_record(services, job_id)


async def into_store(services: Services, job: JobRecord) -> None:
    """Put a job that the working copy has let go back there, so that it can be moved on."""
    if await services.jobs.missing([job.id]):
        await services.jobs.create(job)


async def clean_after(services: Services, job_id: str) -> None:
    """Remove what was written for a job just now, if it was removed meanwhile."""
    if await services.jobs.removed(job_id):
        await services.artifacts.delete(job_id)
        await services.webhooks.store.forget(job_id)


async def read_record(services: Services, job_id: str) -> JobRecord | None:
    """The job's record as its files have it."""
    data = await services.artifacts.read(job_id, METADATA)
    return None if data is None else msgspec.json.decode(data, type=JobRecord)
