"""What is written with a commission's change, by whatever way it comes about."""

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction

from handsel.clicks.tests.visits import click_through
from handsel.clock import now
from handsel.commissions.models import Commission
from handsel.commissions.services import (
    approve_commission,
    approve_held,
    decline_commission,
    evaluate_due,
    withhold_commission,
)
from handsel.commissions.tests.conftest import click_on
from handsel.conversions.tests.shop import NOON, Shop
from handsel.links.models import Link
from handsel.links.services import create_link
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership
from handsel.postbacks.models import Delivery, Postback
from handsel.postbacks.services import add_postback, remove_postback, switch_off, switch_on
from handsel.postbacks.values import values_of
from handsel.rows.scope import seen_by

Earn = Callable[..., Commission]


def told() -> list[tuple[str, str, int]]:
    rows = Delivery.objects.order_by("number")
    return [(row.event, row.status, row.amount_minor) for row in rows]


def test_each_change_of_a_commission_is_told_in_order(
    postback: Postback, earn: Earn, shop: Shop, ada: Member
) -> None:
    approve_commission(earn("L-1").pk, actor=ada)
    shop.refund("L-1", 4_000)
    evaluate_due()
    shop.cancel("L-1")
    evaluate_due()

    assert told() == [
        ("pending", "pending", 1_000),
        ("approved", "approved", 1_000),
        ("adjusted", "approved", 600),
        ("reversed", "reversed", 0),
    ]


def test_a_decline_is_told(postback: Postback, earn: Earn, ada: Member) -> None:
    decline_commission(earn().pk, reason="A friend's order.", actor=ada)

    assert told()[1:] == [("declined", "declined", 1_000)]


def test_the_end_of_a_hold_is_told(postback: Postback, earn: Earn) -> None:
    Commission.objects.filter(pk=earn().pk).update(hold_until=now() - timedelta(days=1))
    approve_held()

    assert told()[1:] == [("approved", "approved", 1_000)]


def test_what_the_partner_is_owed_as_before_is_not_told(
    postback: Postback, earn: Earn, ada: Member
) -> None:
    withhold_commission(earn().pk, reason="Odd.", actor=ada)

    assert len(told()) == 1


def test_a_change_that_is_rolled_back_is_not_told(
    postback: Postback, earn: Earn, ada: Member
) -> None:
    commission = earn()
    with transaction.atomic():
        approve_commission(commission.pk, actor=ada)
        assert len(told()) == 2
        transaction.set_rollback(True)

    assert len(told()) == 1


def test_it_is_told_though_who_approves_may_not_write_it(
    postback: Postback, earn: Earn, ada: Member
) -> None:
    commission = earn()
    with seen_by([ada.organization_id]):
        approve_commission(commission.pk, actor=ada)

    assert told()[1:] == [("approved", "approved", 1_000)]


def test_only_the_chosen_events_are_told(
    bens: Partnership, ben: Member, earn: Earn, ada: Member
) -> None:
    add_postback(bens, url="https://tracker.example/", events=["approved"], actor=ben)
    approve_commission(earn().pk, actor=ada)

    assert told() == [("approved", "approved", 1_000)]


def test_the_postbacks_of_other_partners_are_told_nothing(
    cleos: Partnership, ben: Member, earn: Earn
) -> None:
    add_postback(cleos, url="https://tracker.example/", actor=None)
    earn()

    assert told() == []


def test_a_postback_of_a_link_is_told_of_what_came_by_it(
    bens: Partnership, bens_link: Link, ben: Member, earn: Earn, shop: Shop
) -> None:
    other = create_link(bens, slug="other", actor=ben)
    for link in (bens_link, other):
        add_postback(bens, url=f"https://tracker.example/{link.slug}", link=link, actor=ben)
    earn("L-1")
    shop.order("L-2", click_ids=[click_on(other)])
    evaluate_due()

    slugs = Delivery.objects.order_by("number").values_list("postback__link__slug", flat=True)
    assert list(slugs) == ["ben", "other"]


def test_a_postback_of_a_link_is_told_when_another_partner_takes_its_place(
    bens: Partnership, bens_link: Link, cleos: Partnership, ben: Member, earn: Earn, shop: Shop
) -> None:
    add_postback(bens, url="https://tracker.example/", link=bens_link, actor=ben)
    earn("L-1")
    shop.order("L-1", click_ids=[click_on(bens_link)], codes=["CLEO5"], event_id="2")
    evaluate_due()

    assert [event for event, _status, _amount in told()] == ["pending", "reversed"]


def test_what_is_off_or_taken_away_is_told_nothing(
    postback: Postback, earn: Earn, ada: Member, ben: Member
) -> None:
    switch_off(postback.pk, actor=ben)
    commission = earn()
    assert told() == []

    switch_on(postback.pk, actor=ben)
    remove_postback(postback.pk, actor=ben)
    approve_commission(commission.pk, actor=ada)
    assert told() == []


def test_the_amounts_are_of_their_time(
    postback: Postback, earn: Earn, shop: Shop, ada: Member
) -> None:
    earn("L-1")
    shop.refund("L-1", 4_000)
    evaluate_due()

    values = [values_of(row) for row in Delivery.objects.order_by("number")]
    amounts = [(v["order_amount"], v["commission"], v["event"]) for v in values]
    assert amounts == [("100.00", "10.00", "pending"), ("60.00", "6.00", "adjusted")]


def test_the_click_is_told_with_its_sub_ids_and_link(
    postback: Postback, shop: Shop, bens_link: Link
) -> None:
    clicked = click_through(bens_link, NOON - timedelta(days=1), subs={"s1": "a b", "s5": "é"})
    shop.order("L-1", click_ids=[clicked.click_id])
    evaluate_due()

    values = values_of(Delivery.objects.get())
    told = {name: values[name] for name in ("sub1", "sub2", "sub5", "click_id", "link", "kind")}
    assert told == {
        "sub1": "a b",
        "sub2": "",
        "sub5": "é",
        "click_id": clicked.click_id,
        "link": "ben",
        "kind": "sale",
    }


def test_a_code_without_a_click_has_neither_sub_ids_nor_link(
    postback: Postback, shop: Shop
) -> None:
    shop.order("L-1", codes=["BEN10"])
    evaluate_due()

    values = values_of(Delivery.objects.get())
    assert (values["sub1"], values["click_id"], values["link"]) == ("", "", "")
    assert values["commission"] == "10.00"


def test_a_commission_without_an_order_is_told_with_what_there_is(
    postback: Postback, earn: Earn
) -> None:
    order = earn()
    Delivery.objects.all().delete()
    bonus = {name: getattr(order, name) for name in ("brand", "partner", "program", "partnership")}
    Commission.objects.create(
        **bonus,
        kind="bonus",
        subject="first sale",
        agreement=order.agreement,
        amount_minor=2_500,
        currency="EUR",
        occurred_at=now(),
    )

    values = values_of(Delivery.objects.get())
    assert (values["kind"], values["commission"], values["conversion"]) == ("bonus", "25.00", "")
    assert values["order_amount"] == ""


def test_nothing_of_the_order_or_its_buyer_is_told(
    postback: Postback, shop: Shop, bens_link: Link
) -> None:
    customer = {"id": "buyer-77", "email_hash": "e" * 64, "country": "NO"}
    shop.order("secret-1001", click_ids=[click_on(bens_link)], customer=customer)
    evaluate_due()

    said = " ".join(values_of(Delivery.objects.get()).values())
    assert "10.00" in said
    assert not any(word in said for word in ("secret-1001", "buyer-77", "eee", "beanie"))
