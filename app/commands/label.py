"""`decalogo label`: the same detectors on single passages, for comparison with readers' labels."""

import argparse
from pathlib import Path

import msgspec

from app.commands.model import add_model_argument
from infra.threads import settle

HELP = "label single passages ({id, text} a line) in the annotation guide's passage format"


class _Row(msgspec.Struct):
    id: str
    text: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("passages", type=Path, metavar="PASSAGES.jsonl")
    parser.add_argument("out", type=Path, metavar="OUT.jsonl")
    add_model_argument(parser)


def run(args: argparse.Namespace) -> int:
    """0 when every passage was labelled."""
    settle()
    # Imported here, so that `--help` does not wait for the detectors.
    from rich.progress import track  # noqa: PLC0415

    from app.evaluator import open_evaluator  # noqa: PLC0415

    rows = [msgspec.json.decode(line, type=_Row) for line in args.passages.read_bytes().splitlines() if line.strip()]
    evaluate = open_evaluator(args.model, threads=args.threads)
    labelled = (evaluate.label(row.id, row.text) for row in rows)
    with args.out.open("wb") as out:
        for label in track(labelled, total=len(rows), description="Labelling", transient=True):
            out.write(msgspec.json.encode(label) + b"\n")
    return 0
