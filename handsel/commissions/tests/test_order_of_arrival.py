"""An order's life, told in any order, any number of times: the ledger ends the same (E1, E3)."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations
from random import Random
from typing import Any

import pytest

from handsel.commissions.models import Commission
from handsel.commissions.services import evaluate_due
from handsel.conversions.models import Conversion, Fact
from handsel.conversions.services import NewFact, record_fact, record_facts
from handsel.conversions.tests.shop import NOON, Shop
from handsel.engine import orders
from handsel.ledger.queries import balances


def life(shop: Shop, reference: str, click_id: str) -> list[NewFact]:
    """Created, paid, edited, two partial refunds, delivered; the pixel had its say, too."""
    hour = timedelta(hours=1)
    lines = [
        {"line_id": "1", "gross_minor": 9_400, "tax_minor": 1_501},
        {"line_id": "2", "gross_minor": 2_490, "tax_minor": 398},
        {"line_id": "3", "gross_minor": 4_000, "discount_minor": 1_589, "tax_minor": 385},
    ]
    said: dict[str, Any] = {"source": "webhook", "at": NOON}
    edited = [*lines[:2], {**lines[2], "gross_minor": 6_000}]
    return [
        shop.order_fact(
            reference, 15_000, source="pixel", trust="browser", click_ids=[click_id],
            event_id=f"px:{reference}",
        ),
        shop.order_fact(reference, lines=lines, event_id=f"created:{reference}", **said),
        shop.order_fact(
            reference, lines=lines, event_id=f"paid:{reference}", updated_at=NOON + hour, **said
        ),
        shop.order_fact(
            reference, lines=edited, event_id=f"edited:{reference}", updated_at=NOON + 2 * hour,
            **said,
        ),
        shop.refund_fact(reference, 3_333, event_id=f"r1:{reference}", at=NOON + 3 * hour),
        shop.refund_fact(
            reference, 1_000, event_id=f"r2:{reference}", at=NOON + 4 * hour,
            lines=[{"line_id": "2", "amount_minor": 1_000}],
        ),
        shop.fact("delivery", reference, {}, at=NOON + timedelta(days=3)),
    ]  # fmt: skip


def total():
    return {b.kind: b.amount_minor for b in balances() if b.amount_minor}


def tell_at_random(
    shop: Shop, random: Random, reference: str, click_id: str, *, ends: bool
) -> None:
    """Each event one to three times, in any order, evaluated now and then in between."""
    events = life(shop, reference, click_id)
    if ends:
        events.append(shop.cancel_fact(reference, at=NOON + timedelta(days=5)))
    told = [event for event in events for _ in range(random.randint(1, 3))]
    random.shuffle(told)
    for event in told:
        record_fact(event)
        if random.random() < 0.3:
            evaluate_due()
    evaluate_due()


def ends_the_same(shop: Shop, click_id: str, lives: int) -> None:
    random = Random(20_260_912)
    record_facts(life(shop, "in order", click_id))
    evaluate_due()
    once = total()

    for number in range(lives):
        tell_at_random(shop, random, f"life {number}", click_id, ends=number % 3 == 0)

    kept = 1 + sum(number % 3 != 0 for number in range(lives))
    assert total() == {kind: minor * kept for kind, minor in once.items()}
    assert Commission.objects.filter(amount_minor=once["pending"]).count() == kept
    assert Commission.objects.filter(status="reversed", amount_minor=0).count() == lives + 1 - kept


def test_the_ledger_ends_the_same_in_whatever_order_events_come(shop, bens_click):
    ends_the_same(shop, bens_click, lives=15)


@pytest.mark.long
def test_the_ledger_ends_the_same_for_a_thousand_lives(shop, bens_click):
    ends_the_same(shop, bens_click, lives=1_000)


def as_it_arrives(facts: Sequence[NewFact]) -> int:
    """The control: what is left when each event is applied to what was known before it."""
    left_minor = 0
    for fact in facts:
        if fact.kind == "order":
            left_minor = sum(
                line["gross_minor"] - line.get("discount_minor", 0) for line in fact.body["lines"]
            )
        elif fact.kind == "refund":
            left_minor = max(0, left_minor - fact.body["amount_minor"])
    return left_minor


def test_events_applied_as_they_arrive_would_differ(shop, bens_click):
    told = life(shop, "L-1", bens_click)

    assert len({as_it_arrives(order) for order in permutations(told[1:6])}) > 1


def test_pixel_postback_and_webhook_are_one_commission(shop, bens_click):
    sources = {"pixel": "browser", "postback": "postback", "webhook": "store"}
    for number, arrival in enumerate(permutations(sources.items())):
        for source, trust in arrival:
            shop.order(
                f"L-{number}", source=source, trust=trust, click_ids=[bens_click],
                event_id=f"{source}:{number}",
            )  # fmt: skip
            evaluate_due()

    assert Fact.objects.count() == 18
    assert Conversion.objects.count() == Commission.objects.count() == 6
    assert set(Commission.objects.values_list("amount_minor", "status")) == {(1_000, "pending")}


def test_a_refund_above_the_sale_changes_nothing(shop, commission):
    before = total()
    with pytest.raises(orders.RefundAboveSale):
        shop.refund(amount_minor=12_501)
    evaluate_due()

    assert total() == before
    assert commission.revisions.count() == 1
