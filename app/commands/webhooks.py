"""Webhooks as an operator of this machine sees them, whoever's they are: straight from the store, without a key."""

import argparse

from app.commands.serving import add_service_arguments


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """list, deliveries TENANT WEBHOOK, dead TENANT, redeliver DELIVERY."""
    actions = parser.add_subparsers(dest="action", required=True)
    listed = _action(actions, "list", "every webhook, oldest first; never a secret")
    listed.add_argument("--tenant", help="of this tenant alone")
    deliveries = _action(actions, "deliveries", "the deliveries of a webhook, newest first")
    deliveries.add_argument("tenant", help="whose it is")
    deliveries.add_argument("webhook", help="its id; default stands for the URLs that came with uploads")
    dead = _action(actions, "dead", "deliveries that were given up, the latest first")
    dead.add_argument("tenant", help="whose they are")
    for listing in (deliveries, dead):
        listing.add_argument("--limit", type=int, default=20, help="so many at most (default: 20)")
    again = _action(actions, "redeliver", "deliver once more; a running interface does it at once")
    again.add_argument("delivery", help="its id, which is its webhook-id")


def run(arguments: argparse.Namespace) -> int:
    """Do it, and print a table, or JSON where that is asked for."""
    # Imported here, so that `--help` does not wait for it.
    from app.commands.notifying import act  # noqa: PLC0415

    return act(arguments)


def _action(
    actions: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, line: str
) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=line, description=line)
    parser.add_argument("--json", action="store_true", help="JSON instead of a table")
    add_service_arguments(parser)
    return parser
