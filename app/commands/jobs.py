"""Batches as an operator of this machine sees them, whoever's they are: straight from the store, without a key."""

import argparse

from app.commands import keeping
from app.commands.serving import add_action


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """list, show JOB, cancel JOB, retry JOB, sweep, dead; archive, backup, restore."""
    actions = parser.add_subparsers(dest="action", required=True)
    listed = add_action(actions, "list", "every batch, newest first")
    listed.add_argument("--tenant", help="of this tenant alone")
    listed.add_argument("--state", action="append", default=[], help="queued, processing, completed, failed, cancelled")
    listed.add_argument("--limit", type=int, default=20, help="1 to 100 (default: 20)")
    listed.add_argument("--cursor", help="where the page before ended")
    for name, line in (
        ("show", "one batch with each of its documents"),
        ("cancel", "stop a batch; what is done stays"),
        ("retry", "queue again what failed or was cancelled"),
    ):
        add_action(actions, name, line).add_argument("job", help="its id")
    add_action(actions, "sweep", "put right now what a death left, instead of waiting for it")
    dead = add_action(actions, "dead", "documents that were given up, with the reason")
    dead.add_argument("--tenant", help="of this tenant alone")
    dead.add_argument("--limit", type=int, default=100, help="so many at most (default: 100)")
    keeping.add_verbs(actions)


def run(arguments: argparse.Namespace) -> int:
    """Do it, and print a table, or JSON where that is asked for."""
    if arguments.action in keeping.VERBS:
        return keeping.run(arguments)
    # Imported here, so that `--help` does not wait for it.
    from app.commands.operating import operate  # noqa: PLC0415

    return operate(arguments)
