"""E1: the life of an order and of what follows from it, told in thousands of orders of arrival.

In each life a customer is brought by Ben and Cleo together, orders again without a click, and
renews. Lives are told side by side, one event of each at a time, some of them twice, with
evaluations in between: whatever the order, every commission and every account ends the same.
"""

from collections import Counter, defaultdict
from datetime import timedelta
from importlib import import_module
from random import Random
from typing import Any

import pytest

from handsel.commissions.models import Commission
from handsel.commissions.services import evaluate_due
from handsel.commissions.tests.crediting import Scene, settle_all, terms_with
from handsel.conversions.services import NewFact, record_facts
from handsel.conversions.tests.shop import NOON
from handsel.engine.terms import Cap, Fixed, Percent, Recurring, When
from handsel.ledger.check import check_all
from handsel.ledger.queries import balances

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
SIDE_BY_SIDE = 100

TERMS = terms_with(
    model="linear",
    lifetime_days=90,
    pay=(
        Percent(rate_ppm=33_333),
        Percent(rate_ppm=77_777, when=When(skus=("hat",))),
        Fixed(amount_minor=501, currency="EUR", when=When(customer="new")),
    ),
).model_copy(
    update={
        "recurring": Recurring(payments_max=2),
        "caps": (Cap(per="order", amount_minor=1_201, currency="EUR"),),
    }
)


class Lives:
    def __init__(self, acme: Any, ada: Any) -> None:
        self.scene = Scene(acme, ada, TERMS)
        self.clicks = {
            "bens": self.scene.click("Ben", 5),
            "cleos": self.scene.click("Cleo", 3),
            "late": self.scene.click("Cleo", 1),
        }

    def events(self, name: str) -> list[NewFact]:
        """In the order in which they happened."""
        shop, clicks = self.scene.shop, self.clicks
        buyer = {"customer": {"id": f"buyer of {name}"}}
        first, again = f"{name}/1", f"{name}/2"
        lines = [
            {"line_id": "1", "sku": "hat", "gross_minor": 9_400, "tax_minor": 1_501},
            {"line_id": "2", "sku": "scarf", "gross_minor": 2_490, "tax_minor": 398},
        ]
        edited = [lines[0], {**lines[1], "gross_minor": 4_990}]

        def order(reference: str, event: str, body: dict[str, Any], **said: Any) -> NewFact:
            return shop.fact(
                "order", reference, {"currency": "EUR", **body}, event_id=f"{event}:{name}", **said
            )

        def renewal(number: int) -> NewFact:
            body = {
                "lines": [{"line_id": "1", "sku": "box", "gross_minor": 3_000}],
                "renews": first, "renewal": number, **buyer,
            }  # fmt: skip
            at = NOON + number * 30 * DAY
            kind = {"conversion_kind": "renewal", "at": at}
            return order(f"{name}/r{number}", f"renewal-{number}", body, **kind)

        pixel = {"source": "pixel", "trust": "browser"}
        guess = [{"line_id": "1", "gross_minor": 15_000}]
        both = {"click_ids": [clicks["bens"], clicks["cleos"]]}
        later = {"click_ids": [*both["click_ids"], clicks["late"]]}
        second = [{"line_id": "1", "sku": "scarf", "gross_minor": 4_999}]
        return [
            order(first, "pixel", {"lines": guess, "click_ids": [clicks["bens"]]}, **pixel),
            order(first, "made", {"lines": lines, **both, **buyer}),
            order(first, "paid", {"lines": lines, **both, **buyer}, updated_at=NOON + HOUR),
            order(first, "edited", {"lines": edited, **later, **buyer}, updated_at=NOON + 2 * HOUR),
            shop.refund_fact(first, 3_333, event_id=f"r1:{name}", at=NOON + 3 * HOUR),
            shop.refund_fact(
                first, 1_000, event_id=f"r2:{name}", at=NOON + 4 * HOUR,
                lines=[{"line_id": "2", "amount_minor": 1_000}],
            ),
            shop.fact("delivery", first, {}, at=NOON + 3 * DAY, event_id=f"delivery:{name}"),
            order(again, "again", {"lines": second, **buyer}, at=NOON + 20 * DAY),
            shop.refund_fact(again, 999, event_id=f"r3:{name}", at=NOON + 25 * DAY),
            *(renewal(number) for number in (1, 2, 3)),
        ]  # fmt: skip

    def live(self, names: list[str], random: Random) -> None:
        """All of them side by side, each in an order of its own."""
        told = []
        for name in names:
            events = self.events(name)
            events += random.sample(events, 4)
            random.shuffle(events)
            told.append(events)
        evaluated = random.randrange(len(told[0]))
        for step in range(len(told[0])):
            record_facts([events[step] for events in told])
            if step == evaluated:
                evaluate_due()
        settle_all()

    def nets(self) -> dict[str, dict[tuple[str, str], int]]:
        """What each partner has of each conversion of each life, where it comes to anything."""
        rows = Commission.objects.filter(program=self.scene.program).exclude(amount_minor=0)
        nets: dict[str, dict[tuple[str, str], int]] = defaultdict(dict)
        for reference, partner, amount_minor in rows.values_list(
            "conversion__order_reference", "partner__name", "amount_minor"
        ):
            life, _slash, order = reference.rpartition("/")
            nets[life][order, partner] = amount_minor
        return nets


def by_account() -> Counter[tuple[str, str]]:
    return Counter({(b.kind, b.owner_id): b.amount_minor for b in balances() if b.amount_minor})


def end_the_same(acme: Any, ada: Any, lives: int) -> None:
    world = Lives(acme, ada)
    for fact in world.events("in order"):
        record_facts([fact])
        settle_all()
    once, expected = by_account(), world.nets()["in order"]
    # The share of the first order, the lifetime of the second, two renewals of three.
    assert len(expected) >= 7

    random = Random(20_261_120)
    names = [f"life {number:05}" for number in range(lives)]
    for place in range(0, lives, SIDE_BY_SIDE):
        world.live(names[place : place + SIDE_BY_SIDE], random)

    # What was earned for a while and is no more has come to nothing.
    nets = world.nets()
    assert {name: nets[name] for name in names} == dict.fromkeys(names, expected)
    assert by_account() == Counter({key: minor * (lives + 1) for key, minor in once.items()})
    assert check_all().ok


def test_a_hundred_lives_in_any_order_end_the_same(acme, ada):
    end_the_same(acme, ada, lives=100)


@pytest.mark.long
def test_ten_thousand_lives_in_any_order_end_the_same(acme, ada):
    end_the_same(acme, ada, lives=10_000)


def _latest(fact: Any) -> tuple[str]:
    """The control: of two words about an order the one that came later counts."""
    return (fact.fact_id,)


@pytest.mark.parametrize(
    ("broken", "instead"),
    [
        ("engine.orders.fold._strength", _latest),
        ("commissions.services.evaluate.take_up_ripples", lambda: None),
    ],
)
def test_control_what_applies_events_as_they_arrive_ends_otherwise(
    acme, ada, broken, instead, monkeypatch
):
    module, _dot, name = f"handsel.{broken}".rpartition(".")
    monkeypatch.setattr(import_module(module), name, instead)

    with pytest.raises(AssertionError):
        end_the_same(acme, ada, lives=30)
