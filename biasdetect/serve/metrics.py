"""Prometheus metrics of the server: numbers only, no text, no names, no addresses."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)


class Metrics:
    """The metrics of one server, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "biasdetect_requests", "Requests that were answered.", ("path", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "biasdetect_request_seconds",
            "Time from a request's first byte to the end of its answer.",
            ("path",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.scoring = Histogram(
            "biasdetect_scoring_seconds", "Time that a worker was busy with a request.", buckets=_SECONDS, registry=self.registry
        )  # fmt: skip
        self.waiting = Gauge("biasdetect_queue_length", "Requests that wait for a worker.", registry=self.registry)
        self.running = Gauge("biasdetect_running", "Requests that workers are busy with.", registry=self.registry)
        self.sentences = Counter("biasdetect_sentences", "Sentences that were scored.", registry=self.registry)
        self.refused = Counter(
            "biasdetect_refused",
            "Requests that were not answered: queue-full, too-large, too-slow, hung-up.",
            ("reason",),
            registry=self.registry,
        )
        for reason in ("queue-full", "too-large", "too-slow", "hung-up"):
            self.refused.labels(reason)
