"""Which URLs may be given for a webhook. Where their names lead is looked at anew with each connection."""

import unicodedata
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

import msgspec

from domain.addresses import Network, may_reach

LONGEST = 2048
_USUAL = {"https": 443, "http": 80}


class UrlPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """What is allowed: `http` beside https, these ports (any when there is none), these networks beside the public."""

    http: bool = False
    ports: tuple[int, ...] = (443,)
    networks: tuple[Network, ...] = ()


def problem_of(url: str, policy: UrlPolicy) -> str | None:
    """Why the URL cannot be a webhook's, in a sentence; None when it can."""
    schemes = ("https", "http") if policy.http else ("https",)
    wrong = f"webhook_url is no valid {' or '.join(s.upper() for s in schemes)} URL"
    try:
        split = urlsplit(url)  # which drops line breaks and tabs without a word
        port = split.port if split.port is not None else _USUAL.get(split.scheme)
        host = unicodedata.normalize("NFKC", split.hostname or "")
    except ValueError:
        return wrong
    if len(url) > LONGEST or not url.isprintable() or " " in url or split.scheme not in schemes or not host:
        return wrong
    if _has_user(split) or not port:
        return wrong
    if policy.ports and port not in policy.ports:
        return f"webhook_url has a port that is not allowed: {port}"
    if _is_number(host) and not may_reach(host, policy.networks):
        return "webhook_url is no address of the public network"
    return None


def _has_user(split: SplitResult) -> bool:
    return "@" in split.netloc


def _is_number(host: str) -> bool:
    """Whether a resolver would read an address in it, in whatever spelling: 127.0.0.1, 127.1, 0x7f.1, 2130706433."""
    try:
        ip_address(host)
    except ValueError:
        last = host.rstrip(".").rpartition(".")[2].lower()
        return last.isdigit() or last.startswith("0x")
    return True
