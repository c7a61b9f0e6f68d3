"""Structured logs on standard error: JSON lines or console, with trace ids and without secrets."""

import json
import logging
import os
import sys
from collections.abc import Callable, Mapping, MutableMapping
from contextlib import suppress
from typing import Any

import msgspec
import structlog

from infra.telemetry.redaction import redacted

_Event = MutableMapping[str, Any]
_TRACEBACKS = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)  # locals hold settings and documents
)


def configure(*, level: str, form: str, bound: Mapping[str, str], trace_ids: Callable[[], Mapping[str, str]]) -> None:
    """Set up logging for this process, the libraries' too. `form` is json, console or auto (console on a terminal)."""
    console = form == "console" or (form == "auto" and sys.stderr.isatty())

    def add_context(_: Any, __: str, event: _Event) -> _Event:
        event.update(trace_ids())
        for name, value in (("category", "app"), *bound.items()):
            event.setdefault(name, value)
        return event

    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="timestamp"),
        add_context,
        redacted,
    ]
    if console:
        last: list[structlog.typing.Processor] = [structlog.dev.ConsoleRenderer()]
    else:
        last = [_TRACEBACKS, structlog.processors.JSONRenderer(serializer=_json)]
    structlog.configure(
        # Straight to the file: the way through the standard library costs three times as much a line.
        processors=[*shared, *last, _as_bytes],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=_Lines,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.__stderr__)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "arq"):
        library = logging.getLogger(name)
        library.handlers.clear()
        library.propagate = True
        library.setLevel(level if level == "DEBUG" else "WARNING")


class _Lines:
    """Standard error, a write a line. A log that takes nothing more, a full disk, is no reason to stop working."""

    def __init__(self, *_: Any) -> None:
        pass

    def msg(self, line: bytes) -> None:
        """Write it."""
        with suppress(OSError):
            os.write(2, line + b"\n")

    debug = info = warning = error = critical = exception = log = msg


def _json(event: Any, *, default: Callable[[Any], Any]) -> str:
    """The event as one line. What is no Unicode, as a file's name may be, is written with escapes."""
    try:
        return msgspec.json.encode(event, enc_hook=default).decode()
    except UnicodeEncodeError:
        return json.dumps(event, default=default)


def _as_bytes(_: Any, __: str, line: Any) -> bytes:
    return str(line).encode(errors="backslashreplace")
