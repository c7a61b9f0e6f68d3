"""One worker alone; it finds Redis by REDIS_URL, or by the `decalogo up` on the same data folder."""

import argparse
from socket import gethostname

from app.commands.serving import add_service_arguments, environment


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--name --concurrency --data-dir --config."""
    parser.add_argument("--name", help="its id; another worker must not have the same")
    parser.add_argument(
        "--concurrency", help="documents at a time (DECALOGO_CONCURRENCY; default one a core, 8 at most)"
    )
    add_service_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Until SIGTERM or Ctrl-C."""
    # Imported here, so that `--help` does not wait for it.
    import secrets  # noqa: PLC0415

    from app.settings import load  # noqa: PLC0415
    from app.worker import run_worker  # noqa: PLC0415

    settings = load(environment(arguments, concurrency="DECALOGO_CONCURRENCY"), arguments.config)
    return run_worker(settings, arguments.name or f"worker.{secrets.token_hex(2)}@{gethostname()}")
