"""Commissions: what was earned, why, and the proof of it."""

from datetime import datetime
from typing import Any, ClassVar, Literal, Self

from django.http import HttpResponse
from django.urls import reverse
from ninja import Query, Router, Schema
from pydantic import Field

from handsel.api.access import ApiRequest, may_change_partnerships, may_read
from handsel.api.bodies import checked, json_object, reply
from handsel.api.contract import takes
from handsel.api.idempotency import idempotent
from handsel.api.inputs import QueryMoment
from handsel.api.paging import Listing, Page, page_of
from handsel.api.problems import found_or_404
from handsel.api.views.links import EXAMPLE_ID
from handsel.commissions.models import Commission, Revision
from handsel.commissions.proof import proof_file
from handsel.commissions.receipt.revisions import RevisionShown, read_record, revisions_shown
from handsel.commissions.settling.adjusting import REASON_LENGTH_MAX, adjust
from handsel.engine.commission import Evaluation
from handsel.engine.settling import Settlement
from handsel.engine.values import Value
from handsel.partnerships.models import Partnership
from handsel.ui.wording import words
from handsel.ui.wording.commissions import name_of

router = Router(tags=["Commissions"])

Status = Literal["pending", "approved", "declined", "reversed"]
Kind = Literal["order", "period", "day", "bonus", "override", "manual"]


class CommissionFilters(Listing):
    lookups: ClassVar = {
        "occurred_since": "occurred_at__gte",
        "occurred_before": "occurred_at__lt",
        "order_reference": "conversion__order_reference",
        "withheld": "withheld_at__isnull",
    }

    program: str | None = None
    partnership: str | None = None
    conversion: str | None = None
    order_reference: str | None = None
    kind: Kind | None = None
    status: Status | None = None
    withheld: bool | None = None
    occurred_since: QueryMoment | None = None
    occurred_before: QueryMoment | None = None


class CommissionOut(Schema):
    """Amounts are minor units of `currency`. `kind`: what it is paid for; `name` says it in the
    language that `Accept-Language` asks for. Only that of an order has `conversion` and
    `order_reference`. `provisional`: not all clicks of that time had come
    when it was evaluated. A declined commission keeps the amount that was declined."""

    id: str
    program: str
    partnership: str
    kind: Kind
    name: str
    conversion: str | None
    order_reference: str
    agreement: str
    status: Status
    amount_minor: int
    currency: str
    provisional: bool
    occurred_at: datetime
    recorded_at: datetime
    hold_until: datetime | None
    approved_at: datetime | None
    declined_at: datetime | None
    reversed_at: datetime | None
    reversed_because: str
    withheld_at: datetime | None

    @classmethod
    def of(cls, row: Commission) -> Self:
        return cls(**_fields(row))


class StepOut(Schema):
    """One sentence of an explanation: `code` and `params` for machines, `text` in the language
    that `Accept-Language` asks for."""

    code: str
    params: dict[str, bool | int | str | list[str] | None]
    text: str


class RevisionOut(Schema):
    """One evaluation: what made it necessary, what came out, and the difference that was posted."""

    number: int
    cause: str
    amount_minor: int
    difference_minor: int
    recorded_at: datetime

    @classmethod
    def of(cls, shown: RevisionShown) -> Self:
        return cls.model_validate(shown)


class CommissionExplained(CommissionOut):
    """With why it is this amount, step by step."""

    explanation: list[StepOut]
    revisions: list[RevisionOut]


def _fields(row: Commission) -> dict[str, Any]:
    return {
        "id": row.pk,
        "program": row.program_id,
        "partnership": row.partnership_id,
        "kind": row.kind,
        "name": name_of(row),
        "conversion": row.conversion_id,
        "order_reference": row.conversion.order_reference if row.conversion else "",
        "agreement": row.agreement_id,
        "status": row.status,
        "amount_minor": row.amount_minor,
        "currency": row.currency,
        "provisional": row.provisional,
        "occurred_at": row.occurred_at,
        "recorded_at": row.recorded_at,
        "hold_until": row.hold_until,
        "approved_at": row.approved_at,
        "declined_at": row.declined_at,
        "reversed_at": row.reversed_at,
        "reversed_because": row.reversed_because,
        "withheld_at": row.withheld_at,
    }


def _explained(evaluation: Evaluation | Settlement) -> list[StepOut]:
    return [
        StepOut(
            code=step.code,
            params={
                name: list(value) if isinstance(value, tuple) else value
                for name, value in step.params.items()
            },
            text=words(step.code, step.params, currency=evaluation.currency),
        )
        for step in evaluation.steps
    ]


class NewAdjustment(Value):
    """An amount that you give a partner, or, negative, take, in the program's currency. `reason`
    is read by both sides."""

    partnership: str
    amount_minor: int
    reason: str = Field(min_length=1, max_length=REASON_LENGTH_MAX)


@router.post(
    "/commissions/adjustments",
    auth=may_change_partnerships,
    response={201: CommissionOut},
    openapi_extra=takes(
        NewAdjustment,
        {"partnership": EXAMPLE_ID, "amount_minor": 1250, "reason": "Thanks for the summer fair."},
    ),
)
@idempotent
def create_adjustment(request: ApiRequest) -> HttpResponse:
    """Give or take an amount by hand. It is approved and paid as other commissions are."""
    said = checked(NewAdjustment, json_object(request))
    mine = Partnership.objects.visible_to(request.auth).select_related("program")
    mine = mine.filter(brand_id=request.auth.organization_id)
    partnership = found_or_404(mine, said.partnership, field="partnership")
    made = adjust(
        partnership,
        amount_minor=said.amount_minor,
        reason=said.reason,
        actor=request.auth.created_by,
    )
    address = reverse("api:get_commission", args=[made.pk])
    return reply(201, CommissionOut.of(made), location=address)


@router.get("/commissions", auth=may_read, response=Page[CommissionOut])
def list_commissions(request: ApiRequest, filters: Query[CommissionFilters]) -> HttpResponse:
    """What your partners earned, and what you earned as a partner."""
    rows = Commission.objects.visible_to(request.auth).select_related("conversion")
    return page_of(request, rows, filters, CommissionOut.of, moment="occurred_at")


@router.get("/commissions/{commission_id}", auth=may_read, response=CommissionExplained)
def get_commission(request: ApiRequest, commission_id: str) -> HttpResponse:
    """One commission, and why it is this amount."""
    rows = Commission.objects.visible_to(request.auth).select_related("conversion")
    row = found_or_404(rows, commission_id)
    revisions: list[Revision] = list(row.revisions.order_by("number"))
    evaluation = read_record(revisions[-1]).evaluation
    return reply(
        200,
        CommissionExplained(
            **_fields(row),
            explanation=_explained(evaluation),
            revisions=[RevisionOut.of(shown) for shown in revisions_shown(revisions)],
        ),
    )


@router.get("/commissions/{commission_id}/proof", auth=may_read, response=dict[str, Any])
def get_commission_proof(request: ApiRequest, commission_id: str) -> HttpResponse:
    """The proof file, a `handsel-proof/1`: what `handsel verify` checks offline."""
    row = found_or_404(Commission.objects.visible_to(request.auth), commission_id)
    response = HttpResponse(proof_file(row), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{row.pk}.json"'
    return response
