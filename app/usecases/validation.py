"""Whether a batch may be expected to go well, and whether it did: facts, which refuse nothing."""

import asyncio
import math
from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

import msgspec
import structlog

from app.usecases.services import Services
from domain.errors import DecalogoError
from domain.job import DocumentState
from domain.records import JobRecord

QUESTIONS = 300
_log = structlog.get_logger()


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was looked at: what was found, what is needed, and whether that holds. None: nobody could say."""

    found: float | None
    needed: float
    holds: bool


async def validate_batch_pre_execution(services: Services) -> Mapping[str, Any]:
    """Memory and disk at hand in bytes, Redis, workers, when a batch is taken in; `passed` when all of it suffices."""
    needed = services.bounds.needed
    space, workers = await asyncio.gather(_or_none(services.artifacts.space()), _or_none(services.fleet.workers()))
    facts = {
        "memory": _at_least(services.host.memory_available(), needed.memory_bytes),
        "disk": _at_least(space and space.free, needed.disk_bytes),
        "redis": _at_least(int(workers is not None), 1),
        "workers": _at_least(None if workers is None else len(workers), needed.workers),
    }
    passed = all(fact.holds for fact in facts.values())
    if not passed:
        _log.warning("preflight_failed", facts=[name for name, fact in facts.items() if not fact.holds])
    return {"passed": passed, **msgspec.to_builtins(facts)}


class PostExecution(msgspec.Struct, frozen=True, kw_only=True):
    """A batch that ended: coverage, hashes, times in seconds, documents an hour, percent of documents that failed."""

    passed: bool
    coverage: dict[str, str]
    """Document -> "300/300", of those that completed."""
    hashes_consistent: bool
    """Each completed document has a hash, and equal documents have equal ones."""
    mean_seconds: float | None
    p50_seconds: float | None
    p95_seconds: float | None
    throughput_documents_per_hour: float | None
    error_rate_percent: float


def validate_batch_post_execution(job: JobRecord, answered: Mapping[str, int]) -> PostExecution:
    """What became of a batch; `answered` is document -> questions that have an answer."""
    done = [d for d in job.documents if d.state is DocumentState.COMPLETED]
    seconds = sorted(d.seconds for d in job.documents if d.seconds is not None)
    hashes = {(d.digest, d.evaluation_hash) for d in done}
    consistent = None not in {h for _, h in hashes} and len(hashes) == len({digest for digest, _ in hashes})
    covered = all(answered.get(d.id) == QUESTIONS for d in done)
    return PostExecution(
        passed=bool(done) and len(done) == len(job.documents) and consistent and covered,
        coverage={d.id: f"{answered.get(d.id, 0)}/{QUESTIONS}" for d in done},
        hashes_consistent=consistent,
        mean_seconds=round(fmean(seconds), 3) if seconds else None,
        p50_seconds=quantile(seconds, 0.5),
        p95_seconds=quantile(seconds, 0.95),
        throughput_documents_per_hour=round(len(job.documents) / job.seconds * 3600, 1) if job.seconds else None,
        error_rate_percent=round(100 * (len(job.documents) - len(done)) / len(job.documents), 2),
    )


def quantile(ordered: Sequence[float], q: float) -> float | None:
    """The smallest value that at least this share of all values does not exceed; None of nothing."""
    return ordered[max(0, math.ceil(q * len(ordered)) - 1)] if ordered else None


def _at_least(found: float | None, needed: float) -> Fact:
    return Fact(found=found, needed=needed, holds=found is not None and found >= needed)


async def _or_none(looked: Any) -> Any:
    try:
        return await looked
    except (DecalogoError, OSError):
        return None
