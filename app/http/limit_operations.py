"""The operations on limits and on blocked addresses."""

from app.http.operation import KEYED, OF_ONE, Answer, Operation
from app.http.wire_limits import BlockedAddress, BlockedAddresses, BlockIn, RateLimitStatus, StandingIn, UnblockIn

_BLOCKED = ("/api/v3/rate-limit/blocked-ips",)
_SHOWN = ("Cache-Control",)

LIMIT_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="rate_limit_status",
        method="GET",
        paths=("/api/v3/rate-limit/status",),
        summary="What is left of the caller's limits; with the scope operate, of another tenant's",
        scope="read",
        query=StandingIn,
        answers={200: Answer(says="So they stand.", shape=RateLimitStatus, headers=_SHOWN, example="rate_limits")},
        errors=KEYED,
    ),
    Operation(
        id="blocked_ips",
        method="GET",
        paths=_BLOCKED,
        summary="The addresses under a penalty or a block",
        scope="operate",
        answers={200: Answer(says="The latest first.", shape=BlockedAddresses, headers=_SHOWN, example="blocked_ips")},
        errors=KEYED,
    ),
    Operation(
        id="block_ip",
        method="POST",
        paths=_BLOCKED,
        summary="Block an address for a time",
        scope="operate",
        body=BlockIn,
        answers={201: Answer(says="It is blocked.", shape=BlockedAddress, headers=_SHOWN, example="blocked_ip")},
        errors=(400, 401, 403, 408, 413, 415, 429, 503),
    ),
    Operation(
        id="unblock_ip",
        method="DELETE",
        paths=_BLOCKED,
        summary="Lift what holds against an address",
        scope="operate",
        query=UnblockIn,
        answers={204: Answer(says="Nothing holds any more.")},
        errors=OF_ONE,
    ),
)
