"""One link: where it leads, whom, and what it brought."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from handsel.activity.queries import history
from handsel.clicks.filtered import DAYS, filtered_by_reason
from handsel.console.forms.links import DefaultsForm, TryForm
from handsel.console.frame import program_or_404
from handsel.console.link import tried
from handsel.console.queries import links_with_clicks
from handsel.errors import DomainError
from handsel.insights.forms import SubFilters
from handsel.insights.splits_shown import split_shown
from handsel.insights.subs import subs_lately
from handsel.links.addresses import link_url, with_sub
from handsel.links.changing import change_defaults, change_link, end_split
from handsel.links.directions import LinkChange
from handsel.links.forms import (
    RULES_PART,
    SCHEDULE_PART,
    SPLIT_PART,
    AddressPart,
    ParametersPart,
    asked_again,
)
from handsel.links.models import Link, LinkDefaults
from handsel.links.queries import program_utm
from handsel.organizations.access import MemberRequest, requires, requires_member
from handsel.organizations.models import Member
from handsel.ui.qr import qr_png, qr_svg
from handsel.ui.refusals import status_of

HISTORY = 30
QR_SUB = "qr"
MANAGER = Member.Role.MANAGER
PARTS: Mapping[str, Any] = {
    "address": AddressPart,
    "parameters": ParametersPart,
    "schedule": SCHEDULE_PART,
    "rules": RULES_PART,
    "split": SPLIT_PART,
}


@require_GET
@requires_member
def link(request: MemberRequest, pk: str) -> HttpResponse:
    """Everything about a link; with a visitor in the address also where that one would go."""
    return _page(request, link_or_404(request, pk))


@require_POST
@requires(MANAGER)
def change(request: MemberRequest, pk: str, part: str) -> HttpResponse:
    """Save one part of the page; the others stay as they are."""
    found = link_or_404(request, pk)
    if typed := asked_again(PARTS[part], request.POST, found):
        return _page(request, found, {part: typed})
    form = PARTS[part](request.POST, found)
    if form.is_valid():
        try:
            change_link(found.pk, form.change(), actor=request.member)
        except DomainError as error:
            form.blame(error)
        else:
            messages.success(request, _("Saved. Visitors are sent there from now on."))
            return redirect(f"{reverse('console:link', args=[found.pk])}#{part}")
    found.refresh_from_db()
    return _page(request, found, {part: form})


@require_POST
@requires(MANAGER)
def switch(request: MemberRequest, pk: str) -> HttpResponse:
    """On or off."""
    found = link_or_404(request, pk)
    change_link(
        found.pk, LinkChange(disabled=request.POST.get("to") == "off"), actor=request.member
    )
    return redirect("console:link", found.pk)


@require_POST
@requires(MANAGER)
def winner(request: MemberRequest, pk: str) -> HttpResponse:
    """End a split by choice."""
    found = link_or_404(request, pk)
    end_split(found.pk, request.POST.get("name", ""), actor=request.member)
    messages.success(request, _("Everybody gets this page from now on."))
    return redirect(f"{reverse('console:link', args=[found.pk])}#split")


@require_GET
@requires_member
def qr(request: MemberRequest, pk: str, kind: str) -> HttpResponse:
    """The address for print. With `?s1=` its visitors carry a sub-id, so that paper can be told
    from screen."""
    found = link_or_404(request, pk)
    address = with_sub(link_url(found), request.GET.get("s1", ""))
    drawn = qr_png(address) if kind == "png" else qr_svg(address)
    media_type = "image/png" if kind == "png" else "image/svg+xml"
    response = HttpResponse(drawn, content_type=media_type)
    response["Content-Disposition"] = f'inline; filename="{found.slug}.{kind}"'
    return response


@requires(MANAGER)
def defaults(request: MemberRequest) -> HttpResponse:
    """What all links of the program carry, and what partners may do with theirs."""
    program = program_or_404(request)
    known = LinkDefaults.objects.visible_to(request.member).filter(program=program).first()
    form = DefaultsForm(request.POST if request.method == "POST" else None, known)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            change_defaults(
                program,
                utm=form.utm(said),
                partners_route=said["partners_route"],
                actor=request.member,
            )
        except DomainError as error:
            form.blame(error)
        else:
            messages.success(request, _("Saved. All links of the program carry it from now on."))
            return redirect("console:link-defaults")
    context = {"form": form}
    return render(request, "console/links/defaults.html", context, status=status_of(form))


def link_or_404(request: MemberRequest, pk: str) -> Link:
    """One of the brand's own program; as a partner the member has the portal."""
    own = Link.objects.visible_to(request.member).filter(brand_id=request.member.organization_id)
    return get_object_or_404(own.select_related("partner", "program", "partnership"), pk=pk)


def _page(
    request: MemberRequest, found: Link, written: Mapping[str, Any] = MappingProxyType({})
) -> HttpResponse:
    """With the part that somebody is writing, where one is being written."""
    [row] = links_with_clicks([found])
    try_form = TryForm(request.GET)
    return render(
        request,
        "console/links/link.html",
        {
            "link": found,
            "row": row,
            "crumbs": [(_("Links"), reverse("console:links")), (found.slug, "")],
            "may_change": request.member.may(MANAGER),
            "may_route": request.member.may(MANAGER),
            "parts": {code: part(None, found) for code, part in PARTS.items()} | {**written},
            "editing": set(written),
            "to": {
                part: reverse(f"console:link-{part}", args=[found.pk])
                for part in (*PARTS, "winner")
            },
            "carried": program_utm(found),
            "split": split_shown(found),
            "subs": subs_lately(found, SubFilters(request.GET).sub_number),
            "try_form": try_form,
            "tried": tried(found, try_form.said),
            "qr_sub": QR_SUB,
            "filtered": filtered_by_reason(
                request.member, partnership_id=found.partnership_id, link_id=found.pk
            ),
            "days": DAYS,
            "activities": history(request.member, found.pk)[:HISTORY],
        },
        status=status_of(*written.values()),
    )
