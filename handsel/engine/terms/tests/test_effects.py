"""Whether a change is for the better decides on notice, so doubt is never taken for better."""

from datetime import UTC, datetime
from typing import Any

import pytest

from handsel.engine.terms import (
    AttributionTerms,
    Basis,
    Cap,
    Ending,
    Excluded,
    FirstSale,
    Fixed,
    Floor,
    Hold,
    Lead,
    Milestone,
    PayoutTerms,
    Percent,
    Perk,
    Promotion,
    Recurring,
    Terms,
    Tiers,
    TierStep,
    TimeBox,
    When,
    differences,
    effect,
    effect_of,
)

EUR: Any = {"currency": "EUR"}
TEN, TWELVE = Percent(rate_ppm=100_000), Percent(rate_ppm=120_000)
NEW = When(customer="new")
NOVEMBER = TimeBox(since=datetime(2026, 11, 1, tzinfo=UTC), until=datetime(2026, 12, 1, tzinfo=UTC))
AUTUMN = TimeBox(since=datetime(2026, 9, 1, tzinfo=UTC), until=datetime(2026, 12, 1, tzinfo=UTC))
JUST = Fixed(amount_minor=100, **EUR)
LEAD = Lead(amount_minor=100, **EUR)
EACH_TEN = Milestone(measure="orders", reaches=10, period="month", amount_minor=500, **EUR)
CAP = Cap(per="partner", period="month", amount_minor=9_000, **EUR)


def tiered(*rates_ppm, mode="marginal", base=50_000):
    steps = tuple(
        TierStep(start=100_000 * place, rate_ppm=rate) for place, rate in enumerate(rates_ppm, 1)
    )
    return Percent(rate_ppm=base, tiers=Tiers(period="month", mode=mode, steps=steps))


def pay(*rules, **sections):
    return Terms(currency="EUR", pay=rules, **sections)


TURNS = [
    (pay(TEN), pay(TWELVE)),
    (pay(TEN), pay(TEN, JUST)),
    (pay(TEN), pay(TEN, Percent(rate_ppm=120_000, when=NEW))),
    (pay(TEN, Excluded(when=When(skus=("A",)))), pay(TEN)),
    (pay(TEN), pay(TEN, attribution=AttributionTerms(window_days=45))),
    (pay(TEN), pay(TEN, attribution=AttributionTerms(better_at_once=True))),
    (pay(TEN), pay(TEN, attribution=AttributionTerms(lifetime_days=None))),
    (pay(TEN), pay(TEN, basis=Basis(with_tax=True))),
    (pay(TEN), pay(TEN, hold=Hold(days=14))),
    (pay(TEN, hold=Hold(starts="delivery")), pay(TEN)),
    (pay(TEN, payout=PayoutTerms(threshold_minor=1)), pay(TEN)),
    (pay(TEN, caps=(CAP,)), pay(TEN)),
    (pay(TEN), pay(TEN, floors=(Floor(per="order", amount_minor=1, **EUR),))),
    (pay(TEN), pay(TEN, bonuses=(FirstSale(amount_minor=1, **EUR),))),
    (
        pay(TEN, bonuses=(EACH_TEN,)),
        pay(TEN, bonuses=(EACH_TEN.model_copy(update={"reaches": 9}),)),
    ),
    (pay(TEN, recurring=Recurring(payments_max=3)), pay(TEN)),
    (pay(TEN), pay(TEN, ending=Ending(notice_days=60))),
    (pay(TEN, ending=Ending(tail_days=9)), pay(TEN, ending=Ending(tail_days=10))),
    (pay(TEN), pay(TEN, perks=(Perk(name="A hat"),))),
    (
        pay(TEN, promotion=Promotion(email="forbidden")),
        pay(TEN, promotion=Promotion(email="allowed")),
    ),
    (pay(tiered(60_000)), pay(tiered(70_000))),
    (pay(tiered(60_000)), pay(tiered(60_000, 70_000))),
    (pay(Percent(rate_ppm=50_000)), pay(tiered(60_000))),
    (
        pay(TEN, JUST.model_copy(update={"valid": NOVEMBER})),
        pay(TEN, JUST.model_copy(update={"valid": AUTUMN})),
    ),
    (
        pay(TEN, Lead(amount_minor=1, pays="after_sale", **EUR)),
        pay(TEN, Lead(amount_minor=1, **EUR)),
    ),
]


@pytest.mark.parametrize(("worse", "better"), TURNS)
def test_one_way_is_better_and_the_way_back_is_worse(worse, better):
    assert effect_of(differences(worse, better)) == "better"
    assert effect_of(differences(better, worse)) == "worse"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        # A more specific rule that pays less takes articles from one that pays more.
        (pay(TEN), pay(TEN, Percent(rate_ppm=90_000, when=NEW))),
        # More for some of the time is less where it replaces a better rule.
        (
            pay(TEN, TWELVE.model_copy(update={"valid": NOVEMBER})),
            pay(TEN, TWELVE.model_copy(update={"valid": AUTUMN})),
        ),
        # Volume that moves to a rule of its own no longer reaches the tiers of the other.
        (pay(tiered(60_000)), pay(tiered(60_000), Percent(rate_ppm=90_000, when=NEW))),
        (pay(tiered(60_000)), pay(tiered(60_000, mode="retroactive"))),
        (pay(tiered(70_000, 80_000)), pay(tiered(60_000, 90_000))),
        # Where more volume means a lower rate, more that counts can mean less.
        (
            pay(tiered(40_000, mode="retroactive")),
            pay(tiered(40_000, mode="retroactive"), basis=Basis(with_tax=True)),
        ),
        (pay(TEN, JUST), pay(TEN, JUST.model_copy(update={"per": "item"}))),
        (pay(TEN), pay(TEN, attribution=AttributionTerms(model="linear"))),
        (pay(TEN), pay(TEN, time_zone="Europe/Oslo")),
        # As long as the window says may be shorter or longer than so many days.
        (pay(TEN), pay(TEN, ending=Ending(tail_days=60))),
        # More, but only once its customer has bought.
        (pay(LEAD), pay(LEAD, Lead(amount_minor=200, pays="after_sale", when=NEW, **EUR))),
        (pay(TEN, JUST), pay(TWELVE)),
    ],
)
def test_what_may_pay_less_is_never_called_better(old, new):
    assert effect_of(differences(old, new)) == "depends"


def test_a_lower_rate_that_gives_way_to_a_higher_one_is_no_loss():
    cheap = Percent(rate_ppm=10_000, when=When(skus=("SALE",)))
    assert effect_of(differences(pay(TEN, cheap), pay(TEN))) == "better"


def test_terms_that_mean_the_same_differ_in_nothing_and_are_no_worse():
    shuffled = pay(JUST, Percent(rate_ppm=1, when=When(skus=("B", "A"))), TEN)
    found = differences(pay(TEN, Percent(rate_ppm=1, when=When(skus=("A", "B"))), JUST), shuffled)
    assert found == []
    assert effect_of(found) == "better"


def test_a_rule_beside_its_like_for_a_time_is_an_added_rule():
    [found] = differences(pay(TEN), pay(TEN, TWELVE.model_copy(update={"valid": NOVEMBER})))
    assert (found.code, effect(found)) == ("rule_added", "better")
