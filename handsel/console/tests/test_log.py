"""The log: what came, the latest first, narrowed and paged; who may read it."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils.timezone import now

from handsel.clicks.quality import REASONS
from handsel.clicks.services import make_partitions
from handsel.clicks.tests.visits import click_through, show
from handsel.commissions.services import evaluate_due
from handsel.console.log.sources import sources_of
from handsel.console.tests.reading import page_text, text_of
from handsel.intake.models import InboxEvent
from handsel.intake.services import receive
from handsel.links.services import create_link
from handsel.rows.places import Place
from handsel.ui.wording.clicks import DEVICES, FILTERED

URL = "/console/events/"
AT = now().replace(microsecond=0) - timedelta(hours=2)


def shown(client, query=""):
    return [line.name for line in client.get(URL + query).context["lines"]]


@pytest.fixture
def order(program):
    def send(reference, at=AT, **said):
        body = {"order_reference": reference, "currency": "EUR", "amount_minor": 1_000, **said}
        return receive(
            program,
            source="api",
            kind="order",
            trust="store",
            body=body,
            event_id=f"e-{reference}",
            received_at=at,
        )

    return send


def test_all_kinds_stand_in_one_list_the_latest_first(as_ada, bens_link, order):
    order("L-1", AT)
    click = click_through(bens_link, AT + timedelta(minutes=1))
    seen = show(bens_link, AT - timedelta(minutes=1))

    assert shown(as_ada) == [click.click_id, "e-L-1", seen.impression_id]
    text = page_text(as_ada, URL)
    assert "Computer · Linux · Norway" in text
    assert "Ben's Blog /ben" in text


def test_a_click_that_does_not_count_is_shown_with_its_reason(as_ada, bens_link):
    click_through(bens_link, AT, filtered_reason="bot", counts=False, may_attribute=False)

    assert "Kept, not counted A program that reads pages by itself" in page_text(as_ada, URL)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?kind=click", {"plain", "bot"}),
        ("?kind=order", {"e-L-1"}),
        ("?kind=impression", {"banner"}),
        ("?state=counted", {"plain", "banner"}),
        ("?state=not_counted", {"bot"}),
        ("?state=processed", {"e-L-1"}),
        ("?reason=bot", {"bot"}),
        ("?reason=wrong-currency", set()),
        ("?country=SE", {"bot"}),
        ("?device=phone", {"bot"}),
        ("?sub=newsletter", {"plain"}),
        ("?link=guide", {"bot"}),
        ("?q=L-1", {"e-L-1", "plain"}),
        ("?partner=nobody", {"plain", "bot", "banner", "e-L-1"}),
    ],
)
def test_the_list_is_narrowed(as_ada, bens, bens_link, order, ada, query, found):
    plain = click_through(bens_link, AT, subs={"s3": "newsletter"})
    guide = create_link(bens, slug="guide", actor=ada)
    said = {"filtered_reason": "bot", "counts": False, "country": "SE", "device": "phone"}
    bot = click_through(guide, AT, **said)
    banner = show(bens_link, AT)
    order("L-1", AT, click_ids=[plain.click_id])
    evaluate_due()
    names = {plain.click_id: "plain", bot.click_id: "bot", banner.impression_id: "banner"}

    assert {names.get(name, name) for name in shown(as_ada, query)} == found


def test_a_click_is_found_by_its_id(as_ada, bens_link):
    click = click_through(bens_link, AT - timedelta(days=20))
    click_through(bens_link, AT)

    assert shown(as_ada, f"?q={click.click_id}") == [click.click_id]


def plan_of(program, ada, **asked):
    """How PostgreSQL finds a page of clicks once there are too many to read them all."""
    [clicks] = sources_of(program, ada, {"kind": "click"})
    rows = clicks.narrowed(
        **{"since": AT - timedelta(days=1), "until": None, "after": None, **asked}
    )
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
    return rows[:51].explain()


def test_a_page_reads_the_index_of_its_own_days_and_no_other_partition(program, ada):
    days = [AT.date() + timedelta(days=n) for n in range(-20, 1)]
    make_partitions(days)
    plan = plan_of(program, ada, until=AT)

    assert set(re.findall(r"on clicks_click_(\d{8})", plan)) == {
        f"{day:%Y%m%d}" for day in days[-2:]
    }
    assert re.search(r"Index Cond: \(\(program_id = .*clicked_at >= .*clicked_at < ", plan)


def test_the_thousandth_page_begins_in_the_index_where_the_last_one_ended(program, ada):
    make_partitions([AT.date(), AT.date() - timedelta(days=1)])
    plan = plan_of(program, ada, after=Place(AT, 0, "x" * 32))

    assert re.search(r"Index Cond: \(\(program_id = .*clicked_at <= ", plan)


def test_pages_follow_each_other_without_a_gap_or_a_repeat(as_ada, bens_link, order, monkeypatch):
    monkeypatch.setattr("handsel.console.views.events.PAGE_SIZE", 3)
    for number in range(5):
        click_through(bens_link, AT)  # all at one moment, beside each other
        show(bens_link, AT, number)
    order("L-1", AT)
    read, query = [], ""
    while True:
        page = as_ada.get(URL + query)
        read += [line.name for line in page.context["lines"]]
        if page.context["found"].older is None:
            break
        query = page.context["older"]

    assert len(read) == 11
    assert len(set(read)) == 11


def test_what_is_rare_is_looked_for_a_month_at_a_time(as_ada, bens_link):
    old = click_through(bens_link, AT - timedelta(days=40))

    first = as_ada.get(URL)
    assert "Nothing in this month" in text_of(first.content.decode())
    assert shown(as_ada, first.context["older"]) == [old.click_id]


def test_the_page_asks_again_and_is_told_when_nothing_is_new(as_ada, bens_link):
    click_through(bens_link, AT)
    page = as_ada.get(URL)
    seen, top = page.context["seen"], page.context["top"]
    poll = {"seen": seen, "top": str(top)}

    assert as_ada.get(URL + "live/", poll).status_code == 204

    click = click_through(bens_link, AT + timedelta(seconds=5))
    answer = as_ada.get(URL + "live/", poll)
    assert answer.status_code == 200
    html = answer.content.decode()
    assert html.count("is-fresh") == 1
    assert click.click_id[:19] in html
    assert "1 new event" in html


def test_an_event_that_became_something_else_is_news(as_ada, order):
    event = order("L-1")
    seen = as_ada.get(URL).context["seen"]
    InboxEvent.objects.filter(pk=event.pk).update(status="repeated")

    assert as_ada.get(URL + "live/", {"seen": seen}).status_code == 200


def test_the_table_to_take_along_has_every_row_and_no_formula(as_ada, bens_link, order, program):
    click = click_through(bens_link, AT, subs={"s1": "=HYPERLINK(1)"})
    order("L-1")
    answer = as_ada.get(URL + "export.csv")
    assert answer.streaming
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))

    assert [row["Kind"] for row in rows] == ["order", "click"]
    assert rows[1]["Id"] == click.click_id
    assert rows[1]["Sub-id 1"] == "'=HYPERLINK(1)"
    assert (rows[0]["Amount"], rows[0]["Order"]) == ("10.00", "L-1")


def test_a_table_holds_a_month_at_most(as_ada, program):
    answer = as_ada.get(URL + "export.csv?since=2026-01-01&until=2026-03-01")

    assert answer.status_code == 422
    assert "31 days at most" in text_of(answer.content.decode())


def test_a_click_is_told_in_full(as_ada, bens_link, order):
    click = click_through(bens_link, AT, subs={"s2": "shoes"}, destination_choice="rule 2")
    order("L-1", AT + timedelta(minutes=5), click_ids=[click.click_id])
    evaluate_due()
    text = page_text(as_ada, reverse("console:click", args=[click.click_id]))

    assert "0.4 s after it happened" in text
    assert "Sub-id 2 shoes" in text
    assert "Chosen by rule 2" in text
    assert "192.0.2.0/24 The last part was cut off" in text
    assert "L-1 Credited: nothing that counts came after it." in text


def test_an_impression_is_told_in_full(as_ada, bens_link):
    seen = show(bens_link, AT)

    text = page_text(as_ada, reverse("console:impression", args=[seen.impression_id]))
    assert "Came from https://blog.example/wool" in text


@pytest.mark.parametrize("who", ["as_mallory", "as_ben"])
def test_others_read_neither_list_nor_rows(request, who, bens_link, ben, mallory):
    click, seen = click_through(bens_link, AT), show(bens_link, AT)
    client = request.getfixturevalue(who)

    assert client.get(reverse("console:click", args=[click.click_id])).status_code == 404
    assert client.get(reverse("console:impression", args=[seen.impression_id])).status_code == 404
    for address in (URL, URL + "live/"):
        assert click.click_id[:19] not in client.get(address).content.decode()


def test_every_reason_and_device_of_a_click_has_words():
    assert set(FILTERED) == set(REASONS)
    assert {"phone", "tablet", "computer", "bot", "unknown"} == set(DEVICES)
