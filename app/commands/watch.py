"""`decalogo watch`: follow a batch of a running service and show its scorecards."""

import argparse

from app.commands.submit import add_client_arguments

HELP = "follow a batch and show its scorecards"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("job_id", metavar="JOB_ID")
    add_client_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """0 when a document of the batch could be evaluated, else 1."""
    # Imported here, so that `--help` does not wait for the client.
    from app.commands.batches import watch  # noqa: PLC0415

    return watch(args)
