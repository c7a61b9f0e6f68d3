"""`decalogo watch`: follow a batch of a running service and show its scorecards."""

import argparse

from rich.console import Console

from app.commands.following import follow, report
from app.commands.submit import add_client_arguments, open_client

HELP = "follow a batch and show its scorecards"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("job_id", metavar="JOB_ID")
    add_client_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """0 when a document of the batch could be evaluated, else 1."""
    with open_client(args) as client:
        follow(client, args.job_id, Console(stderr=True, highlight=False))
        return 0 if report(client.results(args.job_id), Console(highlight=False)) else 1
