"""Metrics for Prometheus: requests counted here; work and workers as the job store and the fleet know them."""

from collections.abc import Iterator, Sequence

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from domain.observation import Metrics
from domain.records import LATENCY_BUCKETS, Work
from domain.result_cache import ResultFigures

_REQUEST_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 30.0)
_QUEUE = "pdm_evaluation_queue"


class PrometheusMetrics(Metrics):
    """One registry a process. What workers did is in the job store, so any API process can answer for all of them.

    Requests are counted unless `requests` is False; the work is told in any case, for it is counted anyway.
    """

    def __init__(self, *, requests: bool = True) -> None:
        self._counting = requests
        self._registry = CollectorRegistry()
        self._work = _WorkCollector()
        self._registry.register(self._work)
        self._results = _ResultCollector()
        self._registry.register(self._results)
        self._requests = Counter(
            "http_requests", "Requests answered.", ("method", "route", "status"), registry=self._registry
        )
        self._decisions = Counter(
            "rate_limit_decisions",
            "Decisions over requests, by the limit, its outcome and who decided.",
            ("limit", "outcome", "source"),
            registry=self._registry,
        )
        self._security = Counter(
            "security_events", "What an auditor wants to know of.", ("event",), registry=self._registry
        )
        self._seconds = Histogram(
            "http_request_duration_seconds",
            "Time from a request's first byte to the end of its answer; of a stream, to its beginning.",
            ("method", "route"),
            buckets=_REQUEST_BUCKETS,
            registry=self._registry,
        )

    def request(self, method: str, route: str, status: int, seconds: float, trace_id: str | None) -> None:
        """Count a request; its trace is kept as an exemplar."""
        if not self._counting:
            return
        self._requests.labels(method, route, str(status)).inc()
        exemplar = {"trace_id": trace_id} if trace_id else None
        self._seconds.labels(method, route).observe(seconds, exemplar)

    def limited(self, limit: str, outcome: str, source: str) -> None:
        """Count a decision over a request."""
        if self._counting:
            self._decisions.labels(limit, outcome, source).inc()

    def security(self, event: str) -> None:
        """Count something that an auditor wants to know of."""
        self._security.labels(event).inc()

    def expose(self, work: Work | None, results: ResultFigures | None, accept: str) -> tuple[bytes, str]:
        """Everything as the scraper asks for it, and its content type. Metrics of what is None are absent."""
        self._work.work, self._results.figures = work, results
        encode, content_type = choose_encoder(accept)
        return encode(self._registry), content_type


class _WorkCollector(Collector):
    def __init__(self) -> None:
        self.work: Work | None = None

    def collect(self) -> Iterator[Metric]:
        if self.work is None:
            return
        figures = self.work.figures
        documents = CounterMetricFamily("documents_processed", "Documents that ended.", labels=("status",))
        documents.add_metric(("success",), figures.documents_success)
        documents.add_metric(("error",), figures.documents_error)
        yield documents
        yield GaugeMetricFamily(
            "batch_throughput_per_hour",
            "Documents that ended in the last five minutes, times twelve.",
            figures.documents_last_5_minutes * 12,
        )
        utilization = GaugeMetricFamily("worker_utilization", "Busy places in percent.", labels=("worker_id",))
        for worker in self.work.workers:
            utilization.add_metric((worker.id,), round(worker.utilization, 2))
        yield utilization
        depth = GaugeMetricFamily("queue_depth", "Documents that wait.", labels=("queue_name",))
        depth.add_metric((_QUEUE,), self.work.queue_depth)
        yield depth
        yield HistogramMetricFamily(
            "batch_document_processing_latency_seconds",
            "Time from taking a document up to its end.",
            _cumulative(figures.latency),
            figures.latency_seconds,
        )


class _ResultCollector(Collector):
    def __init__(self) -> None:
        self.figures: ResultFigures | None = None

    def collect(self) -> Iterator[Metric]:
        if self.figures is None:
            return
        figures = self.figures
        lookups = CounterMetricFamily("result_cache_lookups", "Documents looked up.", labels=("outcome",))
        lookups.add_metric(("hit",), figures.hits)
        lookups.add_metric(("miss",), figures.misses)
        yield lookups
        yield CounterMetricFamily("result_cache_evictions", "Evaluations that went for newer ones.", figures.evictions)
        yield GaugeMetricFamily("result_cache_entries", "Evaluations that are kept.", figures.entries)
        yield GaugeMetricFamily("result_cache_bytes", "Bytes of disk that they take.", figures.bytes)


def _cumulative(counts: Sequence[int]) -> list[tuple[str, float]]:
    bounds = [*(str(b) for b in LATENCY_BUCKETS), "+Inf"]
    total, out = 0, []
    for bound, count in zip(bounds, counts, strict=True):
        total += count
        out.append((bound, float(total)))
    return out
