"""The interface alone; Redis and workers are elsewhere."""

import argparse
import sys

from app.commands.serving import (
    EXIT_PORT_TAKEN,
    add_address_arguments,
    add_service_arguments,
    environment,
    listen,
    run_until_signal,
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--host --port --data-dir --config."""
    add_address_arguments(parser)
    add_service_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Until Ctrl-C."""
    # Imported here, so that `--help` does not wait for the server.
    import asyncio  # noqa: PLC0415

    from app.container import redis_url  # noqa: PLC0415
    from app.main import create_app, serve  # noqa: PLC0415
    from app.settings import load  # noqa: PLC0415

    settings = load(environment(arguments, host="DECALOGO_HOST", port="DECALOGO_PORT"), arguments.config)
    redis_url(settings)  # without one nothing starts, and it is said here rather than from within the server
    listener = listen(settings.http.host, settings.http.port)
    if listener is None:
        return EXIT_PORT_TAKEN
    stop = asyncio.Event()

    async def serving() -> int:
        await serve(create_app(settings), listener, stop, on_ready=lambda: None)
        return 0

    with listener:
        host, port = listener.getsockname()[:2]
        sys.stdout.write(f"DECALOGO listens on {host}:{port}\n")
        sys.stdout.flush()
        return run_until_signal(serving(), stop)
