"""One of the partner's links: to share, to print, what it brought, and changing where it leads."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from handsel.clicks.filtered import DAYS, filtered_by_reason
from handsel.clock import now
from handsel.errors import DomainError
from handsel.insights.forms import SubFilters
from handsel.insights.splits_shown import split_shown
from handsel.insights.subs import subs_lately
from handsel.links.addresses import link_url, with_sub
from handsel.links.changing import change_link, end_split, partners_may_route
from handsel.links.forms import (
    RULES_PART,
    SCHEDULE_PART,
    SPLIT_PART,
    AddressPart,
    ParametersPart,
    asked_again,
)
from handsel.links.leading import leads_of
from handsel.links.models import Link
from handsel.links.queries import program_utm
from handsel.links.services import disable_link
from handsel.links.trying import Visitor, try_link
from handsel.organizations.access import MemberRequest, ReaderRequest, requires, requires_reader
from handsel.organizations.models import Member
from handsel.portal.earnings import own_commissions
from handsel.portal.own import own
from handsel.portal.rows import earnings_shown
from handsel.portal.sharing import links_shown, span_of
from handsel.rows.querysets import ActsFor
from handsel.ui.qr import qr_png, qr_svg
from handsel.ui.refusals import status_of

LATEST = 5
MANAGER = Member.Role.MANAGER
PARTS: Mapping[str, Any] = {"address": AddressPart, "parameters": ParametersPart}
# Only where the program lets its partners: `change_link` refuses them elsewhere.
ROUTING: Mapping[str, Any] = {
    "schedule": SCHEDULE_PART,
    "rules": RULES_PART,
    "split": SPLIT_PART,
}


@require_GET
@requires_reader
def link(request: ReaderRequest, pk: str) -> HttpResponse:
    """One link: to share, to print, and what it brought."""
    return _page(request, _link(request.member, pk))


@require_POST
@requires(MANAGER)
def change(request: MemberRequest, pk: str, part: str) -> HttpResponse:
    """Save one part of the page; the others stay as they are."""
    found = _link(request.member, pk)
    if part in ROUTING and (typed := asked_again(ROUTING[part], request.POST, found)):
        return _page(request, found, {part: typed})
    form = _form(part, request.POST, found)
    if form.is_valid():
        try:
            change_link(found.pk, form.change(), actor=request.member, by_partner=True)
        except DomainError as error:
            form.blame(error)
        else:
            messages.success(request, _("Saved. It holds for visits from now on."))
            return redirect(f"{reverse('portal:link', args=[found.pk])}#{part}")
    found.refresh_from_db()
    return _page(request, found, {part: form})


@require_POST
@requires(MANAGER)
def winner(request: MemberRequest, pk: str) -> HttpResponse:
    """End a split by choice."""
    found = _link(request.member, pk)
    end_split(found.pk, request.POST.get("name", ""), actor=request.member, by_partner=True)
    messages.success(request, _("Everybody gets this page from now on."))
    return redirect(f"{reverse('portal:link', args=[found.pk])}#split")


@require_POST
@requires(MANAGER)
def disabling(request: MemberRequest, pk: str) -> HttpResponse:
    """Stop a link: it stays in the list with what it earned, and earns no more."""
    found = _link(request.member, pk)
    disable_link(found.pk, actor=request.member, reason=request.POST.get("reason", "").strip())
    messages.success(request, _("The link is off. What it earned stays yours."))
    return redirect("portal:link", found.pk)


@require_GET
@requires_reader
def qr(request: ReaderRequest, pk: str, kind: str) -> HttpResponse:
    """The link as a QR code, for print and slides. With `?s1=` its visits carry a sub-id, so that
    paper can be told from screen."""
    found = _link(request.member, pk)
    address = with_sub(link_url(found), request.GET.get("s1", ""))
    if kind == "png":
        response = HttpResponse(qr_png(address), content_type="image/png")
    else:
        response = HttpResponse(qr_svg(address), content_type="image/svg+xml")
    response["Content-Disposition"] = f'inline; filename="{found.slug}.{kind}"'
    return response


def _link(member: ActsFor, pk: str) -> Link:
    return get_object_or_404(own(Link.objects.all(), member).select_related("program"), pk=pk)


def _form(part: str, data: Any, found: Link) -> Any:
    if part == "address":
        return AddressPart(data, found, may_route=partners_may_route(found.program_id))
    return {**PARTS, **ROUTING}[part](data, found)


def _page(
    request: MemberRequest | ReaderRequest,
    found: Link,
    written: Mapping[str, Any] = MappingProxyType({}),
) -> HttpResponse:
    """With the part that somebody is writing, where one is being written."""
    may_change = request.member.may(MANAGER)
    routes = partners_may_route(found.program_id)
    codes = [*PARTS, *(ROUTING if routes else ())]
    context = {
        **_figures(request, found),
        "link": found,
        "address": link_url(found),
        "leads": leads_of(found),
        "may_stop": found.disabled_at is None and may_change,
        "may_change": may_change,
        "may_route": may_change and routes,
        "routes": routes,
        "parts": {code: _form(code, None, found) for code in codes} | {**written},
        "editing": set(written),
        "to": {
            part: reverse(f"portal:link-{part}", args=[found.pk]) for part in (*codes, "winner")
        },
        "split": split_shown(found) if routes else None,
        "carried": program_utm(found),
        "addresses": try_link(found, Visitor()),
    }
    status = status_of(*written.values())
    return render(request, "portal/links/link.html", context, status=status)


def _figures(request: MemberRequest | ReaderRequest, found: Link) -> dict[str, object]:
    today = localdate(now())
    credited = own_commissions(request.member).filter(
        conversion__touches__link=found, conversion__touches__verdict="credited"
    )
    return {
        "spans": [
            links_shown(request.member, [found], span_of(code, today))[0]
            for code in ("month", "all")
        ],
        "rows": earnings_shown(request.member, list(credited[:LATEST])),
        "filtered": filtered_by_reason(
            request.member, partnership_id=found.partnership_id, link_id=found.pk
        ),
        "days": DAYS,
        "subs": subs_lately(found, SubFilters(request.GET).sub_number),
    }
