"""Payouts: the batches, one batch, one payout, and what a bank file would say."""

from django.db.models import Count, Q, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from handsel.activity.models import Activity
from handsel.console.batches import batch_view, likely_paid_on
from handsel.console.frame import program_or_404
from handsel.console.paging import slice_of
from handsel.console.payout_wording import looks_of
from handsel.console.payouts_due import due_in
from handsel.ledger.queries import entries_of
from handsel.organizations.access import MemberRequest, requires, requires_member
from handsel.organizations.models import Member
from handsel.papers.queries import statement_of
from handsel.payouts.models import BankFile, Batch, Payout
from handsel.payouts.payers import Payer
from handsel.payouts.queries import batch_sums
from handsel.payouts.rails.accounts import bank_name_of
from handsel.payouts.rails.bank_days import bank_day
from handsel.payouts.wording import batch_name
from handsel.rows.querysets import OwnedQuerySet, SharedQuerySet

PROPOSERS = (Member.Role.MANAGER, Member.Role.FINANCE)
PAYERS = (Member.Role.FINANCE,)


@require_GET
@requires_member
def payouts(request: MemberRequest) -> HttpResponse:
    """What is due, the batch that waits, and those before it."""
    program = program_or_404(request)
    inside = Q(payouts__left_out_at=None)
    batches = (
        own_batches(request)
        .filter(program=program, discarded_at=None)
        .annotate(
            payouts_total=Count("payouts", filter=inside),
            amount_minor=Sum("payouts__amount_minor", filter=inside, default=0),
        )
    )
    context = {
        "due": due_in(program, request.member),
        "slice": slice_of(batches, "proposed_at", request),
        "payer": Payer.objects.visible_to(request.member).filter(program=program).first(),
        "may_propose": request.member.may(*PROPOSERS),
    }
    return render(request, "console/payouts/list.html", context)


@require_GET
@requires_member
def batch(request: MemberRequest, pk: str) -> HttpResponse:
    """One batch: to be looked at and approved, later sent and confirmed."""
    if pk.startswith("pay_"):
        found = get_object_or_404(own_payouts(request), pk=pk)
        return redirect("console:payout", found.batch_id, found.pk)
    return batch_page(request, get_object_or_404(own_batches(request), pk=pk))


def batch_page(request: MemberRequest, found: Batch) -> HttpResponse:
    view = batch_view(found, request.member)
    show = request.GET.get("show", "")
    may_pay = request.member.may(*PAYERS)
    files = BankFile.objects.visible_to(request.member).filter(batch=found).defer("content")
    context = {
        "batch": found,
        "view": view,
        "show": show,
        "rows": view.shown(show),
        "choice": view.choice,
        "sums": batch_sums(found),
        "paid_on": likely_paid_on(found),
        "files": files.order_by("made_at"),
        "rails": view.rails_open(files),
        "may_pay": may_pay,
        "may_propose": request.member.may(*PROPOSERS),
        # Ticks are for all that is in it: a part of the list would leave the rest behind unseen.
        "may_choose": may_pay and view.may_approve and not show,
        "crumbs": _crumbs((batch_name(found), "")),
    }
    return render(request, "console/payouts/batch.html", context)


@require_GET
@requires_member
def payout(request: MemberRequest, pk: str, payout_pk: str) -> HttpResponse:
    """One payout: what it is made of, where it goes, what became of it."""
    rows = own_payouts(request).select_related(
        "batch__program", "partner", "payee", "partnership", "cleared_by__user"
    )
    found = get_object_or_404(rows, pk=payout_pk, batch=pk)
    lines = found.lines.select_related("commission__conversion").order_by(
        "commission__occurred_at", "pk"
    )
    activities = Activity.objects.visible_to(request.member).filter(subject_id=found.pk)
    context = {
        "payout": found,
        "batch": found.batch,
        "lines": slice_of(lines, "commission__occurred_at", request),
        "looks": looks_of(found),
        "bank_name": bank_name_of(found.payee.iban) if found.payee else "",
        "entries": entries_of(found.pk).visible_to(request.member),
        "activities": activities.select_related("actor__user").order_by("-recorded_at"),
        "statement": statement_of(found),
        "paid_on": likely_paid_on(found.batch),
        "may_pay": request.member.may(*PAYERS),
        "crumbs": _crumbs(
            (batch_name(found.batch), reverse("console:batch", args=[pk])),
            (found.partner.name, ""),
        ),
    }
    return render(request, "console/payouts/payout.html", context)


@require_GET
@requires_member
def preview(request: MemberRequest, pk: str) -> HttpResponse:
    """The transfers a file would hold, and what its bank would need to know first."""
    found = get_object_or_404(own_batches(request), pk=pk)
    view = batch_view(found, request.member)
    context = {
        "batch": found,
        "view": view,
        "executes_on": bank_day(found.pays_on),
        "payer": Payer.objects.visible_to(request.member).filter(program=found.program_id).first(),
        "crumbs": _crumbs(
            (batch_name(found), reverse("console:batch", args=[pk])), (_("Bank file preview"), "")
        ),
    }
    return render(request, "console/payouts/preview.html", context)


@require_GET
@requires(*PAYERS)
def bank_file(request: MemberRequest, pk: str, file_pk: str) -> HttpResponse:
    """The bytes as they were made, ever the same. They hold account numbers in full."""
    found = get_object_or_404(BankFile.objects.visible_to(request.member), pk=file_pk, batch=pk)
    response = HttpResponse(bytes(found.content), content_type=found.media_type)
    response["Content-Disposition"] = f'attachment; filename="{found.name}"'
    return response


def own_batches(request: MemberRequest) -> "OwnedQuerySet[Batch]":
    rows = Batch.objects.visible_to(request.member)
    return rows.select_related("program", "proposed_by__user", "approved_by__user")


def own_payouts(request: MemberRequest) -> "SharedQuerySet[Payout]":
    """Those of the brand the member works for; as a partner they have the portal."""
    mine = request.member.organization_id
    return Payout.objects.visible_to(request.member).filter(brand_id=mine)


def _crumbs(*further: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Payouts"), reverse("console:payouts")), *further]
