"""What the bank has done: paid, refused, sent back."""

from collections.abc import Sequence
from datetime import date, datetime, time

from django.db import transaction
from django.utils.timezone import localdate, make_aware
from django.utils.translation import gettext as _

from handsel.activity.models import Activity
from handsel.activity.services import record
from handsel.clock import now
from handsel.commissions.services.decline import given_reason
from handsel.ledger.services import post_entries, post_entry
from handsel.organizations.models import Member
from handsel.payouts.booking import given_back, paid
from handsel.payouts.locks import lock_batch, lock_commissions, lock_payout, lock_payouts
from handsel.payouts.models import Batch, Payout
from handsel.payouts.progress import note_progress
from handsel.payouts.refusals import PayoutDayPassed, PayoutNotPayable
from handsel.payouts.services.approve import carry_lines

Status = Payout.Status
ON_ITS_WAY = (Status.QUEUED, Status.SENT)


@transaction.atomic
def mark_paid(pk: str, *, paid_on: date | None = None, actor: Member | None) -> Payout:
    """The bank has paid it (today, unless `paid_on` says when), by whatever way.

    Raises PayoutNotPayable, PayoutDayPassed.
    """
    payout = lock_payout(pk)
    if payout.status == Status.PAID:
        return payout
    if payout.status not in ON_ITS_WAY:
        raise _not_payable(payout)
    _pay([payout], paid_on, actor)
    note_progress(payout.batch)
    return payout


@transaction.atomic
def mark_batch_paid(pk: str, *, paid_on: date | None = None, actor: Member | None) -> Batch:
    """The bank has paid everything that was sent; where no file was made, all that was approved.

    Raises PayoutNotPayable when nothing is on its way, PayoutDayPassed.
    """
    batch = lock_batch(pk)
    payouts = lock_payouts(batch)
    way = Status.SENT if batch.files.exists() else Status.QUEUED
    moving = [payout for payout in payouts if payout.status == way]
    if not moving:
        if batch.completed_at:
            return batch
        raise PayoutNotPayable(
            _("Nothing of this batch is on its way."), remedy=_("Make the file for the bank first.")
        )
    _pay(moving, paid_on, actor)
    note_progress(batch)
    data = {
        "payouts_total": len(moving),
        "amount_minor": sum(payout.amount_minor for payout in moving),
        "currency": batch.currency,
    }
    record("batch.paid", batch, actor=actor, data=data)
    return batch


@transaction.atomic
def mark_failed(pk: str, *, reason: str, actor: Member | None) -> Payout:
    """The bank did not carry it out: everything in it is owed again, for the next batch.

    Raises PayoutNotPayable, ReasonMissing.
    """
    reason = given_reason(reason)
    payout = lock_payout(pk)
    if payout.status == Status.FAILED:
        return payout
    if payout.status not in ON_ITS_WAY:
        raise _not_payable(payout)
    payout.failed_at = now()
    return _give_back(payout, Status.FAILED, reason, actor, at=payout.failed_at)


@transaction.atomic
def mark_returned(pk: str, *, reason: str, actor: Member | None) -> Payout:
    """It was paid and came back to the brand: everything in it is owed again, for the next batch.

    Raises PayoutNotPayable, ReasonMissing.
    """
    reason = given_reason(reason)
    payout = lock_payout(pk)
    if payout.status == Status.RETURNED:
        return payout
    if payout.status != Status.PAID:
        raise _not_payable(payout)
    payout.returned_at = now()
    return _give_back(payout, Status.RETURNED, reason, actor, at=payout.returned_at)


def _pay(payouts: Sequence[Payout], paid_on: date | None, actor: Member | None) -> None:
    entries = []
    for payout in payouts:
        payout.status, payout.paid_at = Status.PAID, _paid_at(payout, paid_on)
        entries.append(paid(payout, at=payout.paid_at))
    Payout.objects.bulk_update(payouts, ["status", "paid_at", "transition_next"])
    post_entries(entries)
    Activity.objects.bulk_create(_activity("payout.paid", payout, actor) for payout in payouts)


def _paid_at(payout: Payout, paid_on: date | None) -> datetime:
    """The moment, as far as it is known: the day begins it, but not before it was approved."""
    at = now()
    approved_at = payout.queued_at or at
    if paid_on is None or paid_on == localdate(at):
        return at
    if not localdate(approved_at) <= paid_on < localdate(at):
        raise PayoutDayPassed(
            _("It cannot have been paid on that day."),
            field="paid_on",
            remedy=_("Choose a day between the approval and today."),
        )
    return max(approved_at, make_aware(datetime.combine(paid_on, time())))


def _give_back(
    payout: Payout, status: Status, reason: str, actor: Member | None, *, at: datetime
) -> Payout:
    """Commissions first, as in the approval."""
    lines = list(payout.lines.all())
    commissions = lock_commissions(line.commission_id for line in lines)
    entry = given_back(payout, status, lines, commissions, at=at)
    carry_lines([payout], -1)
    payout.status, payout.failure_reason = status, reason
    payout.save(
        update_fields=["status", "failure_reason", "failed_at", "returned_at", "transition_next"]
    )
    post_entry(entry)
    note_progress(payout.batch)
    _activity(f"payout.{status}", payout, actor, reason).save(force_insert=True)
    return payout


def _activity(verb: str, payout: Payout, actor: Member | None, reason: str = "") -> Activity:
    return Activity(
        brand_id=payout.brand_id,
        partner_id=payout.partner_id,
        actor_id=actor.pk if actor else None,
        verb=verb,
        subject_id=payout.pk,
        data={
            "amount_minor": payout.amount_minor,
            "currency": payout.currency,
            "reference": payout.reference,
        },
        reason=reason,
    )


def _not_payable(payout: Payout) -> PayoutNotPayable:
    return PayoutNotPayable(
        _("This payout is not on its way."),
        remedy=_("Only what was approved can be paid or fail; only what was paid can come back."),
        params={"state": payout.status},
    )
