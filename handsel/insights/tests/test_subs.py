from datetime import UTC, timedelta

import pytest

from handsel.clicks.tests.visits import click_through, sum_up_together
from handsel.clock import now
from handsel.commissions.models import Commission
from handsel.commissions.services import decline_commission, evaluate_due
from handsel.environment import environment
from handsel.insights.subs import SubRow, subs_lately, subs_since
from handsel.links.joining import add_partner
from handsel.links.services import create_link


@pytest.fixture
def began():
    """The morning of nine days ago, to the millisecond, as tracking counts."""
    at = now().astimezone(UTC) - timedelta(days=9)
    return at.replace(hour=8, minute=0, second=0, microsecond=0)


@pytest.fixture
def link(bens):
    return bens.links.get()


@pytest.fixture
def sold(shop):
    """Clicks with these sub-ids, each followed by an order of 50.00, which earns 5.00."""

    def sell(link, at, number=0, **subs):
        click = click_through(link, at, subs=subs)
        line = {"line_id": "1", "sku": "hat", "gross_minor": 5_000}
        later = at + timedelta(minutes=5)
        reference = f"L-{link.number}-{at:%d%H%M%S}-{number}"
        shop.order(reference, lines=[line], at=later, received_at=later, click_ids=[click.click_id])
        return reference

    return sell


def told(report):
    return [(row.value, row.clicks, row.orders, row.commission_minor) for row in report.rows]


def test_what_each_place_brought_is_told_by_its_sub_id(link, sold, began):
    for n in range(2):
        click_through(link, began + timedelta(minutes=n), subs={"s1": "story"})
    sold(link, began + timedelta(minutes=3), s1="post")
    sold(link, began + timedelta(minutes=4))
    evaluate_due()

    report = subs_since(link, 1, began)
    assert told(report) == [("post", 1, 1, 500), ("story", 2, 0, 0)]
    assert (report.others, report.more) == (None, 0)
    assert told(subs_since(link, 1, began + timedelta(days=1))) == []


@pytest.mark.parametrize("sub", [1, 2, 3, 4, 5])
def test_each_of_the_five_has_a_report_of_its_own(link, sold, began, sub):
    sold(link, began, **{f"s{number}": f"word {number}" for number in range(1, 6)})
    sold(link, began + timedelta(hours=1), **{f"s{sub}": "alone"})
    evaluate_due()

    assert told(subs_since(link, sub, began)) == [
        ("alone", 1, 1, 500),
        (f"word {sub}", 1, 1, 500),
    ]
    assert subs_since(link, sub, began).name == f"s{sub}"


def test_what_was_declined_earned_nothing(link, sold, began, ada):
    sold(link, began, s2="post")
    evaluate_due()
    decline_commission(Commission.objects.get().pk, reason="A test order of our own.", actor=ada)

    assert told(subs_since(link, 2, began)) == [("post", 1, 0, 0)]


def test_a_program_has_a_row_for_each_partner_a_partner_one_for_all_its_links(
    program, bens, link, sold, began, ada
):
    hats = create_link(bens, url="https://acme.example/hats", slug="hats", actor=ada)
    year_ago = began - timedelta(days=365)
    cleos = add_partner(
        program, name="Cleo", slug="cleo", code="CLEO", actor=ada, valid_from=year_ago
    )
    sold(link, began, s1="post")
    sold(hats, began, s1="post")
    click_through(cleos.links.get(), began, subs={"s1": "post"})
    evaluate_due()

    assert told(subs_since(hats, 1, began)) == [("post", 1, 1, 500)]
    assert told(subs_since(bens, 1, began)) == [("post", 2, 2, 1_000)]
    assert subs_since(program, 1, began).rows == [
        SubRow("post", 2, 2, 1_000, bens.pk, "Ben's Blog"),
        SubRow("post", 1, 0, 0, cleos.pk, "Cleo"),
    ]


def test_what_is_summed_up_together_keeps_its_orders(program, bens, link, sold, began):
    sold(link, began, s1="named")
    sold(link, began + timedelta(hours=1), s1="late")
    evaluate_due()
    sum_up_together("late")

    for place in (program, bens, link):
        report = subs_since(place, 1, began)
        assert told(report) == [("named", 1, 1, 500)]
        assert report.others == SubRow("", 1, 1, 500)


def test_those_that_earned_most_come_first_and_the_rest_is_counted(link, sold, began):
    for n in range(3):
        click_through(link, began + timedelta(minutes=n), subs={"s1": "busy"})
    click_through(link, began + timedelta(minutes=4), subs={"s1": "idle"})
    sold(link, began + timedelta(minutes=5), s1="sells")
    evaluate_due()

    report = subs_since(link, 1, began, limit=2)
    assert [row.value for row in report.rows] == ["sells", "busy"]
    assert (report.values_total, report.more) == (3, 1)


def test_days_are_whole_and_none_is_older_than_the_clicks(link, began, monkeypatch):
    click_through(link, began, subs={"s1": "post"})

    assert told(subs_lately(link, days=10)) == [("post", 1, 0, 0)]
    assert told(subs_lately(link, days=9)) == []
    monkeypatch.setattr(environment(), "click_days_kept", 9)
    assert told(subs_lately(link)) == []
