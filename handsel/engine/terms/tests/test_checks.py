"""Nonsense is found before anybody signs it, with the clauses at odds named."""

from datetime import UTC, datetime
from typing import Any

import pytest

from handsel.engine.terms import (
    AttributionTerms,
    Between,
    Cap,
    CustomerDiscount,
    Ending,
    Excluded,
    FirstSale,
    Fixed,
    Floor,
    Known,
    Lead,
    Milestone,
    Override,
    Percent,
    PerClick,
    Perk,
    Recurring,
    Rolling,
    SignUp,
    Task,
    Terms,
    Tiers,
    TierStep,
    TimeBox,
    Views,
    When,
    problems,
)
from handsel.engine.terms.tests.everything import EVERYTHING

EUR: Any = {"currency": "EUR"}
TEN = Percent(rate_ppm=100_000)
NEW, HATS = When(customer="new"), When(categories=("hats",))
OLD, NEW_HATS = When(customer="returning"), When(categories=("hats",), customer="new")
OVER = TimeBox(until=datetime(2026, 1, 1, tzinfo=UTC))
TODAY = datetime(2026, 11, 20, tzinfo=UTC)
SMALL, LARGE = Between(most=9_999), Between(least=10_000)
CREDIT = AttributionTerms
TEN_CLICKS = Milestone(measure="clicks", reaches=10, period="month", amount_minor=1, **EUR)


def pay(*rules, **sections):
    return Terms(currency="EUR", pay=rules or (TEN,), **sections)


def tiers(*starts, rates=(110_000, 120_000), **options):
    steps = [TierStep(start=s, rate_ppm=r) for s, r in zip(starts, rates, strict=False)]
    frame = {"period": "month", "mode": "marginal", "steps": tuple(steps)} | options
    return pay(Percent(rate_ppm=100_000, tiers=Tiers(**frame)))


def per_month(limit, amount_minor):
    return limit(per="partner", period="month", amount_minor=amount_minor, **EUR)


def sized(part):
    return Percent(rate_ppm=1, when=When(order_minor=part))


CASES = [
    ("tiers_unordered", "pay.0.tiers.steps.1.start", tiers(500, 100)),
    ("tiers_unordered", "pay.0.tiers.steps.1.start", tiers(500, 500)),
    (
        "tiers_rolling_retroactive",
        "pay.0.tiers.mode",
        tiers(500, period=Rolling(days=30), mode="retroactive"),
    ),
    ("tiers_fall", "pay.0.tiers.steps.0.rate_ppm", tiers(500, rates=(90_000,))),
    ("tier_changes_nothing", "pay.0.tiers.steps.0.rate_ppm", tiers(500, rates=(100_000,))),
    ("pays_nothing", "pay", pay(Excluded(when=HATS))),
    ("period_past", "pay.1.valid", pay(TEN, Percent(rate_ppm=1, valid=OVER))),
    (
        "asks_clicks_of_orders",
        "pay.0.when.customer",
        pay(PerClick(amount_minor=1, when=When(any_of=(NEW,)), **EUR)),
    ),
    (
        "conditions_contradict",
        "pay.1.when",
        pay(TEN, Percent(rate_ppm=1, when=When(customer="new", none_of=(NEW,)))),
    ),
    (
        "conditions_contradict",
        "pay.1.when",
        pay(TEN, Percent(rate_ppm=1, when=When(events=("sale",), renewals=Between(least=1)))),
    ),
    (
        "conditions_contradict",
        "pay.1.when",
        pay(
            TEN,
            Percent(rate_ppm=1, when=When(customer="new", any_of=(When(customer="returning"),))),
        ),
    ),
    (
        "event_other",
        "pay.0.when.events",
        pay(Lead(amount_minor=1, when=When(events=("sale",)), **EUR)),
    ),
    (
        "renewals_not_paid",
        "pay.1.when.renewals",
        pay(
            TEN,
            Percent(rate_ppm=1, when=When(renewals=Between(least=4))),
            recurring=Recurring(payments_max=3),
        ),
    ),
    (
        "renewals_not_paid",
        "pay.1.when.events",
        pay(
            TEN,
            Percent(rate_ppm=1, when=When(events=("renewal",))),
            recurring=Recurring(payments_max=0),
        ),
    ),
    (
        "rule_excluded",
        "pay.1.when",
        pay(
            TEN,
            Percent(rate_ppm=1, when=When(categories=("hats",), customer="new")),
            Excluded(when=HATS),
        ),
    ),
    ("rule_covered", "pay.0.when", pay(TEN, sized(Between()))),
    ("rule_covered_together", "pay.0.when", pay(TEN, sized(SMALL), sized(LARGE))),
    (
        "rule_covered_together",
        "pay.0.when",
        pay(
            TEN,
            Percent(rate_ppm=1, when=When(events=("sale",))),
            Percent(rate_ppm=2, when=When(events=("renewal", "lead"))),
        ),
    ),
    ("fixed_twice", "pay.1", pay(*[Fixed(amount_minor=5, **EUR)] * 2)),
    (
        "cap_under_floor",
        "caps.0.amount_minor",
        pay(caps=(per_month(Cap, 99),), floors=(per_month(Floor, 100),)),
    ),
    (
        "cap_under_floor",
        "caps.0.amount_minor",
        pay(caps=(per_month(Cap, 100),), floors=(Floor(per="order", amount_minor=101, **EUR),)),
    ),
    (
        "cap_under_floor",
        "caps.0.amount_minor",
        pay(
            caps=(Cap(per="program", period="month", amount_minor=399, **EUR),),
            floors=(Floor(per="partner", period="week", amount_minor=100, **EUR),),
        ),
    ),
    ("limit_twice", "caps.1", pay(caps=(per_month(Cap, 99), per_month(Cap, 100)))),
    (
        "cap_under_amount",
        "caps.0.amount_minor",
        pay(Fixed(amount_minor=5, **EUR), caps=(Cap(per="order", amount_minor=4, **EUR),)),
    ),
    ("level_twice", "overrides.1.level", pay(overrides=(Override(level=1, rate_ppm=1),) * 2)),
    ("level_without_first", "overrides.0.level", pay(overrides=(Override(level=2, rate_ppm=1),))),
    (
        "overrides_above_whole",
        "overrides",
        pay(overrides=(Override(level=1, rate_ppm=900_000), Override(level=2, rate_ppm=100_001))),
    ),
    (
        "costs_above_whole",
        "pay",
        pay(
            Percent(rate_ppm=600_000),
            overrides=(Override(level=1, rate_ppm=700_000),),
            customer_discount=CustomerDiscount(rate_ppm=10_000),
        ),
    ),
    (
        "views_most_below_one",
        "bonuses.0.most_minor",
        pay(bonuses=(Views(per_views=1, amount_minor=9, most_minor=8, **EUR),)),
    ),
    (
        "milestone_without_leads",
        "bonuses.0.measure",
        pay(bonuses=(Milestone(measure="leads", reaches=1, period="ever", amount_minor=1, **EUR),)),
    ),
    (
        "period_past",
        "bonuses.0.valid",
        pay(bonuses=(Task(name="A", amount_minor=1, valid=OVER, **EUR),)),
    ),
    (
        "clicks_not_timed",
        "bonuses.0.valid",
        pay(bonuses=(TEN_CLICKS.model_copy(update={"valid": TimeBox(since=TODAY)}),)),
    ),
    (
        "bonus_twice",
        "bonuses.1",
        pay(bonuses=(TEN_CLICKS, TEN_CLICKS.model_copy(update={"amount_minor": 2}))),
    ),
    ("bonus_twice", "bonuses.1", pay(bonuses=(Task(name="A", amount_minor=1, **EUR),) * 2)),
    ("bonus_twice", "perks.1.name", pay(perks=(Perk(name="A"),) * 2)),
    (
        "first_sale_twice",
        "bonuses.1",
        pay(bonuses=(FirstSale(amount_minor=1, **EUR), SignUp(amount_minor=1, **EUR))),
    ),
    (
        "nobody_credited",
        "attribution.precedence",
        pay(attribution=CREDIT(precedence=("channel", "sku", "lifetime"), lifetime_days=9)),
    ),
    (
        "lifetime_without_rank",
        "attribution.lifetime_days",
        pay(attribution=CREDIT(precedence=("click",), lifetime_days=None)),
    ),
    (
        "articles_without_rank",
        "attribution.owned_skus",
        pay(attribution=CREDIT(precedence=("click",), owned_skus=("A",))),
    ),
    ("half_life_unused", "attribution.half_life_days", pay(attribution=CREDIT(half_life_days=9))),
    ("tail_beyond_window", "ending.tail_days", pay(ending=Ending(tail_days=31))),
    (
        "months_unused",
        "recurring.months_max",
        pay(recurring=Recurring(payments_max=0, months_max=3)),
    ),
    (
        "lifetime_before_renewals",
        "attribution.lifetime_days",
        pay(attribution=CREDIT(lifetime_days=90), recurring=Recurring(months_max=12)),
    ),
    ("discount_unclear", "customer_discount", pay(customer_discount=CustomerDiscount())),
    (
        "discount_unclear",
        "customer_discount",
        pay(customer_discount=CustomerDiscount(rate_ppm=1, amount_minor=1, **EUR)),
    ),
    (
        "discount_currency",
        "customer_discount.currency",
        pay(customer_discount=CustomerDiscount(amount_minor=1)),
    ),
]
MISSPELLED = [
    ("skus", pay(TEN, Percent(rate_ppm=1, when=When(skus=("HAT", "HTA")))), "pay.1.when.skus"),
    (
        "categories",
        pay(TEN, Percent(rate_ppm=1, when=When(none_of=(When(categories=("HTA",)),)))),
        "pay.1.when.none_of.0.categories",
    ),
    ("links", pay(TEN, Percent(rate_ppm=1, when=When(links=("HTA",)))), "pay.1.when.links"),
    ("codes", pay(TEN, Percent(rate_ppm=1, when=When(codes=("HTA",)))), "pay.1.when.codes"),
    ("skus", pay(attribution=CREDIT(owned_skus=("HTA",))), "attribution.owned_skus"),
]


@pytest.mark.parametrize(("code", "field", "terms"), CASES)
def test_nonsense_is_found_and_nothing_beside_it(code, field, terms):
    assert [(found.code, found.field) for found in problems(terms, at=TODAY)] == [(code, field)]


@pytest.mark.parametrize(("kind", "terms", "field"), MISSPELLED)
def test_a_name_that_the_program_does_not_have_is_refused(kind, terms, field):
    known = Known.model_validate({kind: frozenset({"HAT"})})

    [found] = problems(terms, known=known)
    assert (found.code, found.field, found.params["names"]) == (f"{kind}_unknown", field, ("HTA",))
    assert problems(terms) == []


def test_costs_above_the_margin_are_warned_of():
    terms = pay(customer_discount=CustomerDiscount(rate_ppm=100_000))

    [found] = problems(terms, known=Known(margin_ppm=189_999))
    assert found.params == {"cost_ppm": 190_000, "margin_ppm": 189_999}
    assert found.severity == "warned"
    assert problems(terms, known=Known(margin_ppm=190_000)) == []


@pytest.mark.parametrize(
    "terms",
    [
        pay(
            TEN, Percent(rate_ppm=1, when=NEW), Percent(rate_ppm=2, when=When(customer="returning"))
        ),
        pay(TEN, sized(Between(most=9_998)), sized(LARGE)),
        pay(
            TEN,
            Percent(rate_ppm=1, when=HATS),
            Excluded(when=When(categories=("hats",), customer="new")),
        ),
        pay(TEN, Percent(rate_ppm=1, when=HATS), Excluded(when=HATS, valid=OVER)),
        pay(Fixed(amount_minor=1, when=HATS, **EUR), TEN, Excluded(when=HATS)),
        pay(caps=(per_month(Cap, 100),), floors=(Floor(per="order", amount_minor=100, **EUR),)),
        pay(caps=(Cap(per="order", amount_minor=99, **EUR),), floors=(per_month(Floor, 100),)),
        pay(
            caps=(per_month(Cap, 400),),
            floors=(Floor(per="partner", period="week", amount_minor=100, **EUR),),
        ),
        tiers(500, 900, period=Rolling(days=30)),
        pay(
            bonuses=(
                FirstSale(amount_minor=1, **EUR),
                SignUp(after_first_sale=False, amount_minor=1, **EUR),
            )
        ),
    ],
)
def test_what_makes_sense_is_left_alone(terms):
    """A customer or a country may be unknown, so that rules for all of them leave a rest."""
    assert problems(terms) == []


def test_what_is_refused_comes_before_what_is_warned_of():
    severities = [
        found.severity for found in problems(EVERYTHING, at=datetime(2030, 1, 1, tzinfo=UTC))
    ]
    assert "refused" in severities
    assert severities == sorted(severities)
