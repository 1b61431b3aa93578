import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from handsel.engine.orders import NegativeAmount, OrderFact, PartAboveWhole
from handsel.errors import DomainError
from handsel.intake.messages import (
    MESSAGES,
    AmountMissing,
    AmountsDisagree,
    GivenTwice,
    NameMissing,
    read_message,
)

ORDER: dict[str, Any] = {"order_reference": "1001", "currency": "EUR"}
HAT = {"sku": "HAT", "quantity": 2, "amount_minor": 5_000, "tax_minor": 1_000}


def engine_order(body: dict[str, Any]) -> OrderFact:
    """What the engine makes of a message."""
    at = "2026-11-20T12:00:00Z"
    told = {
        "fact_id": "f",
        "order": "o",
        "source": "api",
        "event_id": "e",
        "trust": "store",
        "occurred_at": at,
        "updated_at": at,
        "recorded_at": at,
    }
    fact = json.dumps(read_message("order", body).body("EUR") | told)
    return TypeAdapter(OrderFact).validate_json(fact)


def test_an_amount_is_goods_and_shipping_with_their_share_of_the_tax() -> None:
    order = engine_order(
        {**ORDER, "amount_minor": 12_500, "shipping_minor": 500, "tax_minor": 2_500}
    )

    [goods] = order.lines
    assert (goods.sold_minor, goods.tax_minor) == (12_000, 2_400)
    assert (order.shipping_minor, order.shipping_tax_minor) == (500, 100)


def test_a_discount_was_off_before() -> None:
    [goods] = engine_order({**ORDER, "amount_minor": 9_000, "discount_minor": 1_000}).lines

    assert (goods.gross_minor, goods.discount_minor, goods.sold_minor) == (10_000, 1_000, 9_000)


def test_lines_are_numbered_where_the_shop_has_no_ids() -> None:
    order = engine_order({**ORDER, "lines": [HAT, {**HAT, "line_id": "b"}, HAT]})

    assert [line.line_id for line in order.lines] == ["1", "b", "3"]
    assert order.lines[0].gross_minor == 5_000


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 100), st.integers(0, 10**6))
def test_whatever_is_taken_adds_up_in_the_engine(
    goods_minor: int, shipping_minor: int, tax_percent: int, discount_minor: int
) -> None:
    amount_minor = goods_minor + shipping_minor
    body = {
        "amount_minor": amount_minor,
        "shipping_minor": shipping_minor,
        "tax_minor": amount_minor * tax_percent // 100,
        "discount_minor": discount_minor,
    }
    order = engine_order(ORDER | body)

    [goods] = order.lines
    assert goods.sold_minor + order.shipping_minor == amount_minor
    assert goods.tax_minor + order.shipping_tax_minor == body["tax_minor"]


@pytest.mark.parametrize(
    ("kind", "changes", "error", "field"),
    [
        ("order", {}, AmountMissing, "amount_minor"),
        ("order", {"amount_minor": 9, "shipping_minor": 10}, PartAboveWhole, "shipping_minor"),
        ("order", {"amount_minor": 9, "tax_minor": 10}, PartAboveWhole, "tax_minor"),
        ("order", {"amount_minor": 9, "discount_minor": -1}, NegativeAmount, "discount_minor"),
        (
            "order",
            {"amount_minor": 9, "shipping_minor": 2, "shipping_tax_minor": 3},
            PartAboveWhole,
            "shipping_tax_minor",
        ),
        (
            "order",
            {"amount_minor": 9, "shipping_minor": 8, "tax_minor": 5, "shipping_tax_minor": 1},
            PartAboveWhole,
            "tax_minor",
        ),
        ("order", {"lines": [HAT], "tax_minor": 10}, GivenTwice, "tax_minor"),
        ("order", {"lines": [HAT], "amount_minor": 4_999}, AmountsDisagree, "amount_minor"),
        (
            "order",
            {"lines": [HAT, {**HAT, "amount_minor": -1}]},
            NegativeAmount,
            "lines.1.amount_minor",
        ),
        ("order", {"lines": [{**HAT, "quantity": 0}]}, DomainError, "lines.0.quantity"),
        ("refund", {"refund": "r"}, AmountMissing, "amount_minor"),
        ("refund", {"amount_minor": 5}, NameMissing, "refund"),
        ("refund", {"refund": "r", "amount_minor": -5}, NegativeAmount, "amount_minor"),
        ("lead", {"amount_minor": -5}, NegativeAmount, "amount_minor"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(
    kind: str, changes: dict[str, Any], error: type[DomainError], field: str
) -> None:
    with pytest.raises(error) as refusal:
        read_message(kind, ORDER | changes)

    assert refusal.value.field == field


def test_a_refund_by_lines_needs_no_sum() -> None:
    refund = read_message(
        "refund",
        {
            **ORDER,
            "refund": "r",
            "lines": [{"line_id": "1", "amount_minor": 300}],
            "shipping_minor": 20,
        },
    )

    assert refund.body("EUR")["amount_minor"] == 320


@pytest.mark.parametrize("kind", sorted(MESSAGES.keys() - {"basket_started"}))
def test_every_message_can_be_told_from_others_without_an_id(kind: str) -> None:
    body = {"order_reference": "1", "currency": "EUR", "amount_minor": 1, "refund": "r"}
    known = {k: v for k, v in body.items() if k in MESSAGES[kind].model_fields}

    assert read_message(kind, known).own_event_id.startswith(f"{kind}:1")
