"""Bearer keys of this data folder: create one, list them all. A running service sees a new key at once."""

import argparse
import sys

from app.commands.serving import add_service_arguments, environment


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """create NAME, or list."""
    actions = parser.add_subparsers(dest="action", required=True)
    create = actions.add_parser("create", help="a new key; its secret is shown this once")
    create.add_argument("name", help="what it is for")
    create.add_argument("--tenant", default="default", help="whose jobs it sees (default: default)")
    create.add_argument("--scopes", default="submit,read", help="submit, read, operate (default: submit,read)")
    create.add_argument("--tier", default="default", help="default, premium or enterprise")
    add_service_arguments(create)
    add_service_arguments(actions.add_parser("list", help="every key, without its secret"))


def run(arguments: argparse.Namespace) -> int:
    """Print the secret of the new key, or a line a key."""
    from app.container import new_key, open_keys  # noqa: PLC0415 - it brings every adapter
    from app.settings import load  # noqa: PLC0415 - same
    from infra.clock_system import SystemClock  # noqa: PLC0415 - same

    keys = open_keys(load(environment(arguments), arguments.config))
    if arguments.action == "create":
        named = {name: getattr(arguments, name) for name in ("name", "tenant", "scopes", "tier")}
        key, secret = new_key(SystemClock(), keys, **named)
        sys.stderr.write(f"{key.id} for tenant {key.tenant}; this is the only time that its secret is shown:\n")
        sys.stdout.write(f"{secret}\n")
        return 0
    for key in keys.all():
        scopes = ",".join(key.scopes)
        sys.stdout.write(
            f"{key.id}  {key.created_at:%Y-%m-%d}  {key.tenant:16}  {key.tier:10}  {scopes:22}  {key.name}\n"
        )
    return 0
