"""The partner's links and codes: what each brought, and making one."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from handsel.clock import now
from handsel.links.addresses import link_url
from handsel.links.leading import leads_of
from handsel.links.models import Code, Link
from handsel.links.services import create_link
from handsel.organizations.access import MemberRequest, ReaderRequest, requires, requires_reader
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership
from handsel.portal.forms.links import NewLink
from handsel.portal.own import own, partnerships_of
from handsel.portal.sharing import best_first, codes_shown, links_shown, span_of
from handsel.rows.querysets import ActsFor
from handsel.ui.refusals import said_by_form, status_of

PAGE_SIZE = 25


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
        "made_leads": leads_of(made) if made else (),
        "links": links_shown(member, [by_id[pk] for pk in page.object_list], span),
        "page": page,
        "query": f"span={span.code}&",
        "span": span,
        "spans": [("month", _("Month")), ("year", _("Year")), ("all", _("All time"))],
        "codes": codes_shown(member, codes, span),
        "has_programs": len(form.partnerships) > 1,
    }
    return render(request, "portal/links/list.html", context, status=status_of(form))
