"""Who asks: a bearer key, and what it may do."""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import HTTPRouteHandler
from litestar.handlers.base import BaseRouteHandler
from litestar.types import Guard, Method

from app.http.door import door_of
from domain.limits import Endpoint
from domain.records import Key
from domain.records import Scope as KeyScope

READ: tuple[Method, ...] = ("GET", "HEAD")
"""The methods of a route that only reads."""

_Connection = ASGIConnection[Any, Any, Any, Any]


class Keyed(HTTPRouteHandler):
    """A route with guards. The framework hands each guard a copy of the route, which takes longer than the guard."""

    async def authorize_connection(self, connection: _Connection) -> None:
        """Let the guards see the route itself; ours do not look at it."""
        for guard in self.resolve_guards():
            await guard(connection, self)  # type: ignore[misc]  # all of ours are async


def requires(scope: KeyScope, draws: Endpoint = "requests", *, lasting: bool = False) -> Guard:
    """A guard that lets a request with a key of this scope pass, before anything of its body is read.

    It draws from the bucket of that name. A `lasting` request takes no place from the others.
    """

    async def guard(connection: _Connection, _handler: BaseRouteHandler) -> None:
        # Async, because a blocking one would run in a thread and bind the tenant to the logs of nobody.
        door = door_of(connection)
        connection.state.key = await door.admit(connection, scope=scope, endpoint=draws, lasting=lasting)

    return guard


def key_of(connection: _Connection) -> Key:
    """The key that the guard found."""
    key: Key = connection.state.key
    return key
