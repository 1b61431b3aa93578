from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from handsel.connectors.online_retail.cancellations import Unmatched, match, refunded_minor
from handsel.connectors.online_retail.orders import Invoice, Line, read_invoices

DAY_0 = datetime(2011, 3, 1, 12, tzinfo=UTC)


def invoice(number, day, quantity, sku="A", customer="7", amount_minor=1000):
    line = Line(f"{number}-1", sku, quantity, amount_minor)
    return Invoice(number, customer, "France", DAY_0 + timedelta(days=day), (line,))


def taken(refunds):
    return [(r.number, r.order.number, [p.amount_minor for p in r.parts]) for r in refunds]


def test_an_article_goes_back_to_the_latest_earlier_order():
    refunds, unmatched = match([invoice("1", 0, 5), invoice("2", 1, 5), invoice("C3", 2, 5)])

    assert taken(refunds) == [("C3", "2", [1000])]
    assert unmatched == []


def test_what_one_order_cannot_hold_goes_to_the_one_before():
    refunds, unmatched = match([invoice("1", 0, 5), invoice("2", 1, 5), invoice("C3", 2, 8)])

    assert taken(refunds) == [("C3", "2", [1000]), ("C3", "1", [600])]
    assert unmatched == []


def test_nothing_comes_back_twice():
    refunds, unmatched = match([invoice("1", 0, 5), invoice("C2", 1, 5), invoice("C3", 2, 1)])

    assert taken(refunds) == [("C2", "1", [1000])]
    assert unmatched == [Unmatched("C3", "A", 1, "no_earlier_sale")]


def test_a_later_order_another_customer_and_another_article_do_not_match():
    sales = [invoice("1", 3, 5), invoice("2", 0, 5, customer="8"), invoice("3", 0, 5, sku="B")]
    _, unmatched = match([*sales, invoice("C4", 2, 5)])

    assert unmatched == [Unmatched("C4", "A", 5, "no_earlier_sale")]


def test_a_cancellation_without_a_customer_is_listed():
    _, unmatched = match([invoice("1", 0, 5, customer=None), invoice("C2", 1, 2, customer=None)])

    assert unmatched == [Unmatched("C2", "A", 2, "customer_unknown")]


@given(st.integers(1, 10_000), st.integers(0, 10**8), st.data())
def test_returned_pieces_never_cost_more_than_they_brought(quantity, amount_minor, data):
    line = Line("1-1", "A", quantity, amount_minor)
    some = data.draw(st.integers(0, quantity - 1))

    assert 0 <= refunded_minor(line, some) <= refunded_minor(line, some + 1) <= amount_minor
    assert refunded_minor(line, quantity) == amount_minor


def test_the_real_file_has_its_known_shape():
    invoices = list(read_invoices())
    refunds, unmatched = match(invoices)

    assert len(invoices) == 23_626
    assert sum(i.is_cancellation for i in invoices) == 3_682
    assert len(refunds) == 3_847
    assert Counter(u.reason for u in unmatched) == {
        "no_earlier_sale": 1_298,
        "customer_unknown": 265,
    }
