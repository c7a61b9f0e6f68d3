"""Spans that nobody records still carry the ids that logs and messages need."""

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from infra.telemetry.tracing_otel import OtelTracing, current_ids

CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def tracing(exporter=None) -> OtelTracing:
    return OtelTracing(service="test", version="0", environment="test", exporter=exporter)


@pytest.mark.parametrize("exporter", [None, InMemorySpanExporter()])
def test_a_request_continues_the_trace_of_its_caller_whether_or_not_it_is_recorded(exporter):
    traces = tracing(exporter)

    with traces.span("GET /status", kind="server", parent=CALLER):
        ids, parent = current_ids(), traces.traceparent()

    assert parent == f"00-0af7651916cd43dd8448eb211c80319c-{ids['span_id']}-01"
    assert ids["span_id"] != "b7ad6b7169203331"
    assert current_ids() == {}
    assert traces.traceparent() is None


def test_each_request_without_a_caller_is_a_trace_of_its_own():
    traces = tracing()
    seen = set()
    for _ in range(2):
        with traces.span("GET /status", kind="server"):
            seen.add(current_ids()["trace_id"])

    assert len(seen) == 2


def test_a_span_that_fails_says_how_and_lets_the_error_pass():
    exporter = InMemorySpanExporter()
    traces = tracing(exporter)

    with pytest.raises(ZeroDivisionError), traces.flow("health_check", "pipeline_orchestrator"):
        raise ZeroDivisionError("no way")

    (span,) = exporter.get_finished_spans()
    assert (span.status.description, span.events[0].name) == ("ZeroDivisionError: no way", "exception")
