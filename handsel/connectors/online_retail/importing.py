"""From files to the inbox: a program, its partners, their touches, orders and refunds."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

from django.db import transaction

from handsel.connectors.online_retail.cancellations import Refund, Unmatched, match
from handsel.connectors.online_retail.orders import Invoice, Line
from handsel.connectors.online_retail.touches import PARTNERS, Touch
from handsel.engine.terms import AttributionTerms, Fixed, Hold, Percent, Terms, When
from handsel.engine.values import moment_text
from handsel.errors import DomainError, InvalidInput
from handsel.intake.services import Incoming, receive_all
from handsel.links.joining import add_partner
from handsel.links.models import Link
from handsel.organizations.models import Organization
from handsel.programs.models import Program
from handsel.programs.services import create_program
from handsel.tracking.click_id import mint

SOURCE = "import:online-retail"
BATCH = 200
BEGAN_AT = datetime(2010, 11, 1, tzinfo=UTC)

# 8 % of goods, 3.00 on top for a customer's first order, clicks count for 30 days.
TERMS = Terms(
    currency="EUR",
    attribution=AttributionTerms(window_days=30),
    pay=(
        Percent(rate_ppm=80_000),
        Fixed(amount_minor=300, currency="EUR", when=When(customer="new")),
    ),
    hold=Hold(days=30),
)

Advance = Callable[[int], object]
CategoryOf = Callable[[Line], str]


class PartnerUnknown(InvalidInput):
    """The touches name a partner that has no link in the program."""


@dataclass(slots=True)
class Imported:
    """What an import did. `refused` are the inbox's reasons, by event."""

    orders: int = 0
    refunds: int = 0
    refused: list[tuple[str, DomainError]] | None = None
    unmatched: Sequence[Unmatched] = ()


@transaction.atomic
def start_program(brand: Organization) -> Program:
    """The shop's program with the twelve simulated partners, as of November 2010."""
    program = create_program(
        brand,
        name="Online Retail partners",
        site_url="https://shop.example",
        terms=TERMS,
        actor=None,
    )
    for partner in PARTNERS:
        add_partner(
            program,
            name=partner.name,
            kind=partner.kind,
            slug=partner.slug,
            code=partner.code,
            actor=None,
            valid_from=BEGAN_AT,
        )
    return program


def import_orders(
    program: Program,
    invoices: Sequence[Invoice],
    touches: Iterable[Touch],
    *,
    click_key: bytes,
    category_of: CategoryOf | None = None,
    advance: Advance = lambda _: None,
) -> Imported:
    """Send everything through the inbox, in the order of time; what was sent before is skipped.

    `click_key` signs click ids, so that a touch proves its link and its time as a real click does.
    `category_of` files articles under categories, of which the data set has none.
    `advance` is told how many events of `count_events` are done.
    """
    found_by = _found_by(program, touches, click_key)
    refunds, unmatched = match(invoices)
    done = Imported(refused=[], unmatched=unmatched)
    assert done.refused is not None
    orders = _orders(invoices, found_by, category_of)
    events = sorted([*orders, *_refunds(refunds)], key=lambda event: event[0])
    for batch in _batches([incoming for _, incoming in events]):
        outcomes = receive_all(program, batch, source=SOURCE, trust="store")
        for event, outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, DomainError):
                done.refused.append((event.event_id, outcome))
            elif event.kind == "order":
                done.orders += 1
            else:
                done.refunds += 1
        advance(len(batch))
    return done


def count_events(invoices: Sequence[Invoice]) -> int:
    """How many events `import_orders` will send."""
    refunds, _ = match(invoices)
    return sum(_is_order(invoice) for invoice in invoices) + sum(
        _is_order(refund.order) for refund in refunds
    )


def _is_order(invoice: Invoice) -> bool:
    """An order of nothing but shipping has nothing that could earn."""
    return not invoice.is_cancellation and any(not line.is_shipping for line in invoice.lines)


@dataclass(slots=True)
class _FoundBy:
    """What the buyer of one order had met before."""

    click_ids: list[str]
    codes: list[str]


def _found_by(program: Program, touches: Iterable[Touch], click_key: bytes) -> dict[str, _FoundBy]:
    links = {link.slug: link for link in Link.objects.filter(program=program)}
    codes = {
        code.partnership_id: code.code
        for code in program.codes.filter(disabled_at=None).order_by("-created_at")
    }
    found: dict[str, _FoundBy] = defaultdict(lambda: _FoundBy([], []))
    for touch in touches:
        link = links.get(touch.partner)
        if link is None:
            raise PartnerUnknown(
                f"No partner of {program.name} has the link {touch.partner}.",
                field="partner",
                remedy="Use the names of links in the program's partners list.",
            )
        order = found[touch.order_reference]
        if touch.kind == "code":
            order.codes.append(codes[link.partnership_id])
        else:
            order.click_ids.append(_click_id(click_key, link, touch))
    return found


def _click_id(key: bytes, link: Link, touch: Touch) -> str:
    """The same id each time the same touch is imported."""
    at_ms = int(touch.touched_at.timestamp() * 1000)
    nonce = hashlib.sha256(f"{touch.order_reference} {touch.partner} {at_ms}".encode()).digest()
    return mint(key, link.number, at_ms, nonce[:6])


def _orders(
    invoices: Iterable[Invoice], found_by: dict[str, _FoundBy], category_of: CategoryOf | None
) -> Iterator[tuple[datetime, Incoming]]:
    for invoice in filter(_is_order, invoices):
        found = found_by.get(invoice.number) or _FoundBy([], [])
        body: dict[str, object] = {
            "order_reference": invoice.number,
            "currency": "EUR",
            "occurred_at": moment_text(invoice.occurred_at),
            "lines": [
                {
                    "line_id": line.line_id,
                    "sku": line.sku,
                    "quantity": line.quantity,
                    "amount_minor": line.amount_minor,
                    **({"category": category_of(line)} if category_of else {}),
                }
                for line in invoice.lines
                if not line.is_shipping
            ],
            "shipping_minor": sum(line.amount_minor for line in invoice.lines if line.is_shipping),
            "click_ids": found.click_ids,
            "codes": found.codes,
        }
        if invoice.customer:
            body["customer"] = {"id": invoice.customer}
        yield (
            invoice.occurred_at,
            Incoming(kind="order", body=body, event_id=f"order:{invoice.number}"),
        )


def _refunds(refunds: Iterable[Refund]) -> Iterator[tuple[datetime, Incoming]]:
    for refund in refunds:
        if not _is_order(refund.order):
            continue
        body: dict[str, object] = {
            "order_reference": refund.order.number,
            "refund": refund.number,
            "occurred_at": moment_text(refund.occurred_at),
            "lines": [
                {"line_id": part.line.line_id, "amount_minor": part.amount_minor}
                for part in refund.parts
                if not part.line.is_shipping
            ],
            "shipping_minor": sum(p.amount_minor for p in refund.parts if p.line.is_shipping),
        }
        name = f"refund:{refund.order.number}:{refund.number}"
        yield refund.occurred_at, Incoming(kind="refund", body=body, event_id=name)


def _batches(events: Iterable[Incoming]) -> Iterator[list[Incoming]]:
    rest = iter(events)
    while batch := list(islice(rest, BATCH)):
        yield batch
