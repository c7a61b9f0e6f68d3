"""The steps of the job store in any order, by several attempts at once, beside a model that a reader can follow.

Whatever is tried, and whatever the store forgets in between: the state table is kept, each document is counted once, an
attempt that is not the newest changes nothing, and no document is lost.
"""

import asyncio
import os
from collections.abc import Callable, Coroutine
from itertools import count
from typing import Any, TypeVar

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from redis.asyncio import Redis

from domain.errors import EvaluationCrashedError
from domain.job import ENDED, FINAL, MOVES, RETRIABLE, DocumentState, JobEvent, JobState
from domain.ops.breaker import BreakerRule
from domain.records import DocumentRecord, JobRecord
from infra.guard import Guard
from infra.job_index_redis import RedisJobIndex
from infra.jobs_redis import RedisJobStore
from infra.redis_client import is_unreachable, pool
from infra.telemetry.tracing_otel import OtelTracing
from tests.fakes.clock import START
from tests.fakes.world import a_job

T = TypeVar("T")
FEW = 15
EXAMPLES = int(os.environ.get("DECALOGO_TEST_STEPS", str(FEW)))
"""A look asks the same each time; `DECALOGO_TEST_STEPS=2000` goes on for minutes and asks something else."""
DOCUMENTS = ("a", "b")
"""Of one batch; enough for every move of it."""
documents = st.sampled_from(DOCUMENTS)
attempts = st.sampled_from([0, 0, 0, 0, 1, -1])
"""How far behind the newest attempt is who comes: mostly not at all."""
ends = st.sampled_from(["completed", "failed", "died"])


class Model:
    """What the store should hold."""

    def __init__(self) -> None:
        self.state = JobState.QUEUED
        self.states = dict.fromkeys(DOCUMENTS, DocumentState.QUEUED)
        self.attempts = dict.fromkeys(DOCUMENTS, 0)
        self.crashes = dict.fromkeys(DOCUMENTS, 0)
        self.claims: dict[str, tuple[int, str]] = {}
        self.counted = {"completed": 0, "failed": 0}
        self.dead: set[str] = set()
        self.revision = 0

    def holds(self, document: str, attempt: int) -> bool:
        return self.states[document] is DocumentState.PROCESSING and self.attempts[document] == attempt

    def move(self, event: JobEvent) -> None:
        self.state = MOVES[self.state, event]


class Steps(RuleBasedStateMachine):
    """Drives the real store and the model together."""

    def __init__(self, redis: Redis, run: Callable[[Coroutine[Any, Any, T]], T]) -> None:
        super().__init__()
        tracing = OtelTracing(service="test", version="0", environment="test")
        guard = Guard("redis", rule=BreakerRule(), its_fault=is_unreachable, tracing=tracing)
        self.redis, self.run, self.model = redis, run, Model()
        self.store, self.index = RedisJobStore(redis, guard, live_seconds=1000), RedisJobIndex(redis, guard)
        self.workers = (f"w{n}" for n in count())
        run(redis.flushall())
        assert run(self.store.create(a_job(*DOCUMENTS)))

    def held(self) -> JobRecord:
        job = self.run(self.store.get("batch_1"))
        assert job
        return job

    def newest(self, document: str, late: int) -> int:
        return max(0, self.model.attempts[document] - late)

    @rule(document=documents, late=attempts)
    def start(self, document: str, late: int) -> None:
        attempt, model, worker = self.newest(document, late) + 1, self.model, next(self.workers)
        turn = model.states[document] is DocumentState.QUEUED and attempt == model.attempts[document] + 1

        taken = self.run(self.store.start_document("batch_1", document, attempt=attempt, worker=worker, now=START))

        assert (taken is not None) == turn
        if turn:
            model.move(JobEvent.STARTED)
            model.states[document], model.attempts[document] = DocumentState.PROCESSING, attempt
            model.claims[document] = attempt, worker

    @rule(document=documents, late=attempts, how=ends)
    def end(self, document: str, late: int, how: str) -> None:
        attempt, model = self.newest(document, late), self.model
        ours = model.holds(document, attempt)

        ended = self.run(self.store.end_document("batch_1", self.ended(document, attempt, how), now=START))

        assert (ended is not None) == ours
        if ours:
            state = DocumentState.COMPLETED if how == "completed" else DocumentState.FAILED
            model.states[document] = state
            model.counted[state] += 1
            del model.claims[document]
            model.dead |= {document} if how == "died" else set()

    def ended(self, document: str, attempt: int, how: str) -> DocumentRecord:
        state = DocumentState.COMPLETED if how == "completed" else DocumentState.FAILED
        codes = {"completed": None, "failed": {"code": "damaged_pdf"}, "died": {"code": EvaluationCrashedError.code}}
        record = self.held().document(document)
        return msgspec.structs.replace(record, state=state, attempts=attempt, error=codes[how], seconds=1.0)

    @rule(document=documents, late=attempts)
    def crash_and_go_on(self, document: str, late: int) -> None:
        attempt, model = self.newest(document, late), self.model
        ours = model.holds(document, attempt)

        assert self.run(self.store.retry_document("batch_1", document, attempt=attempt)) == ours

        if ours:
            model.attempts[document] += 1
            model.crashes[document] += 1
            model.claims[document] = attempt + 1, model.claims[document][1]

    @rule(document=documents, late=attempts, crashed=st.booleans())
    def give_back(self, document: str, late: int, *, crashed: bool) -> None:
        attempt, model = self.newest(document, late), self.model
        ours = model.holds(document, attempt)

        assert self.run(self.store.release_document("batch_1", document, attempt=attempt, crashed=crashed)) == ours

        if ours:
            model.states[document] = DocumentState.QUEUED
            model.crashes[document] += crashed
            del model.claims[document]

    @rule(document=documents, how=ends)
    def go_through(self, document: str, how: str) -> None:
        """Both steps, so that batches come to their end as often as to anything else."""
        self.start(document=document, late=0)
        self.end(document=document, late=0, how=how)

    @rule(document=documents, stage=st.sampled_from(["one", "two"]))
    def tell_stage(self, document: str, stage: str) -> None:
        self.run(self.store.set_stage("batch_1", document, stage))

        expected = stage if self.model.states[document] is DocumentState.PROCESSING else None
        assert self.model.states[document] in ENDED or self.held().document(document).stage == expected

    @rule(event=st.sampled_from([JobEvent.SUCCEEDED, JobEvent.FAILED]), late=st.integers(0, 1))
    def finish(self, event: JobEvent, late: int) -> None:
        model = self.model
        may = (model.state, event) in MOVES and ENDED.issuperset(model.states.values()) and late == 0

        closed = self.run(self.store.finish("batch_1", event, revision=model.revision - late, now=START))

        assert (closed is not None) == may
        if may:
            model.move(event)
            model.revision += 1

    @rule()
    def cancel(self) -> None:
        model = self.model
        gone = [d for d, state in model.states.items() if state not in ENDED]
        may = bool(gone) and (model.state, JobEvent.CANCELLED) in MOVES

        assert (self.run(self.store.cancel(self.held(), now=START)) is not None) == may

        if may:
            model.move(JobEvent.CANCELLED)
            model.revision += 1
            for document in gone:
                model.states[document] = DocumentState.CANCELLED
                model.claims.pop(document, None)

    @rule()
    def retry(self) -> None:
        model = self.model
        again = [d for d, state in model.states.items() if state in RETRIABLE]
        may = bool(again) and (model.state, JobEvent.RETRIED) in MOVES

        assert (self.run(self.store.retry(self.held())) is not None) == may

        if may:
            model.move(JobEvent.RETRIED)
            model.revision += 1
            for document in again:
                model.states[document], model.crashes[document] = DocumentState.QUEUED, 0
                model.dead.discard(document)

    @rule()
    def flush_and_refill(self) -> None:
        """All is lost but what the files have: the job as it was, documents that were taken up as waiting again."""
        job, model = self.held(), self.model
        waiting = {"state": DocumentState.QUEUED, "stage": None, "worker": None}
        kept = [msgspec.structs.replace(d, **({} if d.state in ENDED else waiting)) for d in job.documents]
        self.run(self.redis.flushall())

        assert self.run(self.store.create(msgspec.structs.replace(job, documents=tuple(kept))))
        assert not self.run(self.store.create(job)), "who comes second changes nothing"
        self.run(self.index.add(job))

        model.claims.clear()
        model.counted = {"completed": 0, "failed": 0}
        for document in kept:
            model.states[document.id] = document.state

    @invariant()
    def it_is_as_the_model_says(self) -> None:
        job, model = self.held(), self.model
        assert (job.state, job.revision) == (model.state, model.revision)
        assert {d.id: d.state for d in job.documents} == model.states
        assert {d.id: d.attempts for d in job.documents} == model.attempts
        assert {d.id: d.crashes for d in job.documents} == model.crashes
        assert {c.document_id: (c.attempt, c.worker) for c in self.run(self.store.claims())} == model.claims

    @invariant()
    def each_end_is_counted_once(self) -> None:
        figures = self.run(self.store.figures(START))
        assert (figures.documents_success, figures.documents_error) == tuple(self.model.counted.values())

    @invariant()
    def what_died_is_a_dead_letter(self) -> None:
        assert {document for _, document in self.run(self.index.dead(10))} == self.model.dead

    @invariant()
    def nothing_that_waits_is_left_out_of_the_sweep(self) -> None:
        unfinished = self.run(self.unfinished())
        assert unfinished == ([] if self.model.state in FINAL else ["batch_1"])
        if self.model.state in FINAL:
            assert ENDED.issuperset(self.model.states.values())

    async def unfinished(self) -> list[str]:
        return [job.id async for job in self.store.unfinished()]


@pytest.mark.slow
@pytest.mark.timeout(60 + EXAMPLES)
def test_the_steps_of_a_job_keep_their_promises_in_any_order(valkey_url):
    chosen = settings(
        max_examples=EXAMPLES,
        stateful_step_count=40,
        deadline=None,
        database=None,
        derandomize=EXAMPLES == FEW,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink] if EXAMPLES != FEW else [Phase.generate],
    )
    with asyncio.Runner() as runner:
        connections = pool(valkey_url, password=None, size=2, patience=3)
        redis = Redis(connection_pool=connections)
        try:
            run_state_machine_as_test(lambda: Steps(redis, runner.run), settings=chosen)
        finally:
            runner.run(connections.aclose())
