import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils.timezone import now

from handsel.cast import TERMS
from handsel.clicks.tests.visits import count_clicks
from handsel.commissions.models import Commission
from handsel.commissions.services import decline_commission, evaluate_due, withhold_commission
from handsel.console.figures import figures_of_period
from handsel.console.marks import events_of, marks_of
from handsel.console.owed import owed_in
from handsel.console.periods import Period, chosen_period, period_until_today
from handsel.console.tests.conftest import YESTERDAY, order
from handsel.console.tests.reading import page_text
from handsel.console.top import top_partners
from handsel.engine.terms import Terms, digest
from handsel.intake.models import InboxEvent
from handsel.partnerships.models import Agreement
from handsel.programs.page import change_page, publish_page
from handsel.programs.services import change_group_terms
from handsel.recruiting.services import Asked, apply
from handsel.relations.services import ask

URL = "/console/"
HOUR = timedelta(hours=1)


@pytest.fixture
def month():
    return period_until_today("30")


def click_day(link, day, clicks):
    count_clicks(link, day, clicks=clicks)


def test_a_period_ends_today_and_the_one_before_ends_where_it_begins():
    period = Period(date(2026, 11, 14), 7)

    assert period.last == date(2026, 11, 20)
    assert period.before == Period(date(2026, 11, 7), 7)
    assert period.before.last == date(2026, 11, 13)


@pytest.mark.parametrize("odd", ["", "0", "-7", "31", "x", "²", "9" * 400])
def test_a_period_that_cannot_be_shown_is_a_month(odd):
    assert period_until_today(odd).days == 30


def test_figures_count_what_is_owed_and_nothing_else(
    program, ada, shop, bens_click, bens_link, cleos, month
):
    order(shop, "L-1", click_ids=[bens_click])
    order(shop, "L-2", codes=["CLEO5"])
    order(shop, "L-3", codes=["CLEO5"])
    order(shop, "L-4")  # nobody's
    shop.refund("L-1", amount_minor=2_500, at=YESTERDAY)
    evaluate_due()
    declined = Commission.objects.get(conversion__order_reference="L-3")
    decline_commission(declined.pk, reason="Own order", actor=ada)
    click_day(bens_link, YESTERDAY.date(), 12)
    figures = figures_of_period(program, ada, month)

    assert figures.orders.value == 2
    assert figures.revenue_minor.value == 12_500 - 2_500 + 12_500
    assert figures.commission_minor.value == 840 + 1_050
    assert figures.clicks.value == 12
    assert (figures.sold.value, figures.partner_count) == (2, 2)
    assert figures.revenue_minor.course[-2] == 22_500


def test_new_customers_are_counted_where_somebody_can_say(program, ada, shop, bens, month):
    order(shop, "L-1", codes=["BEN10"], customer={"id": "17"})
    order(shop, "L-2", codes=["BEN10"], customer={"id": "17"}, at=YESTERDAY + HOUR)
    order(shop, "L-3", codes=["BEN10"], customer={"id": "18"}, at=YESTERDAY + HOUR)
    order(shop, "L-4", codes=["BEN10"])  # a guest, whom nobody knows
    figures = figures_of_period(program, ada, month)

    assert (figures.new_customers.value, figures.known.value) == (2, 3)
    assert figures.new_share_ppm == 666_667
    assert figures.new_share_change_ppm is None


def test_a_partner_has_one_first_sale(program, ada, shop, bens, cleos, month):
    order(shop, "L-1", codes=["BEN10"], at=YESTERDAY - timedelta(days=40))
    order(shop, "L-2", codes=["BEN10"])
    order(shop, "L-3", codes=["CLEO5"])
    figures = figures_of_period(program, ada, month)

    assert (figures.sold.value, figures.sold.before, figures.first_sales) == (2, 1, 1)
    assert figures.sold.course[-2] == 2


def test_a_period_of_ones_own_has_its_days_and_no_other(as_ada, shop, bens):
    order(shop, "L-1", codes=["BEN10"], at=YESTERDAY - timedelta(days=100))
    order(shop, "L-2", codes=["BEN10"])
    since = YESTERDAY.date() - timedelta(days=104)
    until = YESTERDAY.date() - timedelta(days=95)
    text = page_text(as_ada, f"{URL}?since={since}&until={until}")

    assert "Orders 1 €125.00 each" in text
    assert "compared with the 10 days before" in text


@pytest.mark.parametrize(
    "odd", ["since=soon", "since=2026-10-31&until=2026-10-01", "since=1066-10-14", "until=x"]
)
def test_a_period_of_ones_own_that_makes_no_sense_is_a_month(odd):
    said = dict(pair.split("=") for pair in odd.split("&"))

    assert chosen_period(said).days == 30


def test_a_partners_row_has_its_share_of_new_customers_and_weeks(program, ada, shop, bens, month):
    order(shop, "L-1", codes=["BEN10"], customer={"id": "17"})
    order(shop, "L-2", codes=["BEN10"], at=YESTERDAY - timedelta(days=80))
    (row,) = top_partners(program, ada, month)

    assert (row.orders, row.new_share_ppm, row.share_ppm) == (1, 1_000_000, 84_000)
    assert (row.weeks[-1], sum(row.weeks)) == (12_500, 25_000)
    assert row.health.level == "new"


def test_terms_that_changed_are_marked(program, ada, bens, month):
    change_group_terms(bens.group_id, Terms(currency="EUR", pay=TERMS.pay), actor=ada)
    Agreement.objects.create(
        brand_id=bens.brand_id,
        partner_id=bens.partner_id,
        partnership=bens,
        version=2,
        terms=bens.agreements.get().terms,
        terms_digest="x",
        valid_from=YESTERDAY,
    )
    events = events_of(program, ada, month)
    labels = [str(day) for day in month.buckets]

    assert [event.words for event in events] == [
        "New agreement with Ben's Blog",
        f"New terms for {bens.group.name}",
    ]
    named, crowded = marks_of(events, month, labels)
    assert (named.at, named.label) == (labels[-2], events[0].words)
    assert (crowded.at, crowded.label) == (labels[-1], "")


def test_the_figures_can_be_taken_along(as_ada, as_mallory, commission):
    rows = as_ada.get(f"{URL}export.csv?days=7").content.decode("utf-8-sig").splitlines()
    day = commission.occurred_at.date()

    assert rows[0] == "From,Clicks,Orders,New customers,Revenue,Commission,Currency"
    assert rows[1:] == [f"{day},0,1,0,125.00,10.50,EUR"]
    assert len(as_mallory.get(f"{URL}export.csv").content.decode().splitlines()) == 1


def test_figures_are_compared_with_as_long_a_time_before(program, ada, shop, bens, month):
    order(shop, "L-1", codes=["BEN10"])
    order(shop, "L-2", codes=["BEN10"], at=YESTERDAY - timedelta(days=30))
    order(shop, "L-3", codes=["BEN10"], at=YESTERDAY - timedelta(days=31))
    order(shop, "L-4", codes=["BEN10"], at=YESTERDAY - timedelta(days=90))
    figures = figures_of_period(program, ada, month)

    assert (figures.orders.value, figures.orders.before) == (1, 2)
    assert figures.orders.change_ppm == -500_000


def test_a_year_is_read_by_weeks_and_adds_up_to_the_same(program, ada, shop, bens):
    order(shop, "L-1", codes=["BEN10"])
    order(shop, "L-2", codes=["BEN10"], at=YESTERDAY - timedelta(days=200))
    figures = figures_of_period(program, ada, period_until_today("364"))

    assert len(figures.buckets) == 52
    assert sum(figures.commission_minor.course) == figures.commission_minor.value == 2_100


def test_what_is_owed_agrees_with_the_ledger(program, ada, shop, bens):
    for n in range(4):
        order(shop, f"L-{n}", codes=["BEN10"])
    first, second, third, _ = Commission.objects.order_by("pk")
    withhold_commission(first.pk, reason="Look", actor=ada)
    decline_commission(second.pk, reason="Own order", actor=ada)
    owed = owed_in(program, ada)

    assert (owed.waiting_minor, owed.withheld_minor) == (2_100, 1_050)
    assert owed.agrees

    Commission.objects.filter(pk=third.pk).update(amount_minor=1)
    assert not owed_in(program, ada).agrees


def test_the_page_shows_them(as_ada, commission):
    text = page_text(as_ada, URL)

    assert "Revenue through partners €125.00" in text
    assert "8.40% of revenue" in text
    assert "Ben's Blog" in text
    assert "Agrees with the ledger" in text


def test_what_waits_for_a_person_is_listed(as_ada, ada, shop, bens):
    long_ago = now() - timedelta(days=20)
    order(shop, "L-1", codes=["BEN10"])
    order(shop, "L-2", codes=["BEN10"], at=long_ago, trust="browser")
    withhold_commission(
        Commission.objects.get(conversion__order_reference="L-1").pk, reason="Look", actor=ada
    )
    text = page_text(as_ada, URL)

    assert "3 waiting" in text
    assert "Only a browser has reported these 1" in text
    assert "Withheld until you release them 1" in text
    assert "Partners who have not signed yet 1" in text


def test_refused_events_are_called_by_their_order_or_their_road(as_ada, program):
    refused = {"received_at": now(), "status": "refused", "brand": program.brand}
    known = {**refused, "kind": "order", "body": {"order_reference": "K-4"}}
    unread = {**refused, "kind": "", "body": {"raw": "{}"}}
    InboxEvent.objects.create(
        source="file", event_id="imp_1:4", program=program, reason="amount-missing", **known
    )
    InboxEvent.objects.create(
        source="postback", event_id="9f:24", program=program, reason="signature-missing", **unread
    )
    text = page_text(as_ada, URL)

    assert "Events that were refused 2" in text
    assert "K-4 " in text
    assert "imp_1:4" not in text
    assert "Postback The postback is not signed." in text


def test_questions_and_applications_wait_with_the_day_they_are_due(
    as_ada, program, shop, bens, ben, ada
):
    order(shop, "L-1", codes=["BEN10"])
    ask(Commission.objects.get(), text="Where is the rest?", actor=ben)
    said: dict[str, Any] = {"slug": "acme", "headline": "Share", "pitch": "Wool.", "reader": "You"}
    wishes: dict[str, Any] = {
        "kinds_wanted": [],
        "countries_wanted": [],
        "reach_min": 0,
        "answer_days": 3,
    }
    change_page(program.pk, **said, **wishes, loved=[], forbidden=[], actor=ada)
    publish_page(program.pk, actor=ada)
    asked = Asked("Dag", "dag@blog.example", "dag.example", "content", "NO", "Wool.")
    apply(program.pk, asked, terms_digest=digest(TERMS))
    text = page_text(as_ada, URL)

    assert "Questions 1" in text
    assert re.search(r"Ben's Blog · €10.50 (by )?\w{3} \d", text)
    assert re.search(r"Dag Content · dag.example (by )?\w{3} \d", text)


def test_first_steps_tick_themselves_off(as_ada, program, ada, request):
    assert 'aria-current="step"' in steps_of(as_ada)[0]

    bens = request.getfixturevalue("bens")
    done, current, *_ = steps_of(as_ada)
    assert 'data-state="done"' in done
    assert reverse("console:partner", args=[bens.pk]) in current

    click_day(bens.links.get(), datetime.now(UTC).date(), 1)
    assert 'aria-current="step"' in steps_of(as_ada)[2]

    order(request.getfixturevalue("shop"), codes=["BEN10"])
    receipt = reverse("console:commission", args=[Commission.objects.get().pk])
    assert receipt in steps_of(as_ada)[3]

    as_ada.get(receipt)
    assert steps_of(as_ada) == []


def test_a_new_program_is_spared_a_page_of_zeros(as_ada, program, bens):
    text = page_text(as_ada, URL)

    assert "From a link to an explained commission" in text
    assert "Revenue through partners" not in text

    click_day(bens.links.get(), datetime.now(UTC).date(), 1)
    text = page_text(as_ada, URL)
    assert "Revenue through partners" in text
    assert "Nothing was sold through partners in this period." in text


def steps_of(client):
    html = client.get(URL).content.decode()
    tasks = html.partition('<ol class="tasks">')[2].partition("</ol>")[0]
    return [step for step in tasks.split("</li>") if "<li" in step]


def test_the_page_asks_as_often_for_a_year_of_partners_as_for_one(
    as_ada, shop, bens, cleos, django_assert_max_num_queries
):
    for n in range(6):
        order(shop, f"L-{n}", codes=["BEN10" if n % 2 else "CLEO5"])
    with django_assert_max_num_queries(55):
        as_ada.get(f"{URL}?days=364")


def test_another_brand_sees_its_own_zeros(as_mallory, commission):
    text = page_text(as_mallory, URL)

    assert "€125.00" not in text
    assert "Ben's Blog" not in text
