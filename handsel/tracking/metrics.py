"""What tracking counts. One registry per app, in Prometheus's text format."""

from collections.abc import Iterator

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

disable_created_metrics()  # type: ignore[no-untyped-call]


class Total(Collector):
    """A counter of one thread, without the lock that would be felt on the way of each click."""

    def __init__(self, name: str, documentation: str) -> None:
        self.count = 0
        self._name = name
        self._documentation = documentation

    def inc(self) -> None:
        self.count += 1

    def collect(self) -> Iterator[Metric]:
        yield CounterMetricFamily(self._name, self._documentation, value=self.count)


class Metrics:
    def __init__(self) -> None:
        registry = self.registry = CollectorRegistry()
        self.clicks = Total("clicks", "Redirects whose click is on disk.")
        registry.register(self.clicks)
        self.forwarded_untrusted = Total(
            "forwarded_untrusted",
            "Requests with X-Forwarded-For from a peer that is no trusted proxy.",
        )
        registry.register(self.forwarded_untrusted)
        self.clicks_unrecorded = Counter(
            "clicks_unrecorded",
            "Redirects without a click id, because the spool failed.",
            ["reason"],
            registry=registry,
        )
        self.links_unavailable = Counter(
            "links_unavailable",
            "Visits to links that are unknown or disabled.",
            ["reason"],
            registry=registry,
        )
        self.deep_links_refused = Counter(
            "deep_links_refused",
            "Visits whose to= lies outside the program's domains.",
            registry=registry,
        )
        self.impressions = Counter(
            "impressions", "Impressions that are on disk.", registry=registry
        )
        self.impressions_unrecorded = Counter(
            "impressions_unrecorded",
            "Pictures of links that are unknown or disabled, or that the spool did not take.",
            ["reason"],
            registry=registry,
        )
        self.events = Counter(
            "events", "Events from shops that are on disk.", ["source"], registry=registry
        )
        self.events_unrecorded = Counter(
            "events_unrecorded",
            "Events that the spool did not take; script and postback were asked to try again.",
            ["source", "reason"],
            registry=registry,
        )
        self.events_refused = Counter(
            "events_refused",
            "Events from shops that were not understood.",
            ["source", "reason"],
            registry=registry,
        )
        self.spool_events = Gauge("spool_events_written", "Events on disk.", registry=registry)
        self.spool_groups = Gauge(
            "spool_groups_written", "Commits that put them there.", registry=registry
        )
        self.spool_failing = Gauge(
            "spool_failing", "1 while the spool takes no events.", registry=registry
        )
        self.links_known = Gauge("links_known", "Links in the replica.", registry=registry)
        self.links_cursor = Gauge(
            "links_cursor", "Last change of links that was applied.", registry=registry
        )
        self.links_age = Gauge(
            "links_age_seconds", "Since the feed last answered; -1: never.", registry=registry
        )

    def render(self) -> bytes:
        return generate_latest(self.registry)
