"""The knobs of webhooks."""

from pathlib import Path

import msgspec


class Webhooks(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How ends of batches are told, and where to. Lists have commas."""

    public_url: str = ""
    """Where callers reach this service, `https://pdm.example.org`: it stands before the results_url of a webhook."""
    senders: int = 16
    """Deliveries that an interface has under way at a time; with 0 it delivers none, and another one does."""
    senders_each: int = 4
    """And of these for one receiver."""
    poll_seconds: float = 0.5
    timeout_seconds: float = 15.0
    """An attempt takes no longer, from the look at the name to the head of the answer."""
    retry_seconds: str = "5,300,1800,7200,18000,36000,50400,72000,86400"
    """How long to wait after each failure, a tenth more or less: 75 hours in all."""
    disable_after_days: float = 5.0
    log_days: float = 30.0
    overlap_seconds: float = 86400.0
    """How long a secret that was replaced goes on signing beside the new one."""
    most: int = 20
    """Webhooks of one tenant."""
    http: bool = False
    """Whether receivers may be reached without TLS."""
    ports: str = "443"
    """Ports that receivers may have; none means any."""
    networks: str = ""
    """Networks that receivers may be in beside the public one: `10.1.0.0/16,fd12::/64`."""
    ca_file: Path | None = None
    """Certificates of authorities that are trusted beside those of the world."""
