from datetime import timedelta

import pytest

from handsel.clock import now
from handsel.links.changing import change_link
from handsel.links.directions import LinkChange, Rule, Scheduled, SplitWish, VariantWish
from handsel.links.trying import Outcome, Visitor, try_link

SHOP = "https://acme.example"
SPLIT = SplitWish(variants=(VariantWish(url=f"{SHOP}/a"), VariantWish(url=f"{SHOP}/b", weight=3)))


@pytest.fixture
def routed(bens_link, ada):
    change = LinkChange(
        rules=(Rule(url=f"{SHOP}/se/app", countries=("SE",), devices=("phone",)),),
        schedule=(Scheduled(at=now() + timedelta(days=1), url=f"{SHOP}/sale"),),
        expires_at=now() + timedelta(days=9),
        utm={"utm_content": "{sub1}"},
        subs={"s1": "blog"},
        split=SPLIT,
        fallback_url=f"{SHOP}/over",
    )
    return change_link(bens_link.pk, change, actor=ada)


def test_a_phone_in_sweden(routed):
    address = f"{SHOP}/se/app?utm_content=blog&hs_click=…"

    assert try_link(routed, Visitor(country="SE", device="phone")) == [
        Outcome("rule", address, place="1")
    ]


def test_of_a_split_all_variants_are_told_with_their_shares(routed):
    outcomes = try_link(routed, Visitor(country="SE", subs={"s1": "x"}))

    assert [(one.place, one.share_ppm) for one in outcomes] == [("a", 250_000), ("b", 750_000)]
    assert outcomes[1].address == f"{SHOP}/b?utm_content=x&hs_click=…"


def test_tomorrow_is_another_address(routed):
    [outcome] = try_link(routed, Visitor(at=now() + timedelta(days=2)))

    assert (outcome.code, outcome.address[:27]) == ("schedule", f"{SHOP}/sale?u"[:27])


def test_a_link_that_is_over_leads_to_its_fallback(routed, ada):
    over = [Outcome("over", f"{SHOP}/over")]

    assert try_link(routed, Visitor(at=now() + timedelta(days=10))) == over
    change_link(routed.pk, LinkChange(disabled=True), actor=ada)
    assert try_link(routed, Visitor()) == over


def test_a_plain_link_leads_where_it_says(bens_link):
    assert try_link(bens_link, Visitor()) == [Outcome("plain", f"{SHOP}/?hs_click=…")]
