"""Documents that were given up, with the reason."""

from app.usecases.places import look_up
from app.usecases.services import Services
from domain.job_index import DeadLetter
from domain.records import DocumentRecord, JobRecord

_MOST = 10_000


async def dead_letters(services: Services, tenant: str | None = None, limit: int = 100) -> tuple[DeadLetter, ...]:
    """The latest ones of a tenant (None: of all), the latest first. They are read from the jobs' own records."""
    found: list[DeadLetter] = []
    for job_id, document_id in await services.index.dead(limit if tenant is None else _MOST):
        if len(found) == limit:
            break
        job = await look_up(services, job_id)
        document = job.document(document_id) if job else None
        if job and document and document.dead and tenant in (None, job.tenant):
            found.append(_letter(job, document))
    return tuple(found)


def _letter(job: JobRecord, document: DocumentRecord) -> DeadLetter:
    error = dict(document.error or {})
    return DeadLetter(
        job_id=job.id,
        tenant=job.tenant,
        document_id=document.id,
        name=document.name,
        digest=document.digest,
        attempts=document.attempts,
        crashes=document.crashes,
        reason=str(error.get("message", "")),
        error=error,
    )
