"""The shop: its real orders and cancellations, as events that it reports."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from handsel.connectors.online_retail.cancellations import Refund, match
from handsel.connectors.online_retail.orders import Invoice, read_invoices
from handsel.demo.calendar import Calendar
from handsel.engine.values import moment_text
from handsel.intake.services import Incoming

CURRENCY = "EUR"
SOURCE = "shop"
# The shop tells us within seconds.
TOLD_AFTER = timedelta(seconds=4)

COUNTRIES = {
    "United Kingdom": "GB", "Germany": "DE", "France": "FR", "EIRE": "IE", "Belgium": "BE",
    "Spain": "ES", "Netherlands": "NL", "Switzerland": "CH", "Portugal": "PT", "Australia": "AU",
    "Italy": "IT", "Finland": "FI", "Sweden": "SE", "Norway": "NO", "Channel Islands": "JE",
    "Japan": "JP", "Poland": "PL", "Denmark": "DK", "Cyprus": "CY", "Austria": "AT",
    "Hong Kong": "HK", "Singapore": "SG", "Malta": "MT", "Israel": "IL", "USA": "US",
    "Iceland": "IS", "Canada": "CA", "Greece": "GR", "Czech Republic": "CZ", "Lithuania": "LT",
    "Bahrain": "BH", "United Arab Emirates": "AE", "Saudi Arabia": "SA", "RSA": "ZA",
    "Brazil": "BR", "Lebanon": "LB",
}  # fmt: skip


@dataclass(slots=True)
class FoundBy:
    """What the buyer of one order had met before."""

    click_ids: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)


NOBODY = FoundBy()


def invoices(calendar: Calendar, thin: int = 1) -> list[Invoice]:
    """Orders and cancellations of the file by time, at their moments in the story; `thin` keeps
    one customer in so many. An invoice of nothing but shipping has nothing that could earn."""
    return [
        replace(invoice, occurred_at=calendar.moved(invoice.occurred_at))
        for invoice in read_invoices()
        if is_kept(invoice, thin) and (invoice.is_cancellation or has_goods(invoice))
    ]


def is_kept(invoice: Invoice, thin: int) -> bool:
    """By customer, so that cancellations stay with their orders; guests one by one."""
    return int(invoice.customer or invoice.number.lstrip("C")) % thin == 0


def has_goods(invoice: Invoice) -> bool:
    return any(not line.is_shipping for line in invoice.lines)


def goods_minor(invoice: Invoice) -> int:
    return sum(line.amount_minor for line in invoice.lines if not line.is_shipping)


def events(
    told: Sequence[Invoice], found_by: Mapping[str, FoundBy]
) -> list[tuple[datetime, Incoming]]:
    """What the shop reports, and when it happened, in the order of time."""
    refunds, _unmatched = match(told)
    orders = [_order(i, found_by.get(i.number, NOBODY)) for i in told if not i.is_cancellation]
    returned = [_refund(refund) for refund in refunds if has_goods(refund.order)]
    return sorted([*orders, *returned], key=lambda event: event[0])


def _order(invoice: Invoice, found: FoundBy) -> tuple[datetime, Incoming]:
    body: dict[str, object] = {
        "order_reference": invoice.number,
        "currency": CURRENCY,
        "occurred_at": moment_text(invoice.occurred_at),
        "lines": [
            {
                "line_id": line.line_id,
                "sku": line.sku,
                "name": line.name.capitalize(),
                "quantity": line.quantity,
                "amount_minor": line.amount_minor,
            }
            for line in invoice.lines
            if not line.is_shipping
        ],
        "shipping_minor": _shipping_minor(invoice.lines),
        "click_ids": found.click_ids,
        "codes": found.codes,
    }
    if invoice.customer:
        body["customer"] = {
            "id": invoice.customer,
            "country": COUNTRIES.get(invoice.country, ""),
        }
    return invoice.occurred_at, _incoming("order", f"order:{invoice.number}", body, invoice)


def _refund(refund: Refund) -> tuple[datetime, Incoming]:
    parts = [part for part in refund.parts if not part.line.is_shipping]
    body: dict[str, object] = {
        "order_reference": refund.order.number,
        "refund": refund.number,
        "occurred_at": moment_text(refund.occurred_at),
        "lines": [
            {"line_id": part.line.line_id, "amount_minor": part.amount_minor} for part in parts
        ],
        "shipping_minor": sum(p.amount_minor for p in refund.parts if p.line.is_shipping),
    }
    name = f"refund:{refund.order.number}:{refund.number}"
    return refund.occurred_at, _incoming("refund", name, body, refund)


def _incoming(kind: str, name: str, body: dict[str, object], about: Invoice | Refund) -> Incoming:
    return Incoming(kind=kind, body=body, event_id=name, received_at=about.occurred_at + TOLD_AFTER)


def _shipping_minor(lines: Iterable[object]) -> int:
    return sum(line.amount_minor for line in lines if line.is_shipping)  # type: ignore[attr-defined]
