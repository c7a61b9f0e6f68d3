"""Every knob of the service and its default, as frozen shapes. `app.settings` fills them."""

from pathlib import Path
from typing import Literal

import msgspec

from app.limit_knobs import RateLimit
from app.webhook_knobs import Webhooks


class Secret:
    """A string that does not show itself."""

    def __init__(self, value: str) -> None:
        self.value = value

    def __repr__(self) -> str:
        return "Secret(...)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self.value == other.value

    def __hash__(self) -> int:
        return hash(self.value)


class _Group(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Http(_Group, frozen=True):
    """Where the interface listens, and what it allows."""

    host: str = "127.0.0.1"
    port: int = 8000
    cors_origins: str = ""
    """Origins whose pages may call, separated by commas; `*` means any. Without one, none may."""
    idempotency_seconds: float = 86400.0
    """For how long an Idempotency-Key stands for its batch."""
    idempotency_lease_seconds: float = 30.0
    """An upload whose process died holds its key for so long."""
    event_streams: int = 500
    """How many event streams a process serves at a time."""
    event_heartbeat_seconds: float = 15.0
    trusted_proxies: str = ""
    """Addresses and networks, separated by commas, whose X-Forwarded-For and X-Forwarded-Proto are believed."""
    tls_certificate: Path | None = None
    """With the key beside it the interface speaks TLS; without, that is a proxy's matter."""
    tls_key: Path | None = None
    hsts_seconds: float = 31_536_000.0
    """For how long a browser that came over TLS shall come so again; 0 asks for nothing."""
    head_bytes: int = 64 * 1024
    head_seconds: float = 30.0
    url_bytes: int = 8 * 1024
    headers: int = 100
    request_seconds: float = 60.0
    """Until an answer begins; uploads have their own limits."""
    body_seconds: float = 60.0
    """Without a byte of a body; and from when on it has to come at `body_rate` bytes a second."""
    body_rate: float = 1024.0
    idle_seconds: float = 15.0
    leftover_seconds: float = 10.0
    """In which a body has to end that was answered before it did."""
    requests_per_connection: int = 10_000
    unread_seconds: float = 60.0
    """In which a caller has to read something of an answer that waits for him."""
    connections: int = 1000
    connections_each: int = 500
    """From one address that is no trusted proxy's."""


class KeyRing(_Group, frozen=True):
    """The bearer keys."""

    refresh_seconds: float = 1.0
    """How often a service looks for keys that were created, revoked and replaced elsewhere."""


class Redis(_Group, frozen=True):
    """The Redis, Valkey or unix socket that carries jobs. Without a URL it is the one in the data folder."""

    url: str | None = None
    password: Secret | None = None
    pool_size: int = 20
    breaker_open_seconds: float = 1.0
    """Short, because a restart of Redis takes seconds and every caller waits for it."""


class Limits(_Group, frozen=True):
    """What a batch may hold, and how many documents may wait."""

    documents: int = 100
    file_bytes: int = 50 * 1024 * 1024
    text_bytes: int = 1024 * 1024
    queue_capacity: int = 10_000
    tenant_bytes: int = 0
    """What the batches of one tenant may take of the store, results and archives counted; 0 is no limit."""
    free_bytes: int = 512 * 1024**2
    """With less than this free no batch is taken in, while what was taken in goes on."""


class Store(_Group, frozen=True):
    """Where artifacts are: a folder (by default `artifacts` of the data folder) or `s3://bucket/prefix`.

    Without a key id the credentials of a bucket are those of the machine.
    """

    url: str | None = None
    endpoint: str | None = None
    region: str = "us-east-1"
    key_id: str | None = None
    secret: Secret | None = None
    path_style: bool = True


class Backup(_Group, frozen=True):
    """Where backups go, and when: without a URL none is made by schedule. 0 sets keep all."""

    url: str | None = None
    every_days: float = 1.0
    full_days: float = 7.0
    sets: int = 4


class Worker(_Group, frozen=True):
    """A worker process. `concurrency` 0 means one document a core, at most 8."""

    count: int = 1
    standby: bool = True
    """Whether `decalogo up` has one more worker that has loaded and takes the place of one that dies (300 MB)."""
    concurrency: int = 0
    threads: int = 1
    child: str = "app.child:make"
    soft_seconds: float = 540.0
    hard_seconds: float = 600.0
    memory_bytes: int = 2 * 1024**3
    recycle_after: int = 100
    spare_children: int = 1
    """Children that have loaded the model and wait for another one's death; each takes 200 MB."""
    impressions_bytes: int = 256 * 1024**2
    """What the encoder made of passages, kept on disk for plans that repeat them; 0 keeps nothing."""
    attempts: int = 3
    heartbeat_seconds: float = 0.4
    heartbeat_ttl_seconds: float = 2.0
    """A worker that was silent for so long is dead: five beats, so that one that is busy is not taken for it."""
    poll_seconds: float = 0.5
    """How often a worker looks for messages that nobody called it for; it is called for nearly all."""
    grace_seconds: float = 0.0
    prefetch_multiplier: int = 4
    """Accepted because the sources name it; arq takes messages one by one and ignores it."""


class Preflight(_Group, frozen=True):
    """What should be at hand when a batch is taken in; what is missing is noted in the job, and refuses nothing."""

    memory_bytes: int = 8 * 1024**3
    disk_bytes: int = 10 * 1024**3
    workers: int = 1


class Cache(_Group, frozen=True):
    """What is kept to be faster; 0 bytes keep nothing."""

    result_bytes: int = 1024**3
    """Evaluations, for documents that come again: half a megabyte to two a plan. All tenants share them."""
    status_seconds: float = 30.0
    """How long a written status is kept; it is never shown after its batch has changed."""
    answer_seconds: float = 3600.0
    """How long written results are kept; after a change they have another name."""
    answer_bytes: int = 64 * 1024**2
    """Written results, compressed, in each interface; statuses have an eighth of it beside that."""
    shared_bytes: int = 64 * 1024**2
    """The same in Redis, for all interfaces together."""
    largest_answer_bytes: int = 8 * 1024**2
    """Results of more text than this are read from the store each time they are asked for."""
    redis_url: str | None = None
    """Where written results are shared, if not in the Redis that carries jobs."""


class Retention(_Group, frozen=True):
    """How long what a job left is kept."""

    live_days: float = 7.0
    """In Redis, from its end on; the files have it longer."""
    results_days: float = 30.0
    """Evaluations that no document has asked for again leave the result cache after so long; 0 waits for the bytes."""
    artifact_days: float = 90.0
    archive_days: float = 730.0
    """From its end on, a job is kept this long in all; 0 keeps it for ever."""


class Logging(_Group, frozen=True):
    """`auto` is console on a terminal, else JSON lines."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    format: Literal["auto", "json", "console"] = "auto"


class CanaryStage(_Group, frozen=True):
    """One step of a rollout."""

    percentage: float
    hold_seconds: float


class RollbackThresholds(_Group, frozen=True):
    """What ends a rollout; percentages, milliseconds, seconds."""

    max_error_rate: float = 10.0
    max_p95_latency_ms: float = 500.0
    metric_window_seconds: float = 60.0
    min_samples: int = 10


class Deployment(_Group, frozen=True):
    """How a release is rolled out."""

    canary_stages: tuple[CanaryStage, ...] = (
        CanaryStage(percentage=5, hold_seconds=300),
        CanaryStage(percentage=25, hold_seconds=600),
        CanaryStage(percentage=100, hold_seconds=1800),
    )
    rollback_thresholds: RollbackThresholds = RollbackThresholds()


class TracingSettings(_Group, frozen=True):
    """Spans leave only when there is an endpoint (OTLP over HTTP)."""

    service_name: str = "decalogo-evaluation-system"
    service_version: str = "1.0.0"
    environment: str | None = None
    sampling_rate: float = 1.0
    endpoint: str | None = None


class Slo(_Group, frozen=True):
    """Objectives; percentages, milliseconds, seconds."""

    availability_percent: float = 99.5
    p95_latency_ms: float = 200.0
    error_rate_percent: float = 0.1
    performance_regression_percent: float = 10.0
    p99_recovery_time_ms: float = 1500.0
    aggregation_window_seconds: float = 300.0


class Client(_Group, frozen=True):
    """What the client commands (submit, watch) talk to."""

    url: str | None = None
    key: Secret | None = None


class Settings(_Group, frozen=True):
    """Every knob."""

    environment: str = "development"
    debug: bool = False
    apm_enabled: bool = True
    """Whether requests are counted and spans recorded."""
    metrics_export_interval: float = 30.0
    data_dir: Path = Path(".var")
    model_dir: Path = Path(".var/model")
    release: Path | None = None
    http: Http = Http()
    keys: KeyRing = KeyRing()
    redis: Redis = Redis()
    limits: Limits = Limits()
    store: Store = Store()
    backup: Backup = Backup()
    worker: Worker = Worker()
    preflight: Preflight = Preflight()
    cache: Cache = Cache()
    retention: Retention = Retention()
    webhooks: Webhooks = Webhooks()
    logging: Logging = Logging()
    deployment: Deployment = Deployment()
    tracing: TracingSettings = TracingSettings()
    slo: Slo = Slo()
    rate_limit: RateLimit = RateLimit()
    client: Client = Client()
