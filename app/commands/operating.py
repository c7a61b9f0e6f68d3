"""What `decalogo jobs` does, on the store that the service of this data folder uses."""

import argparse
import asyncio
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table

from app.commands.serving import environment
from app.container import build
from app.knobs import Settings
from app.settings import load
from app.usecases.cancel import cancel
from app.usecases.dead_letters import dead_letters
from app.usecases.listing import Query, list_jobs
from app.usecases.places import look_up
from app.usecases.recovery import recover_claims, recover_forgotten, recover_unfinished, refill, write_unwritten
from app.usecases.retry import retry_failed
from app.usecases.services import Services
from domain.errors import JobNotFoundError, ValidationFailedError
from domain.job import JobState
from domain.records import JobRecord

_WIDE = 400
"""Columns where no screen says how many: nothing is cut that another program reads."""
_SWEEPS = (refill, write_unwritten, recover_claims, recover_unfinished, recover_forgotten)


def operate(arguments: argparse.Namespace) -> int:
    """Do what was asked for and print the answer."""
    answer = asyncio.run(_ask(quietly(arguments), arguments))
    if arguments.json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(answer), indent=2).decode() + "\n")
    else:
        _SHOW[arguments.action](answer)
    return 0


def quietly(arguments: argparse.Namespace) -> Settings:
    """The settings of the service, for a command that says what it did itself."""
    settings = load(environment(arguments), arguments.config)
    logging = msgspec.structs.replace(settings.logging, level="ERROR")
    return msgspec.structs.replace(settings, logging=logging, apm_enabled=False)


async def _ask(settings: Settings, arguments: argparse.Namespace) -> Any:
    async with build(settings) as services:
        return await _ACTIONS[arguments.action](services, arguments)


async def _list(services: Services, arguments: argparse.Namespace) -> Any:
    try:
        states = tuple(JobState(state) for state in arguments.state)
    except ValueError as error:
        raise ValidationFailedError(f"{error}; a batch is {', '.join(JobState)}.") from error
    query = Query(tenant=arguments.tenant, states=states, limit=arguments.limit, cursor=arguments.cursor)
    return await list_jobs(services, query)


async def _show(services: Services, arguments: argparse.Namespace) -> JobRecord:
    job = await look_up(services, arguments.job)
    if job is None:
        raise JobNotFoundError(f"No job found with ID: {arguments.job}", job_id=arguments.job)
    return job


async def _cancel(services: Services, arguments: argparse.Namespace) -> JobRecord:
    return await cancel(services, await _show(services, arguments))


async def _retry(services: Services, arguments: argparse.Namespace) -> JobRecord:
    return await retry_failed(services, await _show(services, arguments))


async def _sweep(services: Services, _: argparse.Namespace) -> Mapping[str, int]:
    return {sweep.__name__: await sweep(services) for sweep in _SWEEPS}


async def _dead(services: Services, arguments: argparse.Namespace) -> Any:
    return await dead_letters(services, arguments.tenant, arguments.limit)


_ACTIONS = {"list": _list, "show": _show, "cancel": _cancel, "retry": _retry, "sweep": _sweep, "dead": _dead}


def _show_page(page: Any) -> None:
    show_table(
        ("job", "tenant", "state", "priority", "created", "documents", "done", "failed"),
        ((j.id, j.tenant, j.state, j.priority, f"{j.created_at:%Y-%m-%d %H:%M:%S}", *_counts(j)) for j in page.jobs),
    )
    if page.next_cursor:
        sys.stdout.write(f"more: --cursor {page.next_cursor}\n")


def _show_job(job: JobRecord) -> None:
    sys.stdout.write(f"{job.id}  tenant {job.tenant}  {job.state}  priority {job.priority}  release {job.release}\n")
    show_table(
        ("document", "name", "state", "attempts", "stage", "worker", "seconds", "score", "reason"),
        (
            (d.id, d.name, d.state, d.attempts, d.stage, d.worker, d.seconds, d.score, (d.error or {}).get("message"))
            for d in job.documents
        ),
    )


def _show_sweeps(counts: Mapping[str, int]) -> None:
    show_table(("sweep", "put right"), counts.items())


def _show_letters(letters: Sequence[Any]) -> None:
    show_table(
        ("job", "tenant", "document", "name", "attempts", "reason"),
        ((x.job_id, x.tenant, x.document_id, x.name, x.attempts, x.reason) for x in letters),
    )


_SHOW: Mapping[str, Callable[[Any], None]] = {
    "list": _show_page,
    "show": _show_job,
    "cancel": _show_job,
    "retry": _show_job,
    "sweep": _show_sweeps,
    "dead": _show_letters,
}


def _counts(job: JobRecord) -> tuple[int, int, int]:
    states = [d.state for d in job.documents]
    return len(states), states.count("completed"), states.count("failed")  # type: ignore[arg-type]


def show_table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Columns under their heads."""
    console = Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else _WIDE)
    table = Table(*heads, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    console.print(table)
