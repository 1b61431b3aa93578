"""Credit by hand: a brand gives conversions to a partner, looks first at what that changes, and
may withdraw it."""

from datetime import datetime
from typing import Any, ClassVar, Literal, Self

from django.http import HttpResponse
from django.urls import reverse
from ninja import Query, Router, Schema

from handsel.api.access import ApiRequest, may_change_partnerships, may_read
from handsel.api.bodies import checked, json_object, reply
from handsel.api.contract import takes
from handsel.api.examples import CONVERSION, PARTNERSHIP
from handsel.api.idempotency import idempotent
from handsel.api.inputs import Reason
from handsel.api.paging import Listing, Page, page_of
from handsel.api.problems import found_or_404
from handsel.commissions.crediting.by_hand import (
    Change,
    Decision,
    credit_by_hand,
    past_conversions,
    preview,
    withdraw_credit,
)
from handsel.conversions.models import Conversion, ManualCredit
from handsel.engine.values import Moment, Value
from handsel.partnerships.models import Agreement, Partnership

router = Router(tags=["Credit by hand"])

EXAMPLE = {"conversion": CONVERSION, "partnership": PARTNERSHIP, "reason": "Sold at the fair."}


class CreditFilters(Listing):
    lookups: ClassVar = {"program": "partnership__program"}

    program: str | None = None
    conversion: str | None = None
    partnership: str | None = None


class CreditOut(Schema):
    """`decision` is shared by credits that were given together, and are withdrawn together. The
    partner reads the reasons."""

    id: str
    decision: str
    conversion: str
    partnership: str
    agreement: str
    origin: Literal["person", "file"]
    reason: str
    decided_at: datetime
    withdrawn_at: datetime | None
    withdrawn_because: str

    @classmethod
    def of(cls, row: ManualCredit) -> Self:
        return cls(
            id=row.pk,
            decision=row.decision,
            conversion=row.conversion_id,
            partnership=row.partnership_id,
            agreement=row.agreement_id,
            origin=row.origin,  # type: ignore[arg-type]
            reason=row.reason,
            decided_at=row.decided_at,
            withdrawn_at=row.withdrawn_at,
            withdrawn_because=row.withdrawn_because,
        )


class CreditsOut(Schema):
    """The credits of one decision."""

    items: list[CreditOut]


class ChangeOut(Schema):
    """What one partnership would earn for one conversion, in minor units, before and after."""

    conversion: str
    order_reference: str
    partnership: str
    before_minor: int
    after_minor: int
    currency: str

    @classmethod
    def of(cls, one: Change) -> Self:
        return cls(
            conversion=one.conversion.pk,
            order_reference=one.conversion.order_reference,
            partnership=one.partnership.pk,
            before_minor=one.before_minor,
            after_minor=one.after_minor,
            currency=one.currency,
        )


class ChangesOut(Schema):
    """Empty where no amount changes."""

    items: list[ChangeOut]


class NewCredit(Value):
    """Whose a conversion is to be, and why. Without `agreement`, the version in force when the
    order was made pays. With `since`, so are the customer's other conversions from then on."""

    conversion: str
    partnership: str
    agreement: str | None = None
    since: Moment | None = None
    reason: Reason = ""


class Withdrawing(Value):
    """Why; the partner reads it."""

    reason: Reason = ""


@router.get("/credits", auth=may_read, response=Page[CreditOut])
def list_credits(request: ApiRequest, filters: Query[CreditFilters]) -> HttpResponse:
    """Credits by hand, those that were withdrawn included."""
    return page_of(request, _rows(request), filters, CreditOut.of, moment="decided_at")


# Before the ids, which stand in the same place.
@router.post(
    "/credits/preview",
    auth=may_change_partnerships,
    response=ChangesOut,
    openapi_extra=takes(NewCredit, EXAMPLE),
)
@idempotent
def preview_credit(request: ApiRequest) -> HttpResponse:
    """What a decision would change, for whom. Nothing is changed; no reason is asked for yet."""
    changes = preview(_decision(request))
    return reply(200, ChangesOut(items=[ChangeOut.of(one) for one in changes]))


@router.get("/credits/{credit_id}", auth=may_read, response=CreditOut)
def get_credit(request: ApiRequest, credit_id: str) -> HttpResponse:
    """One of them."""
    return reply(200, CreditOut.of(found_or_404(_rows(request), credit_id)))


@router.post(
    "/credits",
    auth=may_change_partnerships,
    response={201: CreditsOut},
    openapi_extra=takes(NewCredit, EXAMPLE),
)
@idempotent
def create_credit(request: ApiRequest) -> HttpResponse:
    """Give a conversion to a partner, or all of its customer's since a moment."""
    made = credit_by_hand(_decision(request), actor=request.auth.created_by)
    location = reverse("api:get_credit", args=[made[0].pk])
    return reply(201, CreditsOut(items=[CreditOut.of(one) for one in made]), location=location)


@router.post(
    "/credits/{credit_id}/withdraw",
    auth=may_change_partnerships,
    response=CreditsOut,
    openapi_extra=takes(Withdrawing, {"reason": "It was another order."}),
)
@idempotent
def withdraw_credits(request: ApiRequest, credit_id: str) -> HttpResponse:
    """Take a decision back, with all credits it gave."""
    said = checked(Withdrawing, json_object(request))
    own = _rows(request).filter(brand_id=request.auth.organization_id)
    decision = found_or_404(own, credit_id).decision
    withdraw_credit(decision, reason=said.reason, actor=request.auth.created_by)
    rows = own.filter(decision=decision).order_by("pk")
    return reply(200, CreditsOut(items=[CreditOut.of(row) for row in rows]))


def _rows(request: ApiRequest) -> Any:
    return ManualCredit.objects.visible_to(request.auth)


def _decision(request: ApiRequest) -> Decision:
    said = checked(NewCredit, json_object(request))
    mine = {"brand_id": request.auth.organization_id}
    conversions = Conversion.objects.visible_to(request.auth).select_related("program")
    conversion = found_or_404(conversions.filter(**mine), said.conversion, field="conversion")
    partnerships = Partnership.objects.visible_to(request.auth).select_related("partner")
    partnership = found_or_404(partnerships.filter(**mine), said.partnership, field="partnership")
    agreement = None
    if said.agreement is not None:
        versions = Agreement.objects.visible_to(request.auth).filter(**mine)
        agreement = found_or_404(versions, said.agreement, field="agreement")
    together = past_conversions(conversion, said.since) if said.since else [conversion]
    return Decision(together, partnership, agreement, said.reason)
