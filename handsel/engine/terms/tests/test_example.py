"""Examples come from evaluation itself, so here it is only asked that they show what terms say."""

import pytest

from handsel.engine.terms import Fixed, Lead, Percent, Terms, Tiers, TierStep, When
from handsel.engine.terms.example import example, period_example
from handsel.engine.terms.rates import rates
from handsel.engine.terms.tests.everything import EVERYTHING

STEPS = tuple(
    TierStep(start=start, rate_ppm=rate_ppm)
    for start, rate_ppm in ((100_000, 70_000), (500_000, 90_000), (2_000_000, 120_000))
)


def tiered(mode, measure="basis", steps=STEPS):
    tiers = Tiers(period="month", mode=mode, measure=measure, steps=steps)
    return Terms(currency="EUR", pay=(Percent(rate_ppm=50_000, tiers=tiers),))


def paid(found):
    return [line.clause for line in found.evaluation.lines]


def test_an_example_meets_the_rules_that_one_order_can_meet():
    terms = Terms(
        currency="EUR",
        pay=(
            Percent(rate_ppm=100_000),
            Percent(rate_ppm=200_000, when=When(categories=("hats",))),
            Fixed(amount_minor=300, currency="EUR", when=When(customer="new", codes=("BEN",))),
            Percent(rate_ppm=10_000, when=When(any_of=(When(skus=("SALE",)), When(skus=("B",))))),
        ),
    )
    assert paid(example(terms)) == [2, 3, 4, 5]


@pytest.mark.parametrize(
    ("currency", "price_minor"), [("EUR", 12_000), ("JPY", 12_000), ("KWD", 120_000)]
)
def test_prices_are_round_in_every_currency(currency, price_minor):
    found = example(Terms(currency=currency, pay=(Percent(rate_ppm=100_000),)))

    assert found.order.lines[0].gross_minor == price_minor
    assert found.evaluation.amount_minor == price_minor // 12


def test_terms_for_leads_have_a_lead_as_example():
    terms = Terms(currency="EUR", pay=(Lead(amount_minor=900, currency="EUR"),))
    found = example(terms)

    assert (found.order.event, found.evaluation.amount_minor) == ("lead", 900)


@pytest.mark.parametrize(("mode", "total_minor"), [("retroactive", 54_000), ("marginal", 42_000)])
def test_a_month_of_6000_reads_tiers_both_ways(mode, total_minor):
    month = period_example(tiered(mode))
    assert month is not None
    assert (month.at_once_minor, month.total_minor) == (30_000, total_minor)


def test_tiers_by_orders_have_as_many_orders_as_they_take():
    month = period_example(tiered("retroactive", "orders", (TierStep(start=3, rate_ppm=60_000),)))
    assert month is not None
    assert (len(month.orders), month.at_once_minor, month.total_minor) == (4, 2_000, 2_400)


def test_there_is_no_month_without_tiers_or_with_too_many_orders():
    assert period_example(Terms(currency="EUR", pay=(Percent(rate_ppm=1),))) is None
    assert period_example(tiered("marginal", "orders")) is None


def test_all_of_the_language_has_an_example():
    assert example(EVERYTHING).evaluation.amount_minor > 0
    assert period_example(EVERYTHING) is not None


def test_the_table_of_rates_has_a_row_for_each_rule_and_its_steps():
    rows = rates(EVERYTHING)
    first = [(step.start, step.end, step.rate_ppm) for step in rows[0].steps]

    assert [row.clause for row in rows] == list(range(2, 2 + len(EVERYTHING.pay)))
    assert first == [(0, 100_000, 50_000), (100_000, 500_000, 70_000), (500_000, None, 90_000)]
    assert [row.pays_for for row in rows][2:] == [
        *("share", "order", "item", "lead", "sign_up", "click", "thousand_impressions", "nothing")
    ]
