from collections.abc import Callable

from django.db import connection

from handsel.commissions.models import Commission
from handsel.postbacks.metrics import PostbackFigures
from handsel.postbacks.models import Delivery, Postback


def figures() -> dict[str, float]:
    return {
        sample.name + sample.labels.get("state", ""): sample.value
        for metric in PostbackFigures().collect()
        for sample in metric.samples
    }


def test_metrics_tell_what_waits_and_how_long(
    postback: Postback, earn: Callable[[], Commission]
) -> None:
    earn()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE postbacks_delivery SET due_at = due_at - interval '90 seconds'")

    said = figures()
    assert said["handsel_postbacks_waiting_deliveries"] == 1
    assert 90 <= said["handsel_postbacks_late_seconds"] < 150
    assert said["handsel_postbacksenabled"] == 1


def test_metrics_are_zero_when_nothing_waits(
    postback: Postback, earn: Callable[[], Commission]
) -> None:
    earn()
    Delivery.objects.update(delivered_at=postback.created_at)
    Postback.objects.update(disabled_at=postback.created_at)

    said = figures()
    assert said["handsel_postbacks_waiting_deliveries"] == 0
    assert said["handsel_postbacks_late_seconds"] == 0
    assert said["handsel_postbacksdisabled"] == 1
