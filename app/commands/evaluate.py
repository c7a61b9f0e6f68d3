"""`decalogo evaluate`: the evaluation in this process, without a server."""

import argparse
from pathlib import Path

from app.commands.model import add_model_argument
from infra.threads import settle

HELP = "evaluate files in this process, without a server"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a plan: PDF or plain text")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="where <stem>.json and <stem>.theory.svg go"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON line a file instead of a table")
    parser.add_argument(
        "--labels", type=Path, metavar="DIR", help="write <stem>.jsonl in the annotation guide's plan format"
    )
    add_model_argument(parser)


def run(args: argparse.Namespace) -> int:
    """0 when every file was evaluated, 1 when one was not."""
    settle()
    # Imported here, so that `--help` does not wait for the detectors.
    from app.commands.evaluating import evaluate_files  # noqa: PLC0415

    return evaluate_files(args)
