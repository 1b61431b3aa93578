"""What partners hand in to be paid for, and what they were promised besides money."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from handsel.commissions.models import PromisedPerk, Submission
from handsel.commissions.settling.perks import change_perk
from handsel.commissions.settling.submissions import approve_submission, decline_submission
from handsel.console.frame import program_or_404
from handsel.console.promises import LISTS, lists_of
from handsel.errors import InvalidInput
from handsel.organizations.access import MemberRequest, requires, requires_member
from handsel.organizations.models import Member

PAGE_SIZE = 50
DECIDERS = (Member.Role.MANAGER, Member.Role.FINANCE)


@require_GET
@requires_member
def promises(request: MemberRequest) -> HttpResponse:
    """What waits for the brand first."""
    program = program_or_404(request)
    lists = lists_of(program, request.member)
    shown = request.GET.get("state", "")
    shown = shown if shown in LISTS else "waiting"
    page = Paginator(lists[shown], PAGE_SIZE).get_page(request.GET.get("page"))
    labels = (_("To review"), _("Reviewed"), _("Perks to fulfil"), _("Perks fulfilled"))
    context = {
        "page": page,
        "query": f"state={shown}&",
        "shown": shown,
        "are_perks": shown.startswith("perks"),
        "currency": program.currency,
        "may_decide": request.member.may(*DECIDERS),
        "tabs": [
            (label, f"?state={name}", name == shown, lists[name].count())
            for name, label in zip(LISTS, labels, strict=True)
        ],
    }
    return render(request, "console/promises/list.html", context)


@require_POST
@requires(*DECIDERS)
def approval(request: MemberRequest, pk: str) -> HttpResponse:
    """Accept what was handed in; for views, as often as the brand found."""
    found = _submission(request, pk)
    views = request.POST.get("views_confirmed", "").strip()
    confirmed = _whole(views) if views and found.kind == Submission.Kind.VIEWS else None
    done = approve_submission(found.pk, actor=request.member, views_confirmed=confirmed)
    if done.commission is not None:
        messages.success(request, _("Accepted. The bonus is counted."))
    else:
        messages.success(request, _("Accepted. It comes to no bonus."))
    return redirect("console:promises")


@require_POST
@requires(*DECIDERS)
def refusal(request: MemberRequest, pk: str) -> HttpResponse:
    reason = request.POST.get("reason", "")
    decline_submission(_submission(request, pk).pk, reason=reason, actor=request.member)
    messages.success(request, _("Declined. The partner reads why, and may hand in again."))
    return redirect("console:promises")


@require_POST
@requires(*DECIDERS)
def perk(request: MemberRequest, pk: str) -> HttpResponse:
    """How far a perk is."""
    rows = PromisedPerk.objects.visible_to(request.member)
    found = get_object_or_404(rows.filter(brand_id=request.member.organization_id), pk=pk)
    change_perk(
        found.pk,
        to=request.POST.get("to", ""),
        note=request.POST.get("note", ""),
        actor=request.member,
    )
    return redirect(f"{reverse('console:promises')}?state=perks")


def _submission(request: MemberRequest, pk: str) -> Submission:
    rows = Submission.objects.visible_to(request.member)
    found: Submission = get_object_or_404(
        rows.filter(brand_id=request.member.organization_id), pk=pk
    )
    return found


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise InvalidInput(
            _("How often was it seen?"),
            field="views_confirmed",
            remedy=_("Write a whole number."),
        )
    return int(text)
