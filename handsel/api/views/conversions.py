"""Conversions: what shops tell us, and what became of it."""

from datetime import datetime
from typing import Self

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from ninja import Router, Schema

from handsel.api.access import ApiRequest, may_read, may_send
from handsel.api.bodies import checked, json_object, reply
from handsel.api.problems import not_there
from handsel.api.programs import program_of
from handsel.conversions.models import Conversion
from handsel.errors import InvalidInput
from handsel.intake.messages import MESSAGES
from handsel.intake.models import InboxEvent
from handsel.intake.services import receive

router = Router(tags=["Conversions"])

SOURCE = "api"
TRUST = "store"


class OrderReferencesDisagree(InvalidInput):
    """The body speaks of another order than the address."""


class KindNotHere(InvalidInput):
    """A message that has an address of its own."""


class ConversionOut(Schema):
    """`amount_minor` is what the buyer paid for goods, `refunded_minor` what went back of it.
    `reason` is a code: why nobody is credited, where nobody is."""

    id: str
    program: str
    kind: str
    order_reference: str
    currency: str
    amount_minor: int
    refunded_minor: int
    trust: str
    status: str
    reason: str
    occurred_at: datetime
    recorded_at: datetime

    @classmethod
    def of(cls, row: Conversion) -> Self:
        return cls(
            id=row.pk,
            program=row.program_id,
            kind=row.kind,
            order_reference=row.order_reference,
            currency=row.currency,
            amount_minor=row.amount_minor,
            refunded_minor=row.refunded_minor,
            trust=row.trust,
            status=row.status,
            reason=row.reason,
            occurred_at=row.occurred_at,
            recorded_at=row.recorded_at,
        )


@router.post("/conversions", auth=may_send, response={201: ConversionOut, 200: ConversionOut})
def create_conversion(request: ApiRequest) -> HttpResponse:
    """Report an order, a lead or a sign-up, as it is now."""
    body = json_object(request)
    kind = body.pop("kind", "order")
    if kind not in ("order", "lead", "sign_up"):
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
)
def create_refund(request: ApiRequest, order_reference: str) -> HttpResponse:
    """Report money that went back to the buyer."""
    return _received(request, "refund", _about(order_reference, json_object(request)))


@router.post(
    "/conversions/{path:order_reference}/cancellation",
    auth=may_send,
    response={201: ConversionOut, 200: ConversionOut},
)
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
    event, is_new = taken_in(request, kind, body)
    assert event.conversion is not None
    conversion = Conversion.objects.get(pk=event.conversion_id)
    location = reverse("api:get_conversion", args=[conversion.pk])
    return reply(201 if is_new else 200, ConversionOut.of(conversion), location=location)


def taken_in(request: ApiRequest, kind: str, body: dict[str, object]) -> tuple[InboxEvent, bool]:
    """The event in the inbox, and whether it is new there."""
    program = program_of(request, body.pop("program", None))
    checked(MESSAGES[kind], body)
    received_at = now()
    event = receive(
        program, source=SOURCE, kind=kind, trust=TRUST, body=body, received_at=received_at
    )
    # The row of an earlier event carries the moment it came at.
    return event, event.received_at == received_at


@router.get("/conversions/{conversion_id}", auth=may_read, response=ConversionOut)
def get_conversion(request: ApiRequest, conversion_id: str) -> HttpResponse:
    """One conversion of yours, by its id."""
    found = Conversion.objects.visible_to(request.auth).filter(pk=conversion_id).first()
    if found is None:
        raise not_there()
    return reply(200, ConversionOut.of(found))
