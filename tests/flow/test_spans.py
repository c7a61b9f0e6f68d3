"""Spans of a document: one trace from the request through the queue to the stages in the child."""

from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from app.usecases.observe import Probe, look_at_work
from app.usecases.process import Processor
from app.usecases.recovery import recover_claims
from domain.ops.breaker import BreakerRule
from infra.children import Bounds, ChildEvaluator
from infra.guard import Guard
from tests.fakes.small_child import FLOWS
from tests.fakes.world import a_job, services


async def test_stages_are_spans_under_their_document_and_the_caller_is_its_root():
    exporter = InMemorySpanExporter()
    world = services(exporter=exporter)
    job = a_job("a")
    world.artifacts.files[job.id, f"documents/{job.documents[0].digest}"] = b"SLEEP 0.05"
    await world.jobs.create(job)
    guard = Guard("children", rule=BreakerRule(), its_fault=lambda _: True, tracing=world.tracing)
    evaluator = ChildEvaluator(
        "tests.fakes.small_child:make", b"", size=1, bounds=Bounds(), guard=guard, tracing=world.tracing
    )
    with world.tracing.span("POST /upload", kind="server"):
        parent = world.tracing.traceparent()

    try:
        await Processor(world, evaluator, "w1").process(job.id, "a", 1, parent)
    finally:
        await evaluator.close()

    spans = {span.name: span for span in exporter.get_finished_spans()}
    document = spans["process_document"]
    assert document.parent.span_id == spans["POST /upload"].context.span_id
    for flow in FLOWS:
        assert spans[flow].parent.span_id == document.context.span_id
        assert document.start_time <= spans[flow].start_time <= spans[flow].end_time <= document.end_time
    assert spans["embedding_generation"].end_time - spans["embedding_generation"].start_time >= 0.05e9
    assert spans["memory_watchdog"].attributes["peak_rss_bytes"] > 10_000_000
    assert spans["circuit_breaker"].attributes["state"] == "closed"


async def test_the_flows_around_an_evaluation_are_spans_where_they_happen():
    exporter = InMemorySpanExporter()
    world = services(exporter=exporter)
    await world.jobs.create(a_job("a"))
    await world.jobs.start_document("batch_1", "a", attempt=1, worker="dead", now=world.clock.now())

    await recover_claims(world)
    await look_at_work(world)
    await Probe(world).look()

    names = {span.name for span in exporter.get_finished_spans()}
    assert names >= {"error_recovery", "metric_collection", "health_check"}
