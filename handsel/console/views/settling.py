"""What is given or taken by hand, and who brought a partner."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from handsel.commissions.settling.adjusting import adjust
from handsel.commissions.settling.brought import set_brought_by
from handsel.console.forms.settling import AdjustmentForm, BroughtForm
from handsel.console.views.partner import DECIDERS, commissions_page
from handsel.console.views.record import partnership_or_404
from handsel.organizations.access import MemberRequest, requires
from handsel.organizations.models import Member
from handsel.ui.figures import money_text
from handsel.ui.refusals import said_by_form


@require_POST
@requires(*DECIDERS)
def adjustment(request: MemberRequest, pk: str) -> HttpResponse:
    """Give or take an amount, with the reason that both sides read."""
    partnership = partnership_or_404(request, pk)
    form = AdjustmentForm(request.POST, currency=partnership.program.currency)
    if form.is_valid():
        said = form.cleaned_data
        with said_by_form(form):
            made = adjust(
                partnership,
                amount_minor=form.amount_minor,
                reason=said["reason"],
                once=said["once"],
                actor=request.member,
            )
            amount = money_text(made.amount_minor, made.currency, sign=True)
            messages.success(request, _("Adjusted by %(amount)s.") % {"amount": amount})
            return redirect("console:commission", made.pk)
    return commissions_page(request, partnership, adjusting=form)


@require_POST
@requires(Member.Role.MANAGER)
def brought(request: MemberRequest, pk: str) -> HttpResponse:
    """Say who brought this partner, or that nobody did."""
    partnership = partnership_or_404(request, pk)
    form = BroughtForm(request.POST, partnership=partnership)
    if form.is_valid():
        with said_by_form(form):
            set_brought_by(
                partnership,
                form.chosen,
                reason=form.cleaned_data["reason"],
                since=form.since_at,
                actor=request.member,
            )
            messages.success(request, _("Saved. Shares of what is earned follow within a minute."))
            return redirect("console:partner-commissions", partnership.pk)
    return commissions_page(request, partnership, bringing=form)
