"""The shapes of limits and of blocked addresses, asked and answered."""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from app.http.wire import When
from app.http.wire_in import Text
from domain.records import Tier
from domain.sanctions import Kind

_FORMATS = {"anyOf": [{"format": "ipv4"}, {"format": "ipv6"}]}
_Address = Annotated[str, Meta(min_length=2, max_length=50, examples=["203.0.113.9"], extra_json_schema=_FORMATS)]


class LimitLevel(msgspec.Struct, frozen=True, kw_only=True):
    """A bucket: so many in a window, how many are left, and in how many seconds all are there again."""

    name: str
    limit: int
    window_seconds: float
    remaining: int
    reset_seconds: float


class RateLimitStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The buckets of a tenant. `store` is local while Redis is away and each process counts for itself."""

    tenant: str
    tier: Tier
    mode: Literal["enforced", "shadow", "off"]
    store: Literal["shared", "local"]
    requests_in_flight: int
    limits: tuple[LimitLevel, ...]


class BlockedAddress(msgspec.Struct, frozen=True, kw_only=True):
    """An address under a penalty or a block; `by` is the key that set it, or `service`."""

    address: str
    kind: Kind
    level: int
    blocked_at: When
    expires_at: When
    reason: str
    by: str


class BlockedAddresses(msgspec.Struct, frozen=True, kw_only=True):
    """All of them, the latest first."""

    blocked_ips: tuple[BlockedAddress, ...]
    count: int


class StandingIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose limits are asked for: the caller's, or those of a tenant in a tier."""

    user_id: Text | UnsetType = UNSET
    tier: Tier | UnsetType = UNSET


class BlockIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An address to be blocked: IPv4, or IPv6, of which its /64 is."""

    address: _Address
    seconds: Annotated[float, Meta(gt=0, le=31_536_000)] = 3600.0
    reason: Text = "set by an operator"


class UnblockIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The address that is not to be blocked any more."""

    address: _Address
