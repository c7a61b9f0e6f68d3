"""Bearer keys of a service: create, list, revoke, rotate. One that runs sees it within a second or so."""

import argparse

from app.commands.serving import add_service_arguments


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """create NAME, list, revoke ID or rotate ID."""
    actions = parser.add_subparsers(dest="action", required=True)
    create = actions.add_parser("create", help="a new key; its secret is shown this once")
    create.add_argument("name", help="what it is for")
    create.add_argument("--tenant", default="default", help="whose jobs it sees (default: default)")
    create.add_argument("--scopes", default="submit,read", help="submit, read, operate (default: submit,read)")
    create.add_argument("--tier", default="default", help="default, premium or enterprise")
    create.add_argument("--days", type=float, help="how long it is good (default: until it is revoked)")
    listed = actions.add_parser("list", help="every key, without its secret: state, tenant, tier, scopes, last use")
    revoke = actions.add_parser("revoke", help="end a key now")
    revoke.add_argument("id", help="of the key, as the list has it")
    rotate = actions.add_parser("rotate", help="a new key in the place of one, which is good for a while yet")
    rotate.add_argument("id", help="of the key, as the list has it")
    rotate.add_argument("--grace-hours", type=float, default=24.0, help="how long the old one is good (default: 24)")
    for action in (create, listed, revoke, rotate):
        add_service_arguments(action)


def run(arguments: argparse.Namespace) -> int:
    """0, or 1 when there is no such key."""
    # Imported here, so that `--help` does not wait for it.
    from app.commands.keyring import run_keys  # noqa: PLC0415

    return run_keys(arguments)
