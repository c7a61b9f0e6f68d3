"""What a worker and its evaluating child say to each other: frames of msgpack over a socket pair."""

from importlib import import_module
from struct import Struct
from typing import Any, TypeAlias

import msgspec

from domain import errors
from domain.errors import DecalogoError, DefectError
from domain.options import Options
from domain.ports import Outcome, StageFact

LENGTH = Struct("!Q")


class Start(msgspec.Struct, frozen=True, tag=True):
    """Load: call `factory` ("module:function") with `argument`."""

    factory: str
    argument: bytes
    path: tuple[str, ...]


class Work(msgspec.Struct, frozen=True, tag=True):
    """Evaluate one document, in `soft_seconds` at most."""

    data: bytes
    name: str
    options: Options
    soft_seconds: float


class Ready(msgspec.Struct, frozen=True, tag=True):
    """The child has loaded."""


class Began(msgspec.Struct, frozen=True, tag=True):
    """A flow begins."""

    flow: str


class Ended(msgspec.Struct, frozen=True, tag=True):
    """A flow has ended."""

    fact: StageFact


class Done(msgspec.Struct, frozen=True, tag=True):
    """The document is evaluated."""

    outcome: Outcome


class Failed(msgspec.Struct, frozen=True, tag=True):
    """It is not: an error of `domain.errors` by its class name, or any other one as a defect."""

    kind: str
    message: str
    facts: dict[str, Any]


ToChild: TypeAlias = Start | Work
FromChild: TypeAlias = Ready | Began | Ended | Done | Failed


def decode_to_child(data: bytes) -> ToChild:
    """The message in a frame's body."""
    message: ToChild = msgspec.msgpack.decode(data, type=ToChild)
    return message


def decode_from_child(data: bytes) -> FromChild:
    """The message in a frame's body."""
    message: FromChild = msgspec.msgpack.decode(data, type=FromChild)
    return message


def frame(message: ToChild | FromChild) -> bytes:
    """The message with its length before it."""
    body = msgspec.msgpack.encode(message)
    return LENGTH.pack(len(body)) + body


def failure(error: BaseException) -> Failed:
    """An error as it travels."""
    if isinstance(error, DecalogoError) and getattr(errors, type(error).__name__, None) is type(error):
        return Failed(type(error).__name__, error.message, dict(error.facts))
    return Failed(DefectError.__name__, f"{type(error).__name__}: {error}", {"exception": type(error).__name__})


def error_of(failed: Failed) -> DecalogoError:
    """The error that travelled."""
    kind: type[DecalogoError] = getattr(errors, failed.kind)
    return kind(failed.message, **failed.facts)


def named(dotted: str) -> Any:
    """What "module:function" names."""
    module, _, name = dotted.partition(":")
    return getattr(import_module(module), name)
