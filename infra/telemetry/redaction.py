"""Takes secrets and addresses out of log events, wherever in them they are."""

import re
from collections.abc import Mapping, MutableMapping
from functools import lru_cache
from typing import Any

_SECRET_NAMES = re.compile(r"authorization|password|secret|token|api_?key|cookie|email", re.IGNORECASE)
_BEARER = re.compile(r"(?i)\bbearer\s+\S+")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_URL_PASSWORD = re.compile(r"(?<=://)([^:/@\s]*):[^@/\s]+@")
_KEY = re.compile(r"\b(dk|whsec)_[\w+/=-]{16,}")
"""Our keys and webhooks' secrets, wherever a caller may have put them: in a path, a name."""
_PERHAPS = re.compile(r"(?i)@|bearer|(?-i:dk_|whsec_)")
"""No value without one of these has a secret or an address in it: most are let go after one look."""


def redacted(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The event without them; a structlog processor."""
    for name, value in event.items():
        event[name] = _clean(name, value)
    return event


def _clean(name: str, value: Any) -> Any:
    if value and _is_secret(name):
        return "[redacted]"
    if isinstance(value, str):
        if not _PERHAPS.search(value):
            return value
        told = _KEY.sub(r"\1_[redacted]", _BEARER.sub("Bearer [redacted]", value))
        return _URL_PASSWORD.sub(r"\1:[redacted]@", _EMAIL.sub("[email]", told))
    if isinstance(value, Mapping):
        return {key: _clean(str(key), item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(name, item) for item in value]
    return value


@lru_cache(1024)
def _is_secret(name: str) -> bool:
    return _SECRET_NAMES.search(name) is not None
