"""The public page: what it says, and that it says nothing of anybody."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from handsel.cast import SignIn
from handsel.clicks.tests.visits import count_clicks
from handsel.commissions.models import Commission
from handsel.commissions.services import approve_commission, evaluate_due
from handsel.conversions.tests.shop import Shop
from handsel.links.joining import add_partner
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership
from handsel.payouts.services import (
    approve_batch,
    clear_payout,
    mark_batch_paid,
    propose_batch,
    set_payee,
)
from handsel.programs.models import Program
from handsel.programs.page import hide_page
from handsel.recruiting.earnings import OnTime, Record, count
from handsel.recruiting.models import Application
from handsel.recruiting.services import approve_application
from handsel.recruiting.tests.conftest import at

BEGAN = datetime(2026, 5, 1, tzinfo=UTC)
TODAY = "2026-10-15T10:00:00"
ORDERED = datetime(2026, 8, 10, 12, tzinfo=UTC)
ORDERED_ON = ORDERED.date()


def partner(program: Program, ada: Member, name: str, began: datetime = BEGAN) -> Partnership:
    return add_partner(program, name=name, code=name.upper(), actor=ada, valid_from=began)


def sell(program: Program, made: Partnership, paid_minor: int, at: datetime = ORDERED) -> None:
    """An order with the partner's code: 10 % of it is earned."""
    code = made.codes.get().code
    reference = f"{code}-{at:%m%d}-{paid_minor}"
    Shop(program).order(
        reference, paid_minor, codes=[code], at=at, received_at=at + timedelta(minutes=1)
    )


def clicked(made: Partnership, clicks: int, on: date = ORDERED_ON) -> None:
    count_clicks(made.links.get(), on, clicks=clicks)


@pytest.fixture
def five(page: Program, ada: Member) -> list[Partnership]:
    """Five partners who earned 30, 60, 90, 120 and 150 euro in three months."""
    made = [partner(page, ada, f"Five{number}") for number in range(1, 6)]
    for number, one in enumerate(made, start=1):
        sell(page, one, number * 30_000)
        clicked(one, 1000)
    evaluate_due()
    return made


def recorded(program: Program) -> Record:
    return count(program, datetime.fromisoformat(TODAY).date())


def text_of(client: Client, address: str = "/p/acme/") -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_a_stranger_reads_the_deal_and_the_terms(client: Client, page: Program) -> None:
    said = text_of(client)

    assert "Share what lasts" in said
    assert "The deal, terms v1" in said
    assert "<dd>10%</dd>" in said
    assert "14 days after the order" in said
    assert "within 3 working days" in said
    assert "Honest words" in said
    assert "Ads on our name" in said


@pytest.mark.parametrize("path", ["", "application/", "thanks/"])
def test_what_is_not_published_is_not_there(client: Client, program: Program, path: str) -> None:
    method = client.post if path == "application/" else client.get
    assert method(f"/p/{program.slug}/{path}").status_code == 404


def test_earnings_are_counted_from_commissions(page: Program, five: list[Partnership]) -> None:
    record = recorded(page)

    assert (str(record.first), str(record.last)) == ("2026-07-01", "2026-09-30")
    assert (record.partners_total, record.typical_minor) == (5, 3000)
    assert record.spread is not None
    assert sum(record.spread.counts) == 5


def test_four_partners_earnings_stay_private(
    client: Client, page: Program, five: list[Partnership]
) -> None:
    Commission.objects.filter(partnership=five[0]).update(status="declined")
    with at(TODAY):
        said = text_of(client)

    record = recorded(page)
    assert (record.spread, record.typical_minor, record.per_thousand) == (None, None, None)
    assert "Too few to be told" in said
    assert "You would likely earn" not in said


def test_who_began_within_these_months_or_sold_nothing_is_counted_and_left_out(
    page: Program, ada: Member, five: list[Partnership]
) -> None:
    sell(page, partner(page, ada, "Newcomer", datetime(2026, 8, 1, tzinfo=UTC)), 900_000)
    partner(page, ada, "Idle")
    evaluate_due()

    record = recorded(page)
    assert (record.partners_total, record.too_new, record.without_sales) == (7, 1, 1)
    assert record.typical_minor == 3000


def test_nobody_is_named_on_the_page(
    client: Client, page: Program, five: list[Partnership], ada: Member
) -> None:
    with at(TODAY):
        said = text_of(client)

    assert "Five1" not in said
    assert ada.user.email not in said
    assert page.postback_secret not in said


def test_an_estimate_is_a_range_by_what_partners_earned_for_their_clicks(
    client: Client, page: Program, five: list[Partnership]
) -> None:
    """8 of 10 earned 42 to 138 euro for a thousand clicks; of 50.000 readers a thousand click."""
    assert recorded(page).range_for(50_000) == (4200, 14000)
    with at(TODAY):
        assert "€42 to €140" in text_of(client, "/p/acme/?readers=50000")
        fragment = client.get("/p/acme/?readers=50000", headers={"HX-Request": "true"})

    assert "€42 to €140" in fragment.content.decode()
    assert "<html" not in fragment.content.decode()


def test_what_partners_earned_for_their_clicks_cannot_be_found_by_asking_for_many_estimates(
    page: Program, five: list[Partnership]
) -> None:
    """What an estimate is made of is as round as the estimate."""
    clicked(five[0], 33, on=ORDERED_ON + timedelta(days=1))
    clicked(five[4], 77, on=ORDERED_ON + timedelta(days=1))

    assert recorded(page).per_thousand == (4100, 13000)


@pytest.mark.parametrize("readers", ["-5", "9" * 30, "many", "٣", ""])
def test_readers_that_make_no_sense_are_no_error(
    client: Client, page: Program, five: list[Partnership], readers: str
) -> None:
    with at(TODAY):
        assert "You would likely earn" in text_of(client, f"/p/acme/?readers={readers}")


def test_approved_means_of_those_decided(page: Program, five: list[Partnership]) -> None:
    for number in range(20):
        sell(page, five[0], 1_000 + number)
    evaluate_due()
    assert recorded(page).approved_ppm is None

    Commission.objects.update(status="approved")
    Commission.objects.filter(partnership=five[1]).update(status="reversed")
    assert recorded(page).approved_ppm == 960_000


def test_payouts_are_on_time_when_they_were_paid_by_their_day(
    page: Program, five: list[Partnership], ada: Member
) -> None:
    """Five were paid on their day in September, two a day late in October."""
    for one in five:
        set_payee(one.partner, holder_name="Five", iban="NO9386011117947", actor=None)
    assert recorded(page).payouts is None

    approve("2026-08-30T10:00:00", ada)
    pay_out(page, ada, date(2026, 9, 16), paid="2026-09-16T10:00:00")
    for one in five[:2]:
        sell(page, one, 70_000)
    evaluate_due()
    approve("2026-09-20T10:00:00", ada)
    pay_out(page, ada, date(2026, 10, 12), paid="2026-10-13T10:00:00")

    assert recorded(page).payouts == OnTime(punctual=5, total=7)


def approve(when: str, ada: Member) -> None:
    with at(when):
        for commission in Commission.objects.filter(status="pending"):
            approve_commission(commission.pk, actor=ada)


def pay_out(program: Program, ada: Member, day: date, *, paid: str) -> None:
    """What is owed by then, in one batch of that day."""
    with at(f"{day - timedelta(days=5)}T10:00:00"):
        batch = propose_batch(program, pays_on=day, actor=ada)
        for payout in batch.payouts.all():
            clear_payout(payout.pk, actor=ada)
        approve_batch(batch.pk, actor=ada)
    with at(paid):
        mark_batch_paid(batch.pk, actor=ada)


def test_answers_are_timed(page: Program, ines: Application, ada: Member) -> None:
    approve_application(ines.pk, actor=ada)
    assert recorded(page).answered_tenths is None

    answered = Application.objects.get()
    for days in (1, 2, 2, 3):
        answered.pk = Application._meta.pk.get_default()
        answered.partnership = None
        answered.created_at = datetime(2026, 9, 1, tzinfo=UTC)
        answered.decided_at = answered.created_at + timedelta(days=days)
        answered.save(force_insert=True)
    assert recorded(page).answered_tenths == 20


def test_the_brand_looks_at_its_page_before_anybody_else_does(
    client: Client, page: Program, ada: Member, mallory: Member, signed_in: SignIn
) -> None:
    hide_page(page.pk, actor=ada)
    preview = reverse("console:settings-page-preview")

    said = text_of(signed_in(client, ada), preview)
    assert "Only your team sees this" in said
    assert "Share what lasts" in said
    assert signed_in(Client(), mallory).get(preview).status_code == 404


def test_counting_asks_little_of_the_database(
    client: Client, page: Program, five: list[Partnership], django_assert_max_num_queries: object
) -> None:
    """Twenty thousand commissions are one row each to one statement; a second reader asks none."""
    with at(TODAY):
        text_of(client)
        with django_assert_max_num_queries(16):  # type: ignore[operator]
            text_of(client)
