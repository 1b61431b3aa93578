"""Tiers, milestones, floors, caps: one commission per partnership and period."""

import pytest

from handsel.commissions.models import Commission, Revision, Unsettled
from handsel.commissions.services import decline_commission
from handsel.commissions.settling import due
from handsel.commissions.settling.due import settle_due
from handsel.commissions.settling.tests.conftest import TENTH, Sell, amounts, owed, settled
from handsel.conversions.tests.shop import NOON, Shop
from handsel.engine.terms import Terms
from handsel.partnerships.models import Partnership

pytestmark = pytest.mark.django_db

SEPTEMBER = "period month:2026-09-01"


def test_a_month_below_the_tier_has_no_commission_of_its_own(sell: Sell, bens: Partnership) -> None:
    sell("L-1", 40_000)

    assert amounts(bens) == {}
    assert owed(bens) == 4_000


def test_the_order_that_reaches_the_tier_lifts_the_whole_month(
    sell: Sell, bens: Partnership
) -> None:
    sell("L-1", 40_000)
    sell("L-2", 20_000)

    assert amounts(bens) == {SEPTEMBER: 1_200}
    assert owed(bens) == 7_200


def test_what_comes_back_lowers_the_month_by_a_revision_and_the_difference(
    sell: Sell, shop: Shop, bens: Partnership
) -> None:
    sell("L-1", 40_000)
    sell("L-2", 20_000)
    shop.refund("L-2", 15_000)
    settled()

    assert amounts(bens) == {SEPTEMBER: 0}
    assert owed(bens) == 4_500
    month = Commission.objects.get(kind="period")
    assert [row.amount_minor for row in month.revisions.order_by("number")] == [1_200, 0]


def test_settling_again_changes_nothing(sell: Sell, bens: Partnership) -> None:
    sell("L-1", 60_000)
    before = Revision.objects.count()
    Unsettled.objects.create(
        brand_id=bens.brand_id, partner_id=bens.partner_id, partnership_id=bens.pk, at=NOON
    )

    assert settle_due() == 1
    assert settle_due() == 0
    assert Revision.objects.count() == before
    assert owed(bens) == 7_200


def test_an_order_that_a_person_declines_is_none_of_the_month(
    sell: Sell, bens: Partnership, ada: object
) -> None:
    sell("L-1", 40_000)
    sell("L-2", 20_000)
    declined = Commission.objects.get(conversion__order_reference="L-2")

    decline_commission(declined.pk, reason="An order of his own.", actor=None)
    settled()

    assert amounts(bens) == {SEPTEMBER: 0}
    assert owed(bens) == 4_000


class TestNothingToSettle:
    @pytest.fixture
    def terms(self) -> Terms:
        return Terms(currency="EUR", pay=(TENTH,))

    def test_who_is_paid_by_order_alone_takes_no_turn(
        self, sell: Sell, bens: Partnership, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(due, "settle_partnership", None)

        sell("L-1", 60_000)

        assert not Unsettled.objects.exists()
        assert owed(bens) == 6_000
