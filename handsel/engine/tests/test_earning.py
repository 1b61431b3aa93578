from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handsel.engine.earning import earn, hold_until
from handsel.engine.orders import OrderLine, RefundLine, WrongCurrency, fold
from handsel.engine.terms import Basis, Fixed, Hold, Percent, Terms, When
from handsel.engine.tests.cast import (
    DAY,
    HAT,
    NEW,
    ORDERED,
    SHIRT,
    SOCKS,
    WOOL,
    cancellation,
    percent,
    refund,
    sale,
)

# 158.90 less 15.89 for a code, 22.83 VAT inside the 143.01 that was paid.
KNITS = OrderLine(line_id="knits", gross_minor=15890, discount_minor=1589, tax_minor=2283)
WOOLLY = sale(KNITS, shipping_minor=490, shipping_tax_minor=78, customer_is_new=True)


def earned_minor(terms, *facts):
    return earn(fold(facts), terms).amount_minor


def unmet(terms, *facts):
    steps = earn(fold(facts), terms).steps
    return [s.params["reason"] for s in steps if s.code == "rule_not_met"]


def counts_minor(basis, *facts):
    terms = WOOL.model_copy(update={"basis": Basis(**basis)})
    steps = earn(fold(facts), terms).steps
    return next(s.params["amount_minor"] for s in steps if s.code == "counts")


def test_the_example_of_our_pages():
    earning = earn(fold([WOOLLY]), WOOL)

    assert [(line.clause, line.amount_minor) for line in earning.lines] == [(2, 1142), (3, 300)]
    assert earning.lines[0].basis_minor == 12018
    assert Fraction(earning.lines[0].numerator, earning.lines[0].denominator) == Fraction("1141.71")
    assert earning.amount_minor == 1442


@pytest.mark.parametrize(
    ("basis", "minor"),
    [
        ({}, 12018),
        ({"with_tax": True}, 14301),
        ({"with_shipping": True}, 12018 + 412),
        ({"with_tax": True, "with_shipping": True}, 14791),
        ({"before_discounts": True, "with_tax": True}, 15890),
        # 158.90 x (143.01 - 22.83) / 143.01 = 133.5333…
        ({"before_discounts": True}, 13353),
    ],
)
def test_what_counts_is_what_the_terms_say(basis, minor):
    assert counts_minor(basis, WOOLLY) == minor


def test_a_refund_takes_its_share_of_tax_and_discount():
    half = refund(7151, lines=(RefundLine(line_id="knits", amount_minor=7151),))

    # (143.01 - 22.83) x 71.50 / 143.01 = 60.0857…
    assert counts_minor({}, WOOLLY, half) == 6009
    assert counts_minor({"before_discounts": True, "with_tax": True}, WOOLLY, half) == 7944


def test_fixed_parts_stay_until_nothing_is_left():
    assert earned_minor(WOOL, WOOLLY, refund(14300)) == 300
    assert earned_minor(WOOL, WOOLLY, refund(14301)) == 0
    assert earned_minor(WOOL, WOOLLY, cancellation()) == 0
    assert unmet(WOOL, WOOLLY, refund(14301)) == ["nothing_counts", "nothing_left"]


def test_a_free_order_earns_its_fixed_part_until_it_is_cancelled():
    free = sale(0, customer_is_new=True)
    assert earned_minor(WOOL, free) == 300
    assert earned_minor(WOOL, free, cancellation()) == 0


def test_before_discounts_a_given_away_article_counts_in_full():
    gift = sale(OrderLine(line_id="gift", gross_minor=1000, discount_minor=1000))
    assert counts_minor({"before_discounts": True}, gift) == 1000
    assert counts_minor({}, gift) == 0
    assert counts_minor({"before_discounts": True}, gift, cancellation()) == 0


@pytest.mark.parametrize(
    ("is_new", "reason"), [(False, "customer_returning"), (None, "customer_unknown")]
)
def test_a_rule_for_new_customers_says_why_it_does_not_apply(is_new, reason):
    assert unmet(WOOL, sale(1000, customer_is_new=is_new)) == [reason]


def test_a_rule_for_returning_customers_leaves_new_ones_out():
    terms = percent(100_000, customer="returning")
    assert unmet(terms, sale(1000, customer_is_new=True)) == ["customer_new"]
    assert earned_minor(terms, sale(1000, customer_is_new=False)) == 100


SHELVES = Terms(
    currency="EUR",
    basis=Basis(with_shipping=True),
    pay=(
        Percent(rate_ppm=100_000),
        Percent(rate_ppm=120_000, when=NEW),
        Percent(rate_ppm=200_000, when=When(categories=("shirts",))),
        Percent(rate_ppm=10_000, when=When(skus=("SOCK",))),
        Fixed(amount_minor=150, currency="EUR", when=When(skus=("HAT",))),
    ),
)


def test_each_article_is_paid_by_its_most_specific_rule():
    earning = earn(fold([sale(SHIRT, SOCKS, HAT, shipping_minor=500)]), SHELVES)

    found = [(line.clause, line.basis_minor, line.amount_minor) for line in earning.lines]
    assert found == [(2, 4500, 450), (4, 9400, 1880), (5, 2490, 25), (6, None, 150)]


def test_a_rule_that_others_replace_says_so():
    facts = sale(SHIRT, SOCKS, customer_is_new=True), refund(0, "nothing")
    assert unmet(SHELVES, *facts) == ["more_specific_rule", "more_specific_rule", "no_such_article"]
    assert unmet(SHELVES, sale(HAT, customer_is_new=True))[0] == "more_specific_rule"


def test_a_fixed_part_for_an_article_goes_with_that_article():
    facts = sale(SHIRT, HAT), refund(4000, lines=(RefundLine(line_id="hat", amount_minor=4000),))
    assert "nothing_left" in unmet(SHELVES, *facts)


def test_an_order_in_another_currency_is_refused():
    with pytest.raises(WrongCurrency) as refusal:
        earn(fold([sale(1000, currency="SEK")]), WOOL)
    assert refusal.value.field == "currency"


def test_the_hold_runs_from_the_order_or_waits_for_the_delivery():
    by_delivery = WOOL.model_copy(update={"hold": Hold(days=14, starts="delivery")})
    delivered = sale(1000, delivered_at=ORDERED + 3 * DAY)

    assert hold_until(fold([delivered]), WOOL) == ORDERED + timedelta(days=30)
    assert hold_until(fold([delivered]), by_delivery) == ORDERED + timedelta(days=17)
    assert hold_until(fold([sale(1000)]), by_delivery) is None


@st.composite
def orders(draw):
    """Articles with discounts and tax inside, and a refund of any part of what was paid."""
    lines = []
    for place in range(draw(st.integers(1, 4))):
        gross_minor = draw(st.integers(0, 50_000))
        discount_minor = draw(st.integers(0, gross_minor))
        lines.append(
            OrderLine(
                line_id=str(place),
                sku=draw(st.sampled_from(["SHIRT", "SOCK", "HAT"])),
                category=draw(st.sampled_from(["shirts", "socks"])),
                gross_minor=gross_minor,
                discount_minor=discount_minor,
                tax_minor=draw(st.integers(0, gross_minor - discount_minor)),
            )
        )
    is_new = draw(st.sampled_from([True, False, None]))
    paid_minor = sum(line.sold_minor for line in lines)
    back_minor = draw(st.integers(0, paid_minor))
    return sale(*lines, customer_is_new=is_new), refund(back_minor), paid_minor - back_minor


bases = st.builds(Basis, with_tax=st.booleans(), before_discounts=st.booleans())


@given(orders(), bases)
def test_lines_add_up_and_each_is_rounded_once(order, basis):
    sold, back, _ = order
    earning = earn(fold([sold, back]), SHELVES.model_copy(update={"basis": basis}))

    assert earning.amount_minor == sum(line.amount_minor for line in earning.lines)
    for line in earning.lines:
        exact = Decimal(line.numerator) / line.denominator
        assert line.amount_minor == int(exact.quantize(Decimal(1), ROUND_HALF_UP))


@given(orders(), bases)
def test_articles_are_paid_once_and_never_beyond_what_was_sold(order, basis):
    sold, back, left_minor = order
    earning = earn(fold([sold, back]), SHELVES.model_copy(update={"basis": basis}))

    paid_on_minor = sum(line.basis_minor or 0 for line in earning.lines)
    counts = next(s.params["amount_minor"] for s in earning.steps if s.code == "counts")
    assert paid_on_minor == counts <= sum(line.gross_minor for line in sold.lines)
    if not basis.before_discounts:
        assert counts <= left_minor + len(sold.lines)


@given(orders())
def test_a_full_refund_leaves_no_commission(order):
    sold, _, _ = order
    whole = refund(sum(line.sold_minor for line in sold.lines))
    if whole.amount_minor > 0:
        assert earned_minor(WOOL, sold, whole) == 0
