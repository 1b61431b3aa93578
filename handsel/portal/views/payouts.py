"""Payouts, their statements, and the account they go to."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from handsel.engine.payouts import ACCOUNT_WATCHED_HOURS
from handsel.organizations.access import MemberRequest, ReaderRequest, requires, requires_reader
from handsel.organizations.models import Member
from handsel.papers.models import Statement
from handsel.papers.proof import statement_proof
from handsel.papers.queries import statements_by_payout
from handsel.papers.services import change_payee
from handsel.papers.shown import month_text, paper
from handsel.papers.tables import statement_csv
from handsel.partnerships.models import Partnership
from handsel.payouts.models import Payee, Payout
from handsel.payouts.queries import NextPayout, next_payout_of, payee_of, payouts_of, taken_over
from handsel.portal.forms.payouts import Account
from handsel.portal.own import own, partnerships_of
from handsel.relations.queries import asked_about
from handsel.rows.querysets import ActsFor
from handsel.ui.refusals import said_by_form, status_of

PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class PayoutRow:
    """A payout in the list, with its statement once that is issued. `is_taken_over` is of one that
    was left out: a later one carries it."""

    payout: Payout
    statement: Statement | None
    is_taken_over: bool

    @property
    def title(self) -> str:
        """The month, as a person looks for it; before there is a statement, the reference."""
        return month_text(self.statement) if self.statement else self.payout.reference


@dataclass(frozen=True, slots=True)
class Coming:
    """What one program pays next."""

    partnership: Partnership
    next: NextPayout


@require_GET
@requires_reader
def payouts(request: ReaderRequest) -> HttpResponse:
    """What was paid and is on its way, and what comes next."""
    rows = payouts_of(request.member).filter(partner_id=request.member.organization_id)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    statements = statements_by_payout(request.member, page.object_list)
    later = taken_over(request.member, page.object_list)
    partnerships = partnerships_of(request.member)
    context = {
        "page": page,
        "rows": [
            PayoutRow(one, statements.get(one.pk), one.pk in later) for one in page.object_list
        ],
        "coming": _coming(partnerships),
        "has_programs": len(partnerships) > 1,
        "payee": _payee(request),
        "may_change": request.member.may(Member.Role.FINANCE),
    }
    return render(request, "portal/payouts/list.html", context)


@require_GET
@requires_reader
def statement(request: ReaderRequest, pk: str) -> HttpResponse:
    """What a payout is made of, line by line. `lines=all` puts all on one page, as for print."""
    found = _statement(request.member, pk)
    shown = paper(
        found,
        page=request.GET.get("page"),
        whole=request.GET.get("lines") == "all",
        asked=asked_about(found.partnership_id, request.member),
    )
    context = {
        "paper": shown,
        "commission_route": "portal:earning",
        "verify_command": f"handsel verify {found.number}.json",
    }
    return render(request, "portal/payouts/statement.html", context)


@require_GET
@requires_reader
def statement_lines(request: ReaderRequest, pk: str) -> HttpResponse:
    return statement_csv(_statement(request.member, pk))


@require_GET
@requires_reader
def proof(request: ReaderRequest, pk: str) -> HttpResponse:
    """The file for `handsel verify`; what the sealer has not come to is sealed first."""
    found = _statement(request.member, pk)
    response = HttpResponse(statement_proof(found), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{found.number}.json"'
    return response


@require_GET
@requires(*Member.Role.values)
def account(request: MemberRequest) -> HttpResponse:
    """Where the money goes, masked, and the form to change it."""
    return _account_page(request, Account())


@require_POST
@requires(Member.Role.FINANCE)
def account_change(request: MemberRequest) -> HttpResponse:
    form = Account(request.POST)
    if form.is_valid():
        with said_by_form(form):
            change_payee(request.member.organization, **form.cleaned_data, actor=request.member)
            messages.success(request, _("Saved. Everybody who works here gets a letter about it."))
            return redirect("portal:payee")
    return _account_page(request, form)


def _account_page(request: MemberRequest, form: Account) -> HttpResponse:
    context = {
        "form": form,
        "payee": payee_of(request.member.organization),
        "may_change": request.member.may(Member.Role.FINANCE),
        "hours": ACCOUNT_WATCHED_HOURS,
    }
    return render(request, "portal/payouts/account.html", context, status=status_of(form))


def _payee(request: ReaderRequest) -> Payee | None:
    rows = Payee.objects.visible_to(request.member)
    mine = rows.filter(partner_id=request.member.organization_id)
    return mine.order_by("-changed_at", "-pk").first()


def _coming(partnerships: Iterable[Partnership]) -> list[Coming]:
    """Of those that go on or are still owed something."""
    found = [Coming(one, next_payout_of(one)) for one in partnerships]
    return [one for one in found if one.next.amount_minor or one.partnership.status != "ended"]


def _statement(member: ActsFor, pk: str) -> Statement:
    rows = own(Statement.objects.all(), member).select_related("payout", "checkpoint")
    return get_object_or_404(rows, pk=pk)
