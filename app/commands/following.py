"""A batch while it runs and when it has ended, for a person: a live line a document, then a scorecard a document."""

import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn

from app.commands.client import Client, DocumentStatus, Status
from app.commands.scorecard import show
from domain.job import DocumentState
from domain.pipeline import PLAN

_POLL_SECONDS = 0.25
_LONG_SECONDS = 20.0
"""After so long somebody waits for minutes, and is told twice a second, below the limit of 180 a minute."""
_LINES = 12
_SHARE = {stage.flow: index / len(PLAN) for index, stage in enumerate(PLAN)}
_STYLES = {
    DocumentState.COMPLETED: "green",
    DocumentState.FAILED: "red",
    DocumentState.CANCELLED: "grey50",
    DocumentState.PROCESSING: "cyan",
}


def follow(
    client: Client, job_id: str, console: Console, *, while_waiting: Callable[[float], None] = lambda _: None
) -> Status:
    """Show the batch until it has ended. `while_waiting` hears for how many seconds no document has been taken up."""
    begin = time.monotonic()
    with _Board(console) as board:
        while True:
            status = client.status(job_id)
            board.update(status)
            if status.ended:
                return status
            if all(d.status == DocumentState.QUEUED for d in status.documents):
                while_waiting(time.monotonic() - begin)
            time.sleep(_POLL_SECONDS if time.monotonic() - begin < _LONG_SECONDS else 2 * _POLL_SECONDS)


def share(document: DocumentStatus) -> float:
    """How much of its way a document has gone, 0 to 1, by the stages that lie behind it."""
    if document.status == DocumentState.PROCESSING:
        return _SHARE.get(document.stage or "", 0.0)
    return 0.0 if document.status == DocumentState.QUEUED else 1.0


def report(results: Mapping[str, Any], console: Console) -> int:
    """Print each document's scorecard, or why it failed; how many were evaluated."""
    evaluated = 0
    for result in results["results"]:
        if result["status"] == DocumentState.COMPLETED:
            evaluated += 1
            show(result, console)
            continue
        details = result.get("error_details") or {}
        reason = result.get("error") or "It was not evaluated."
        console.print(
            f"[bold red]{escape(result.get('name') or result['document_id'])}[/]: {escape(reason)} "
            f"[grey62]({escape(details.get('exception') or result['status'])})[/]\n"
        )
    return evaluated


class _Board:
    """A line a document; those at work first when there are many. Without a terminal, a line a change of state."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._tasks: dict[str, TaskID] = {}
        self._states: dict[str, str] = {}
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=28),
            TaskProgressColumn(),
            TextColumn("{task.fields[word]}"),
            TimeElapsedColumn(),
            console=console,
            disable=not console.is_terminal,
            transient=True,
        )

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def update(self, status: Status) -> None:
        """Show where the batch stands now."""
        by_need = sorted(status.documents, key=lambda d: d.status != DocumentState.PROCESSING)
        shown = {d.document_id for d in by_need[:_LINES]}
        for document in status.documents:
            before, self._states[document.document_id] = self._states.get(document.document_id), document.status
            if before != document.status:
                self._turn(document)
            self._progress.update(
                self._tasks[document.document_id],
                completed=share(document),
                word=_word(document),
                visible=document.document_id in shown,
            )

    def _turn(self, document: DocumentStatus) -> None:
        """The document came to another state."""
        name = document.name if len(document.name) <= 36 else document.name[:35] + "…"
        task = self._tasks.get(document.document_id)
        if task is None:
            task = self._progress.add_task(escape(name), total=1.0, word="", start=False)
            self._tasks[document.document_id] = task
        if document.status == DocumentState.PROCESSING:
            self._progress.start_task(task)
        elif document.status != DocumentState.QUEUED:
            self._progress.stop_task(task)
        if not self._console.is_terminal:
            self._console.print(f"{document.name}: {document.status}", markup=False)


def _word(document: DocumentStatus) -> str:
    word = document.stage if document.status == DocumentState.PROCESSING and document.stage else document.status
    return f"[{_STYLES.get(DocumentState(document.status), 'grey62')}]{word.replace('_', ' ')}[/]"
