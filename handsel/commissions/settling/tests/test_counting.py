"""Where orders are counted nothing else is, and one that several share counts once."""

import pytest

from handsel.commissions.models import Commission
from handsel.commissions.queries import by_day, commissions_of, is_first_of_order, top_partnerships
from handsel.commissions.settling.adjusting import adjust
from handsel.commissions.settling.tests.conftest import Sell
from handsel.console.figures import figures_of_period
from handsel.console.periods import Period
from handsel.conversions.tests.shop import NOON
from handsel.insights.health import health_of
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership
from handsel.programs.models import Program

pytestmark = pytest.mark.django_db


@pytest.fixture
def september(sell: Sell, bens: Partnership, ada: Member) -> Period:
    """Two orders, the tier they reach, and an amount by hand, which is of today."""
    sell("L-1", 40_000)
    sell("L-2", 20_000)
    given = adjust(bens, amount_minor=900, reason="Thanks.", actor=ada)
    Commission.objects.filter(pk=given.pk).update(occurred_at=NOON)
    return Period(NOON.date(), 30, 1)


def test_figures_count_orders_and_add_up_all_that_is_earned(
    september: Period, program: Program, ada: Member
) -> None:
    found = figures_of_period(program, ada, september)

    assert (found.orders.value, found.revenue_minor.value) == (2, 60_000)
    assert found.commission_minor.value == 6_000 + 1_200 + 900


def test_lists_by_day_and_partner_count_orders_only(
    september: Period, bens: Partnership, ada: Member
) -> None:
    rows = commissions_of(ada)

    assert [(day.orders_total, day.amount_minor) for day in by_day(rows)] == [(2, 8_100)]
    [top] = top_partnerships(rows)
    assert (top.commissions_total, top.amount_minor, top.order_minor) == (2, 8_100, 60_000)


def test_an_order_that_two_share_counts_once(
    september: Period, program: Program, bens: Partnership, cleos: Partnership, ada: Member
) -> None:
    shared = Commission.objects.filter(kind="order").order_by("pk")[0]
    Commission.objects.create(
        **{
            name: getattr(shared, name)
            for name in (
                "brand",
                "program",
                "conversion",
                "currency",
                "occurred_at",
                "amount_minor",
            )
        },
        partner=cleos.partner,
        partnership=cleos,
        agreement=cleos.agreements.get(),
    )

    found = figures_of_period(program, ada, september)

    assert (found.orders.value, found.revenue_minor.value) == (2, 60_000)
    assert found.sold.value == 2
    assert Commission.objects.filter(is_first_of_order(), kind="order").count() == 2
    assert set(health_of([bens])) == {bens.pk}
