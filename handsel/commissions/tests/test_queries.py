from datetime import date, timedelta

import pytest

from handsel.commissions.models import Commission
from handsel.commissions.queries import by_day, commissions_of, top_partnerships, totals
from handsel.commissions.services import (
    approve_commission,
    decline_commission,
    evaluate_due,
    withhold_commission,
)
from handsel.commissions.tests.conftest import click_on
from handsel.conversions import queries as conversions
from handsel.conversions.models import Conversion
from handsel.conversions.tests.shop import NOON
from handsel.ledger.queries import balance_minor
from handsel.rows.scope import seen_by


@pytest.fixture
def week(shop, bens, cleos, ada):
    """Ben: 10.00 approved, 20.00 pending, 30.00 declined, 40.00 sent back; Cleo: 5.00."""
    bens_click, cleos_click = click_on(bens.links.get()), click_on(cleos.links.get())
    for number, paid_minor in enumerate([10_000, 20_000, 30_000, 40_000], start=1):
        shop.order(f"L-{number}", paid_minor, click_ids=[bens_click], at=NOON + timedelta(number))
    shop.order("L-5", 5_000, click_ids=[cleos_click], at=NOON + timedelta(1))
    shop.order("L-6", 7_000, at=NOON)
    shop.refund("L-4", 40_000)
    evaluate_due()
    by_order = {c.conversion.order_reference: c.pk for c in commissions_of(ada)}
    approve_commission(by_order["L-1"], actor=ada)
    decline_commission(by_order["L-3"], reason="Own order.", actor=ada)
    return by_order


def test_totals_are_what_the_ledger_says(week, ada, bens, cleos):
    said = {(t.status, t.currency): t.amount_minor for t in totals(commissions_of(ada))}

    pending = balance_minor(f"pending:{bens.pk}") + balance_minor(f"pending:{cleos.pk}")
    assert said["pending", "EUR"] == pending == 2_500
    assert said["approved", "EUR"] == balance_minor(f"payable:{bens.pk}") == 1_000
    assert said["declined", "EUR"] == 3_000
    assert said["reversed", "EUR"] == 0


def test_the_days_add_up_to_what_was_earned(week, ada):
    assert [(t.day, t.orders_total, t.amount_minor) for t in by_day(commissions_of(ada))] == [
        (date(2026, 9, 13), 2, 1_500),
        (date(2026, 9, 14), 1, 2_000),
    ]


def test_who_earned_most(week, ada, bens, cleos):
    top = top_partnerships(commissions_of(ada))

    assert [(t.partnership, t.amount_minor, t.order_minor, t.commissions_total) for t in top] == [
        (bens, 3_000, 30_000, 2),
        (cleos, 500, 5_000, 1),
    ]


def test_filters(week, ada, bens, cleos, program):
    withhold_commission(week["L-2"], reason="Odd.", actor=ada)

    assert commissions_of(ada, status="withheld").get().pk == week["L-2"]
    assert commissions_of(ada, partnership=cleos).count() == 1
    assert commissions_of(ada, program=program, status="pending").count() == 2
    since, until = NOON + timedelta(2), NOON + timedelta(3)
    assert commissions_of(ada, since=since, until=until).get().pk == week["L-2"]
    assert not commissions_of(ada, status="provisional").exists()


def test_a_partner_counts_its_own_and_mallory_nothing(week, ben, mallory):
    with seen_by([ben.organization_id]):
        assert sum(t.amount_minor for t in totals(commissions_of(ben))) == 6_000
        assert [t.amount_minor for t in top_partnerships(commissions_of(ben))] == [3_000]
    with seen_by([mallory.organization_id]):
        assert totals(commissions_of(mallory)) == []
        assert not Commission.objects.exists()
    assert totals(commissions_of(None)) == []


def test_orders_by_day_and_why_some_are_nobodys(week, ada):
    mine = Conversion.objects.visible_to(ada)

    assert conversions.by_day(mine)[-1] == (date(2026, 9, 16), "EUR", 1, 0)
    assert conversions.why_unattributed(mine) == [("no_touch", 1)]


def test_the_runner_up_reads_why_it_was_not_credited(shop, bens, cleos, ben):
    earlier = click_on(bens.links.get(), NOON - timedelta(days=3))
    shop.order(click_ids=[earlier, click_on(cleos.links.get())])
    evaluate_due()

    with seen_by([ben.organization_id]):
        touch = conversions.not_credited(ben).get()

    assert (touch.verdict, touch.link.slug) == ("earlier_than_last", "ben")
