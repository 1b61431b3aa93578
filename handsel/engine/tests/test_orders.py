from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handsel.engine.orders import (
    EventChanged,
    Fact,
    LineUnknown,
    NegativeAmount,
    OrderLine,
    OrderUnknown,
    PartAboveWhole,
    RefundAboveSale,
    RefundLine,
    WrongCurrency,
    fold,
)
from handsel.engine.tests.cast import (
    DAY,
    HAT,
    ORDERED,
    SHIRT,
    SOCKS,
    cancellation,
    known_customer,
    refund,
    sale,
)


def left(*facts):
    state = fold(facts)
    return [line.left_minor for line in state.lines]


def back(line, amount_minor):
    return RefundLine(line_id=line.line_id, amount_minor=amount_minor)


def test_an_order_without_refunds_is_left_whole():
    assert left(sale(SHIRT, SOCKS)) == [9400, 2490]


def test_a_refund_of_lines_comes_off_those_lines():
    assert left(sale(SHIRT, SOCKS), refund(2490, lines=(back(SOCKS, 2490),))) == [9400, 0]


def test_a_refund_without_lines_reduces_all_in_proportion():
    assert left(sale(1000, 1000, 1000), refund(1000)) == [666, 667, 667]


def test_what_goods_cannot_bear_comes_off_shipping():
    state = fold([sale(1000, shipping_minor=490), refund(1100)])
    assert (state.left_minor, state.shipping_left_minor) == (0, 390)


def test_a_refund_says_what_of_it_is_shipping():
    state = fold([sale(2000, shipping_minor=490), refund(1490, shipping_minor=490)])
    assert (state.left_minor, state.shipping_left_minor) == (1000, 0)


def test_part_of_a_refund_may_name_its_line():
    facts = sale(1000, 1000), refund(900, lines=(RefundLine(line_id="line-1", amount_minor=500),))
    assert left(*facts) == [367, 733]


def test_the_strongest_source_is_believed_whenever_it_comes():
    pixel = sale(5000, event_id="pixel", trust="browser", at=ORDERED + DAY)
    webhook = sale(1000, event_id="webhook")
    assert left(pixel, webhook) == left(webhook, pixel) == [1000]


def test_of_one_source_the_latest_update_counts():
    edited = sale(800, event_id="edited", updated_at=ORDERED + DAY)
    assert left(edited, sale(1000)) == [800]


def test_clicks_and_codes_are_gathered_from_all_facts():
    pixel = sale(1000, event_id="pixel", trust="browser", click_ids=("click-b", "click-a"))
    state = fold([sale(1000, codes=("BEN10",)), pixel])
    assert (state.codes, state.click_ids) == (("BEN10",), ("click-a", "click-b"))
    assert (state.codes_believed, state.click_ids_believed) == (state.codes, state.click_ids)


def test_a_browser_adds_to_a_shops_order_only_clicks_it_knows_nothing_of():
    claims = {"codes": ("MINE10",), "click_ids": ("mine",), "customer_is_new": True}
    pixel = sale(1000, event_id="p", trust="browser", delivered_at=ORDERED, **claims)
    alone = fold([pixel])
    beside = fold([pixel, sale(1000)])
    against = fold([pixel, sale(1000, codes=("BEN10",), click_ids=("bens",))])

    assert (alone.codes_believed, alone.customer_is_new) == (("MINE10",), True)
    assert (beside.codes_believed, beside.click_ids_believed) == ((), ("mine",))
    assert (beside.customer_is_new, beside.delivered_at) == (None, None)
    assert (against.codes_believed, against.click_ids_believed) == (("BEN10",), ("bens",))
    assert (against.codes, against.click_ids) == (("BEN10", "MINE10"), ("bens", "mine"))


def test_the_same_refund_from_two_sources_counts_once():
    postback = refund(300, event_id="postback", refund="r1", trust="postback")
    webhook = refund(400, event_id="webhook", refund="r1")
    assert left(sale(1000), postback, webhook) == left(webhook, postback, sale(1000)) == [600]


def test_an_event_that_arrives_twice_counts_once():
    again = refund(400, fact_id="fct_again", recorded_at=ORDERED + 3 * DAY)
    assert left(sale(1000), refund(400), again) == [600]


def test_an_order_that_arrives_twice_is_one_whichever_came_first():
    first, again = sale(1000), sale(1000, fact_id="fct_again", recorded_at=ORDERED + 3 * DAY)
    assert fold([first, again]) == fold([again, first])


def test_a_cancelled_order_has_nothing_left():
    state = fold([cancellation(), sale(1000, shipping_minor=490)])
    assert (state.left_minor, state.shipping_left_minor, state.is_spent) == (0, 0, True)


def test_a_browser_cannot_take_back_what_the_shop_said():
    facts = refund(400, trust="browser"), cancellation(trust="browser")
    assert left(sale(1000), *facts) == [1000]
    assert left(sale(1000, trust="browser"), facts[0]) == [600]


def test_a_free_order_is_not_spent():
    assert not fold([sale(0)]).is_spent
    assert fold([sale(0), cancellation()]).is_spent


def test_what_we_know_of_a_buyer_overrules_the_shop():
    assert fold([sale(1000, customer_is_new=True)]).customer_is_new is True
    assert fold([sale(1000, customer_is_new=True), known_customer(False)]).customer_is_new is False
    assert fold([sale(1000)]).customer_is_new is None


def test_a_delivery_is_known_from_whoever_reports_it():
    delivered = sale(1000, event_id="carrier", trust="postback", delivered_at=ORDERED + DAY)
    assert fold([sale(1000), delivered]).delivered_at == ORDERED + DAY

    shop = sale(1000, event_id="shop", delivered_at=ORDERED + 2 * DAY)
    for arrival in permutations([sale(1000), delivered, shop]):
        assert fold(arrival).delivered_at == ORDERED + 2 * DAY


@pytest.mark.parametrize(
    ("facts", "error", "field"),
    [
        ([sale(1000), refund(1001)], RefundAboveSale, "amount_minor"),
        ([sale(1000), refund(600), refund(401, "second")], RefundAboveSale, "amount_minor"),
        (
            [sale(SHIRT, SOCKS), refund(3000, lines=(back(SOCKS, 3000),))],
            RefundAboveSale,
            "lines.0.amount_minor",
        ),
        ([sale(1000), refund(10, shipping_minor=10)], RefundAboveSale, "shipping_minor"),
        ([sale(SHIRT), refund(100, lines=(back(HAT, 100),))], LineUnknown, "lines.0.line_id"),
        ([sale(1000), refund(100, currency="SEK")], WrongCurrency, "currency"),
        ([sale(1000), sale(2000)], EventChanged, "event_id"),
        ([refund(100)], OrderUnknown, "order"),
    ],
)
def test_contradictions_are_refused_by_name_and_field(facts, error, field):
    for arrival in permutations(facts):
        with pytest.raises(error) as refusal:
            fold(arrival)
        assert refusal.value.field == field


@pytest.mark.parametrize(
    ("make", "error", "field"),
    [
        (lambda: sale(100, -1), NegativeAmount, "lines.1.gross_minor"),
        (lambda: sale(100, shipping_minor=-5), NegativeAmount, "shipping_minor"),
        (lambda: refund(-100), NegativeAmount, "amount_minor"),
        (lambda: refund(1, lines=(back(HAT, -1),)), NegativeAmount, "lines.0.amount_minor"),
        (lambda: refund(1, lines=(back(HAT, 2),)), PartAboveWhole, "amount_minor"),
        (
            lambda: sale(OrderLine(line_id="a", gross_minor=100, discount_minor=101)),
            PartAboveWhole,
            "lines.0.discount_minor",
        ),
        (
            lambda: sale(OrderLine(line_id="a", gross_minor=9, discount_minor=5, tax_minor=5)),
            PartAboveWhole,
            "lines.0.tax_minor",
        ),
    ],
)
def test_impossible_amounts_are_refused_by_name_and_field(make, error, field):
    with pytest.raises(error) as refusal:
        make()
    assert (refusal.value.field, refusal.value.status) == (field, 422)


@pytest.mark.parametrize(
    "early",
    [
        refund(500, lines=(RefundLine(line_id="2", amount_minor=500),)),
        refund(1500),
        refund(500, currency="SEK"),
    ],
)
def test_a_refund_waits_for_its_order_where_a_weaker_source_knows_it_otherwise(early):
    pixel = sale(1000, event_id="pixel", trust="browser")
    with pytest.raises(OrderUnknown):
        fold([pixel, early])

    lines = (OrderLine(line_id="1", gross_minor=500), OrderLine(line_id="2", gross_minor=1500))
    shop = sale(*lines, currency=early.currency)
    for arrival in permutations([pixel, early, shop]):
        assert fold(arrival).left_minor == 2000 - early.amount_minor


def test_facts_of_two_orders_are_not_folded_together():
    with pytest.raises(ValueError, match="several orders"):
        fold([sale(1000), refund(1, order="L-other")])


amounts = st.integers(0, 5000)


@st.composite
def histories(draw):
    """An order that was edited and refunded, from sources of unequal trust, in any sequence."""
    sold = draw(st.lists(amounts, min_size=1, max_size=4))
    first = sale(*sold, shipping_minor=draw(amounts))
    facts: list[Fact] = [
        first,
        sale(draw(amounts), event_id="pixel", trust="browser", codes=("BEN10",)),
    ]
    remaining = sum(sold)
    for number in range(draw(st.integers(0, 4))):
        taken = draw(st.integers(0, remaining))
        remaining -= taken
        facts.append(refund(taken, f"refund-{number}", at=ORDERED + number % 2 * DAY))
    if draw(st.booleans()):
        facts.append(known_customer(draw(st.booleans())))
    return facts, remaining, draw(st.permutations(facts))


@settings(max_examples=200)
@given(histories())
def test_arrival_does_not_matter_and_refunds_add_up(history):
    facts, remaining_minor, arrival = history

    state = fold(facts)

    assert fold(arrival) == state
    assert fold([*arrival, *facts]) == state
    assert state.left_minor == remaining_minor
    assert all(0 <= line.left_minor <= line.sold_minor for line in state.lines)
