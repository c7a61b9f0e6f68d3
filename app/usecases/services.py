"""What use cases work with: the ports, and the few numbers that bound them."""

from collections.abc import Callable, Mapping

import msgspec

from app.usecases.kept_answers import KeptAnswers
from app.usecases.kept_statuses import KeptStatuses
from app.usecases.limits import RateLimits
from app.usecases.suspicion import Suspicion
from domain.idempotency import Idempotency
from domain.job_index import JobIndex
from domain.job_log import EventLog
from domain.job_store import JobStore
from domain.keys import Keys
from domain.observation import Metrics, Tracing
from domain.ports import Clock, Fleet, Host, Queue
from domain.result_cache import ResultCache, ResultTally
from domain.storage import ArtifactStore, ObjectStore, UsageTally
from domain.webhook_ports import DeliverySchedule, Sender, WebhookStore
from domain.webhook_retries import RetryRule
from domain.webhook_urls import UrlPolicy


class Needed(msgspec.Struct, frozen=True, kw_only=True):
    """What should be at hand when a batch is taken in."""

    memory_bytes: int = 8 * 1024**3
    disk_bytes: int = 10 * 1024**3
    workers: int = 1


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """What a batch may hold, how many documents may wait, and how often one is tried."""

    documents: int = 100
    file_bytes: int = 50 * 1024 * 1024
    text_bytes: int = 1024 * 1024
    queue_capacity: int = 10_000
    attempts: int = 3
    silence_seconds: float = 3.0
    """A worker that has been silent for this long is dead."""
    beat_seconds: float = 0.4
    """How often a worker says that it lives."""
    needed: Needed = Needed()
    tenant_bytes: int = 0
    """What a tenant may keep; 0 is no limit."""
    free_bytes: int = 0
    """With less than this free no batch is taken in."""
    answer_bytes: int = 8 * 1024**2
    """Results that are larger are not kept for who asks again, but read from the store each time."""


class Keeping(msgspec.Struct, frozen=True, kw_only=True):
    """For how many days after its end a job lies open, and how many it is kept in all; for how many days after its
    last use an evaluation is kept for documents that come again. 0: for ever.
    """

    results_days: float = 30.0
    artifact_days: float = 90.0
    archive_days: float = 730.0


class Backups(msgspec.Struct, frozen=True, kw_only=True):
    """What is backed up (name -> objects), where to, and when; `sets` is how many full ones are kept, 0 for all."""

    sources: Mapping[str, ObjectStore]
    target: ObjectStore
    every_days: float = 1.0
    full_days: float = 7.0
    sets: int = 4


class Webhooks(msgspec.Struct, frozen=True, kw_only=True):
    """The ports of webhooks, and their rules. `secret` makes a new one."""

    store: WebhookStore
    schedule: DeliverySchedule
    sender: Sender
    secret: Callable[[], str]
    urls: UrlPolicy = UrlPolicy()
    retries: RetryRule = RetryRule()
    public_url: str = ""
    """What stands before the path of results."""
    places: int = 16
    """Deliveries that a process has under way at a time; with 0 it delivers none."""
    each: int = 4
    """And of these for one receiver."""
    poll_seconds: float = 0.5
    lease_seconds: float = 30.0
    """An attempt that has no end after so long was cut off: at least twice the time that it may take."""
    paused_seconds: float = 60.0
    """How often what waits for a paused webhook is looked at."""
    overlap_seconds: float = 86400.0
    """How long a secret that was replaced goes on signing."""
    disable_after_days: float = 5.0
    log_days: float = 30.0
    most: int = 20
    """Webhooks of one tenant."""


class Services(msgspec.Struct, frozen=True, kw_only=True):
    """The ports, opened. Built in `app/container.py` and nowhere else."""

    clock: Clock
    host: Host
    jobs: JobStore
    index: JobIndex
    events: EventLog
    queue: Queue
    artifacts: ArtifactStore
    idempotency: Idempotency
    fleet: Fleet
    keys: Keys
    results: ResultCache
    tally: ResultTally
    tracing: Tracing
    metrics: Metrics
    usage: UsageTally
    webhooks: Webhooks
    answers: KeptAnswers
    statuses: KeptStatuses
    bounds: Bounds
    keeping: Keeping = Keeping()
    backups: Backups | None = None
    limits: RateLimits
    suspicion: Suspicion
    release: str
    version: str
    token: Callable[[], str]
    """A random name part, lower case."""
