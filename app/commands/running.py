"""What `decalogo run` does: a service of its own, the files through it, their scorecards."""

import argparse
import os
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console

from app.commands.service import (
    PORT_TAKEN,
    Place,
    PortTakenError,
    ended,
    free_port,
    interruptible,
    service,
    until_ready,
)
from app.settings import load
from domain.errors import ValidationFailedError

SAMPLE = Path(__file__).resolve().parents[2] / "samples/plan_san_jacinto_del_rio/plan.pdf"
INTERRUPTED = 130


def start_and_show(args: argparse.Namespace) -> int:
    """0 when it went well, 1 when no document could be evaluated, 3 when the port is taken, 130 when interrupted."""
    console = Console(highlight=False)
    settings = load(os.environ)  # noqa: TID251 - the settings are loaded from it
    files = args.files or [SAMPLE]
    _demand_files(files)
    host, port = settings.http.host, settings.http.port if args.port is None else args.port
    try:
        with interruptible():
            place = Place(host=host, port=free_port(host, port), data=(args.data or settings.data_dir).resolve())
            return _session(place, files, console, once=args.once)
    except KeyboardInterrupt:
        console.print("\nStopped.")
        return INTERRUPTED
    except PortTakenError as error:
        console.print(f"[red]{error.message}[/]")
        return PORT_TAKEN


def _session(place: Place, files: Sequence[Path], console: Console, *, once: bool) -> int:
    begin = time.monotonic()
    with ExitStack() as stack:
        with console.status("Starting Valkey, the interface and a worker"):
            process = stack.enter_context(service(place))
            # Imported while the service starts: a client and its tables take a moment of their own.
            from app.commands.session import evaluate  # noqa: PLC0415

            until_ready(process, place)
        console.print(f"The service is ready at {place.url} ({time.monotonic() - begin:.1f} s).\n")
        evaluated = evaluate(process, place, files, console, stays=not once)
        if not once:
            console.print(f"The service stays up at {place.url}. Ctrl-C ends it.")
            process.wait()
            raise ended(process, place)
        console.print("Stopping.")
    return 0 if evaluated else 1


def _demand_files(files: Sequence[Path]) -> None:
    """Raise before anything starts when a file is not there."""
    for file in files:
        if not file.is_file():
            raise ValidationFailedError(f"There is no file {file}.", file=str(file))
