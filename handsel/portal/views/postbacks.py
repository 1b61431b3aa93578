"""The partner's postbacks: addresses of its own that are called when its commissions change.

Their addresses may hold what lets one in at a tracker: they are for the partner's people only.
"""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from handsel.links.models import Link
from handsel.organizations.access import MemberRequest, requires, requires_member
from handsel.organizations.models import Member
from handsel.portal.forms.postbacks import LINKS_MAX, NewPostback, PostbackForm
from handsel.portal.own import own, partnerships_of
from handsel.portal.postbacks import (
    deliveries_shown,
    own_postbacks,
    placeholders_shown,
    postbacks_shown,
    what_for,
)
from handsel.postbacks import services
from handsel.postbacks.models import Delivery, Postback
from handsel.ui.refusals import said_by_form, status_of

PAGE_SIZE = 25


@require_GET
@requires_member
def postbacks(request: MemberRequest) -> HttpResponse:
    """All of them, and the form for a new one."""
    return _list(request, _new_form(request, None))


@require_POST
@requires(Member.Role.MANAGER)
def new(request: MemberRequest) -> HttpResponse:
    """Add one; its page shows the secret, this once."""
    form = _new_form(request, request.POST)
    if form.is_valid():
        said = form.cleaned_data
        partnership = form.partnerships[said.pop("partnership")]
        with said_by_form(form):
            said["link"] = form.links.get(said["link"])
            made = services.add_postback(partnership, **said, actor=request.member)
            return _one(request, made, secret=made.secret)
    return _list(request, form)


@require_GET
@requires_member
def postback(request: MemberRequest, pk: str) -> HttpResponse:
    return _one(request, _found(request, pk))


@require_POST
@requires(Member.Role.MANAGER)
def change(request: MemberRequest, pk: str) -> HttpResponse:
    found, form = _found(request, pk), PostbackForm(request.POST)
    if form.is_valid():
        with said_by_form(form):
            services.change_postback(found.pk, **form.cleaned_data, actor=request.member)
            messages.success(request, _("Saved. What still waits goes to the new address."))
            return redirect("portal:postback", found.pk)
    return _one(request, found, form)


@require_POST
@requires(Member.Role.MANAGER)
def sample(request: MemberRequest, pk: str) -> HttpResponse:
    """Call the address with made-up values."""
    services.send_sample(_found(request, pk).pk, actor=request.member)
    return redirect("portal:postback", pk)


@require_POST
@requires(Member.Role.MANAGER)
def secret(request: MemberRequest, pk: str) -> HttpResponse:
    """A new secret, shown this once."""
    made = services.replace_secret(_found(request, pk).pk, actor=request.member)
    return _one(request, made, secret=made.secret)


@require_POST
@requires(Member.Role.MANAGER)
def switch(request: MemberRequest, pk: str) -> HttpResponse:
    """On or off."""
    found = _found(request, pk)
    if found.disabled_at is None:
        services.switch_off(found.pk, actor=request.member)
        messages.success(request, _("The postback is off. Nothing is sent."))
    else:
        services.switch_on(found.pk, actor=request.member)
        messages.success(request, _("The postback is on again. What waited is sent now."))
    return redirect("portal:postback", pk)


@require_POST
@requires(Member.Role.MANAGER)
def removal(request: MemberRequest, pk: str) -> HttpResponse:
    services.remove_postback(_found(request, pk).pk, actor=request.member)
    messages.success(request, _("The postback is removed."))
    return redirect("portal:postbacks")


@require_POST
@requires(Member.Role.MANAGER)
def again(request: MemberRequest, pk: str) -> HttpResponse:
    """One delivery once more, or now instead of later."""
    found = get_object_or_404(own(Delivery.objects.all(), request.member), pk=pk)
    services.send_again(found.pk, actor=request.member)
    return redirect("portal:postback", found.postback_id)


def _found(request: MemberRequest, pk: str) -> Postback:
    return get_object_or_404(own_postbacks(request.member), pk=pk)


def _new_form(request: MemberRequest, data: object) -> NewPostback:
    partnerships = [one for one in partnerships_of(request.member) if one.status != "ended"]
    links = own(Link.objects.filter(disabled_at=None), request.member).order_by("-created_at")
    return NewPostback(data, partnerships=partnerships, links=list(links[:LINKS_MAX]))


def _list(request: MemberRequest, form: NewPostback) -> HttpResponse:
    context = {
        "shown": postbacks_shown(request.member),
        "form": form,
        "may_change": request.member.may(Member.Role.MANAGER) and bool(form.partnerships),
        "placeholders": placeholders_shown(),
    }
    return render(request, "portal/postbacks/list.html", context, status=status_of(form))


def _one(
    request: MemberRequest, found: Postback, form: PostbackForm | None = None, secret: str = ""
) -> HttpResponse:
    rows = found.deliveries.select_related("commission").order_by("-number")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    kept = {"url": found.url, "method": found.method, "events": found.events}
    context = {
        "postback": found,
        "what_for": what_for(found),
        "form": form or PostbackForm(initial=kept),
        "secret": secret,
        "page": page,
        "deliveries": deliveries_shown(list(page.object_list), found),
        # The worker is about to call: the log asks again until it has.
        "is_watched": any(row.state == "waiting" and row.due_at for row in page.object_list),
        "may_change": request.member.may(Member.Role.MANAGER),
        "placeholders": placeholders_shown(),
    }
    return render(request, "portal/postbacks/postback.html", context, status=status_of(form))
