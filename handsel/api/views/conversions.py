"""Conversions: what shops tell us, and what became of it."""

from datetime import datetime
from typing import ClassVar, Literal, Self

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema

from handsel.api.access import ApiRequest, may_read, may_send
from handsel.api.bodies import json_object, reply
from handsel.api.contract import takes_messages
from handsel.api.idempotency import idempotent
from handsel.api.inbox import take_in
from handsel.api.inputs import QueryMoment
from handsel.api.paging import Listing, Page, page_of
from handsel.api.problems import found_or_404
from handsel.conversions.models import Conversion
from handsel.errors import InvalidInput

router = Router(tags=["Conversions"])

Kind = Literal["sale", "lead", "sign_up", "renewal"]
Status = Literal["waiting", "provisional", "credited", "unattributed"]

FOUND = ("order", "lead", "sign_up")
TAKEN = {"order_reference": "1001", "currency": "EUR", "amount_minor": 12_000, "tax_minor": 2_000}
REFUNDED = {"refund": "R-1", "currency": "EUR", "amount_minor": 6_000}


class OrderReferencesDisagree(InvalidInput):
    """The body speaks of another order than the address."""


class KindNotHere(InvalidInput):
    """A message that has an address of its own."""


class ConversionFilters(Listing):
    lookups: ClassVar = {
        "occurred_since": "occurred_at__gte",
        "occurred_before": "occurred_at__lt",
    }

    program: str | None = None
    kind: Kind | None = None
    order_reference: str | None = None
    status: Status | None = None
    occurred_since: QueryMoment | None = None
    occurred_before: QueryMoment | None = None


class ConversionOut(Schema):
    """`amount_minor` is what the buyer paid for goods, `refunded_minor` what went back of it.
    `reason` is a code: why nobody is credited, where nobody is."""

    id: str
    program: str
    kind: Kind
    order_reference: str
    currency: str
    amount_minor: int
    refunded_minor: int
    trust: str
    status: Status
    reason: str
    occurred_at: datetime
    recorded_at: datetime

    @classmethod
    def of(cls, row: Conversion) -> Self:
        return cls(
            id=row.pk,
            program=row.program_id,
            kind=row.kind,  # type: ignore[arg-type]
            order_reference=row.order_reference,
            currency=row.currency,
            amount_minor=row.amount_minor,
            refunded_minor=row.refunded_minor,
            trust=row.trust,
            status=row.status,  # type: ignore[arg-type]
            reason=row.reason,
            occurred_at=row.occurred_at,
            recorded_at=row.recorded_at,
        )


@router.post(
    "/conversions",
    auth=may_send,
    response={201: ConversionOut, 200: ConversionOut},
    openapi_extra=takes_messages({kind: (kind,) for kind in FOUND}, TAKEN),
)
@idempotent
def create_conversion(request: ApiRequest) -> HttpResponse:
    """Report an order, a lead or a sign-up, as it is now."""
    body = json_object(request)
    kind = body.pop("kind", "order")
    if kind not in FOUND:
        raise KindNotHere(
            _("This is not an order, a lead or a sign-up."),
            field="kind",
            remedy=_("Use “order”, “lead” or “sign_up”; refunds have an address of their own."),
        )
    return _received(request, str(kind), body)


@router.post(
    "/conversions/{path:order_reference}/refunds",
    auth=may_send,
    response={201: ConversionOut, 200: ConversionOut},
    openapi_extra=takes_messages({"refund": ()}, REFUNDED, in_address=["order_reference"]),
)
@idempotent
def create_refund(request: ApiRequest, order_reference: str) -> HttpResponse:
    """Report money that went back to the buyer."""
    return _received(request, "refund", _about(order_reference, json_object(request)))


@router.post(
    "/conversions/{path:order_reference}/cancellation",
    auth=may_send,
    response={201: ConversionOut, 200: ConversionOut},
    openapi_extra=takes_messages(
        {"cancel": ()}, {}, in_address=["order_reference"], required=False
    ),
)
@idempotent
def create_cancellation(request: ApiRequest, order_reference: str) -> HttpResponse:
    """Report that the order was called off: nothing of it is left, for good."""
    return _received(request, "cancel", _about(order_reference, json_object(request)))


def _about(order_reference: str, body: dict[str, object]) -> dict[str, object]:
    if body.setdefault("order_reference", order_reference) != order_reference:
        raise OrderReferencesDisagree(
            _("The body speaks of another order than the address."),
            field="order_reference",
            remedy=_("Leave order_reference out of the body."),
        )
    return body


def _received(request: ApiRequest, kind: str, body: dict[str, object]) -> HttpResponse:
    event, is_new = take_in(request, kind, body)
    assert event.conversion is not None
    conversion = Conversion.objects.get(pk=event.conversion_id)
    location = reverse("api:get_conversion", args=[conversion.pk])
    return reply(201 if is_new else 200, ConversionOut.of(conversion), location=location)


@router.get("/conversions", auth=may_read, response=Page[ConversionOut])
def list_conversions(request: ApiRequest, filters: Query[ConversionFilters]) -> HttpResponse:
    """Conversions of your programs."""
    rows = Conversion.objects.visible_to(request.auth)
    return page_of(request, rows, filters, ConversionOut.of, moment="occurred_at")


@router.get("/conversions/{conversion_id}", auth=may_read, response=ConversionOut)
def get_conversion(request: ApiRequest, conversion_id: str) -> HttpResponse:
    """One conversion of yours, by its id."""
    found = found_or_404(Conversion.objects.visible_to(request.auth), conversion_id)
    return reply(200, ConversionOut.of(found))
