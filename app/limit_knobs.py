"""The knobs of the limits on requests."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

import msgspec

Away: TypeAlias = Literal["local", "allow", "refuse"]
"""Without Redis: buckets of this process, no limit, or 503."""


class RateLimit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Limits on requests: so many a minute, each bucket a tenant's (`documents*`: documents of batches)."""

    enabled: bool = True
    redis_url: str | None = None
    """Where the buckets are, if not where the jobs are."""
    shadow: bool = False
    """Count what would be refused, and refuse nothing."""
    default: int = 60
    premium: int = 120
    enterprise: int = 300
    submit: int = 10
    status: int = 180
    results: int = 60
    documents: int = 100
    documents_premium: int = 200
    documents_enterprise: int = 500
    overrides: Mapping[str, Mapping[str, int]] = {}
    """Tier -> bucket (requests, submit, status, results, documents) -> a minute; in a file of settings."""
    anonymous: int = 100
    """Requests without a valid key, an address (IPv6: a /64)."""
    allow: str = ""
    """Addresses and networks, separated by commas, that are neither limited so nor blocked."""
    penalty_cost: int = 4
    """What such a request costs an address under a penalty."""
    strikes: int = 20
    """Suspicious acts of an address within `strike_seconds` that make an offence."""
    strike_seconds: float = 600.0
    timeout_seconds: float = 0.1
    """How long Redis may take to decide; then this process does, in the way that `away_*` name."""
    away_submit: Away = "local"
    away_status: Away = "allow"
    away_results: Away = "local"
    away_requests: Away = "local"
    at_once: int = 256
    """Requests that a process serves at a time, event streams not counted."""
    reserve: float = 0.2
    """The share of them that only reads of a status may have."""
    tenant_at_once: int = 64
