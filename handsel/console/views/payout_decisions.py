"""What a person decides about a batch or a payout. Reasons are read by the partner."""

from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from handsel.console.batches import batch_view
from handsel.console.forms.payouts import PaidForm, RailForm, ReasonForm
from handsel.console.frame import program_or_404
from handsel.console.views.payouts import PAYERS, PROPOSERS, own_batches, own_payouts
from handsel.errors import InvalidInput
from handsel.organizations.access import MemberRequest, requires
from handsel.payouts import services
from handsel.payouts.models import Payout
from handsel.ui.figures import count_text


@require_POST
@requires(*PROPOSERS)
def proposal(request: MemberRequest) -> HttpResponse:
    """Collect what is owed into a new batch."""
    batch = services.propose_batch(program_or_404(request), actor=request.member)
    return redirect("console:batch", batch.pk)


@require_POST
@requires(*PAYERS)
def choice(request: MemberRequest, pk: str) -> HttpResponse:
    """What the ticked payouts come to; nothing is changed."""
    batch = get_object_or_404(own_batches(request), pk=pk)
    view = batch_view(batch, request.member, ticked=request.POST.getlist("payout"))
    context = {"batch": batch, "choice": view.choice, "may_pay": True, "may_propose": True}
    return render(request, "console/payouts/_decide.html", context)


@require_POST
@requires(*PAYERS)
def approval(request: MemberRequest, pk: str) -> HttpResponse:
    """Approve the payouts that are ticked; the others follow later. One of which something has
    changed since waits for another look, and is not counted."""
    batch = get_object_or_404(own_batches(request), pk=pk)
    chosen = request.POST.getlist("payout")
    if not chosen:
        raise InvalidInput(_("No payout is chosen."), remedy=_("Tick at least one."))
    services.approve_batch(batch.pk, payouts=chosen, actor=request.member)
    gone = Payout.objects.filter(batch=batch, pk__in=chosen).exclude(status="proposed").count()
    said = ngettext("%(count)s payout approved.", "%(count)s payouts approved.", gone)
    level = messages.SUCCESS if gone == len(set(chosen)) else messages.WARNING
    messages.add_message(request, level, said % {"count": count_text(gone)})
    return redirect("console:batch", pk)


@require_POST
@requires(*PROPOSERS)
def discarding(request: MemberRequest, pk: str) -> HttpResponse:
    """Send a proposal back: everything in it stays owed."""
    batch = get_object_or_404(own_batches(request), pk=pk)
    services.discard_batch(batch.pk, reason=_reason(request), actor=request.member)
    messages.success(request, _("Sent back. Everything in it stays owed."))
    return redirect("console:payouts")


@require_POST
@requires(*PAYERS)
def file(request: MemberRequest, pk: str) -> HttpResponse:
    """Make the file for the bank, once."""
    batch = get_object_or_404(own_batches(request), pk=pk)
    form = RailForm(request.POST)
    if not form.is_valid():
        raise InvalidInput(_("Choose the kind of file."), field="rail")
    services.export_batch(batch.pk, **form.cleaned_data, actor=request.member)
    messages.success(request, _("The file is made. Download it and give it to your bank."))
    return redirect("console:batch", pk)


@require_POST
@requires(*PAYERS)
def confirmation(request: MemberRequest, pk: str) -> HttpResponse:
    """The bank has paid all that is on its way."""
    batch = get_object_or_404(own_batches(request), pk=pk)
    services.mark_batch_paid(batch.pk, paid_on=_paid_on(request), actor=request.member)
    messages.success(request, _("Paid. The partners can see it."))
    return redirect("console:batch", pk)


Decision = Callable[[Payout], object]


@require_POST
@requires(*PAYERS)
def clearing(request: MemberRequest, pk: str, payout_pk: str) -> HttpResponse:
    """A person has looked, and lets it pass."""

    def clear(payout: Payout) -> object:
        return services.clear_payout(payout.pk, actor=request.member)

    return _decided(request, pk, payout_pk, clear, _("Cleared."))


@require_POST
@requires(*PAYERS)
def delay(request: MemberRequest, pk: str, payout_pk: str) -> HttpResponse:
    def put_off(payout: Payout) -> object:
        return services.delay_payout(payout.pk, reason=_reason(request), actor=request.member)

    return _decided(request, pk, payout_pk, put_off, _("It waits for the next batch."))


@require_POST
@requires(*PAYERS)
def drop(request: MemberRequest, pk: str, payout_pk: str) -> HttpResponse:
    def leave_out(payout: Payout) -> object:
        return services.drop_payout(payout.pk, reason=_reason(request), actor=request.member)

    return _decided(request, pk, payout_pk, leave_out, _("Left out. It stays owed."))


@require_POST
@requires(*PAYERS)
def restoration(request: MemberRequest, pk: str, payout_pk: str) -> HttpResponse:
    def take_in(payout: Payout) -> object:
        return services.restore_payout(payout.pk, actor=request.member)

    return _decided(request, pk, payout_pk, take_in, _("Taken in again."))


@require_POST
@requires(*PAYERS)
def payment(request: MemberRequest, pk: str, payout_pk: str) -> HttpResponse:
    def pay(payout: Payout) -> object:
        return services.mark_paid(payout.pk, paid_on=_paid_on(request), actor=request.member)

    return _decided(request, pk, payout_pk, pay, _("Paid. The partner can see it."))


@require_POST
@requires(*PAYERS)
def failure(request: MemberRequest, pk: str, payout_pk: str) -> HttpResponse:
    """The bank refused it: it is owed again."""

    def fail(payout: Payout) -> object:
        return services.mark_failed(payout.pk, reason=_reason(request), actor=request.member)

    return _decided(request, pk, payout_pk, fail, _("Failed. It is owed again."))


@require_POST
@requires(*PAYERS)
def comeback(request: MemberRequest, pk: str, payout_pk: str) -> HttpResponse:
    """It was paid and came back: it is owed again."""

    def take_back(payout: Payout) -> object:
        return services.mark_returned(payout.pk, reason=_reason(request), actor=request.member)

    return _decided(request, pk, payout_pk, take_back, _("Returned. It is owed again."))


def _decided(
    request: MemberRequest, pk: str, payout_pk: str, decide: Decision, said: str
) -> HttpResponse:
    payout = get_object_or_404(own_payouts(request), pk=payout_pk, batch=pk)
    decide(payout)
    messages.success(request, said)
    if request.POST.get("back") == "payout":
        return redirect("console:payout", pk, payout_pk)
    return redirect("console:batch", pk)


def _reason(request: MemberRequest) -> str:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        raise InvalidInput(
            _("Say why in at most 500 letters."),
            field="reason",
            remedy=_("The partner reads it, and so do you in a year."),
        )
    return str(form.cleaned_data["reason"])


def _paid_on(request: MemberRequest) -> date:
    form = PaidForm(request.POST)
    if not form.is_valid():
        raise InvalidInput(_("Say on which day the bank moved the money."), field="paid_on")
    paid_on: date = form.cleaned_data["paid_on"]
    return paid_on
