"""What `decalogo keys` does, on the store that the service of this data folder uses."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta

from app.commands.serving import environment
from app.keyring import open_keys
from app.settings import load
from app.usecases.keys import Wish, create_key, revoke_key, rotate_key
from domain.errors import SettingsError
from domain.keys import KeptKey
from domain.records import Key
from infra.clock_system import SystemClock


def run_keys(arguments: argparse.Namespace) -> int:
    """Print the secret of the new key on standard output, or a line a key."""
    return asyncio.run(_run(arguments))


async def _run(arguments: argparse.Namespace) -> int:
    keys, clock = open_keys(load(environment(arguments), arguments.config)), SystemClock()
    if arguments.action == "list":
        await keys.refresh()
        _show(keys.all(), clock.now())
    elif arguments.action == "revoke":
        await revoke_key(clock, keys, arguments.id)
        sys.stderr.write(f"{arguments.id} opens nothing any more.\n")
    elif arguments.action == "rotate":
        if not 0 <= arguments.grace_hours <= 24 * 366:
            raise SettingsError("The old key is good for 0 hours to a year yet.")
        made = await rotate_key(clock, keys, arguments.id, grace=timedelta(hours=arguments.grace_hours))
        sys.stderr.write(f"{arguments.id} is good for {arguments.grace_hours:g} hours yet.\n")
        _tell(*made)
    else:
        wish = Wish(**{name: getattr(arguments, name) for name in ("name", "tenant", "scopes", "tier", "days")})
        created = await create_key(clock, keys, wish)
        assert created is not None  # its id is random
        _tell(*created)
    return 0


def _tell(key: Key, secret: str) -> None:
    sys.stderr.write(f"{key.id} for tenant {key.tenant}; this is the only time that its secret is shown:\n")
    sys.stdout.write(f"{secret}\n")


def _show(keys: Sequence[KeptKey], now: datetime) -> None:
    for kept in keys:
        key = kept.key
        used = f"{kept.used_at:%Y-%m-%d %H:%M}" if kept.used_at else "never"
        sys.stdout.write(
            f"{key.id:12}  {key.created_at:%Y-%m-%d}  {_state(kept, now):18}  {key.tenant:16}  {key.tier:10}  "
            f"{','.join(key.scopes):19}  used {used:16}  {key.name}\n"
        )


def _state(kept: KeptKey, now: datetime) -> str:
    """good, until when, or why it is not."""
    if kept.revoked_at is not None:
        return "revoked"
    if kept.expires_at is None:
        return "good"
    return f"until {kept.expires_at:%Y-%m-%d}" if kept.good(now) else "replaced" if kept.replaced_by else "expired"
