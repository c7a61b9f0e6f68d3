"""Composition root: the only file where a port meets its adapter."""

import os
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from importlib.metadata import version

import msgspec
from redis.asyncio import Redis as RedisClient

from app.jobs.tasks import Tasks
from app.keyring import open_keys, read_keys
from app.knobs import Settings
from app.limiting import open_limits
from app.notifying import open_webhooks
from app.releases import freeze, frozen
from app.settings import dump
from app.stores import open_backups, open_objects
from app.usecases.kept_answers import KeptAnswers
from app.usecases.kept_statuses import KeptStatuses
from app.usecases.process import Processor
from app.usecases.recall import RecallingEvaluator
from app.usecases.services import Bounds, Keeping, Needed, Services
from domain.errors import SettingsError
from domain.observation import Tracing
from domain.ops.breaker import BreakerRule
from domain.ports import Evaluator
from infra.answers_redis import RedisSharedAnswers
from infra.artifacts_objects import ObjectArtifactStore
from infra.children import Bounds as ChildBounds
from infra.children import ChildEvaluator
from infra.clock_system import SystemClock
from infra.events_redis import RedisEventLog
from infra.fleet_redis import RedisFleet
from infra.guard import Guard
from infra.host_psutil import PsutilHost
from infra.idempotency_redis import RedisIdempotency
from infra.job_index_redis import RedisJobIndex
from infra.jobs_redis import RedisJobStore
from infra.queue_arq import ArqQueue, arq_client
from infra.redis_client import is_unreachable, pool
from infra.redis_line import RedisLine
from infra.result_cache_fs import FileResultCache
from infra.result_tally_redis import RedisResultTally
from infra.telemetry.logging_structlog import configure
from infra.telemetry.metrics_prometheus import PrometheusMetrics
from infra.telemetry.tracing_otel import OtelTracing, current_ids
from infra.usage_redis import RedisUsageTally
from infra.worker_arq import ArqWorkers

_DAY = 86400.0
_API_PATIENCE, _WORKER_PATIENCE = 4, 40
"""How often a call to Redis is tried again: a caller is told within two seconds, a worker waits out a restart."""
_API_SECONDS = 5.0
"""And how long a call may take: a Redis that hangs takes connections and gives no answers."""


class WorkerParts(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker process runs."""

    id: str
    places: int
    services: Services
    processor: Processor
    evaluator: ChildEvaluator
    queues: ArqWorkers


@asynccontextmanager
async def build(settings: Settings) -> AsyncIterator[Services]:
    """The services of an API process, opened; closed in reverse order."""
    async with AsyncExitStack() as stack:
        yield (await _open(stack, _frozen(settings), patience=_API_PATIENCE, seconds=_API_SECONDS))[0]


@asynccontextmanager
async def build_worker(settings: Settings, worker_id: str) -> AsyncIterator[WorkerParts]:
    """The parts of a worker process, opened; its first child has loaded. Raises what keeps that child from loading."""
    async with AsyncExitStack() as stack:
        settings = _frozen(settings)
        services, client, tracing = await _open(stack, settings, patience=_WORKER_PATIENCE)
        worker = settings.worker
        places = worker.concurrency or max(1, min(8, os.cpu_count() or 1))
        evaluator = ChildEvaluator(
            worker.child,
            dump(settings),
            size=places,
            bounds=ChildBounds(
                soft_seconds=worker.soft_seconds,
                hard_seconds=worker.hard_seconds,
                memory_bytes=worker.memory_bytes,
                recycle_after=worker.recycle_after,
                spare=worker.spare_children,
            ),
            guard=Guard("children", rule=BreakerRule(), its_fault=_any, tracing=tracing),
            tracing=tracing,
        )
        stack.push_async_callback(evaluator.close)
        await evaluator.warm()
        processor = Processor(services, _recalling(evaluator, services, settings), worker_id)
        tasks = Tasks(services, processor)
        queues = ArqWorkers(
            arq_client(client.connection_pool),
            process=tasks.process,
            finish=tasks.finish,
            places=places,
            document_timeout_s=worker.attempts * (worker.hard_seconds + 30),
            poll_s=worker.poll_seconds,
        )
        yield WorkerParts(
            id=worker_id,
            places=places,
            services=services,
            processor=processor,
            evaluator=evaluator,
            queues=queues,
        )


def redis_url(settings: Settings) -> str:
    """Where Redis is: by setting, or the embedded server of a `decalogo up` on the same data folder."""
    if settings.redis.url:
        return settings.redis.url
    note = settings.data_dir / "valkey.url"
    if note.is_file():
        return note.read_text().strip()
    raise SettingsError(f"There is no Redis: set REDIS_URL, or run `decalogo up` on {settings.data_dir}.")


async def _open(
    stack: AsyncExitStack, settings: Settings, *, patience: int, seconds: float | None = None
) -> tuple[Services, "RedisClient", Tracing]:
    tracing = stack.enter_context(closing(_tracing(settings)))
    configure(
        level="DEBUG" if settings.debug else settings.logging.level,
        form=settings.logging.format,
        bound={"service": settings.tracing.service_name, "environment": settings.environment},
        trace_ids=current_ids,
    )
    password = settings.redis.password.value if settings.redis.password else None
    connections = pool(redis_url(settings), password=password, size=settings.redis.pool_size, patience=patience)
    stack.push_async_callback(connections.aclose)
    client = RedisClient(connection_pool=connections)
    line = RedisLine(client)
    stack.callback(line.close)
    rule = BreakerRule(open_seconds=settings.redis.breaker_open_seconds)
    guard = Guard("redis", rule=rule, its_fault=is_unreachable, tracing=tracing, seconds=seconds)
    clock = SystemClock()
    events = RedisEventLog(client, guard)
    stack.push_async_callback(events.close)
    keys = open_keys(settings)
    jobs = RedisJobStore(client, guard, live_seconds=settings.retention.live_days * _DAY, reads=line)
    cache = settings.cache
    await read_keys(settings, clock, keys)
    limits, objects = settings.limits, open_objects(settings)
    metrics = PrometheusMetrics(requests=settings.apm_enabled)
    limiting = open_limits(settings.rate_limit, redis_url(settings), password, clock=clock, metrics=metrics)
    stack.push_async_callback(limiting.close)
    webhooks = open_webhooks(settings, objects, client, guard)
    stack.push_async_callback(webhooks.sender.close)
    services = Services(
        clock=clock,
        host=PsutilHost(),
        jobs=jobs,
        index=RedisJobIndex(client, guard),
        events=events,
        queue=ArqQueue(arq_client(connections), guard, clock),
        artifacts=ObjectArtifactStore(objects),
        idempotency=RedisIdempotency(
            client,
            guard,
            lease_seconds=settings.http.idempotency_lease_seconds,
            keep_seconds=settings.http.idempotency_seconds,
        ),
        fleet=RedisFleet(client, guard),
        keys=keys,
        results=FileResultCache(settings.data_dir / "cache" / "results", limit=max(0, settings.cache.result_bytes)),
        tally=RedisResultTally(client, guard),
        tracing=tracing,
        metrics=metrics,
        bounds=Bounds(
            documents=limits.documents,
            file_bytes=limits.file_bytes,
            text_bytes=limits.text_bytes,
            queue_capacity=limits.queue_capacity,
            attempts=settings.worker.attempts,
            silence_seconds=settings.worker.heartbeat_ttl_seconds,
            beat_seconds=settings.worker.heartbeat_seconds,
            needed=Needed(
                memory_bytes=settings.preflight.memory_bytes,
                disk_bytes=settings.preflight.disk_bytes,
                workers=settings.preflight.workers,
            ),
            tenant_bytes=limits.tenant_bytes,
            free_bytes=limits.free_bytes,
            answer_bytes=cache.largest_answer_bytes,
        ),
        usage=RedisUsageTally(client, guard),
        webhooks=webhooks,
        keeping=Keeping(
            results_days=settings.retention.results_days,
            artifact_days=settings.retention.artifact_days,
            archive_days=settings.retention.archive_days,
        ),
        answers=KeptAnswers(
            _shared_answers(stack, settings, tracing), limit=max(0, cache.answer_bytes), seconds=cache.answer_seconds
        ),
        statuses=KeptStatuses(jobs, limit=max(0, cache.answer_bytes) // 8, seconds=cache.status_seconds),
        backups=open_backups(settings),
        limits=limiting.limits,
        suspicion=limiting.suspicion,
        release=frozen(settings.release).id if settings.release else "unknown",
        version=version("decalogo"),
        token=lambda: secrets.token_hex(6),
    )
    return services, client, tracing


def _recalling(evaluator: Evaluator, services: Services, settings: Settings) -> Evaluator:
    """The evaluator with the result cache before it, unless that is off or nobody knows what evaluates."""
    if settings.cache.result_bytes <= 0 or settings.release is None:
        return evaluator
    return RecallingEvaluator(
        evaluator,
        services.results,
        release=f"{services.release} {settings.worker.child}",
        tally=services.tally,
        tracing=services.tracing,
    )


def _shared_answers(stack: AsyncExitStack, settings: Settings, tracing: Tracing) -> RedisSharedAnswers:
    """On connections and behind a breaker of its own: where it is slow or away, answers are made as if it were not."""
    own = settings.cache.redis_url
    password = settings.redis.password.value if settings.redis.password and not own else None
    connections = pool(own or redis_url(settings), password=password, size=settings.redis.pool_size, patience=0)
    stack.push_async_callback(connections.aclose)
    rule = BreakerRule(open_seconds=settings.redis.breaker_open_seconds)
    return RedisSharedAnswers(
        RedisClient(connection_pool=connections),
        Guard("cache", rule=rule, its_fault=is_unreachable, tracing=tracing),
        limit=max(0, settings.cache.shared_bytes),
        longest_seconds=2 * settings.cache.answer_seconds,
    )


def _tracing(settings: Settings) -> OtelTracing:
    return OtelTracing(
        service=settings.tracing.service_name,
        version=settings.tracing.service_version,
        environment=settings.tracing.environment or settings.environment,
        sampling_rate=settings.tracing.sampling_rate,
        endpoint=settings.tracing.endpoint if settings.apm_enabled else None,
    )


def _frozen(settings: Settings) -> Settings:
    """Settings that name a frozen release: the one given, or the installed one, whose manifest is written now.

    Without a model there is nothing to freeze: an interface may run, and its jobs wait for a worker that has one.
    """
    if settings.release is not None or not (settings.model_dir / "manifest.json").is_file():
        return settings
    path = freeze(settings.model_dir, settings.data_dir / "releases")
    return msgspec.structs.replace(settings, release=path)


def _any(_error: BaseException) -> bool:
    """Whatever ends a child counts against the children."""
    return True
