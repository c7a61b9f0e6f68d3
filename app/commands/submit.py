"""`decalogo submit`: send files to a running service as one batch."""

import argparse
import os
from pathlib import Path

from rich.console import Console

from app.commands.client import Client, read_key
from app.commands.following import follow, report
from app.settings import load

HELP = "send files to a running service as one batch"
FIRST_KEY = "first_key"
"""The file in the data folder that a service leaves its first key in."""


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
    console = Console(highlight=False)
    with open_client(args) as client:
        job = client.submit(args.files).job_id
        console.print(job)
        if not args.wait:
            return 0
        follow(client, job, Console(stderr=True, highlight=False))
        return 0 if report(client.results(job), console) else 1


def open_client(args: argparse.Namespace) -> Client:
    """A client for the service that the arguments or the settings name. Raises UnauthorizedError without a key."""
    settings = load(os.environ)  # noqa: TID251 - the settings are loaded from it
    host, port = settings.http.host, settings.http.port
    url = args.url or settings.client.url or f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"  # noqa: S104
    if args.key_file is None and settings.client.key is not None:
        return Client(url, settings.client.key.value)
    return Client(url, read_key(args.key_file or settings.data_dir / FIRST_KEY))
