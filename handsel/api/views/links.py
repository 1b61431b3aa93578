"""Tracking links."""

from datetime import datetime
from typing import ClassVar, Self

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from handsel.api.access import ApiRequest, may_change_partnerships, may_read
from handsel.api.bodies import checked, json_object, reply
from handsel.api.contract import takes
from handsel.api.idempotency import idempotent
from handsel.api.inputs import Address, Line, Reason
from handsel.api.paging import Listing, Page, page_of
from handsel.api.problems import Faults, FieldFault, found_or_404, not_there
from handsel.engine.values import Value
from handsel.links import changing, services
from handsel.links.addresses import link_url
from handsel.links.changing import AT_ONCE_MAX
from handsel.links.directions import (
    LinkChange,
    Parameter,
    Rule,
    Scheduled,
    Split,
    Sub,
    SubId,
    Template,
    read_rules,
    read_schedule,
    read_split,
)
from handsel.links.models import Link
from handsel.partnerships.models import Partnership
from handsel.partnerships.services import PartnershipEnded

router = Router(tags=["Links and codes"])

EXAMPLE_ID = "par_01m7w3n2p5exyv9yzdeftyh8k6"
EXAMPLE_LINK = "lnk_01m7w3n2p5exyv9yzdeftyh8k7"
CHANGE = {"utm": {"utm_source": "{partner}"}, "expires_at": "2027-01-31T23:00:00Z"}


class Filters(Listing):
    lookups: ClassVar = {"disabled": "disabled_at__isnull"}

    program: str | None = None
    partnership: str | None = None
    disabled: bool | None = None


class LinkFilters(Filters):
    slug: str | None = None


class LinkOut(Schema):
    """`address` is what visitors click, `url` where it leads unless `schedule`, `rules` or `split`
    say otherwise, in this order."""

    id: str
    program: str
    partnership: str
    slug: str
    address: str
    url: str
    name: str
    expires_at: datetime | None
    fallback_url: str
    schedule: list[Scheduled]
    rules: list[Rule]
    split: Split | None
    utm: dict[str, str]
    subs: dict[str, str]
    created_at: datetime
    disabled_at: datetime | None

    @classmethod
    def of(cls, row: Link) -> Self:
        return cls(
            id=row.pk,
            program=row.program_id,
            partnership=row.partnership_id,
            slug=row.slug,
            address=link_url(row),
            url=row.url,
            name=row.name,
            expires_at=row.expires_at,
            fallback_url=row.fallback_url,
            schedule=list(read_schedule(row.schedule)),
            rules=list(read_rules(row.rules)),
            split=read_split(row.split),
            utm=row.utm,
            subs=row.subs,
            created_at=row.created_at,
            disabled_at=row.disabled_at,
        )


class NewLink(Value):
    """`url` is a page of the shop, its first one where it is left out."""

    partnership: str
    url: Address = ""
    slug: Line = ""
    name: Line = ""
    utm: dict[Parameter, Template] = Field({}, max_length=10)
    subs: dict[Sub, SubId] = {}


class ManyLinks(Value):
    """The same change of up to a thousand links, of all or none. With `dry_run` nothing is changed,
    and the answer shows the links as they would be."""

    links: tuple[str, ...] = Field(min_length=1, max_length=AT_ONCE_MAX)
    change: LinkChange
    dry_run: bool = False


class LinksOut(Schema):
    """In the order of their ids."""

    items: list[LinkOut]


class Disabling(Value):
    reason: Reason = ""


@router.get("/links", auth=may_read, response=Page[LinkOut])
def list_links(request: ApiRequest, filters: Query[LinkFilters]) -> HttpResponse:
    """Links of your partnerships."""
    rows = Link.objects.visible_to(request.auth)
    return page_of(request, rows, filters, LinkOut.of, moment="created_at")


@router.post(
    "/links/bulk",
    auth=may_change_partnerships,
    response=LinksOut,
    openapi_extra=takes(ManyLinks, {"links": [EXAMPLE_LINK], "change": CHANGE, "dry_run": True}),
)
@idempotent
def change_links(request: ApiRequest) -> HttpResponse:
    """Change many links of your program in one go. Where one cannot be changed none is, and
    `errors` names each by its place."""
    said = checked(ManyLinks, json_object(request))
    mine = Link.objects.visible_to(request.auth).filter(brand_id=request.auth.organization_id)
    found = set(mine.filter(pk__in=said.links).values_list("pk", flat=True))
    missing = next((n for n, pk in enumerate(said.links) if pk not in found), None)
    if missing is not None:
        raise not_there(f"links.{missing}")
    try:
        rows = _as_planned(said) if said.dry_run else _changed(said, request)
    except changing.LinksNotChanged as refused:
        raise Faults(
            [
                FieldFault(field=f"links.{said.links.index(pk)}", message=error.message)
                for pk, error in refused.refusals.items()
            ]
        ) from refused
    return reply(200, LinksOut(items=[LinkOut.of(row) for row in rows]))


def _changed(said: ManyLinks, request: ApiRequest) -> list[Link]:
    return changing.change_links(said.links, said.change, actor=request.auth.created_by)


def _as_planned(said: ManyLinks) -> list[Link]:
    planned = changing.plan_changes(said.links, said.change)
    if refusals := {plan.link.pk: plan.refusal for plan in planned if plan.refusal}:
        raise changing.LinksNotChanged(refusals)
    for plan in planned:
        for name, value in plan.after.items():
            setattr(plan.link, name, value)
    return [plan.link for plan in planned]


@router.get("/links/{link_id}", auth=may_read, response=LinkOut)
def get_link(request: ApiRequest, link_id: str) -> HttpResponse:
    """One link."""
    return reply(200, LinkOut.of(found_or_404(Link.objects.visible_to(request.auth), link_id)))


@router.post(
    "/links",
    auth=may_change_partnerships,
    response={201: LinkOut},
    openapi_extra=takes(NewLink, {"partnership": EXAMPLE_ID, "slug": "karis-autumn"}),
)
@idempotent
def create_link(request: ApiRequest) -> HttpResponse:
    """Make a tracking link, as the brand or as the partner."""
    said = checked(NewLink, json_object(request))
    mine = Partnership.objects.visible_to(request.auth)
    partnership = going_on(found_or_404(mine, said.partnership, field="partnership"))
    made = said.model_dump(exclude={"partnership"})
    row = services.create_link(partnership, **made, actor=request.auth.created_by)
    return reply(201, LinkOut.of(row), location=reverse("api:get_link", args=[row.pk]))


@router.patch(
    "/links/{link_id}",
    auth=may_change_partnerships,
    response=LinkOut,
    openapi_extra=takes(LinkChange, CHANGE, required=False),
)
def change_link(request: ApiRequest, link_id: str) -> HttpResponse:
    """Change what is named, and nothing else. As a partner you may change the links of your own;
    where they send visitors only if the brand allows it."""
    said = checked(LinkChange, json_object(request))
    found = found_or_404(Link.objects.visible_to(request.auth), link_id)
    row = changing.change_link(
        found.pk,
        said,
        actor=request.auth.created_by,
        by_partner=found.brand_id != request.auth.organization_id,
    )
    return reply(200, LinkOut.of(row))


@router.post(
    "/links/{link_id}/disable",
    auth=may_change_partnerships,
    response=LinkOut,
    openapi_extra=takes(Disabling, {"reason": "The page is gone."}, required=False),
)
@idempotent
def disable_link(request: ApiRequest, link_id: str) -> HttpResponse:
    """Stop a link of your program from earning. Again, it changes nothing."""
    said = checked(Disabling, json_object(request))
    mine = Link.objects.visible_to(request.auth).filter(brand_id=request.auth.organization_id)
    found = found_or_404(mine, link_id)
    row = services.disable_link(found.pk, actor=request.auth.created_by, reason=said.reason)
    return reply(200, LinkOut.of(row))


def going_on(partnership: Partnership) -> Partnership:
    if partnership.status == "ended":
        raise PartnershipEnded(_("This partnership has ended."), remedy=_("Start a new one."))
    return partnership
