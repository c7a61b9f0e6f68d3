"""`decalogo submit`: send files to a running service as one batch."""

import argparse
from pathlib import Path

HELP = "send files to a running service as one batch"


def add_client_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of every command that talks to a running service."""
    parser.add_argument("--url", help="of the service; default: the one on this machine")
    parser.add_argument("--key-file", type=Path, metavar="FILE", help="the key; default: the service's first one")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a plan: PDF or plain text")
    parser.add_argument("--wait", action="store_true", help="follow the batch and show its scorecards")
    add_client_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """0 when the batch was taken in and, if waited for, a document could be evaluated; else 1."""
    # Imported here, so that `--help` does not wait for the client.
    from app.commands.batches import submit  # noqa: PLC0415

    return submit(args)
