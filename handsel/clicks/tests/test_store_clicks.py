import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from handsel.clicks.models import Click, ClickDay, ClickHour, Watermark
from handsel.clicks.queries import rollup_differences
from handsel.clicks.rows import FALSE, NULL, TRUE, ClickRow
from handsel.clicks.services import (
    Stored,
    drop_partitions,
    make_partitions,
    partition_days,
    pass_watermark,
    store_clicks,
)
from handsel.ids import to_uuid
from handsel.links.models import Link

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 3, 29, 23, 59, 59, 999_000, tzinfo=UTC)


def row(
    link: Link, number: int, at: datetime = MORNING, filtered_reason: str = NULL, s1: str = "måndag"
) -> ClickRow:
    return ClickRow(
        click_id=f"{number:032d}",
        clicked_at=str(at),
        brand_id=str(to_uuid(link.brand_id)),
        partner_id=str(to_uuid(link.partner_id)),
        program_id=str(to_uuid(link.program_id)),
        partnership_id=str(to_uuid(link.partnership_id)),
        link_id=str(to_uuid(link.pk)),
        visitor="v",
        ip="192.0.2.0",
        user_agent="Mozilla/5.0\t(X11)\n\\N",
        referrer="",
        language="sv",
        country="",
        device="computer",
        subs=json.dumps({"s1": s1}),
        fetch_metadata="{}",
        destination="",
        filtered_reason=filtered_reason,
        counts=TRUE if filtered_reason == NULL else FALSE,
    )


@pytest.fixture
def days() -> None:
    make_partitions([MORNING.date(), MORNING.date() + timedelta(days=1)])


@pytest.mark.usefixtures("days")
def test_a_click_is_stored_as_it_was(bens_link: Link) -> None:
    assert store_clicks([row(bens_link, 1)]) == Stored(new=1, filtered=0)

    click = Click.objects.get()
    assert (click.link_id, click.partner_id) == (bens_link.pk, bens_link.partner_id)
    assert (click.clicked_at, click.subs) == (MORNING, {"s1": "måndag"})
    assert click.user_agent == "Mozilla/5.0\t(X11)\n\\N"
    assert click.recorded_at > click.clicked_at


@pytest.mark.usefixtures("days")
def test_a_click_that_comes_again_is_counted_once(bens_link: Link) -> None:
    store_clicks([row(bens_link, 1), row(bens_link, 1)])

    assert store_clicks([row(bens_link, 1), row(bens_link, 2)]) == Stored(new=1, filtered=0)
    assert ClickDay.objects.get().clicks == 2
    assert ClickHour.objects.get().clicks == 2


@pytest.mark.usefixtures("days")
def test_a_filtered_click_is_kept_and_counted_apart(bens_link: Link) -> None:
    assert store_clicks([row(bens_link, 1), row(bens_link, 2, filtered_reason="bot")]) == Stored(
        new=2, filtered=1
    )

    day = ClickDay.objects.get()
    assert (day.clicks, day.filtered) == (1, 1)
    assert Click.objects.count() == 2


@pytest.mark.usefixtures("days")
def test_rollups_equal_a_recount_across_midnight(bens_link: Link) -> None:
    store_clicks(
        [row(bens_link, n, MORNING + timedelta(milliseconds=n % 3)) for n in range(30)]
        + [row(bens_link, 99, filtered_reason="prefetch")]
    )

    assert ClickDay.objects.count() == 2
    assert rollup_differences() == []


@pytest.mark.usefixtures("days")
def test_a_recount_finds_a_rollup_that_is_wrong(bens_link: Link) -> None:
    store_clicks([row(bens_link, 1)])
    ClickDay.objects.update(clicks=2)

    [difference] = rollup_differences()
    assert (difference.rollup, difference.rolled_up, difference.recounted) == ("day", 2, 1)


def test_old_days_are_dropped_and_young_ones_stay() -> None:
    make_partitions([date(2025, 1, 1), date(2025, 1, 31)])

    assert date(2025, 1, 1) in drop_partitions(days_kept=30, today=date(2025, 2, 1))
    assert date(2025, 1, 31) in partition_days()
    assert date(2025, 1, 1) not in partition_days()


def test_a_day_that_may_be_shipped_again_is_not_dropped() -> None:
    with pytest.raises(ValueError, match="7 days"):
        drop_partitions(days_kept=2, today=date(2025, 2, 1))


@pytest.mark.usefixtures("days")
def test_a_partition_is_no_back_door_to_rows(bens_link: Link) -> None:
    store_clicks([row(bens_link, 1)])

    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT * FROM clicks_click_20260329")


def test_a_watermark_without_a_moment_keeps_the_last_one() -> None:
    pass_watermark("here", MORNING, backlog=0, shipped=5)
    pass_watermark("here", None, backlog=7, shipped=2)

    mark = Watermark.objects.get()
    assert (mark.passed_at, mark.backlog, mark.shipped_total) == (MORNING, 7, 7)
