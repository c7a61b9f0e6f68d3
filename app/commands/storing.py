"""What `decalogo jobs archive`, `backup` and `restore` do."""

import argparse
import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, TypeVar

from rich.console import Console
from rich.filesize import decimal
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from app.commands.serving import environment
from app.container import build
from app.knobs import Settings
from app.settings import load
from app.stores import open_backups, open_sources
from app.usecases.archive import OnStep, archive_old, archive_one
from app.usecases.backup import back_up, verify
from app.usecases.backups import Manifest, moment
from app.usecases.restore import restore as put_back
from app.usecases.services import Backups
from domain.errors import IllegalMoveError, SettingsError
from infra.clock_system import SystemClock

_EXIT_DAMAGED = 1
_T = TypeVar("_T")


def archive(arguments: argparse.Namespace) -> int:
    """Archive one batch, or those that ended long ago."""
    settings = _settings(arguments)
    console = Console(stderr=True)

    async def act(on_step: OnStep) -> int:
        async with build(settings) as services:
            if arguments.job is not None:
                if not await archive_one(services, arguments.job):
                    raise IllegalMoveError(f"{arguments.job} is archived already, has not ended, or is not there.")
                return 1
            days = settings.retention.artifact_days if arguments.older_than is None else arguments.older_than
            before = services.clock.now() - timedelta(days=days)
            return await archive_old(services, before=before, on_step=on_step)

    count = _watched(console, act)
    console.print(f"{count} archived", highlight=False)
    return 0


def backup(arguments: argparse.Namespace) -> int:
    """Make a backup, or read those that are there."""
    console = Console(stderr=True)
    backups = _backups(_settings(arguments), arguments.to)
    if arguments.verify:
        damaged = _watched(console, lambda on_step: verify(backups.target, on_step=on_step))
        for place in damaged:
            console.print(f"damaged: {place}", highlight=False, soft_wrap=True)
        console.print("All backups are whole." if not damaged else "The next --full backup replaces what is damaged.")
        return _EXIT_DAMAGED if damaged else 0
    now = SystemClock().now()
    tally = _watched(console, lambda on_step: back_up(backups, now, arguments.kind, on_step=on_step))
    copied = f"{tally.copied_files} copied ({decimal(tally.copied_bytes)})"
    console.print(f"{_named(tally.manifest)}: {len(tally.manifest.files)} files, {copied}", highlight=False)
    return 0


def restore(arguments: argparse.Namespace) -> int:
    """Put a backup back into a data folder, and its artifacts where the settings of that folder have them."""
    console = Console(stderr=True)
    target = _backups(_settings(arguments), arguments.source).target
    arguments.data_dir = arguments.to
    into = open_sources(_settings(arguments))
    manifest = _watched(console, lambda on_step: put_back(target, into, at=arguments.at, on_step=on_step))
    console.print(f"{_named(manifest)}: {len(manifest.files)} files restored to {arguments.to}", highlight=False)
    return 0


def _settings(arguments: argparse.Namespace) -> Settings:
    return load(environment(arguments), arguments.config)


def _backups(settings: Settings, url: str | None) -> Backups:
    backups = open_backups(settings, url)
    if backups is None:
        raise SettingsError("Say where the backups are: a folder or s3://bucket/prefix, or set DECALOGO_BACKUP_URL.")
    return backups


def _named(manifest: Manifest) -> str:
    return f"{manifest.kind} backup {moment(manifest.created_at)}"


def _watched(console: Console, act: Callable[[OnStep], Coroutine[Any, Any, _T]]) -> _T:
    """Run it under a bar, which goes when it has ended."""
    with _bar(console) as on_step:
        return asyncio.run(act(on_step))


@contextmanager
def _bar(console: Console) -> Iterator[OnStep]:
    columns = (
        TextColumn("{task.description:<28.28}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=None)

        def tell(what: str, done: int, total: int) -> None:
            progress.update(task, description=what, completed=done, total=total)

        yield tell
