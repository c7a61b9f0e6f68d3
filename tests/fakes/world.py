"""The services with fakes behind every port, and small values to start from."""

from collections.abc import Callable
from datetime import datetime
from itertools import count
from time import monotonic

from msgspec.structs import replace

from app.usecases.kept_answers import KeptAnswers
from app.usecases.kept_statuses import KeptStatuses
from app.usecases.limits import RateLimits, Rules
from app.usecases.services import Bounds, Services, Webhooks
from app.usecases.suspicion import Suspicion
from domain.job import JobState
from domain.keys import KeptKey, Keys
from domain.options import Options
from domain.ports import Evaluator, Fleet, Host, Outcome, StageListener
from domain.records import DocumentRecord, JobRecord, Key, WorkerFact
from infra.limits_local import LocalLimiter
from infra.telemetry.metrics_prometheus import PrometheusMetrics
from infra.telemetry.tracing_otel import OtelTracing
from infra.webhooks_objects import ObjectWebhookStore
from tests.fakes.answers import MemorySharedAnswers
from tests.fakes.artifacts import MemoryArtifactStore
from tests.fakes.clock import START, FakeClock
from tests.fakes.events import MemoryEventLog
from tests.fakes.idempotency import MemoryIdempotency
from tests.fakes.job_index import MemoryJobIndex
from tests.fakes.jobs import MemoryJobStore
from tests.fakes.objects import MemoryObjectStore
from tests.fakes.queue import MemoryQueue
from tests.fakes.results import MemoryResultCache, MemoryResultTally
from tests.fakes.sanctions import MemorySanctions
from tests.fakes.usage import MemoryUsageTally
from tests.fakes.webhooks import MemoryDeliverySchedule, ScriptedSender, a_secret


class MemoryFleet(Fleet):
    """Workers that are alive until they leave. `clock` is in seconds."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self.alive: dict[str, WorkerFact] = {}
        self._clock = clock
        self._since = self._last = clock()

    async def beat(self, worker: WorkerFact, *, ttl_s: float) -> None:
        self.alive[worker.id] = worker

    async def leave(self, worker_id: str) -> None:
        self.alive.pop(worker_id, None)

    async def workers(self) -> tuple[WorkerFact, ...]:
        return tuple(self.alive[name] for name in sorted(self.alive))

    async def watched(self, *, gap_s: float) -> float:
        now = self._clock()
        if now - self._last >= gap_s:
            self._since = now
        self._last = now
        return now - self._since


class RoomyHost(Host):
    """A machine with memory to spare."""

    def memory_available(self) -> int:
        return 64 * 1024**3


class MemoryKeys(Keys):
    """Keys whose hash is their secret."""

    def __init__(self, *keys: Key) -> None:
        self.kept = {key.id: KeptKey(key=key) for key in keys}

    @property
    def known(self) -> bool:
        return True

    def find(self, secret: str, now: datetime) -> Key | None:
        return next((kept.key for kept in self.kept.values() if kept.key.sha256 == secret and kept.good(now)), None)

    def all(self) -> tuple[KeptKey, ...]:
        return tuple(self.kept.values())

    async def refresh(self) -> None:
        pass

    async def add(self, key: Key) -> bool:
        new = key.id not in self.kept
        self.kept.setdefault(key.id, KeptKey(key=key))
        return new

    async def revoke(self, key_id: str, at: datetime) -> bool:
        old = self.kept[key_id]
        self.kept[key_id] = replace(old, revoked_at=old.revoked_at or at)
        return old.revoked_at is None

    async def replace(self, key_id: str, by: str, ends_at: datetime) -> bool:
        old = self.kept[key_id]
        if old.replaced_by is None:
            self.kept[key_id] = replace(old, replaced_by=by, ends_at=ends_at)
        return old.replaced_by is None

    async def note_use(self) -> int:
        return 0


class ScriptedEvaluator(Evaluator):
    """Answers with the outcomes and errors that it was given, one a call; the last one for ever."""

    def __init__(self, *answers: Outcome | BaseException | Callable[[], object]) -> None:
        self.answers = list(answers)
        self.seen: list[str] = []

    async def evaluate(
        self, data: bytes, name: str, options: Options, *, on_stage: StageListener | None = None
    ) -> Outcome:
        self.seen.append(name)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, BaseException):
            raise answer
        assert isinstance(answer, Outcome)
        return answer

    async def close(self) -> None:
        pass


def a_webhooks(**rules) -> Webhooks:
    """Webhooks whose receivers answer 204."""
    return Webhooks(
        **{
            "store": ObjectWebhookStore(MemoryObjectStore()),
            "schedule": MemoryDeliverySchedule(),
            "sender": ScriptedSender(),
            "secret": a_secret,
            **rules,
        }
    )


def services(
    *, exporter=None, keys: tuple[Key, ...] = (), rules: Rules | None = None, webhooks: Webhooks | None = None, **bounds
) -> Services:
    """Fakes all around; the counters of tokens start at one."""
    numbers = count(1)
    shared = MemorySharedAnswers()
    jobs, clock, metrics = MemoryJobStore(), FakeClock(), PrometheusMetrics()
    local = LocalLimiter(now=lambda: clock.now().timestamp())
    limits = RateLimits(rules, shared=local, local=local, metrics=metrics)
    return Services(
        clock=clock,
        host=RoomyHost(),
        jobs=jobs,
        index=MemoryJobIndex(jobs),
        events=MemoryEventLog(jobs),
        queue=MemoryQueue(),
        artifacts=MemoryArtifactStore(),
        idempotency=MemoryIdempotency(),
        fleet=MemoryFleet(),
        keys=MemoryKeys(*keys),
        results=MemoryResultCache(),
        tally=MemoryResultTally(),
        tracing=OtelTracing(service="test", version="0", environment="test", exporter=exporter),
        metrics=metrics,
        usage=MemoryUsageTally(),
        limits=limits,
        suspicion=Suspicion(MemorySanctions(), limits, clock, metrics),
        webhooks=webhooks or a_webhooks(),
        answers=KeptAnswers(shared, limit=1024**2, seconds=3600.0),
        statuses=KeptStatuses(jobs, limit=1024**2, seconds=30.0),
        bounds=Bounds(**{"beat_seconds": 0.0, **bounds}),
        release="r1",
        version="0",
        token=lambda: f"{next(numbers):012x}",
    )


def a_job(*document_ids: str, job_id: str = "batch_1", **changes) -> JobRecord:
    """A queued job of the tenant `acme`."""
    documents = tuple(
        DocumentRecord(id=name, index=i, name=f"{name}.txt", digest="0" * 64, bytes=4)
        for i, name in enumerate(document_ids or ("a",))
    )
    fields = {
        "id": job_id,
        "tenant": "acme",
        "state": JobState.QUEUED,
        "release": "r1",
        "options": Options(),
        "created_at": START,
        "documents": documents,
    }
    return JobRecord(**{**fields, **changes})


def a_worker(name: str = "w1", *, at: datetime = START) -> WorkerFact:
    """A worker with two places, one of them busy."""
    return WorkerFact(id=name, host="h", pid=1, capacity=2, busy=1, utilization=50.0, started_at=at)


def a_key(secret: str = "s", *, tenant: str = "acme", scopes: tuple[str, ...] = ("submit", "read")) -> Key:
    """A key for MemoryKeys."""
    return Key(id=f"key_{secret}", name=secret, tenant=tenant, scopes=scopes, sha256=secret, created_at=START)


def an_outcome(score: float = 7.5) -> Outcome:
    """What a good evaluation leaves."""
    return Outcome(
        results=b'{"evaluation":{},"evidence":[{"id":"e1"}],"contradictions":[],"answers":[1,2,3]}',
        registry=b"{}",
        coverage=b"{}",
        score=score,
        evaluation_hash="h" * 64,
        seconds=1.0,
        stages=(),
        peak_rss_bytes=1,
    )
