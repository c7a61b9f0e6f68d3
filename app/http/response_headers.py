"""What every answer carries: what browsers must not do with it, and that it may come compressed."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from app.http.clients import Proxies, is_secure

_POLICY = b"content-security-policy"
SHIELD: tuple[tuple[bytes, bytes], ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (_POLICY, b"default-src 'none'; frame-ancestors 'none'"),
)
"""An answer with a content security policy of its own, as a page has, keeps that."""

_VARY = (b"vary", b"Accept-Encoding")
Hook: TypeAlias = Callable[[Any, Any], Awaitable[None]]


def every_answer(trusted: Proxies, *, hsts_seconds: float) -> Hook:
    """A hook for the application. Over TLS, ours or a trusted proxy's, the answer also asks for TLS from now on."""
    strict = (b"strict-transport-security", b"max-age=%d; includeSubDomains" % hsts_seconds)

    async def add(message: Any, scope: Any) -> None:
        if message["type"] != "http.response.start":
            return
        given = list(message.get("headers", ()))
        own = any(name.lower() == _POLICY for name, _ in given)
        given += (header for header in SHIELD if not (own and header[0] == _POLICY))
        given.append(_VARY)
        if hsts_seconds > 0 and is_secure(scope, trusted):
            given.append(strict)
        message["headers"] = given

    return add
