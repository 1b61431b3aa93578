"""Figures of postbacks for Prometheus, read from PostgreSQL: the worker that sends them answers no
requests. `/metrics` of the web process tells them."""

from collections.abc import Iterator

from django.db import Error
from django.db.models import Min
from django.utils.timezone import now
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from handsel.postbacks.models import Delivery, Postback
from handsel.postbacks.sending import due
from handsel.rows.scope import as_system


class PostbackFigures(Collector):
    def describe(self) -> list[Metric]:
        return []  # asked when it is registered, before there is a database

    def collect(self) -> Iterator[Metric]:
        at = now()
        try:
            with as_system():
                waiting_count = Delivery.objects.waiting().count()
                oldest = due(at).aggregate(oldest=Min("due_at"))["oldest"]
                current = Postback.objects.current()
                counts = {
                    "disabled": current.exclude(disabled_at=None).count(),
                    "failing": current.filter(disabled_at=None).exclude(failing_since=None).count(),
                    "enabled": current.filter(disabled_at=None, failing_since=None).count(),
                }
        except Error:
            return
        waiting = GaugeMetricFamily(
            "handsel_postbacks_waiting_deliveries",
            "Deliveries that were neither taken nor given up.",
        )
        waiting.add_metric([], waiting_count)
        late = GaugeMetricFamily(
            "handsel_postbacks_late_seconds", "How long the oldest has waited that may be sent now."
        )
        late.add_metric([], (at - oldest).total_seconds() if oldest else 0)
        states = GaugeMetricFamily("handsel_postbacks", "Postbacks by state.", labels=["state"])
        for state, count in counts.items():
            states.add_metric([state], count)
        yield from (waiting, late, states)
