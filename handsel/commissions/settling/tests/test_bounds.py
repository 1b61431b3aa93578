"""Floors, caps, milestones and the budget of a program."""

from datetime import timedelta

import pytest

from handsel.commissions.models import Commission
from handsel.commissions.settling.due import note_passing_time
from handsel.commissions.settling.tests.conftest import Sell, amounts, owed, settled
from handsel.conversions.tests.shop import NOON, Shop
from handsel.engine.terms import Cap, Floor, Hold, Milestone, Percent, Terms
from handsel.partnerships.models import Partnership

pytestmark = pytest.mark.django_db

TENTH = Percent(rate_ppm=100_000)
SEPTEMBER = "period month:2026-09-01"
DAY = timedelta(days=1)


def agreed(**sections: object) -> Terms:
    return Terms(currency="EUR", pay=(TENTH,), hold=Hold(days=14), **sections)  # type: ignore[arg-type]


class TestCapAndMilestone:
    @pytest.fixture
    def terms(self) -> Terms:
        cap = Cap(per="partner", period="month", amount_minor=5_000, currency="EUR")
        third = Milestone(
            measure="orders", reaches=3, period="month", amount_minor=700, currency="EUR"
        )
        return agreed(caps=(cap,), bonuses=(third,))

    def test_a_milestone_adds_to_the_month_and_the_cap_takes_from_it(
        self, sell: Sell, bens: Partnership
    ) -> None:
        for number in range(3):
            sell(f"L-{number}", 10_000)
        assert amounts(bens) == {SEPTEMBER: 700}

        sell("L-9", 20_000)
        assert amounts(bens) == {SEPTEMBER: 0}
        assert owed(bens) == 5_000

    def test_orders_count_in_the_month_they_are_of(
        self, sell: Sell, shop: Shop, bens: Partnership
    ) -> None:
        """The shop sets an order's day right: both months are settled again."""
        for number in range(3):
            sell(f"L-{number}", 10_000)
        moved = shop.order_fact("L-2", 10_000, codes=["BEN10"], at=NOON - 30 * DAY)
        shop.order(
            "L-2",
            10_000,
            codes=["BEN10"],
            at=NOON - 30 * DAY,
            event_id="order:L-2:again",
            updated_at=NOON + DAY,
        )
        settled()

        assert moved.order_reference == "L-2"
        assert amounts(bens) == {SEPTEMBER: 0}
        assert owed(bens) == 3_000


class TestFloor:
    @pytest.fixture
    def terms(self) -> Terms:
        floor = Floor(per="partner", period="month", amount_minor=2_500, currency="EUR")
        return agreed(floors=(floor,))

    def test_a_month_without_an_order_comes_to_the_floor(self, bens: Partnership) -> None:
        assert note_passing_time() == 1
        settled()

        assert list(amounts(bens).values()) == [2_500]
        assert owed(bens) == 2_500

    def test_orders_take_the_place_of_the_floor(self, sell: Sell, bens: Partnership) -> None:
        sell("L-1", 20_000)
        assert amounts(bens) == {SEPTEMBER: 500}

        sell("L-2", 20_000)
        assert amounts(bens) == {SEPTEMBER: 0}


class TestBudget:
    @pytest.fixture
    def terms(self) -> Terms:
        budget = Cap(per="program", period="month", amount_minor=1_500, currency="EUR")
        return agreed(caps=(budget,))

    def test_a_budget_is_spent_in_the_order_of_the_orders_times(
        self, sell: Sell, bens: Partnership, cleos: Partnership
    ) -> None:
        sell("L-1", 10_000, at=NOON)
        sell("L-2", 10_000, at=NOON + DAY, code="CLEO5")

        assert (owed(bens), owed(cleos)) == (1_000, 500)

    def test_an_earlier_order_told_later_takes_from_the_other_partner(
        self, sell: Sell, bens: Partnership, cleos: Partnership
    ) -> None:
        sell("L-2", 10_000, at=NOON + DAY, code="CLEO5")
        assert owed(cleos) == 1_000
        sell("L-1", 10_000, at=NOON)

        assert (owed(bens), owed(cleos)) == (1_000, 500)

    def test_what_comes_back_leaves_more_for_the_others(
        self, sell: Sell, shop: Shop, bens: Partnership, cleos: Partnership
    ) -> None:
        sell("L-1", 10_000, at=NOON)
        sell("L-2", 10_000, at=NOON + DAY, code="CLEO5")
        shop.cancel("L-1")
        settled()

        assert (owed(bens), owed(cleos)) == (0, 1_000)
        taken = Commission.objects.get(kind="period", partnership=cleos)
        assert taken.amount_minor == 0
