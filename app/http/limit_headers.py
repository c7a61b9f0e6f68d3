"""The limits of a request in its answer: RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers)."""

import math
from functools import lru_cache

from domain.limits import Bucket, Decision

NAMES = ("RateLimit", "RateLimit-Policy")


def headers_of(decision: Decision) -> list[tuple[bytes, bytes]]:
    """For each bucket that was drawn from: its quota and window, what is left, and in how many seconds it is full."""
    if not decision.levels:
        return []
    left = ", ".join(f'"{v.bucket.name}";r={v.remaining};t={math.ceil(v.full_in)}' for v in decision.levels)
    return [
        (b"ratelimit-policy", _policy(tuple(level.bucket for level in decision.levels))),
        (b"ratelimit", left.encode()),
    ]


@lru_cache(256)
def _policy(buckets: tuple[Bucket, ...]) -> bytes:
    return ", ".join(f'"{b.name}";q={b.capacity};w={b.seconds:.0f}' for b in buckets).encode()
