"""One document: taken up, evaluated in a child, its artifacts written, its end recorded."""

import asyncio
from collections import Counter
from collections.abc import Set as AbstractSet
from contextlib import suppress
from random import random

import msgspec
import structlog

from app.usecases.endings import end, failed, give_back
from app.usecases.lifecycle import BatchJobManager
from app.usecases.places import clean_after
from app.usecases.progress import Progress
from app.usecases.services import Services
from domain.errors import DecalogoError, EvaluationCrashedError, RetryableError
from domain.job import DocumentState
from domain.ops.backoff import backoff_seconds
from domain.ports import Evaluator, Outcome
from domain.records import DocumentRecord, JobRecord

_GIVE_BACK_SECONDS = 5.0
_ROOM_SECONDS = (0.2, 1.0, 5.0, 15.0, 30.0)
"""How long an outcome waits for a full disk before it is given up: writing again is cheaper than evaluating again."""
_log = structlog.get_logger()


class Processor:
    """What a worker does with a message. Safe to run twice: an attempt that is not the newest changes nothing."""

    def __init__(self, services: Services, evaluator: Evaluator, worker: str) -> None:
        self._services = services
        self._evaluator = evaluator
        self.worker = worker
        self._runs: Counter[tuple[str, str]] = Counter()
        self._held: set[_Run] = set()
        self.running: AbstractSet[tuple[str, str]] = self._runs.keys()
        """Job and document of each message that is being worked on, as it is whenever it is looked at."""

    async def process(self, job_id: str, document_id: str, attempt: int, traceparent: str | None) -> None:
        """Evaluate the document as its `attempt`-th attempt, if that is its turn."""
        tracing = self._services.tracing
        work = (job_id, document_id)
        self._runs[work] += 1  # a worker that was thought dead may have two attempts at one document
        try:
            with (
                structlog.contextvars.bound_contextvars(job_id=job_id, document_id=document_id),
                tracing.span("process_document", parent=traceparent, kind="consumer", job_id=job_id, attempt=attempt),
            ):
                await self._process(job_id, document_id, attempt)
        finally:
            self._runs[work] -= 1
            if not self._runs[work]:
                del self._runs[work]

    async def _process(self, job_id: str, document_id: str, attempt: int) -> None:
        if await self._goes_on(job_id, document_id, attempt):
            return
        manager = BatchJobManager(self._services)
        job = await manager.transition_to_processing(job_id, document_id, attempt=attempt, worker=self.worker)
        document = job.document(document_id) if job else None
        if job is None or document is None:
            _log.info("message_ignored", attempt=attempt)
            return
        run = _Run(self._services, self._evaluator, job, document)
        self._held.add(run)
        try:
            await run.to_its_end()
        except _SupersededError:
            await self._leave_nothing(job_id, run.document)
        except BaseException as error:
            # A stop of this worker and a backend that is away are nobody's crash; anything else counts as one.
            crashed = not isinstance(error, asyncio.CancelledError | RetryableError)
            why = type(error).__name__
            with suppress(RetryableError, TimeoutError):  # then a sweep finds it
                async with asyncio.timeout(_GIVE_BACK_SECONDS):
                    await give_back(
                        self._services, job_id, document_id, run.document.attempts, crashed=crashed, why=why
                    )
            raise
        finally:
            self._held.discard(run)

    async def stop_superseded(self) -> int:
        """Stop what runs here for nothing: what was cancelled, and what is another's by now; how many that were."""
        held = {(c.job_id, c.document_id) for c in await self._services.jobs.claims() if c.worker == self.worker}
        stopped = 0
        for run in [run for run in self._held if (run.job.id, run.document.id) not in held]:
            if not await self._is_ours(run):
                stopped += run.stop()
        return stopped

    async def _goes_on(self, job_id: str, document_id: str, attempt: int) -> bool:
        """Whether this very attempt runs here already: a store that was emptied sends its message again."""
        work = job_id, document_id, attempt
        same = [run for run in self._held if (run.job.id, run.document.id, run.document.attempts) == work]
        return bool(same) and await self._is_ours(same[0])

    async def _is_ours(self, run: "_Run") -> bool:
        """Whether the run may go on. A store that was emptied is told of it again, once it knows the job again."""
        job = await self._services.jobs.get(run.job.id)
        document = job.document(run.document.id) if job else None
        if document is None:
            return True
        if document.state is DocumentState.QUEUED and document.attempts == run.document.attempts - 1:
            manager, attempt = BatchJobManager(self._services), run.document.attempts
            told = await manager.transition_to_processing(run.job.id, document.id, attempt=attempt, worker=self.worker)
            return told is not None
        return document.worker == self.worker and document.state is not DocumentState.CANCELLED

    async def _leave_nothing(self, job_id: str, document: DocumentRecord) -> None:
        """What was written for a job that was removed meanwhile goes after it."""
        _log.info("attempt_superseded", attempt=document.attempts)
        with suppress(RetryableError):
            await clean_after(self._services, job_id)


class _SupersededError(Exception):
    """Another attempt holds the document now."""


class _Run:
    """One document in the hands of this worker; `document` is it as of the newest attempt."""

    def __init__(self, services: Services, evaluator: Evaluator, job: JobRecord, document: DocumentRecord) -> None:
        self._services = services
        self._manager = BatchJobManager(services)
        self._evaluator = evaluator
        self.job = job
        self.document = document
        self._task: asyncio.Task[None] | None = None
        self._stopped = False
        self._writing = False

    async def to_its_end(self) -> None:
        """Evaluate, keep what came out, record the end. Raises _SupersededError when that is not this run's to do."""
        self._task = asyncio.create_task(self._through())
        try:
            await self._task
        except asyncio.CancelledError:
            if self._stopped:
                raise _SupersededError from None
            raise

    def stop(self) -> bool:
        """End it, and the child that evaluates for it. What is being written is written first."""
        if self._task is None or self._writing:
            return False
        self._stopped = self._task.cancel()
        return self._stopped

    async def _through(self) -> None:
        clock = asyncio.get_running_loop().time  # whose seconds no change of the date makes longer or shorter
        started = clock()
        data = await self._services.artifacts.get_upload(self.job.id, self.document.digest)
        ended = await self._evaluated(data)
        seconds = round(clock() - started, 3)
        if not await end(self._services, self.job.id, msgspec.structs.replace(ended, seconds=seconds)):
            raise _SupersededError

    async def _evaluated(self, data: bytes) -> DocumentRecord:
        """The document as it ended. A child that dies costs one try, at once; at last its death is the document's."""
        while True:
            async with Progress(self._services, self.job.id, self.document.id) as progress:
                try:
                    outcome = await self._evaluator.evaluate(
                        data, self.document.name, self.job.options, on_stage=progress
                    )
                except EvaluationCrashedError as error:
                    self._services.tracing.record(progress.facts)
                    if self.document.crashes + 1 >= self._services.bounds.attempts:
                        return failed(_crashed(self.document), error, progress.stage)
                    await self._again(error)
                except RetryableError:
                    raise
                except DecalogoError as error:
                    self._services.tracing.record(progress.facts)
                    return failed(self.document, error, progress.stage)
                else:
                    self._services.tracing.record(outcome.stages)
                    await self._keep(outcome)
                    return self._completed(outcome)

    async def _again(self, error: EvaluationCrashedError) -> None:
        document = self.document
        with self._services.tracing.flow("error_recovery", "pipeline_orchestrator", reason=error.code):
            _log.warning("evaluation_crashed", crashes=document.crashes + 1, error=error.message)
            if not await self._services.jobs.retry_document(self.job.id, document.id, attempt=document.attempts):
                raise _SupersededError
            self.document = msgspec.structs.replace(_crashed(document), attempts=document.attempts + 1)
            await asyncio.sleep(backoff_seconds(document.crashes, random()))  # noqa: S311 - nobody gains by guessing it

    async def _keep(self, outcome: Outcome) -> None:
        for wait in _ROOM_SECONDS:
            try:
                await self._write(outcome)
            except RetryableError as error:
                _log.warning("outcome_waits", error=error.message, seconds=wait)
                await asyncio.sleep(wait)
            else:
                return
        await self._write(outcome)

    async def _write(self, outcome: Outcome) -> None:
        self._writing = True
        try:
            await self._manager.store_artifacts(self.job.id, self.document, outcome)
        finally:
            self._writing = False

    def _completed(self, outcome: Outcome) -> DocumentRecord:
        return msgspec.structs.replace(
            self.document,
            state=DocumentState.COMPLETED,
            score=outcome.score,
            evaluation_hash=outcome.evaluation_hash,
        )


def _crashed(document: DocumentRecord) -> DocumentRecord:
    return msgspec.structs.replace(document, crashes=document.crashes + 1)
