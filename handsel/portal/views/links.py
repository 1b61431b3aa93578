"""The partner's links and codes: what each brought, sharing them, making and stopping one."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from handsel.clicks.filtered import DAYS, filtered_by_reason
from handsel.clock import now
from handsel.errors import DomainError
from handsel.insights.subs import subs_lately
from handsel.links.addresses import link_url, with_sub
from handsel.links.changing import change_link
from handsel.links.forms import ParametersPart
from handsel.links.models import Code, Link
from handsel.links.queries import program_utm
from handsel.links.services import create_link, disable_link
from handsel.links.trying import Visitor, try_link
from handsel.organizations.access import MemberRequest, ReaderRequest, requires, requires_reader
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership
from handsel.portal.earnings import own_commissions
from handsel.portal.forms.links import NewLink
from handsel.portal.own import own, partnerships_of
from handsel.portal.rows import earnings_shown
from handsel.portal.sharing import best_first, codes_shown, links_shown, span_of
from handsel.rows.querysets import ActsFor
from handsel.ui.qr import qr_png, qr_svg
from handsel.ui.refusals import said_by_form, status_of

PAGE_SIZE = 25
LATEST = 5


@require_GET
@requires_reader
def links(request: ReaderRequest) -> HttpResponse:
    """The best of the month or year first. `made` is the id of a link that was just made."""
    return _page(request, NewLink(partnerships=_going_on(request.member)))


@require_POST
@requires(Member.Role.MANAGER)
def new_link(request: MemberRequest) -> HttpResponse:
    form = NewLink(request.POST, partnerships=_going_on(request.member))
    if form.is_valid():
        said = form.cleaned_data
        partnership = form.partnerships[said.pop("partnership")]
        sub = said.pop("s1").strip()
        with said_by_form(form):
            link = create_link(
                partnership, **said, subs={"s1": sub} if sub else {}, actor=request.member
            )
            messages.success(request, _("Your link is ready."))
            return redirect(f"{reverse('portal:links')}?made={link.pk}")
    return _page(request, form)


@require_GET
@requires_reader
def link(request: ReaderRequest, pk: str) -> HttpResponse:
    """One link: to share, to print, and what it brought."""
    return _one(request, _link(request.member, pk))


@require_POST
@requires(Member.Role.MANAGER)
def parameters(request: MemberRequest, pk: str) -> HttpResponse:
    """What the visits of a link carry; where it leads is the brand's to say."""
    found = _link(request.member, pk)
    form = ParametersPart(request.POST, found)
    if form.is_valid():
        try:
            change_link(found.pk, form.change(), actor=request.member, by_partner=True)
        except DomainError as error:
            form.blame(error)
        else:
            messages.success(request, _("Saved. Visits carry it from now on."))
            return redirect(f"{reverse('portal:link', args=[found.pk])}#parameters")
    return _one(request, found, form)


def _one(
    request: MemberRequest | ReaderRequest,
    found: Link,
    form: ParametersPart | None = None,
) -> HttpResponse:
    today = localdate(now())
    credited = own_commissions(request.member).filter(
        conversion__touches__link=found, conversion__touches__verdict="credited"
    )
    context = {
        "link": found,
        "address": link_url(found),
        "spans": [
            links_shown(request.member, [found], span_of(code, today))[0]
            for code in ("month", "all")
        ],
        "rows": earnings_shown(request.member, list(credited[:LATEST])),
        "filtered": filtered_by_reason(
            request.member, partnership_id=found.partnership_id, link_id=found.pk
        ),
        "days": DAYS,
        "may_stop": found.disabled_at is None and request.member.may(Member.Role.MANAGER),
        "may_change": request.member.may(Member.Role.MANAGER),
        "form": form or ParametersPart(None, found),
        "carried": program_utm(found),
        "addresses": try_link(found, Visitor()),
        "subs": subs_lately(found),
    }
    return render(request, "portal/links/link.html", context, status=status_of(form))


@require_POST
@requires(Member.Role.MANAGER)
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


def _going_on(member: ActsFor) -> list[Partnership]:
    return [one for one in partnerships_of(member) if one.status != "ended"]


def _page(request: MemberRequest | ReaderRequest, form: NewLink) -> HttpResponse:
    member = request.member
    span = span_of(request.GET.get("span", ""), localdate(now()))
    mine = own(Link.objects.all(), member).select_related("program")
    page = Paginator(best_first(member, mine, span), PAGE_SIZE).get_page(request.GET.get("page"))
    by_id = mine.in_bulk(list(page.object_list))
    codes = own(Code.objects.all(), member).select_related("program").order_by("created_at")
    wanted = request.GET.get("made", "")
    made = mine.filter(pk=wanted).first() if wanted else None
    context = {
        "form": form,
        "may_make": bool(form.partnerships) and member.may(Member.Role.MANAGER),
        "made": made,
        "made_address": link_url(made) if made else "",
        "links": links_shown(member, [by_id[pk] for pk in page.object_list], span),
        "page": page,
        "query": f"span={span.code}&",
        "span": span,
        "spans": [("month", _("Month")), ("year", _("Year")), ("all", _("All time"))],
        "codes": codes_shown(member, codes, span),
        "has_programs": len(form.partnerships) > 1,
    }
    return render(request, "portal/links/list.html", context, status=status_of(form))
