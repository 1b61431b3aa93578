"""The partner's links and codes, and making another link."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from handsel.links.addresses import link_url
from handsel.links.models import Code, Link
from handsel.links.services import create_link
from handsel.organizations.access import MemberRequest, ReaderRequest, requires, requires_reader
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership
from handsel.portal.forms.links import NewLink
from handsel.portal.own import own, partnerships_of
from handsel.portal.sharing import codes_shown, links_shown
from handsel.rows.querysets import ActsFor
from handsel.ui.refusals import said_by_form

PAGE_SIZE = 50


@require_GET
@requires_reader
def links(request: ReaderRequest) -> HttpResponse:
    """The newest first. `made` is the id of a link that was just made, to be shared at once."""
    return _page(request, NewLink(partnerships=_going_on(request.member)))


@require_POST
@requires(Member.Role.MANAGER)
def new_link(request: MemberRequest) -> HttpResponse:
    form = NewLink(request.POST, partnerships=_going_on(request.member))
    if form.is_valid():
        said = form.cleaned_data
        partnership = form.partnerships[said.pop("partnership")]
        with said_by_form(form):
            link = create_link(partnership, **said, actor=request.member)
            messages.success(request, _("Your link is ready."))
            return redirect(f"{reverse('portal:links')}?made={link.pk}")
    return _page(request, form, status=422)


def _going_on(member: ActsFor) -> list[Partnership]:
    return [one for one in partnerships_of(member) if one.status != "ended"]


def _page(request: MemberRequest | ReaderRequest, form: NewLink, status: int = 200) -> HttpResponse:
    mine = own(Link.objects.all(), request.member).select_related("program")
    page = Paginator(mine.order_by("-created_at", "-pk"), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    codes = own(Code.objects.all(), request.member).select_related("program")
    wanted = request.GET.get("made", "")
    made = mine.filter(pk=wanted).first() if wanted else None
    context = {
        "form": form,
        "may_make": bool(form.partnerships) and request.member.may(Member.Role.MANAGER),
        "made": made,
        "made_address": link_url(made) if made else "",
        "links": links_shown(request.member, page.object_list),
        "page": page,
        "codes": codes_shown(request.member, codes.order_by("created_at")),
        "has_programs": len(form.partnerships) > 1,
    }
    return render(request, "portal/links/list.html", context, status=status)
