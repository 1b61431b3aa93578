"""Credit that a person gives: one order, or all past orders of its customer, to one partner."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from handsel.commissions.crediting.by_hand import (
    Decision,
    credit_by_hand,
    preview,
    withdraw_credit,
)
from handsel.console.forms.crediting import CreditForm
from handsel.conversions.models import Conversion, ManualCredit
from handsel.organizations.access import MemberRequest, requires
from handsel.organizations.models import Member
from handsel.rows.querysets import OwnedQuerySet
from handsel.ui.refusals import said_by_form, status_of

DECIDERS = (Member.Role.MANAGER, Member.Role.FINANCE)


@require_http_methods(["GET", "POST"])
@requires(*DECIDERS)
def credit(request: MemberRequest, pk: str) -> HttpResponse:
    """First what it would change, for whom; then the decision."""
    found = get_object_or_404(_own(request).select_related("program"), pk=pk)
    form = CreditForm(request.POST or None, conversion=found)
    look: dict[str, object] = {}
    if request.method == "POST" and form.is_valid():
        with said_by_form(form):
            decision = form.decision()
            if request.POST.get("step") == "decide":
                credit_by_hand(decision, actor=request.member)
                messages.success(request, _said(decision))
                return redirect("console:conversion", pk)
            look = {"decision": decision, "changes": preview(decision)}
    context = {
        "conversion": found,
        "form": form,
        **look,
        "crumbs": [
            (found.order_reference, reverse("console:conversion", args=[pk])),
            (_("Credit by hand"), ""),
        ],
    }
    page = render(request, "console/conversions/credit.html", context)
    page.status_code = status_of(form)
    return page


@require_POST
@requires(*DECIDERS)
def withdrawal(request: MemberRequest, pk: str) -> HttpResponse:
    """The order is whose it was; with it all that were credited by the same decision."""
    mine = ManualCredit.objects.visible_to(request.member).filter(
        brand_id=request.member.organization_id
    )
    found = get_object_or_404(mine, pk=pk)
    withdraw_credit(found.decision, reason=request.POST.get("reason", ""), actor=request.member)
    messages.success(request, _("Withdrawn. The order is judged again as if it had not been."))
    return redirect("console:conversion", found.conversion_id)


def _own(request: MemberRequest) -> "OwnedQuerySet[Conversion]":
    return Conversion.objects.visible_to(request.member)


def _said(decision: Decision) -> str:
    return ngettext(
        "Credited to %(name)s. The order is judged again in a moment.",
        "%(number)s orders credited to %(name)s. They are judged again in a moment.",
        len(decision.conversions),
    ) % {"name": decision.partnership.partner.name, "number": len(decision.conversions)}
