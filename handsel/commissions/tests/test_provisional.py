from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils.timezone import now

from handsel.clicks.models import Watermark
from handsel.commissions.models import Commission
from handsel.commissions.services import evaluate_due
from handsel.commissions.tests.conftest import click_on
from handsel.conversions.models import Conversion, Touch


def host(name, passed_at, seen_at=None):
    Watermark.objects.update_or_create(
        host=name, defaults={"passed_at": passed_at, "seen_at": seen_at or now()}
    )


def a_minute_passes():
    Conversion.objects.update(due_at=now() - timedelta(seconds=61))


@pytest.fixture
def order(shop, bens_link):
    """An order of this moment, an hour after a click."""
    return shop.order(at=now(), click_ids=[click_on(bens_link, now() - timedelta(hours=1))])


def test_it_waits_for_the_slowest_host(order):
    host("a", now() + timedelta(seconds=1))
    host("b", now() - timedelta(minutes=5))
    assert evaluate_due() == 0

    host("b", now() + timedelta(seconds=1))

    assert evaluate_due() == 1
    assert not Commission.objects.get().provisional


def test_after_a_minute_it_is_evaluated_provisionally_and_then_again(order):
    host("a", now() - timedelta(minutes=5))
    a_minute_passes()

    assert evaluate_due() == 1
    order.refresh_from_db()
    assert Commission.objects.get().provisional
    assert (order.status, order.due_at is None) == ("provisional", False)
    assert evaluate_due() == 0

    host("a", now())
    assert evaluate_due() == 1

    order.refresh_from_db()
    commission = Commission.objects.get()
    assert not commission.provisional
    assert (order.status, order.due_at) == ("credited", None)
    assert commission.revisions.count() == 1


def test_a_host_that_is_not_heard_of_is_not_waited_for(order):
    host("a", now())
    host("gone", now() - timedelta(days=1), seen_at=now() - timedelta(minutes=2))

    assert evaluate_due() == 1
    assert not Commission.objects.get().provisional


def test_with_no_host_heard_of_it_stays_provisional(order):
    host("gone", now(), seen_at=now() - timedelta(minutes=2))
    assert evaluate_due() == 0

    a_minute_passes()

    assert evaluate_due() == 1
    assert Commission.objects.get().provisional


def test_a_host_that_was_taken_out_of_service_is_forgotten(order):
    """Else nothing would ever be approved where shops report without our tracking any more."""
    host("gone", now() - timedelta(days=8), seen_at=now() - timedelta(days=8))

    assert evaluate_due() == 1
    assert not Commission.objects.get().provisional


def test_what_was_concluded_stays_so_while_no_host_is_heard_of(order, shop):
    evaluate_due()
    host("gone", now(), seen_at=now() - timedelta(minutes=2))
    shop.refund(amount_minor=5_000, at=now())
    a_minute_passes()
    evaluate_due()

    order.refresh_from_db()
    commission = Commission.objects.get()
    assert (commission.amount_minor, commission.provisional) == (500, False)
    assert (order.status, order.due_at) == ("credited", None)


def test_an_order_of_the_past_need_not_wait(shop, bens_click):
    host("a", now() - timedelta(minutes=5))
    shop.order(click_ids=[bens_click])

    assert evaluate_due() == 1


def test_the_clicks_details_are_copied_when_they_have_come(shop, bens, bens_link):
    clicked_at = datetime(2026, 9, 10, 12, 0, 0, 123_000, tzinfo=UTC)
    click_id = click_on(bens_link, clicked_at)
    shop.order(click_ids=[click_id])
    evaluate_due()
    assert (Touch.objects.get().referrer, Touch.objects.get().arrived_at) == ("", None)

    with connection.cursor() as cursor:
        cursor.execute("SELECT clicks_make_partition(%s)", [clicked_at.date()])
        cursor.execute(
            """
            INSERT INTO clicks_click (click_id, clicked_at, brand_id, partner_id, program_id,
                partnership_id, link_id, visitor, user_agent, referrer, language, country,
                device, subs, fetch_metadata, destination)
            SELECT %s, %s, brand_id, partner_id, program_id, partnership_id, id, '', '',
                'https://blog.example/packing', '', 'NO', 'phone', '{}', '{}', ''
              FROM links_link WHERE slug = 'ben'
            """,
            [click_id, clicked_at],
        )
    Conversion.objects.update(due_at=clicked_at)
    evaluate_due()

    touch = Touch.objects.get()
    assert (touch.country, touch.device) == ("NO", "phone")
    assert touch.referrer == "https://blog.example/packing"
