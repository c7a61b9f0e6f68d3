"""Which addresses of the network a stranger may send this service to."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias

Network: TypeAlias = IPv4Network | IPv6Network

_UNICAST = IPv6Network("2000::/3")
"""All of IPv6 that is handed out to the world; what lies outside is local, a translation, or nobody's."""
_NAT64 = IPv6Network("64:ff9b::/96")
_NOBODYS: Sequence[Network] = (
    IPv4Network("192.88.99.0/24"),  # relays of 6to4, given up
    IPv4Network("192.0.0.0/24"),  # protocol assignments, some of which Python takes for global
    IPv6Network("3fff::/20"),  # documentation, which Python 3.11 does not know yet
)


def is_public(address: str) -> bool:
    """Whether it is an address of the open network. One that carries an IPv4 address is what that one is.

    What is no address is not public.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        carried = _carried(found)
        if carried is None and found not in _UNICAST:
            return False
        found = carried or found
    plain = found.is_global and not found.is_multicast and not found.is_reserved
    return plain and not any(found in network for network in _NOBODYS if network.version == found.version)


def may_reach(address: str, networks: Sequence[Network]) -> bool:
    """Whether it is public, or in one of the networks that were allowed by name."""
    if is_public(address):
        return True
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in networks if network.version == found.version)


def networks_of(text: str) -> tuple[Network, ...]:
    """The networks of a list with commas. Raises ValueError."""
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def _carried(address: IPv6Address) -> IPv4Address | None:
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    return IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else None
