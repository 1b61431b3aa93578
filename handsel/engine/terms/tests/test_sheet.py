"""An order on a sheet of paper comes to the same as one that was reported."""

from datetime import UTC, datetime

import pytest

from handsel.engine.earning import earn
from handsel.engine.orders import fold
from handsel.engine.terms import Fixed, Percent, Rolling, Terms, Tiers, TierStep, When
from handsel.engine.terms.schema import ORDER_IDENTIFIER, ORDER_PATH, schema_text
from handsel.engine.terms.sheet import OrderSheet, earned, held_until
from handsel.engine.tests.cast import WOOL, cancellation, refund, sale
from handsel.engine.values import Malformed, parse

NOON = datetime(2026, 9, 12, 12, tzinfo=UTC)


def sheet(*gross_minor, **members):
    lines = [{"gross_minor": amount_minor} for amount_minor in gross_minor]
    given = {"currency": "EUR", "occurred_at": NOON, "lines": lines} | members
    return OrderSheet.model_validate(given, strict=False)


def test_the_published_schema_is_made_from_the_model():
    assert ORDER_PATH.read_text(encoding="utf-8") == schema_text(OrderSheet, ORDER_IDENTIFIER), (
        "Write it again: python -m handsel.engine.terms.schema"
    )


@pytest.mark.parametrize(
    ("members", "facts"),
    [
        ({}, []),
        ({"refunds": [{"amount_minor": 501}]}, [refund(501)]),
        ({"refunds": [{"amount_minor": 9400}]}, [refund(9400)]),
        ({"is_cancelled": True}, [cancellation()]),
    ],
)
def test_a_sheet_earns_what_the_same_order_earns(members, facts):
    found = earned(WOOL, sheet(9400, customer_is_new=True, **members))
    expected = earn(fold([sale(9400, customer_is_new=True), *facts]), WOOL)

    assert found.lines == expected.lines


def test_rules_may_ask_for_all_that_a_sheet_can_say():
    when = When(
        links=("summer",), codes=("BEN",), countries=("SE",), devices=("phone",), skus=("HAT",)
    )
    terms = Terms(currency="EUR", pay=(Fixed(amount_minor=7, currency="EUR", when=when),))
    members = {"codes": ["BEN"], "country": "SE", "click": {"link": "summer", "device": "phone"}}
    hat = [{"gross_minor": 100, "sku": "HAT"}]

    assert earned(terms, sheet(lines=hat, **members)).amount_minor == 7
    assert earned(terms, sheet(lines=hat, **members | {"country": "NO"})).amount_minor == 0


def test_rolling_tiers_start_from_what_counted_before():
    tiers = Tiers(
        period=Rolling(days=30),
        mode="marginal",
        steps=(TierStep(start=10_000, rate_ppm=200_000),),
    )
    terms = Terms(currency="EUR", pay=(Percent(rate_ppm=100_000, tiers=tiers),))

    assert earned(terms, sheet(1_000)).amount_minor == 100
    before = [{"clause": 2, "counted": 9_500}]
    assert earned(terms, sheet(1_000, counted_before=before)).amount_minor == 150


def test_it_says_until_when_returns_are_waited_for():
    assert held_until(WOOL, sheet(100)) == datetime(2026, 10, 12, 12, tzinfo=UTC)


def test_a_clause_counted_twice_is_refused():
    twice = '[{"clause":2,"counted":1},{"clause":2,"counted":2}]'
    text = sheet(100).model_dump_json(exclude_defaults=True)
    with pytest.raises(Malformed):
        parse(OrderSheet, f'{text[:-1]},"counted_before":{twice}}}')
