"""`decalogo run`: start everything, submit, show, stay."""

import argparse
from pathlib import Path

HELP = "start everything, submit files (default: the sample plan), show the scorecards, stay"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="a plan: PDF or plain text")
    parser.add_argument("--once", action="store_true", help="stop everything after the scorecards")
    parser.add_argument("--port", type=int, help="of the interface")
    parser.add_argument(
        "--data-dir", "--data", dest="data", type=Path, metavar="DIR", help="where jobs, results and the key are kept"
    )


def run(args: argparse.Namespace) -> int:
    """0 when it went well, 1 when no document could be evaluated, 3 when the port is taken, 130 when interrupted."""
    # Imported here, so that `--help` does not wait for it.
    from app.commands.running import start_and_show  # noqa: PLC0415

    return start_and_show(args)
