"""Settings, Payouts: the account a program pays from, and when it pays."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from handsel.clock import now
from handsel.console.forms.payouts import PayerForm
from handsel.console.frame import program_or_404
from handsel.console.views.settings import tabs
from handsel.organizations.access import MemberRequest, requires
from handsel.organizations.models import Member
from handsel.payouts.payers import Payer, change_payer
from handsel.payouts.rails.accounts import bank_name_of
from handsel.payouts.schedule import payout_day_without_batch
from handsel.programs.models import Program
from handsel.ui.refusals import said_by_form, status_of

READERS = (Member.Role.MANAGER, Member.Role.FINANCE)
CHANGERS = (Member.Role.FINANCE,)


@require_http_methods(["GET", "POST"])
@requires(*READERS)
def payouts(request: MemberRequest) -> HttpResponse:
    program = program_or_404(request)
    if request.method == "POST":
        return _change(request)
    payer = Payer.objects.visible_to(request.member).filter(program=program).first()
    fields = ("name", "iban", "bic", "town", "country")
    initial = {field: getattr(payer, field) for field in fields} if payer else None
    return _page(request, program, PayerForm(initial=initial), payer)


@requires(*CHANGERS)
def _change(request: MemberRequest) -> HttpResponse:
    program = program_or_404(request)
    form = PayerForm(request.POST)
    if form.is_valid():
        with said_by_form(form):
            change_payer(program, **form.cleaned_data, actor=request.member)
            messages.success(request, _("Saved. The next file for the bank pays from it."))
            return redirect("console:settings-payouts")
    return _page(request, program, form, None)


def _page(
    request: MemberRequest, program: Program, form: PayerForm, payer: Payer | None
) -> HttpResponse:
    context = {
        "tabs": tabs("settings-payouts", request.member),
        "form": form,
        "payer": payer,
        "bank_name": bank_name_of(payer.iban) if payer else "",
        "pays_on": payout_day_without_batch(program, localdate(now())),
        "may_change": request.member.may(*CHANGERS),
    }
    return render(request, "console/settings/payouts.html", context, status=status_of(form))
