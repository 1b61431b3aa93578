"""What counts once a partnership, or its program, has ended or rested."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from handsel import clock
from handsel.commissions.models import Commission
from handsel.commissions.services import evaluate_due
from handsel.commissions.tests.conftest import LONG_AGO, click_on
from handsel.conversions.models import Conversion
from handsel.conversions.tests.shop import NOON
from handsel.engine.terms import Ending, digest
from handsel.partnerships.ending import give_notice, withdraw_notice
from handsel.partnerships.moving import move_on
from handsel.programs.pausing import pause_program, resume_program

At = Callable[[datetime], None]
DAY = timedelta(days=1)


@pytest.fixture
def at() -> Iterator[At]:
    """`at(NOON)`: from here on it is that time."""
    yield lambda moment: clock.set_offset(moment - datetime.now(UTC))
    clock.set_offset(timedelta())


@pytest.fixture
def ended(bens, ada, terms, at):
    """Twenty days of notice, given so that it ends at NOON; earlier clicks count for ten days."""
    tailed = terms.model_copy(update={"ending": Ending(notice_days=20, tail_days=10)})
    version = bens.agreements.get()
    version.terms, version.terms_digest = tailed.model_dump(mode="json"), digest(tailed)
    version.valid_from = LONG_AGO
    version.save()
    at(NOON - 20 * DAY)
    give_notice(bens.pk, reason="We part.", actor=ada)
    return bens


def sell(shop, reference, when, **said):
    shop.order(reference, 12_500, at=when, received_at=when, **said)
    evaluate_due()


def credited():
    rows = Commission.objects.values_list("conversion__order_reference", flat=True)
    return set(rows)


def test_until_the_day_all_goes_on_and_after_it_earlier_clicks_have_their_tail(
    ended, shop, bens_link, at
):
    before = click_on(bens_link, NOON - DAY)
    at(NOON - DAY / 2)
    sell(shop, "on-notice", NOON - DAY / 2, codes=["BEN10"])
    at(NOON + DAY)
    move_on()
    sell(shop, "code-after", NOON + DAY, codes=["BEN10"])
    sell(shop, "clicked-after", NOON + DAY, click_ids=[click_on(bens_link, NOON + DAY / 2)])
    at(NOON + 9 * DAY)
    sell(shop, "in-the-tail", NOON + 9 * DAY, click_ids=[before])
    at(NOON + 12 * DAY)
    sell(shop, "after-the-tail", NOON + 12 * DAY, click_ids=[before])

    assert credited() == {"on-notice", "in-the-tail"}
    reasons = dict(Conversion.objects.values_list("order_reference", "reason"))
    assert reasons["code-after"] == "partnership_not_active"


def test_the_control_without_a_notice_the_window_is_all_that_counts(
    ended, shop, bens_link, ada, at
):
    withdraw_notice(ended.pk, actor=ada)
    before = click_on(bens_link, NOON - DAY)
    at(NOON + 12 * DAY)
    move_on()
    sell(shop, "late", NOON + 12 * DAY, click_ids=[before])

    assert credited() == {"late"}


def test_what_was_clicked_while_the_program_rested_earns_nothing_later(
    program, bens, bens_link, shop, ada, at
):
    at(NOON - 2 * DAY)
    pause_program(program.pk, actor=ada, reason="Sold out.")
    at(NOON - DAY)
    resume_program(program.pk, actor=ada)
    at(NOON)
    sell(shop, "rested", NOON, click_ids=[click_on(bens_link, NOON - 1.5 * DAY)])
    sell(shop, "earlier", NOON, click_ids=[click_on(bens_link, NOON - 3 * DAY)])

    assert credited() == {"earlier"}
