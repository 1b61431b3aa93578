"""What happened in a pause is judged by that pause, however late it is evaluated."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from handsel import clock
from handsel.commissions.models import Commission, Revision
from handsel.commissions.services import evaluate_due
from handsel.commissions.tests.conftest import click_on
from handsel.conversions.models import Conversion
from handsel.conversions.tests.shop import NOON
from handsel.ledger.queries import balance_minor
from handsel.partnerships.services import pause_partnership, resume_partnership

At = Callable[[datetime], None]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def at() -> Iterator[At]:
    """`at(NOON)`: from here on it is that time."""
    yield lambda moment: clock.set_offset(moment - datetime.now(UTC))
    clock.set_offset(timedelta())


@pytest.fixture
def paused(bens, ada, at):
    """For the two days around NOON, and over by now."""
    at(NOON - DAY)
    pause_partnership(bens.pk, actor=ada, reason="Out of stock")
    at(NOON + DAY)
    resume_partnership(bens.pk, actor=ada)
    at(NOON + 9 * DAY)


def sell(shop, reference, when, **said):
    shop.order(reference, 12_500, at=when, received_at=when, **said)
    evaluate_due()


def reasons():
    return dict(Conversion.objects.values_list("order_reference", "reason"))


def amounts():
    rows = Commission.objects.values_list("conversion__order_reference", "amount_minor")
    return dict(rows)


def test_while_it_lasts_earlier_clicks_earn_and_nothing_else_does(shop, bens, bens_link, ada, at):
    at(NOON - DAY)
    pause_partnership(bens.pk, actor=ada)
    at(NOON)
    sell(shop, "L-1", NOON, click_ids=[click_on(bens_link, NOON - 2 * DAY)])
    sell(shop, "L-2", NOON, click_ids=[click_on(bens_link, NOON - 2 * HOUR)])
    sell(shop, "L-3", NOON, codes=["BEN10"])

    stopped = "partnership_not_active"
    assert reasons() == {"L-1": "", "L-2": stopped, "L-3": stopped}


def test_what_is_evaluated_after_it_finds_the_same(shop, bens_link, paused):
    sell(shop, "L-1", NOON, click_ids=[click_on(bens_link, NOON - 2 * DAY)])
    sell(shop, "L-2", NOON, click_ids=[click_on(bens_link, NOON - 2 * HOUR)])
    sell(shop, "L-3", NOON, codes=["BEN10"])
    sell(shop, "L-4", NOON + 2 * DAY, codes=["BEN10"])

    stopped = "partnership_not_active"
    assert reasons() == {"L-1": "", "L-2": stopped, "L-3": stopped, "L-4": ""}


def test_resuming_credits_nothing_of_the_pause(shop, bens, bens_link, ada, at):
    """Pause, order, resume, refund: the order stays nobody's."""
    at(NOON - DAY)
    pause_partnership(bens.pk, actor=ada)
    at(NOON)
    sell(shop, "L-1", NOON, click_ids=[click_on(bens_link, NOON - HOUR)])
    at(NOON + DAY)
    resume_partnership(bens.pk, actor=ada)
    shop.refund("L-1", 2_500, at=NOON + 2 * DAY, received_at=NOON + 2 * DAY)
    at(NOON + 3 * DAY)
    evaluate_due()

    assert reasons() == {"L-1": "partnership_not_active"}
    assert not Commission.objects.exists()
    assert balance_minor(f"pending:{bens.pk}") == 0


def test_the_terms_of_before_the_pause_stand_to_the_cent(shop, bens, bens_link, ada, at):
    """Order, pause, refund, resume, refund: 10 % of what is left, each time, under version 1."""
    at(NOON - DAY)
    sell(shop, "L-1", NOON - DAY, click_ids=[click_on(bens_link, NOON - 2 * DAY)])
    pause_partnership(bens.pk, actor=ada)
    shop.refund("L-1", 2_500, at=NOON, received_at=NOON, event_id="first")
    at(NOON)
    evaluate_due()
    assert amounts() == {"L-1": 1_000}

    at(NOON + DAY)
    resume_partnership(bens.pk, actor=ada)
    shop.refund("L-1", 3_000, at=NOON + 2 * DAY, received_at=NOON + 2 * DAY, event_id="second")
    at(NOON + 3 * DAY)
    evaluate_due()

    assert [r.amount_minor for r in Revision.objects.order_by("number")] == [1_250, 1_000, 700]
    assert {r.evaluation["agreement"] for r in Revision.objects.all()} == {bens.agreements.get().pk}
    assert balance_minor(f"pending:{bens.pk}") == 700


def test_evaluating_again_after_a_pause_is_no_news(shop, bens, bens_link, ada, at):
    at(NOON - DAY)
    sell(shop, "L-1", NOON - DAY, click_ids=[click_on(bens_link, NOON - 2 * DAY)])
    pause_partnership(bens.pk, actor=ada)
    at(NOON)
    resume_partnership(bens.pk, actor=ada)
    Conversion.objects.update(due_at=NOON - HOUR)
    evaluate_due()

    assert Revision.objects.get().cause == "first"
