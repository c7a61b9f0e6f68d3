"""Who is at the other end: the peer, or the one for whom a trusted proxy speaks.

uvicorn's own reading of X-Forwarded-For was left out: it takes the last of several such headers, hands on what is no
address, and does not know a proxy again whose IPv4 address a socket of both families shows as IPv6.
"""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, TypeAlias

import msgspec

from domain.errors import SettingsError

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network
_MOST_HOPS = 32
_SITE_BITS = 64
_OVER_TLS = (b"x-forwarded-proto", b"https")


class Proxies(msgspec.Struct, frozen=True):
    """The networks whose word about others is taken; none by default."""

    networks: tuple[Network, ...] = ()

    def __contains__(self, address: Address) -> bool:
        return any(address.version == network.version and address in network for network in self.networks)


def proxies(setting: str) -> Proxies:
    """The proxies of a setting: addresses and networks, separated by commas. Raises SettingsError."""
    words = (word.strip() for word in setting.split(","))
    try:
        return Proxies(tuple(ip_network(word) for word in words if word))
    except ValueError as error:
        raise SettingsError(f"A trusted proxy is an address or a network: {error}.", setting=setting) from error


def peer_of(client: tuple[str, int] | None) -> Address | None:
    """The address of whoever opened the connection."""
    return address_of(client[0]) if client else None


def client(scope: Any, trusted: Proxies) -> Address | None:
    """The address of the caller of an ASGI scope; None where there is none, as on a Unix socket. IPv4 in IPv6 is IPv4.

    Each proxy adds at the end the peer that it saw, so that the list is read from its end for as long as trusted ones
    speak. Where one of them wrote what is no address, it stands for its callers itself.
    """
    at = peer_of(scope.get("client"))
    if at is None or at not in trusted:
        return at
    for word in _forwarded(scope["headers"]):
        before = address_of(word)
        if before is None:
            return at
        at = before
        if at not in trusted:
            return at
    return at


def is_secure(scope: Any, trusted: Proxies) -> bool:
    """Whether the caller came over TLS: to us, or to the trusted proxy that says so."""
    if scope.get("scheme") == "https":
        return True
    at = peer_of(scope.get("client")) if trusted.networks else None
    return at is not None and at in trusted and any(header == _OVER_TLS for header in scope["headers"])


def site_of(address: Address) -> Network:
    """What one caller may well have all of: the IPv4 address, or the /64 of the IPv6 one."""
    return ip_network((address, _SITE_BITS if address.version == 6 else 32), strict=False)


def _forwarded(headers: Iterable[tuple[bytes, bytes]]) -> list[str]:
    """The hops that the headers tell, the nearest first."""
    told = b",".join(value for name, value in headers if name == b"x-forwarded-for").decode("latin-1")
    return told.split(",")[: -_MOST_HOPS - 1 : -1] if told else []


def address_of(word: str) -> Address | None:
    """The address without its port and zone; None for what is none."""
    text = word.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found
