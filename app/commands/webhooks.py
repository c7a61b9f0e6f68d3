"""Webhooks as an operator of this machine sees them, whoever's they are: straight from the store, without a key."""

import argparse

from app.commands.serving import add_action


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """list, deliveries TENANT WEBHOOK, dead TENANT, redeliver DELIVERY."""
    actions = parser.add_subparsers(dest="action", required=True)
    listed = add_action(actions, "list", "every webhook, oldest first; never a secret")
    listed.add_argument("--tenant", help="of this tenant alone")
    deliveries = add_action(actions, "deliveries", "the deliveries of a webhook, newest first")
    deliveries.add_argument("tenant", help="whose it is")
    deliveries.add_argument("webhook", help="its id; default stands for the URLs that came with uploads")
    dead = add_action(actions, "dead", "deliveries that were given up, the latest first")
    dead.add_argument("tenant", help="whose they are")
    for listing in (deliveries, dead):
        listing.add_argument("--limit", type=int, default=20, help="so many at most (default: 20)")
    again = add_action(actions, "redeliver", "deliver once more; a running interface does it at once")
    again.add_argument("delivery", help="its id, which is its webhook-id")


def run(arguments: argparse.Namespace) -> int:
    """Do it, and print a table, or JSON where that is asked for."""
    # Imported here, so that `--help` does not wait for it.
    from app.commands.notifying import act  # noqa: PLC0415

    return act(arguments)
