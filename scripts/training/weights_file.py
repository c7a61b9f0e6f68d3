"""Fitted weights as a file: sorted, one a line, so that what changed shows in a diff."""

from pathlib import Path

import msgspec


def write(target: Path, model: msgspec.Struct) -> None:
    """Put the weights at `target`, whose folder is made where it is missing."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(msgspec.json.format(msgspec.json.encode(model, order="sorted"), indent=1) + b"\n")
