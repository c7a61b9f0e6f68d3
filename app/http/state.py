"""What the application holds for its handlers.

They ask for it here: as dependencies of the framework, two of them cost a task group and half of a status request.
"""

from typing import Any

from litestar.connection import ASGIConnection

from app.usecases.observe import Probe
from app.usecases.services import Services

Connection = ASGIConnection[Any, Any, Any, Any]


def services_of(connection: Connection) -> Services:
    """The services that opened with the application."""
    services: Services = connection.app.state.services
    return services


def probe_of(connection: Connection) -> Probe:
    """Who looks at the health in the background."""
    probe: Probe = connection.app.state.probe
    return probe
