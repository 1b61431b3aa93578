"""Figures of intake and inbox for Prometheus, read from PostgreSQL.

Intake and worker answer no requests; what they do stands in tables, and `/metrics` of the web
process tells it.
"""

from collections.abc import Iterator

from django.db import Error
from django.db.models import Count
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from handsel.clicks.models import Watermark
from handsel.clock import now
from handsel.intake.models import InboxEvent
from handsel.rows.scope import as_system


class IntakeFigures(Collector):
    def describe(self) -> list[Metric]:
        return []  # asked when it is registered, before there is a database

    def collect(self) -> Iterator[Metric]:
        try:
            with as_system():
                marks = list(Watermark.objects.all())
                inbox_waiting = InboxEvent.objects.filter(status=InboxEvent.Status.WAITING).count()
                refusals = list(
                    InboxEvent.objects.filter(status=InboxEvent.Status.REFUSED)
                    .values_list("reason")
                    .annotate(Count("pk"))
                )
        except Error:
            return
        backlog = GaugeMetricFamily(
            "handsel_intake_backlog_events",
            "Events on a tracking host's disk that have not arrived.",
            labels=["host"],
        )
        lag = GaugeMetricFamily(
            "handsel_intake_lag_seconds",
            "How far a tracking host's clicks lie behind the present.",
            labels=["host"],
        )
        shipped = CounterMetricFamily(
            "handsel_intake_shipped_events", "Events that have arrived.", labels=["host"]
        )
        unreadable = GaugeMetricFamily(
            "handsel_intake_unreadable_segments",
            "Parts of spools that cannot be read: set aside as damaged, or being waited for.",
            labels=["host"],
        )
        at = now()
        for mark in marks:
            backlog.add_metric([mark.host], mark.backlog)
            lag.add_metric([mark.host], max(0.0, (at - mark.passed_at).total_seconds()))
            shipped.add_metric([mark.host], mark.shipped_total)
            unreadable.add_metric([mark.host], mark.segments_unreadable)
        waiting = GaugeMetricFamily(
            "handsel_inbox_waiting_events", "Events that the worker has not looked at."
        )
        waiting.add_metric([], inbox_waiting)
        refused = GaugeMetricFamily(
            "handsel_inbox_refused_events", "Events that were refused, and why.", labels=["reason"]
        )
        for reason, count in refusals:
            refused.add_metric([reason], count)
        yield from (backlog, lag, shipped, unreadable, waiting, refused)
