"""Takes messages off the arq queues: documents, as many at a time as there are places, and short ones beside them."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import structlog
from arq.connections import ArqRedis
from arq.worker import Worker, func

from infra import redis_keys as keys
from infra.queue_arq import FINISH, PROCESS
from infra.redis_client import UNREACHABLE, is_unreachable

Process = Callable[[str, str, int, str | None], Awaitable[None]]
Finish = Callable[[str, str | None], Awaitable[None]]

_SHORT_PLACES = 4
_SHORT_TIMEOUT_S = 120.0
_DEAF_SECONDS = 0.5
_SHOWN = 200
_log = structlog.get_logger()


class _Callable(Worker):
    """An arq worker that looks for messages when it is called and when a place is free, and every `poll_delay` anyway.

    A call may get lost, with the connection or before the worker listens; the looks in between make up for it.
    """

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.called = asyncio.Event()

    async def main(self) -> None:
        """Take messages until cancelled."""
        self.ctx["redis"] = self.pool
        while True:
            self.called.clear()
            self._let_go()
            await self._poll_iteration()
            with suppress(TimeoutError):
                async with asyncio.timeout(self.poll_delay_s):
                    await self.called.wait()

    def _let_go(self) -> None:
        """Of messages that the server did not let arq put away: it would end the worker, with all that runs there."""
        for name, task in list(self.tasks.items()):
            if task.done() and not task.cancelled() and (error := task.exception()) and is_unreachable(error):
                del self.tasks[name]
                _log.warning("message_not_put_away", message=name, error=str(error)[:_SHOWN])

    def _release_sem_dec_counter_on_complete(self) -> None:
        super()._release_sem_dec_counter_on_complete()
        self.called.set()


class ArqWorkers:
    """Two arq workers on one loop, so that the end of a batch never waits behind a long document."""

    def __init__(
        self,
        client: ArqRedis,
        *,
        process: Process,
        finish: Finish,
        places: int,
        document_timeout_s: float,
        poll_s: float,
    ) -> None:
        async def process_document(
            _: dict[str, Any], job_id: str, document_id: str, attempt: int, traceparent: str | None
        ) -> None:
            await process(job_id, document_id, attempt, traceparent)

        async def finish_batch(_: dict[str, Any], job_id: str, traceparent: str | None) -> None:
            await finish(job_id, traceparent)

        def worker(name: str, coroutine: Any, queue: str, jobs: int, timeout_s: float) -> _Callable:
            return _Callable(
                functions=[func(coroutine, name=name, timeout=timeout_s, keep_result=0)],
                queue_name=queue,
                redis_pool=client,
                handle_signals=False,
                max_jobs=jobs,
                max_tries=1000,  # attempts are counted and fenced by the job store
                retry_jobs=True,  # a stop is no failure; a document that was given back has no message any more
                keep_result=0,
                poll_delay=poll_s,
                job_serializer=client.job_serializer,
                job_deserializer=client.job_deserializer,
                log_results=False,
            )

        self._client = client
        self._workers = (
            worker(PROCESS, process_document, keys.QUEUE, places, document_timeout_s),
            worker(FINISH, finish_batch, keys.QUEUE_SHORT, _SHORT_PLACES, _SHORT_TIMEOUT_S),
        )

    async def run(self) -> None:
        """Take messages until cancelled; what runs then is cancelled too, and waited for."""
        loops = [asyncio.create_task(worker.async_run()) for worker in self._workers]
        loops.append(asyncio.create_task(self._listen()))
        try:
            done, _ = await asyncio.wait(loops, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            await self._end(loops)

    async def _listen(self) -> None:
        """Pass calls on to the workers; whoever hears again after a while is called, for what was missed."""
        workers = {keys.called(worker.queue_name): worker for worker in self._workers}
        while True:
            with suppress(*UNREACHABLE):
                async with self._client.pubsub() as line:
                    await line.subscribe(*workers)
                    async for call in line.listen():
                        workers[call["channel"].decode()].called.set()
            await asyncio.sleep(_DEAF_SECONDS)

    async def drain(self, seconds: float) -> None:
        """Take no new messages, and give those that run some time to end."""
        for worker in self._workers:
            worker.allow_pick_jobs = False
        if running := [task for worker in self._workers for task in worker.tasks.values()]:
            await asyncio.wait(running, timeout=seconds)

    async def _end(self, loops: list[asyncio.Task[None]]) -> None:
        running = [task for worker in self._workers for task in worker.tasks.values()]
        for task in (*loops, *running):
            task.cancel()
        await asyncio.gather(*loops, *running, return_exceptions=True)
