"""At the door, before anything of a body is read: is there room, who calls, may he, and how much.

In this order: the process has a place free (status reads have a reserve); the address is not blocked; there is a key;
without one, the address has not asked too often; the tenant is not at work on too much at once, and its buckets have
enough left; the key carries the scope.
"""

from collections import Counter
from collections.abc import MutableMapping
from typing import Any, TypeAlias

import structlog
from litestar.connection import ASGIConnection

from app.http.clients import Address, Proxies, client, site_of
from app.http.state import services_of
from app.usecases.limits import refusal
from app.usecases.services import Services
from domain.access_errors import OverloadedError, TooManyAtOnceError
from domain.errors import BackendUnavailableError, ForbiddenError, UnauthorizedError
from domain.limits import Caller, Decision, Endpoint
from domain.records import Key
from domain.records import Scope as KeyScope

DECISION = "limit_decision"
"""Under this name the decision over a request is in its state, for the headers of the answer."""
_PLACE = "place_held"
_State: TypeAlias = MutableMapping[str, Any]
_Connection: TypeAlias = ASGIConnection[Any, Any, Any, Any]


class Load:
    """Requests that are being served: at most so many, some places for status reads alone, so many a tenant."""

    def __init__(self, *, at_once: int, reserve: float, tenant_at_once: int) -> None:
        self._most = at_once
        self._others = max(1, round(at_once * (1 - min(1.0, max(0.0, reserve)))))
        self._tenant_most = tenant_at_once
        self.running = 0
        self._tenants: Counter[str] = Counter()

    def enter(self, state: _State, *, reserved: bool) -> None:
        """Take a place. Raises OverloadedError when none is left for such a request."""
        most = self._most if reserved else self._others
        if self.running >= most:
            raise OverloadedError(maximum=most, retry_after_seconds=1)
        self.running += 1
        state[_PLACE] = ""

    def charge(self, state: _State, tenant: str) -> None:
        """Count the place for a tenant. Raises TooManyAtOnceError when it has too many."""
        if self._tenants[tenant] >= self._tenant_most:
            raise TooManyAtOnceError(maximum=self._tenant_most, retry_after_seconds=1)
        self._tenants[tenant] += 1
        state[_PLACE] = tenant

    def leave(self, state: _State) -> None:
        """The request was answered."""
        tenant = state.pop(_PLACE, None)
        if tenant is None:
            return
        self.running -= 1
        if tenant:
            self._tenants[tenant] -= 1
            if not self._tenants[tenant]:
                del self._tenants[tenant]


class Door:
    """`trusted` proxies are believed about who calls; `spared` addresses are neither limited nor blocked."""

    def __init__(self, trusted: Proxies, *, spared: Proxies, load: Load) -> None:
        self._trusted = trusted
        self._spared = spared
        self.load = load

    def caller(self, scope: Any) -> Caller:
        """Who sent a request."""
        address = client(scope, self._trusted)
        return Caller(group_of(address), spared=address is not None and address in self._spared)

    async def admit(self, connection: _Connection, *, scope: KeyScope, endpoint: Endpoint, lasting: bool) -> Key:
        """The key of a request that may be served. Raises what refuses it; `lasting` ones hold no place."""
        services, state = services_of(connection), connection.scope["state"]
        if not lasting:
            self.load.enter(state, reserved=endpoint == "status")
        given = _secret_of(connection.headers.get("authorization", ""))
        key = services.keys.find(given, services.clock.now()) if given else None
        if key is None and not services.keys.known:
            raise BackendUnavailableError("The keys could not be read yet.", backend="storage", retry_after_seconds=5)
        if key is None:
            await _turn_away(services, self.caller(connection.scope), state, wrong_key=bool(given))
            raise UnauthorizedError
        services.suspicion.demand_welcome(self.caller(connection.scope), key)
        structlog.contextvars.bind_contextvars(tenant=key.tenant)
        if not lasting:
            self.load.charge(state, key.tenant)
        _demand(state, await services.limits.draw(key, endpoint))
        if scope not in key.scopes:
            raise ForbiddenError(f"The key {key.id} does not carry the scope {scope}.", scope=scope)
        return key

    async def note_stray(self, services: Services, scope: Any) -> None:
        """Somebody asked for a path that is none."""
        given = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"authorization"), "")
        if not services.keys.find(_secret_of(given), services.clock.now()):
            await services.suspicion.strike(self.caller(scope), "unknown_path")


def group_of(address: Address | None) -> str:
    """What is counted as one caller, as text. All who come through a unix socket are one."""
    if address is None:
        return "unknown"
    return str(address) if address.version == 4 else str(site_of(address))


def door_of(connection: _Connection) -> Door:
    """The door of the application."""
    door: Door = connection.app.state.door
    return door


async def _turn_away(services: Services, caller: Caller, state: _State, *, wrong_key: bool) -> None:
    """Raise what refuses a request without a valid key more strongly than that; note what is suspicious of it."""
    services.suspicion.demand_welcome(caller, None)
    decision = await services.limits.draw_as_stranger(caller, penalised=services.suspicion.penalised(caller))
    if not decision.allowed:
        await services.suspicion.strike(caller, "too_many_requests")
    elif wrong_key:
        await services.suspicion.strike(caller, "unknown_key")
    _demand(state, decision)


def _demand(state: _State, decision: Decision) -> None:
    state[DECISION] = decision
    if not decision.allowed:
        raise refusal(decision)


def _secret_of(authorization: str) -> str:
    kind, _, secret = authorization.partition(" ")
    return secret.strip() if kind.lower() == "bearer" else ""
