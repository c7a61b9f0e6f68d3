"""The limits seen from outside: how a caller stands, and the addresses that are blocked."""

from datetime import UTC, datetime
from typing import Any

import msgspec
from litestar import Request, Response

from app.http.auth import READ, Keyed, key_of, requires
from app.http.bodies import read_small
from app.http.clients import address_of
from app.http.door import door_of, group_of
from app.http.queries import read_query
from app.http.state import services_of
from app.http.wire_limits import (
    BlockedAddress,
    BlockedAddresses,
    BlockIn,
    LimitLevel,
    RateLimitStatus,
    StandingIn,
    UnblockIn,
)
from domain.access_errors import SanctionNotFoundError
from domain.errors import ForbiddenError, ValidationFailedError
from domain.records import Tier
from domain.sanctions import Sanction

_PRIVATE = {"Cache-Control": "no-store"}


@Keyed("/api/v3/rate-limit/status", http_method=READ, guards=[requires("read")])
async def standing(request: Request[Any, Any, Any]) -> Response[RateLimitStatus]:
    """How much the caller's tenant may ask for now; another one's for a key that may operate."""
    asked, key, services = read_query(request, StandingIn), key_of(request), services_of(request)
    tenant = key.tenant if asked.user_id is msgspec.UNSET else asked.user_id
    tier: Tier = key.tier if asked.tier is msgspec.UNSET else asked.tier
    if (tenant, tier) != (key.tenant, key.tier) and "operate" not in key.scopes:
        raise ForbiddenError("Another tenant's limits are shown to keys with the scope operate.", scope="operate")
    rules, decision = services.limits.rules, await services.limits.standing(tenant, tier)
    answer = RateLimitStatus(
        tenant=tenant,
        tier=tier,
        mode="off" if rules is None else "shadow" if rules.shadow else "enforced",
        store="shared" if services.limits.connected else "local",
        requests_in_flight=door_of(request).load.running,
        limits=tuple(
            LimitLevel(
                name=level.bucket.name,
                limit=level.bucket.capacity,
                window_seconds=level.bucket.seconds,
                remaining=level.remaining,
                reset_seconds=round(level.full_in, 3),
            )
            for level in decision.levels
        ),
    )
    return Response(answer, headers=_PRIVATE)


@Keyed("/api/v3/rate-limit/blocked-ips", http_method=READ, guards=[requires("operate")])
async def blocked(request: Request[Any, Any, Any]) -> Response[BlockedAddresses]:
    """The addresses under a penalty or a block, the latest first."""
    found = tuple(map(_shown, services_of(request).suspicion.all()))
    return Response(BlockedAddresses(blocked_ips=found, count=len(found)), headers=_PRIVATE)


@Keyed("/api/v3/rate-limit/blocked-ips", http_method="POST", status_code=201, guards=[requires("operate")])
async def block(request: Request[Any, Any, Any]) -> Response[BlockedAddress]:
    """Block an address for a time."""
    wish = await read_small(request, BlockIn)
    made = await services_of(request).suspicion.block(
        _group(wish.address), seconds=wish.seconds, reason=wish.reason, by=key_of(request).id
    )
    return Response(_shown(made), headers=_PRIVATE)


@Keyed("/api/v3/rate-limit/blocked-ips", http_method="DELETE", status_code=204, guards=[requires("operate")])
async def unblock(request: Request[Any, Any, Any]) -> None:
    """Lift what holds for an address."""
    address = _group(read_query(request, UnblockIn).address)
    if not await services_of(request).suspicion.lift(address, by=key_of(request).id):
        raise SanctionNotFoundError(address=address)


def _group(text: str) -> str:
    address = address_of(text.partition("/")[0])
    if address is None:
        raise ValidationFailedError(f"This is no address: {text}", path="$.address")
    return group_of(address)


def _shown(sanction: Sanction) -> BlockedAddress:
    return BlockedAddress(
        address=sanction.address,
        kind=sanction.kind,
        level=sanction.level,
        blocked_at=datetime.fromtimestamp(sanction.begins, UTC),
        expires_at=datetime.fromtimestamp(sanction.ends, UTC),
        reason=sanction.reason,
        by=sanction.by or "service",
    )
