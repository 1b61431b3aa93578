from datetime import UTC, timedelta

import pytest

from handsel.activity.models import Activity
from handsel.clicks.tests.visits import click_through
from handsel.clock import now
from handsel.commissions.services import evaluate_due
from handsel.engine.splits import Seen
from handsel.insights.splits import decide_splits, seen_of
from handsel.links.changing import change_link
from handsel.links.directions import LinkChange, SplitWish, VariantWish, read_split
from handsel.links.models import Link

SHOP = "https://acme.example"
SPLIT = SplitWish(variants=(VariantWish(url=f"{SHOP}/a"), VariantWish(url=f"{SHOP}/b")))


@pytest.fixture
def began():
    """Nine days ago, to the millisecond, as tracking counts."""
    at = now().astimezone(UTC) - timedelta(days=9)
    return at.replace(microsecond=0)


@pytest.fixture
def split_link(bens, ada, began):
    """Ben's link, split nine days ago."""
    link = change_link(bens.links.get().pk, LinkChange(split=SPLIT), actor=ada)
    assert link.split is not None
    link.split["started_at"] = began.isoformat()
    link.save(update_fields=["split"])
    return link


def visit(link, began, number, choice, **said):
    at = began + timedelta(hours=2, milliseconds=number)
    return click_through(link, at, destination_choice=choice, **said)


def buy(shop, click, reference):
    line = {"line_id": "1", "sku": "hat", "gross_minor": 5_000}
    at = click.clicked_at + timedelta(minutes=5)
    shop.order(reference, lines=[line], at=at, received_at=at, click_ids=[click.click_id])


def test_clicks_and_what_they_led_to_are_counted_by_variant(split_link, shop, began):
    clicks = [visit(split_link, began, n, "ab"[n % 2]) for n in range(7)]
    visit(split_link, began, 8, "a", counts=False, filtered_reason="bot")
    visit(split_link, began - timedelta(days=1), 9, "a")
    visit(split_link, began, 10, "")
    buy(shop, clicks[1], "L-1")
    buy(shop, clicks[1], "L-2")
    evaluate_due()

    split = read_split(split_link.split)
    assert split is not None
    assert seen_of(split_link, split) == [Seen("a", 4, 0), Seen("b", 3, 1)]


def test_a_clear_winner_gets_all_visitors_and_the_figures_are_kept(split_link, shop, began):
    clicks = [visit(split_link, began, n, "ab"[n % 2]) for n in range(90)]
    for n, click in enumerate(clicks[1:60:2]):
        buy(shop, click, f"L-{n}")
    evaluate_due()

    assert decide_splits() == 1
    assert decide_splits() == 0
    split_link.refresh_from_db()
    assert split_link.split["winner"] == "b"
    [row] = Activity.objects.filter(verb="link.split-decided")
    assert (row.actor, row.reason) == (None, "a: 0/45, b: 30/45")


@pytest.mark.parametrize("switched_off", [True, False])
def test_a_split_that_may_not_decide_goes_on(split_link, shop, began, ada, switched_off):
    clicks = [visit(split_link, began, n, "ab"[n % 2]) for n in range(90)]
    for n, click in enumerate(clicks[1:60:2]):
        buy(shop, click, f"L-{n}")
    evaluate_due()
    change = (
        LinkChange(disabled=True)
        if switched_off
        else LinkChange(split=SPLIT.model_copy(update={"decides": False}))
    )
    change_link(split_link.pk, change, actor=ada)

    assert decide_splits() == 0
    assert not Link.objects.filter(pk=split_link.pk).exclude(split__winner=None).exists()
