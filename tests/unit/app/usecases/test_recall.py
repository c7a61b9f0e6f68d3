import gzip
from pathlib import Path

import msgspec
import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from app.usecases.recall import RecallingEvaluator, kept, recalled
from domain.errors import (
    BackendUnavailableError,
    ContractViolationError,
    DamagedPdfError,
    EvaluationCrashedError,
    EvaluationMemoryError,
    EvaluationTimeoutError,
)
from domain.options import Options
from domain.ports import StageFact
from infra.result_cache_fs import FileResultCache
from tests.fakes.results import MemoryResultCache, MemoryResultTally
from tests.fakes.world import ScriptedEvaluator, an_outcome, services

EVIDENCE = '[{"id":"e1","text":"«salud»\\u0000 y \\"paz\\""}]'
FULL = msgspec.structs.replace(
    an_outcome(),
    results=(
        '{"document":{"name":"plan \\"uno\\".pdf","sha256":"00","pages":3},"score":7.5,"answers":[1,2],'
        f'"evidence":{EVIDENCE},"contradictions":[],"timings":{{"document_ingestion":3.5,"total":3.5}}}}'
    ).encode(),
    registry=f'{{"items":{EVIDENCE},"hash":"ab"}}'.encode(),
    stages=(StageFact(flow="document_ingestion", component="document_segmenter", start_ns=1, end_ns=2),),
    seconds=3.5,
)


def a_recaller(evaluator, cache=None, *, release="r", world=None, tally=None):
    world = world or services()
    return RecallingEvaluator(
        evaluator, cache or MemoryResultCache(), release=release, tally=tally or world.tally, tracing=world.tracing
    )


def content(outcome):
    return msgspec.json.decode(gzip.decompress(outcome.results) if outcome.packed else outcome.results)


def test_a_recalled_outcome_has_the_evaluation_with_the_name_of_its_own_file_and_no_times():
    again = recalled(kept(FULL), 'otro "nombre".txt')

    first, second = content(FULL), content(again)
    assert second["document"] == {**first["document"], "name": 'otro "nombre".txt'}
    assert second["timings"] == {"total": 0}
    assert {**second, "document": 0, "timings": 0} == {**first, "document": 0, "timings": 0}
    assert list(second) == list(first)
    assert gzip.decompress(again.registry) == FULL.registry
    assert (again.coverage, again.score, again.evaluation_hash) == (FULL.coverage, FULL.score, FULL.evaluation_hash)
    assert (again.stages, again.seconds, again.packed) == ((), 0.0, True)


def test_nothing_of_the_run_is_kept():
    packed = kept(FULL)

    text = b"".join(gzip.decompress(part) for part in (packed.evidence, *packed.registry, *packed.results))
    assert b"uno" not in text
    assert b'timings":{' not in text
    assert b"document_ingestion" not in text


def test_a_registry_that_is_not_around_the_evidence_is_kept_as_it_is():
    other = msgspec.structs.replace(FULL, registry=b'{"items":[],"hash":"cd"}')

    assert gzip.decompress(recalled(kept(other), "a").registry) == other.registry


async def test_the_same_bytes_are_evaluated_once():
    evaluator, world = ScriptedEvaluator(FULL), services()
    recaller = a_recaller(evaluator, world=world)

    first = await recaller.evaluate(b"plan", "uno.txt", Options())
    second = await recaller.evaluate(b"plan", "dos.txt", Options())

    assert evaluator.seen == ["uno.txt"]
    assert (first.evaluation_hash, first.packed) == (second.evaluation_hash, False)
    assert content(second)["document"]["name"] == "dos.txt"
    assert (world.tally.now.hits, world.tally.now.misses, world.tally.now.entries) == (1, 1, 1)


@pytest.mark.parametrize(
    ("data", "options", "release"),
    [(b"plan.", Options(), "r"), (b"plan", Options(enable_causal_analysis=False), "r"), (b"plan", Options(), "s")],
)
async def test_other_bytes_options_or_releases_are_evaluated(data, options, release):
    evaluator, cache = ScriptedEvaluator(FULL), MemoryResultCache()
    await a_recaller(evaluator, cache).evaluate(b"plan", "a", Options())

    await a_recaller(evaluator, cache, release=release).evaluate(data, "b", options)

    assert evaluator.seen == ["a", "b"]


@pytest.mark.parametrize(
    "error",
    [
        DamagedPdfError(),
        EvaluationTimeoutError(),
        EvaluationMemoryError(),
        EvaluationCrashedError(),
        ContractViolationError(),
    ],
)
async def test_what_could_not_be_evaluated_is_tried_anew(error):
    evaluator, cache = ScriptedEvaluator(error, FULL), MemoryResultCache()
    recaller = a_recaller(evaluator, cache)

    with pytest.raises(type(error)):
        await recaller.evaluate(b"plan", "a", Options())

    assert cache.entries == {}
    assert await recaller.evaluate(b"plan", "b", Options()) == FULL


def damage(folder: Path) -> None:
    (file,) = folder.iterdir()
    file.write_bytes(file.read_bytes()[:-5])


async def test_a_damaged_entry_is_evaluated_anew_and_kept_again(tmp_path: Path):
    evaluator = ScriptedEvaluator(FULL)
    recaller = a_recaller(evaluator, FileResultCache(tmp_path, limit=10**6))
    await recaller.evaluate(b"plan", "a", Options())
    damage(tmp_path)

    outcomes = [await recaller.evaluate(b"plan", name, Options()) for name in "bc"]

    assert evaluator.seen == ["a", "b"]
    assert {outcome.evaluation_hash for outcome in outcomes} == {FULL.evaluation_hash}


async def test_an_outcome_of_another_shape_is_given_on_and_not_kept():
    cache = MemoryResultCache()

    outcome = await a_recaller(ScriptedEvaluator(an_outcome()), cache).evaluate(b"plan", "a", Options())

    assert (outcome, cache.entries) == (an_outcome(), {})


class DeafTally(MemoryResultTally):
    async def count(self, *, hits=0, misses=0):
        raise BackendUnavailableError

    async def note(self, held):
        raise BackendUnavailableError


async def test_counts_that_nobody_takes_harm_no_document():
    recaller = a_recaller(ScriptedEvaluator(FULL), tally=DeafTally())

    assert await recaller.evaluate(b"plan", "a", Options()) == FULL
    assert (await recaller.evaluate(b"plan", "b", Options())).packed


async def test_a_span_says_whether_it_was_found():
    exporter = InMemorySpanExporter()
    recaller = a_recaller(ScriptedEvaluator(FULL), world=services(exporter=exporter))

    for _ in range(2):
        await recaller.evaluate(b"plan", "a", Options())

    found = [s.attributes["hit"] for s in exporter.get_finished_spans() if s.name == "result_cache_lookup"]
    assert found == [False, True]
