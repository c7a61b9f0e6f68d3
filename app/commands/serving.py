"""What the commands that run a service share: their arguments, signals, and the port."""

import argparse
import os
import signal
import socket
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio

EXIT_PORT_TAKEN = 3
_LAST_PORT = 65535
FIRST_KEY = "first_key"
"""The file in the data folder that a service leaves its first key in."""


def add_service_arguments(parser: argparse.ArgumentParser) -> None:
    """--data-dir and --config; the rest is environment."""
    parser.add_argument("--data-dir", help="where everything is kept (DECALOGO_DATA_DIR; default .var)")
    parser.add_argument("--config", type=Path, help="a settings file in JSON; the environment stands above it")


def add_action(
    actions: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, line: str
) -> argparse.ArgumentParser:
    """What an operator asks of a service beside it, as a table or as JSON."""
    parser = actions.add_parser(name, help=line, description=line)
    parser.add_argument("--json", action="store_true", help="JSON instead of a table")
    add_service_arguments(parser)
    return parser


def add_address_arguments(parser: argparse.ArgumentParser) -> None:
    """--host and --port."""
    parser.add_argument("--host", help="where to listen (DECALOGO_HOST; default 127.0.0.1)")
    parser.add_argument("--port", help="the port (DECALOGO_PORT; default 8000; 0 takes a free one)")


def environment(arguments: argparse.Namespace, **names: str) -> dict[str, str]:
    """The environment with the arguments over it: what a child process gets. `names` is argument -> variable."""
    over = {variable: getattr(arguments, name, None) for name, variable in names.items()}
    over["DECALOGO_DATA_DIR"] = arguments.data_dir
    return {**os.environ, **{k: str(v) for k, v in over.items() if v is not None}}  # noqa: TID251 - read once


def listen(host: str, port: int) -> socket.socket | None:
    """A socket that listens, or None when the port is taken; then it has been said."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    why: str | None = "it is no port"
    try:
        if 0 <= port <= _LAST_PORT:
            return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        why = error.strerror
    sys.stderr.write(f"decalogo: cannot listen on {host}:{port}: {why}. Choose another port with --port.\n")
    return None


def run_until_signal(main: Coroutine[Any, Any, int], stop: "asyncio.Event") -> int:
    """Run on a fast loop; SIGINT and SIGTERM set `stop`."""
    # Imported here: the commands that run no server need not wait for it.
    import asyncio  # noqa: PLC0415

    import uvloop  # noqa: PLC0415

    async def watched() -> int:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
        return await main

    return uvloop.run(watched())
