"""Embedded Valkey, the interface and the workers in one command; Ctrl-C ends all of them."""

import argparse

from app.commands.serving import add_address_arguments, add_service_arguments


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--host --port --workers --data-dir --config."""
    add_address_arguments(parser)
    parser.add_argument("--workers", help="worker processes (DECALOGO_WORKERS; default 1)")
    add_service_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Until Ctrl-C."""
    # Imported here, so that `--help` does not wait for it.
    from app.commands.supervising import supervise  # noqa: PLC0415

    return supervise(arguments)
