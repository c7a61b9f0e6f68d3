"""What `decalogo submit` and `decalogo watch` do: a batch of a running service sent, followed and shown."""

import argparse
import os

from rich.console import Console

from app.commands.client import Client, read_key
from app.commands.following import follow, report
from app.commands.serving import FIRST_KEY
from app.settings import load


def submit(args: argparse.Namespace) -> int:
    """0 when the batch was taken in and, if waited for, a document could be evaluated; else 1."""
    console = Console(highlight=False)
    with open_client(args) as client:
        job = client.submit(args.files).job_id
        console.print(job)
        if not args.wait:
            return 0
        follow(client, job, Console(stderr=True, highlight=False))
        return 0 if report(client.results(job), console) else 1


def watch(args: argparse.Namespace) -> int:
    """0 when a document of the batch could be evaluated, else 1."""
    with open_client(args) as client:
        follow(client, args.job_id, Console(stderr=True, highlight=False))
        return 0 if report(client.results(args.job_id), Console(highlight=False)) else 1


def open_client(args: argparse.Namespace) -> Client:
    """A client for the service that the arguments or the settings name. Raises UnauthorizedError without a key."""
    settings = load(os.environ)  # noqa: TID251 - the settings are loaded from it
    host, port = settings.http.host, settings.http.port
    url = args.url or settings.client.url or f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"  # noqa: S104
    if args.key_file is None and settings.client.key is not None:
        return Client(url, settings.client.key.value)
    return Client(url, read_key(args.key_file or settings.data_dir / FIRST_KEY))
