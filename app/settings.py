"""The settings: read once, from the environment over one optional file over the defaults."""

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from app.knobs import Deployment, Secret, Settings
from domain.errors import SettingsError

_T = TypeVar("_T")


VARIABLES: Mapping[str, str] = {
    "ENVIRONMENT": "environment",
    "DEBUG": "debug",
    "LOG_LEVEL": "logging.level",
    "APM_ENABLED": "apm_enabled",
    "METRICS_EXPORT_INTERVAL": "metrics_export_interval",
    "REDIS_URL": "redis.url",
    "REDIS_PASSWORD": "redis.password",
    "REDIS_POOL_SIZE": "redis.pool_size",
    "RATE_LIMIT_ENABLED": "rate_limit.enabled",
    "RATE_LIMIT_REDIS_URL": "rate_limit.redis_url",
    "OTEL_SERVICE_NAME": "tracing.service_name",
    "OTEL_SERVICE_VERSION": "tracing.service_version",
    "OTEL_EXPORTER_OTLP_ENDPOINT": "tracing.endpoint",
    "SLO_AVAILABILITY_THRESHOLD": "slo.availability_percent",
    "SLO_P95_LATENCY_MS": "slo.p95_latency_ms",
    "SLO_ERROR_RATE_PERCENT": "slo.error_rate_percent",
    "CANARY_5_HOLD_SECONDS": "deployment.canary_stages.0.hold_seconds",
    "CANARY_25_HOLD_SECONDS": "deployment.canary_stages.1.hold_seconds",
    "CANARY_FULL_HOLD_SECONDS": "deployment.canary_stages.2.hold_seconds",
    "DECALOGO_DATA_DIR": "data_dir",
    "DECALOGO_MODEL_DIR": "model_dir",
    "DECALOGO_RELEASE": "release",
    "DECALOGO_HOST": "http.host",
    "DECALOGO_PORT": "http.port",
    "DECALOGO_CORS_ORIGINS": "http.cors_origins",
    "DECALOGO_IDEMPOTENCY_SECONDS": "http.idempotency_seconds",
    "DECALOGO_IDEMPOTENCY_LEASE_SECONDS": "http.idempotency_lease_seconds",
    "DECALOGO_EVENT_STREAMS": "http.event_streams",
    "DECALOGO_EVENT_HEARTBEAT_SECONDS": "http.event_heartbeat_seconds",
    "DECALOGO_KEYS_REFRESH_SECONDS": "keys.refresh_seconds",
    "DECALOGO_TRUSTED_PROXIES": "http.trusted_proxies",
    "DECALOGO_TLS_CERTIFICATE": "http.tls_certificate",
    "DECALOGO_TLS_KEY": "http.tls_key",
    "DECALOGO_HSTS_SECONDS": "http.hsts_seconds",
    "DECALOGO_HEAD_BYTES": "http.head_bytes",
    "DECALOGO_HEAD_SECONDS": "http.head_seconds",
    "DECALOGO_URL_BYTES": "http.url_bytes",
    "DECALOGO_HEADERS": "http.headers",
    "DECALOGO_REQUEST_SECONDS": "http.request_seconds",
    "DECALOGO_BODY_SECONDS": "http.body_seconds",
    "DECALOGO_BODY_RATE": "http.body_rate",
    "DECALOGO_IDLE_SECONDS": "http.idle_seconds",
    "DECALOGO_LEFTOVER_SECONDS": "http.leftover_seconds",
    "DECALOGO_REQUESTS_PER_CONNECTION": "http.requests_per_connection",
    "DECALOGO_UNREAD_SECONDS": "http.unread_seconds",
    "DECALOGO_CONNECTIONS": "http.connections",
    "DECALOGO_CONNECTIONS_EACH": "http.connections_each",
    "DECALOGO_REDIS_BREAKER_OPEN_SECONDS": "redis.breaker_open_seconds",
    "DECALOGO_MAX_DOCUMENTS": "limits.documents",
    "DECALOGO_MAX_FILE_BYTES": "limits.file_bytes",
    "DECALOGO_MAX_TEXT_BYTES": "limits.text_bytes",
    "DECALOGO_QUEUE_CAPACITY": "limits.queue_capacity",
    "DECALOGO_TENANT_BYTES": "limits.tenant_bytes",
    "DECALOGO_FREE_BYTES": "limits.free_bytes",
    "DECALOGO_STORE_URL": "store.url",
    "DECALOGO_STORE_ENDPOINT": "store.endpoint",
    "DECALOGO_STORE_REGION": "store.region",
    "DECALOGO_STORE_KEY_ID": "store.key_id",
    "DECALOGO_STORE_SECRET": "store.secret",
    "DECALOGO_STORE_PATH_STYLE": "store.path_style",
    "DECALOGO_BACKUP_URL": "backup.url",
    "DECALOGO_BACKUP_DAYS": "backup.every_days",
    "DECALOGO_BACKUP_FULL_DAYS": "backup.full_days",
    "DECALOGO_BACKUP_SETS": "backup.sets",
    "DECALOGO_PUBLIC_URL": "webhooks.public_url",
    "DECALOGO_WEBHOOK_SENDERS": "webhooks.senders",
    "DECALOGO_WEBHOOK_SENDERS_EACH": "webhooks.senders_each",
    "DECALOGO_WEBHOOK_POLL_SECONDS": "webhooks.poll_seconds",
    "DECALOGO_WEBHOOK_TIMEOUT_SECONDS": "webhooks.timeout_seconds",
    "DECALOGO_WEBHOOK_RETRY_SECONDS": "webhooks.retry_seconds",
    "DECALOGO_WEBHOOK_DISABLE_AFTER_DAYS": "webhooks.disable_after_days",
    "DECALOGO_WEBHOOK_LOG_DAYS": "webhooks.log_days",
    "DECALOGO_WEBHOOK_OVERLAP_SECONDS": "webhooks.overlap_seconds",
    "DECALOGO_WEBHOOK_MOST": "webhooks.most",
    "DECALOGO_WEBHOOK_HTTP": "webhooks.http",
    "DECALOGO_WEBHOOK_PORTS": "webhooks.ports",
    "DECALOGO_WEBHOOK_NETWORKS": "webhooks.networks",
    "DECALOGO_WEBHOOK_CA_FILE": "webhooks.ca_file",
    "DECALOGO_WORKERS": "worker.count",
    "DECALOGO_STANDBY": "worker.standby",
    "DECALOGO_CONCURRENCY": "worker.concurrency",
    "DECALOGO_THREADS": "worker.threads",
    "DECALOGO_CHILD": "worker.child",
    "DECALOGO_SOFT_SECONDS": "worker.soft_seconds",
    "DECALOGO_HARD_SECONDS": "worker.hard_seconds",
    "DECALOGO_MEMORY_BYTES": "worker.memory_bytes",
    "DECALOGO_RECYCLE_AFTER": "worker.recycle_after",
    "DECALOGO_SPARE_CHILDREN": "worker.spare_children",
    "DECALOGO_IMPRESSIONS_BYTES": "worker.impressions_bytes",
    "DECALOGO_ATTEMPTS": "worker.attempts",
    "DECALOGO_HEARTBEAT_SECONDS": "worker.heartbeat_seconds",
    "DECALOGO_HEARTBEAT_TTL_SECONDS": "worker.heartbeat_ttl_seconds",
    "DECALOGO_POLL_SECONDS": "worker.poll_seconds",
    "DECALOGO_GRACE_SECONDS": "worker.grace_seconds",
    "DECALOGO_PREFETCH_MULTIPLIER": "worker.prefetch_multiplier",
    "DECALOGO_PREFLIGHT_MEMORY_BYTES": "preflight.memory_bytes",
    "DECALOGO_PREFLIGHT_DISK_BYTES": "preflight.disk_bytes",
    "DECALOGO_PREFLIGHT_WORKERS": "preflight.workers",
    "DECALOGO_RESULT_CACHE_BYTES": "cache.result_bytes",
    "DECALOGO_STATUS_SECONDS": "cache.status_seconds",
    "DECALOGO_ANSWER_SECONDS": "cache.answer_seconds",
    "DECALOGO_ANSWER_BYTES": "cache.answer_bytes",
    "DECALOGO_SHARED_ANSWER_BYTES": "cache.shared_bytes",
    "DECALOGO_LARGEST_ANSWER_BYTES": "cache.largest_answer_bytes",
    "DECALOGO_CACHE_REDIS_URL": "cache.redis_url",
    "DECALOGO_LIVE_DAYS": "retention.live_days",
    "DECALOGO_RESULTS_DAYS": "retention.results_days",
    "DECALOGO_ARTIFACT_DAYS": "retention.artifact_days",
    "DECALOGO_ARCHIVE_DAYS": "retention.archive_days",
    "DECALOGO_LOG_FORMAT": "logging.format",
    "DECALOGO_SAMPLING_RATE": "tracing.sampling_rate",
    "DECALOGO_RATE_SHADOW": "rate_limit.shadow",
    "DECALOGO_RATE_DEFAULT": "rate_limit.default",
    "DECALOGO_RATE_PREMIUM": "rate_limit.premium",
    "DECALOGO_RATE_ENTERPRISE": "rate_limit.enterprise",
    "DECALOGO_RATE_SUBMIT": "rate_limit.submit",
    "DECALOGO_RATE_STATUS": "rate_limit.status",
    "DECALOGO_RATE_RESULTS": "rate_limit.results",
    "DECALOGO_RATE_DOCUMENTS": "rate_limit.documents",
    "DECALOGO_RATE_DOCUMENTS_PREMIUM": "rate_limit.documents_premium",
    "DECALOGO_RATE_DOCUMENTS_ENTERPRISE": "rate_limit.documents_enterprise",
    "DECALOGO_RATE_ANONYMOUS": "rate_limit.anonymous",
    "DECALOGO_RATE_ALLOW": "rate_limit.allow",
    "DECALOGO_RATE_PENALTY_COST": "rate_limit.penalty_cost",
    "DECALOGO_RATE_STRIKES": "rate_limit.strikes",
    "DECALOGO_RATE_STRIKE_SECONDS": "rate_limit.strike_seconds",
    "DECALOGO_RATE_TIMEOUT_SECONDS": "rate_limit.timeout_seconds",
    "DECALOGO_RATE_AWAY_SUBMIT": "rate_limit.away_submit",
    "DECALOGO_RATE_AWAY_STATUS": "rate_limit.away_status",
    "DECALOGO_RATE_AWAY_RESULTS": "rate_limit.away_results",
    "DECALOGO_RATE_AWAY_REQUESTS": "rate_limit.away_requests",
    "DECALOGO_REQUESTS_AT_ONCE": "rate_limit.at_once",
    "DECALOGO_STATUS_RESERVE": "rate_limit.reserve",
    "DECALOGO_TENANT_AT_ONCE": "rate_limit.tenant_at_once",
    "DECALOGO_URL": "client.url",
    "DECALOGO_KEY": "client.key",
}
"""Environment variable -> place in Settings."""


def load(environ: Mapping[str, str], file: Path | None = None) -> Settings:
    """The settings: environment over file over defaults. Raises SettingsError naming what is wrong with which."""
    tree: dict[str, Any] = _from_file(file) if file else {}
    for name in environ:
        if name.startswith("DECALOGO_") and name not in VARIABLES:
            near = difflib.get_close_matches(name, VARIABLES, n=1, cutoff=0.0)[0]
            raise SettingsError(f"{name} is no setting; the nearest is {near}.", name=name, nearest=near)
    for name, place in VARIABLES.items():
        if environ.get(name):
            _put(tree, place, environ[name], name)
    return _decoded(tree, Settings)


def dump(settings: Settings) -> bytes:
    """The settings as JSON, secrets included: for a pipe to a child, never for a log."""
    return msgspec.json.encode(settings, enc_hook=_plain)


def restore(data: bytes) -> Settings:
    """The settings that `dump` wrote."""
    return msgspec.json.decode(data, type=Settings, dec_hook=_rich)


def _from_file(file: Path) -> dict[str, Any]:
    try:
        return msgspec.json.decode(file.read_bytes(), type=dict[str, Any])
    except OSError as error:
        raise SettingsError(f"The settings file {file} cannot be read: {error.strerror}.", file=str(file)) from error
    except msgspec.DecodeError as error:
        raise SettingsError(f"The settings file {file} is not a JSON object: {error}.", file=str(file)) from error


def _put(tree: dict[str, Any], place: str, value: str, name: str) -> None:
    """Set one leaf, after checking it alone so that the error can name its variable."""
    _decoded(_branch({}, place, value), Settings, name)
    _branch(tree, place, value)


def _branch(tree: dict[str, Any], place: str, value: str) -> dict[str, Any]:
    *path, leaf = place.split(".")
    if path[:2] == ["deployment", "canary_stages"]:
        deployment = tree.setdefault("deployment", {})
        stages = deployment.setdefault("canary_stages", msgspec.to_builtins(list(Deployment().canary_stages)))
        if int(path[2]) < len(stages):
            stages[int(path[2])][leaf] = value
        return tree
    at = tree
    for step in path:
        at = at.setdefault(step, {})
    at[leaf] = value
    return tree


def _decoded(tree: Mapping[str, Any], kind: type[_T], name: str | None = None) -> _T:
    try:
        return msgspec.convert(tree, kind, strict=False, dec_hook=_rich)
    except (msgspec.ValidationError, ValueError) as error:
        raise SettingsError(f"{name or 'The settings'}: {error}", name=name) from error


def _rich(kind: type, value: Any) -> Any:
    if kind in (Path, Secret) and isinstance(value, str):
        return kind(value)
    raise NotImplementedError(kind)


def _plain(value: Any) -> Any:
    if isinstance(value, Secret):
        return value.value
    if isinstance(value, Path):
        return str(value)
    raise NotImplementedError(type(value))
