"""Partnerships: who is in which program, and taking somebody in."""

from datetime import datetime
from typing import Literal, Self

from django.db.models import Q
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from ninja import Query, Router, Schema

from handsel.api.access import ApiRequest, may_change_partnerships, may_read
from handsel.api.bodies import checked, json_object, reply
from handsel.api.contract import takes
from handsel.api.idempotency import idempotent
from handsel.api.inputs import Email, Line, Name, Site
from handsel.api.paging import Listing, Page, page_of
from handsel.api.problems import found_or_404
from handsel.api.programs import program_of
from handsel.clock import now
from handsel.engine.values import Value
from handsel.links.joining import add_partner
from handsel.partnerships.models import Partnership
from handsel.partnerships.wording import agreement_text
from handsel.programs.models import Group
from handsel.programs.queries import terms_of

router = Router(tags=["Partnerships"])

Kind = Literal["content", "coupon", "loyalty", "influencer", "business", "sub_network"]
Status = Literal["active", "paused", "ended"]


class PartnershipFilters(Listing):
    program: str | None = None
    kind: Kind | None = None
    status: Status | None = None

    def conditions(self) -> Q:
        said = self.model_dump(include={"program", "kind"}, exclude_none=True)
        ended = Q(ended_at__isnull=False, ended_at__lte=now())
        paused = Q(paused_at__isnull=False)
        states = {"ended": ended, "paused": ~ended & paused, "active": ~ended & ~paused, None: Q()}
        return Q(**said) & states[self.status]


class PartnershipOut(Schema):
    """`partner` is the partner's organization."""

    id: str
    program: str
    partner: str
    partner_name: str
    group: str
    kind: Kind
    status: Status
    created_at: datetime
    paused_at: datetime | None
    ended_at: datetime | None

    @classmethod
    def of(cls, row: Partnership) -> Self:
        return cls(
            id=row.pk,
            program=row.program_id,
            partner=row.partner_id,
            partner_name=row.partner.name,
            group=row.group_id,
            kind=row.kind,  # type: ignore[arg-type]
            status=row.status,  # type: ignore[arg-type]
            created_at=row.created_at,
            paused_at=row.paused_at,
            ended_at=row.ended_at,
        )


class NewPartnership(Value):
    """A partner to take in. The link's `slug` and the `code` are made from the name where they are
    left out; `group` decides the terms, and is the program's first one unless it is named."""

    program: str | None = None
    name: Name
    email: Email = ""
    site_url: Site = ""
    kind: Kind = "content"
    group: str | None = None
    slug: Line = ""
    code: Line = ""


@router.get("/partnerships", auth=may_read, response=Page[PartnershipOut])
def list_partnerships(request: ApiRequest, filters: Query[PartnershipFilters]) -> HttpResponse:
    """Your partnerships, as a brand and as a partner."""
    rows = Partnership.objects.visible_to(request.auth).select_related("partner")
    return page_of(request, rows, filters, PartnershipOut.of, moment="created_at")


@router.get("/partnerships/{partnership_id}", auth=may_read, response=PartnershipOut)
def get_partnership(request: ApiRequest, partnership_id: str) -> HttpResponse:
    """One partnership of yours."""
    rows = Partnership.objects.visible_to(request.auth).select_related("partner")
    return reply(200, PartnershipOut.of(found_or_404(rows, partnership_id)))


@router.post(
    "/partnerships",
    auth=may_change_partnerships,
    response={201: PartnershipOut},
    openapi_extra=takes(
        NewPartnership,
        {"name": "Kari's Kitchen", "email": "kari@kitchen.example", "kind": "content"},
    ),
)
@idempotent
def create_partnership(request: ApiRequest) -> HttpResponse:
    """Take a partner into a program of yours, with an agreement, a first link and a code."""
    said = checked(NewPartnership, json_object(request))
    program = program_of(request, said.program)
    groups = Group.objects.visible_to(request.auth).filter(program=program)
    group = (
        groups.order_by("created_at", "pk")[0]
        if said.group is None
        else found_or_404(groups, said.group, field="group")
    )
    row = add_partner(
        program,
        **said.model_dump(exclude={"program", "group"}),
        group=group,
        actor=request.auth.created_by,
        text=agreement_text(terms_of(group)),
        language=get_language() or "en",
    )
    location = reverse("api:get_partnership", args=[row.pk])
    return reply(201, PartnershipOut.of(row), location=location)
