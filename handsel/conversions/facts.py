"""Facts as rows and as the engine's values, and the bodies that events bring.

A body is a JSON object without floating-point numbers; amounts are minor units, tax included:

- order: `currency`, `lines` (each `line_id`, `gross_minor`; and, where known, `sku`, `name`,
  `category`, `quantity`, `discount_minor`, `tax_minor`), `shipping_minor`, `shipping_tax_minor`,
  `customer_is_new`, `codes`, `click_ids`, `delivered_at`, `customer`; `country` (the buyer's),
  `metadata` (each `name`, `value`), `channels` (each `channel`, `at`), and of a renewal `renews`
  (the reference of the first order) and `renewal` (its number);
- refund: `amount_minor`, and `refund` (the shop's name for it; else the event's id), `currency`
  (else the program's), `lines` (each `line_id`, `amount_minor`), `shipping_minor`;
- cancel, delivery: empty, or `customer`.

`customer` is described at `customers.identity.Buyer.read` and never kept in a body. What the
members mean is written at `handsel.engine.orders`. A lead or sign-up is an order of one line.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handsel.conversions.models import Conversion, Fact
from handsel.engine import orders
from handsel.engine.orders.fold import STRENGTH
from handsel.engine.values import Malformed, canonical_json, moment_text, parse
from handsel.programs.models import Program

# More than an honest shop sends, fewer than would slow us down.
CLICK_IDS_MAX = 100
CODES_MAX = 50
LINES_MAX = 5_000
METADATA_MAX = 100
CHANNELS_MAX = 100

Body = dict[str, Any]

READERS: dict[str, type[orders.OrderFact | orders.RefundFact | orders.CancelFact]] = {
    Fact.Kind.ORDER: orders.OrderFact,
    Fact.Kind.REFUND: orders.RefundFact,
    Fact.Kind.CANCEL: orders.CancelFact,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFact:
    """One thing that one source says of one conversion; `body` as this module describes it.

    `event_id` names the event at its source, `updated_at` the source's version of the order (else
    `occurred_at`), `received_at` is when we had it. `trust` is `store`, `postback` or `browser`.
    """

    program: Program
    conversion_kind: str = Conversion.Kind.SALE
    order_reference: str
    kind: str = Fact.Kind.ORDER
    source: str
    event_id: str
    trust: str
    body: Mapping[str, Any]
    occurred_at: datetime
    updated_at: datetime | None = None
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """The goods arrived. The engine reads it on the order."""

    trust: str
    rank: tuple[int, datetime, str, str]
    delivered_at: datetime


def checked_body(new: NewFact) -> Body:
    """The body as it is kept: plain JSON, without the buyer.

    Raises Malformed for what the engine does not read, or reads as something else.
    """
    said = {name: value for name, value in new.body.items() if name != "customer"}
    if new.kind == Fact.Kind.REFUND:
        said = {"refund": new.event_id, "currency": new.program.currency, **said}
    _check_names(new)
    try:
        text = canonical_json(said)
        body: Body = json.loads(text)
    except (TypeError, ValueError) as error:
        raise Malformed(f"The body is not plain JSON: {error}", field="body") from None
    if b"\\u0000" in text and _has_nul(body):
        raise Malformed("The body holds a NUL character.", field="body")
    limits = {
        "click_ids": CLICK_IDS_MAX,
        "codes": CODES_MAX,
        "lines": LINES_MAX,
        "metadata": METADATA_MAX,
        "channels": CHANNELS_MAX,
    }
    for name, most in limits.items():
        listed = body.get(name)
        if isinstance(listed, list) and len(listed) > most:
            raise Malformed(
                f"{name} has more than {most} members.",
                field=name,
                remedy=f"Send at most {most}.",
                params={"most": most},
            )
    return body


def _check_names(new: NewFact) -> None:
    limits = {"order_reference": 200, "event_id": 200, "source": 40}
    for field, longest in limits.items():
        text = getattr(new, field)
        if not 0 < len(text) <= longest or "\0" in text:
            raise Malformed(
                f"{field} has 1 to {longest} characters.",
                field=field,
                remedy=f"Send {field} with at most {longest} characters.",
                params={"most": longest},
            )
    if new.trust not in STRENGTH or new.kind not in Fact.Kind.values:
        field = "kind" if new.trust in STRENGTH else "trust"
        raise Malformed(f"{getattr(new, field)!r} is no {field} of an event.", field=field)
    if new.conversion_kind not in Conversion.Kind.values:
        raise Malformed(
            f"{new.conversion_kind!r} is no kind of conversion.", field="conversion_kind"
        )


def _has_nul(value: object) -> bool:
    """PostgreSQL keeps every character but this one."""
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_has_nul(part) for pair in value.items() for part in pair)
    return isinstance(value, list) and any(map(_has_nul, value))


def row_of(new: NewFact, body: Body) -> Fact:
    """An unsaved row; its conversion is set when it is known."""
    return Fact(
        brand_id=new.program.brand_id,
        program=new.program,
        kind=new.kind,
        source=new.source,
        event_id=new.event_id,
        trust=new.trust,
        body=body,
        occurred_at=new.occurred_at,
        updated_at=new.updated_at or new.occurred_at,
        recorded_at=new.received_at,
    )


def says_the_same(one: Fact, other: Fact) -> bool:
    return _said(one) == _said(other)


def _said(fact: Fact) -> tuple[object, ...]:
    return fact.kind, fact.trust, fact.occurred_at, fact.updated_at, fact.body


def engine_fact(
    row: Fact, order_reference: str, conversion_kind: str = Conversion.Kind.SALE
) -> orders.Fact | Delivery:
    """What a row means to the engine. Raises Malformed and the refusals of `engine.orders`."""
    if row.kind == Fact.Kind.DELIVERY:
        rank = STRENGTH[row.trust], row.updated_at, row.source, row.event_id
        return Delivery(row.trust, rank, row.occurred_at)
    told = {
        **_without_names(row.body),
        "fact_id": row.pk,
        "order": order_reference,
        "source": row.source,
        "event_id": row.event_id,
        "trust": row.trust,
        "occurred_at": moment_text(row.occurred_at),
        "updated_at": moment_text(row.updated_at),
        "recorded_at": moment_text(row.recorded_at),
    }
    if row.kind == Fact.Kind.ORDER:
        told["event"] = conversion_kind
    return parse(READERS[row.kind], json.dumps(told))


def _without_names(body: Body) -> Body:
    """Names of articles are for readers; they decide nothing and are not hashed."""
    lines = body.get("lines")
    if not isinstance(lines, list):
        return body
    plain = [
        {name: value for name, value in line.items() if name != "name"}
        if isinstance(line, dict)
        else line
        for line in lines
    ]
    return {**body, "lines": plain}
