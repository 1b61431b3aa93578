"""Locks, always in this order: program, payouts, commissions. One program's payouts are decided one
after the other."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from handsel.commissions.models import Commission
from handsel.payouts.models import Batch, Payout
from handsel.payouts.positions import unsettled
from handsel.payouts.refusals import BatchClosed
from handsel.programs.models import Program


def lock_program(pk: str) -> Program:
    """Others may go on adding rows that name it."""
    return Program.objects.select_for_update(no_key=True).get(pk=pk)


def lock_batch(pk: str) -> Batch:
    lock_program(Batch.objects.values_list("program_id", flat=True).get(pk=pk))
    return (
        Batch.objects.select_for_update(no_key=True, of=("self",))
        .select_related("program")
        .get(pk=pk)
    )


def lock_payout(pk: str) -> Payout:
    """A payout, with its batch locked before it."""
    batch = lock_batch(Payout.objects.values_list("batch_id", flat=True).get(pk=pk))
    payout = Payout.objects.select_for_update(no_key=True).get(pk=pk)
    payout.batch = batch
    return payout


def lock_payouts(batch: Batch) -> list[Payout]:
    rows = Payout.objects.filter(batch=batch).select_for_update(no_key=True, of=("self",))
    return list(rows.select_related("partner").order_by("pk"))


def lock_commissions(pks: Iterable[str]) -> dict[str, Commission]:
    rows = Commission.objects.filter(pk__in=list(pks)).select_for_update(no_key=True)
    return {commission.pk: commission for commission in rows.order_by("pk")}


def lock_unsettled(program: Program, partnerships: Iterable[str]) -> list[Commission]:
    rows = unsettled(program.pk, partnerships).select_for_update(no_key=True)
    return list(rows.order_by("pk"))


def refuse_closed(batch: Batch) -> None:
    """Raises BatchClosed when nothing in it can be decided any more."""
    if batch.discarded_at or batch.completed_at:
        raise BatchClosed(_("This batch is closed."), remedy=_("Propose a new one."))
