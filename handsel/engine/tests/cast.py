"""The cast of the engine's tests: Ben promotes Acme's shop, Cleo and Mallory do, too."""

from datetime import UTC, datetime, timedelta
from typing import Any

from handsel.engine.agreements import AgreementVersion
from handsel.engine.attribution import Touch
from handsel.engine.orders import CancelFact, CustomerFact, OrderFact, OrderLine, RefundFact
from handsel.engine.terms import Fixed, Percent, Terms, When

BEN = "par_ben"
CLEO = "par_cleo"
ORDERED = datetime(2026, 9, 12, 13, 31, 8, tzinfo=UTC)
DAY = timedelta(days=1)
SECRET = bytes(range(32))

NEW = When(customer="new")
# The agreement of the example that runs through our pages: 9.5 %, and 3.00 EUR for new customers.
WOOL = Terms(
    currency="EUR",
    pay=(Percent(rate_ppm=95_000), Fixed(amount_minor=300, currency="EUR", when=NEW)),
)
SOCKS = OrderLine(line_id="socks", sku="SOCK", category="socks", gross_minor=2490)
SHIRT = OrderLine(line_id="shirt", sku="SHIRT", category="shirts", gross_minor=9400)
HAT = OrderLine(line_id="hat", sku="HAT", category="hats", gross_minor=4000)


def percent(rate_ppm: int, **when: Any) -> Terms:
    return Terms(currency="EUR", pay=(Percent(rate_ppm=rate_ppm, when=When(**when)),))


def _reported(event_id: str, fields: dict[str, Any]) -> dict[str, Any]:
    at = fields.pop("at", ORDERED)
    base = {
        "fact_id": f"fct_{event_id}",
        "order": "L-20418",
        "source": "shop",
        "event_id": event_id,
        "trust": "store",
        "occurred_at": at,
        "updated_at": at,
        "recorded_at": at + timedelta(seconds=2),
    }
    return base | fields


def sale(*lines: OrderLine | int, event_id: str = "sale", **fields: Any) -> OrderFact:
    """An order of these lines; a number is a line of that gross amount."""
    made = tuple(
        OrderLine(line_id=f"line-{place}", gross_minor=line) if isinstance(line, int) else line
        for place, line in enumerate(lines, start=1)
    )
    return OrderFact(**_reported(event_id, {"currency": "EUR", "lines": made} | fields))


def refund(amount_minor: int, event_id: str = "refund", **fields: Any) -> RefundFact:
    details = {"refund": event_id, "currency": "EUR", "amount_minor": amount_minor}
    return RefundFact(**_reported(event_id, details | {"at": ORDERED + DAY} | fields))


def cancellation(event_id: str = "cancel", **fields: Any) -> CancelFact:
    return CancelFact(**_reported(event_id, {"at": ORDERED + DAY} | fields))


def known_customer(customer_is_new: bool, event_id: str = "customer") -> CustomerFact:
    return CustomerFact(
        **_reported(event_id, {"source": "handsel", "customer_is_new": customer_is_new})
    )


def click(days_before: float, partnership: str = BEN, **fields: Any) -> Touch:
    at = ORDERED - timedelta(days=days_before)
    name = f"tch_{partnership}_{days_before}"
    base: dict[str, Any] = {
        "touch_id": name,
        "kind": "click",
        "occurred_at": at,
        "partnership": partnership,
    }
    return Touch(**base | fields)


def code(partnership: str = BEN, **fields: Any) -> Touch:
    base: dict[str, Any] = {
        "touch_id": f"tch_{partnership}_code",
        "kind": "code",
        "occurred_at": ORDERED,
        "partnership": partnership,
        "reference": partnership.upper(),
    }
    return Touch(**base | fields)


def agreement(
    partnership: str = BEN,
    terms: Terms = WOOL,
    number: int = 1,
    since: float = 200,
    until: float | None = None,
) -> AgreementVersion:
    """In force from `since` to `until` days before the order."""
    start = ORDERED - timedelta(days=since)
    return AgreementVersion(
        agreement=f"agr_{partnership}_{number}",
        partnership=partnership,
        number=number,
        terms=terms,
        accepted_at=start,
        valid_from=start,
        valid_until=None if until is None else ORDERED - timedelta(days=until),
    )
