"""What is counted and timed, in Prometheus' terms: what only grows is a counter, a time is a histogram.

A gauge of "the last latency" or of "requests so far" loses what happened between two scrapes; a rate and a percentile
are computed from counters and buckets by whoever reads them. Labels take few values, all ours: a label that the asker
can choose (a key, a path) would make one more series for each value, until memory ends.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

CONTENT_TYPE = CONTENT_TYPE_LATEST
_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
_SIZES = (1, 2, 4, 8, 16, 32, 64)


class Metrics:
    """The figures of one server, apart from those of any other in the process.

    >>> metrics = Metrics()
    >>> metrics.failures.labels(version="2", kind="timeout").inc()
    >>> [line for line in metrics.text().splitlines() if line.startswith("serving_model_failures_total")]
    ['serving_model_failures_total{kind="timeout",version="2"} 1.0']
    """

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.requests = self._counter("serving_requests", "HTTP answers", "endpoint", "status")
        self.seconds = self._histogram("serving_request_seconds", "from request to answer", _SECONDS, "version")
        self.model_seconds = self._histogram("serving_model_seconds", "of a batch, no waiting", _SECONDS, "version")
        self.batch_images = self._histogram("serving_batch_images", "images computed together", _SIZES, "version")
        self.failures = self._counter("serving_model_failures", "requests without an answer", "version", "kind")
        self.fallbacks = self._counter("serving_fallbacks", "answers given by the other version", "version")
        self.shadows = self._counter("serving_shadow_images", "images computed twice", "outcome")
        self.changes = self._counter("serving_traffic_changes", "promotions and rollbacks", "kind", "cause")
        self.share = Gauge("serving_traffic_share", "of the keys", ["version"], registry=self._registry)
        self.in_flight = Gauge("serving_in_flight", "requests being answered", registry=self._registry)

    def text(self) -> str:
        """Everything, in the format that Prometheus scrapes."""
        return generate_latest(self._registry).decode()

    def _counter(self, name: str, what: str, *labels: str) -> Counter:
        return Counter(name, what, labels, registry=self._registry)

    def _histogram(self, name: str, what: str, buckets: tuple[float, ...], label: str) -> Histogram:
        return Histogram(name, what, [label], buckets=buckets, registry=self._registry)
