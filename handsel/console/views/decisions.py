"""What a person decides about a commission. Each answers with its row for HTMX, else goes back."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from handsel.commissions.models import Commission
from handsel.commissions.services import (
    approve_commission,
    decline_commission,
    release_commission,
    withhold_commission,
)
from handsel.console.views.commissions import DECIDERS, own_commissions
from handsel.organizations.access import MemberRequest, requires
from handsel.relations.queries import with_open_questions


@require_POST
@requires(*DECIDERS)
def approval(request: MemberRequest, pk: str) -> HttpResponse:
    """From here on the partner is owed it."""

    def approve(found: Commission) -> Commission:
        return approve_commission(found.pk, actor=request.member)

    return _decided(request, pk, approve, _("Approved."))


@require_POST
@requires(*DECIDERS)
def refusal(request: MemberRequest, pk: str) -> HttpResponse:
    """Declined, with the reason the partner reads."""

    def decline(found: Commission) -> Commission:
        return decline_commission(found.pk, reason=_reason(request), actor=request.member)

    return _decided(request, pk, decline, _("Declined. The partner can read the reason."))


@require_POST
@requires(*DECIDERS)
def withholding(request: MemberRequest, pk: str) -> HttpResponse:
    """Kept back for a suspicion until it is released."""

    def withhold(found: Commission) -> Commission:
        return withhold_commission(found.pk, reason=_reason(request), actor=request.member)

    return _decided(request, pk, withhold, _("Withheld until you release it."))


@require_POST
@requires(*DECIDERS)
def release(request: MemberRequest, pk: str) -> HttpResponse:
    def let_go(found: Commission) -> Commission:
        return release_commission(found.pk, reason=_reason(request), actor=request.member)

    return _decided(request, pk, let_go, _("Released."))


def _reason(request: MemberRequest) -> str:
    return request.POST.get("reason", "")


def _decided(
    request: MemberRequest, pk: str, decide: Callable[[Commission], Commission], said: str
) -> HttpResponse:
    rows = own_commissions(request)
    decide(get_object_or_404(rows, pk=pk))
    if request.htmx:
        row = with_open_questions(rows.select_related("partner", "conversion")).get(pk=pk)
        context = {"commission": row, "may_decide": True}
        return render(request, "console/commissions/_row.html", context)
    messages.success(request, said)
    return redirect("console:commission", pk)
