"""The verbs of `decalogo jobs` that keep what batches left: archive, backup, restore."""

import argparse
from datetime import UTC, datetime

from app.commands.serving import add_service_arguments

VERBS = ("archive", "backup", "restore")


def add_verbs(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """archive [JOB], backup --to URL, restore --from URL --to DIR."""
    archive = _verb(actions, "archive", "pack batches that ended long ago; they answer as before")
    archive.add_argument("job", nargs="?", help="only this one, however long ago it ended")
    archive.add_argument(
        "--older-than", type=float, metavar="DAYS", help="ended so many days ago (default: the setting)"
    )
    backup = _verb(actions, "backup", "copy all that must outlive this machine to another folder or bucket")
    backup.add_argument("--to", metavar="URL", help="a folder or s3://bucket/prefix (DECALOGO_BACKUP_URL)")
    kind = backup.add_mutually_exclusive_group()
    kind.add_argument("--full", dest="kind", action="store_const", const="full", help="everything anew")
    kind.add_argument(
        "--incremental", dest="kind", action="store_const", const="incremental", help="what is new since the last"
    )
    kind.add_argument("--verify", action="store_true", help="make none, but read every byte of those that are there")
    restore = _verb(actions, "restore", "put a backup back into an empty data folder")
    restore.add_argument("--from", dest="source", metavar="URL", help="where the backups are (DECALOGO_BACKUP_URL)")
    restore.add_argument("--at", type=moment, metavar="DATE", help="the last one by then: 2026-11-22 or with a time")
    restore.add_argument("--to", required=True, metavar="DIR", help="the data folder that it becomes")


def run(arguments: argparse.Namespace) -> int:
    """Do it, with a bar while it lasts, and say in a line what was done."""
    # Imported here, so that `--help` does not wait for it.
    from app.commands.storing import archive, backup, restore  # noqa: PLC0415

    return {"archive": archive, "backup": backup, "restore": restore}[arguments.action](arguments)


def moment(text: str) -> datetime:
    """A date or time of ISO 8601; a date alone means its end, no zone means UTC."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is no date such as 2026-11-22") from error
    if len(text) <= len("2026-11-22"):
        at = at.replace(hour=23, minute=59, second=59, microsecond=999_999)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _verb(
    actions: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, line: str
) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=line, description=line)
    add_service_arguments(parser)
    return parser
