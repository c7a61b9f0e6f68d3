"""Spans by OpenTelemetry: live ones here, and those of stages that ran in a child, with the child's own times."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from types import TracebackType

from opentelemetry import context as contexts
from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import NonRecordingSpan, SpanContext, Status, StatusCode, TraceFlags
from opentelemetry.trace import SpanKind as OtelKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from domain.observation import Span, SpanKind, Tracing
from domain.ports import StageFact

_KINDS = {
    "internal": OtelKind.INTERNAL,
    "server": OtelKind.SERVER,
    "producer": OtelKind.PRODUCER,
    "consumer": OtelKind.CONSUMER,
}
_PROPAGATOR = TraceContextTextMapPropagator()
_IDS = RandomIdGenerator()


class OtelTracing(Tracing):
    """Where nothing exports them, spans of requests and messages are only ids for the logs, others not even that."""

    def __init__(
        self,
        *,
        service: str,
        version: str,
        environment: str,
        sampling_rate: float = 1.0,
        endpoint: str | None = None,
        exporter: SpanExporter | None = None,
    ) -> None:
        resource = Resource.create(
            {"service.name": service, "service.version": version, "deployment.environment.name": environment}
        )
        self._provider = TracerProvider(
            resource=resource, sampler=ParentBased(TraceIdRatioBased(sampling_rate)), shutdown_on_exit=False
        )
        if endpoint:
            self._provider.add_span_processor(BatchSpanProcessor(_otlp(endpoint)))
        if exporter:
            self._provider.add_span_processor(SimpleSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("decalogo", version)
        self._recording = endpoint is not None or exporter is not None

    def span(
        self, name: str, *, parent: str | None = None, kind: SpanKind = "internal", **attributes: str | float | bool
    ) -> AbstractContextManager[Span]:
        """Time the block; an exception that leaves it marks it as failed. `parent` is a W3C traceparent."""
        return self._open(name, parent, kind, attributes)

    def flow(self, name: str, component: str, **attributes: str | float | bool) -> AbstractContextManager[Span]:
        """Time the block as one of the flows."""
        named = {"decalogo.flow": name, "decalogo.component": component}
        return self._open(name, None, "internal", {**named, **attributes})

    def record(self, facts: Sequence[StageFact]) -> None:
        """Spans of stages that ran elsewhere, with their own times, under the current one."""
        for fact in facts if self._recording else ():
            span = self._tracer.start_span(
                fact.flow,
                start_time=fact.start_ns,
                attributes={"decalogo.flow": fact.flow, "decalogo.component": fact.component},
            )
            if fact.error:
                span.set_status(Status(StatusCode.ERROR, fact.error))
            span.end(fact.end_ns)

    def traceparent(self) -> str | None:
        """The current span, as W3C writes it."""
        context = trace.get_current_span().get_span_context()
        if not context.is_valid:
            return None
        return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"

    def close(self) -> None:
        """Send what waits."""
        self._provider.shutdown()

    def _open(
        self, name: str, parent: str | None, kind: SpanKind, attributes: Mapping[str, str | float | bool]
    ) -> AbstractContextManager[Span]:
        if not self._recording and kind == "internal":
            return _UNSEEN
        context = _PROPAGATOR.extract({"traceparent": parent}) if parent else None
        if self._recording:
            return _Current(self._tracer.start_span(name, context, _KINDS[kind], attributes))
        return _Current(NonRecordingSpan(_below(trace.get_current_span(context).get_span_context())))


class _Current(AbstractContextManager[Span]):
    """A span while its block runs."""

    def __init__(self, span: trace.Span) -> None:
        self._span = span

    def __enter__(self) -> Span:
        self._token = contexts.attach(trace.set_span_in_context(self._span))
        return _OtelSpan(self._span)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        contexts.detach(self._token)
        if isinstance(error, Exception):
            self._span.record_exception(error)
            self._span.set_status(Status(StatusCode.ERROR, f"{type(error).__name__}: {error}"))
        self._span.end()


class _OtelSpan(Span):
    def __init__(self, span: trace.Span) -> None:
        self._span = span

    def set(self, **attributes: str | float | bool) -> None:
        self._span.set_attributes(attributes)


_UNSEEN = nullcontext(_OtelSpan(trace.INVALID_SPAN))


def _below(parent: SpanContext) -> SpanContext:
    """Ids of a span that nobody records; what is below it elsewhere may well be recorded."""
    if parent.is_valid:
        return SpanContext(parent.trace_id, _IDS.generate_span_id(), is_remote=False, trace_flags=parent.trace_flags)
    flags = TraceFlags(TraceFlags.SAMPLED)
    return SpanContext(_IDS.generate_trace_id(), _IDS.generate_span_id(), is_remote=False, trace_flags=flags)


def current_ids() -> dict[str, str]:
    """trace_id and span_id of the current span, for logs."""
    context = trace.get_current_span().get_span_context()
    if not context.is_valid:
        return {}
    return {"trace_id": trace.format_trace_id(context.trace_id), "span_id": trace.format_span_id(context.span_id)}


def _otlp(endpoint: str) -> SpanExporter:
    # Imported here because it takes a third of a second, and most installations send nothing.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415

    return OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
