"""What a person decides about the payouts of a batch before they are approved."""

from django.db import transaction
from django.utils.translation import gettext as _

from handsel.activity.models import Activity
from handsel.activity.services import record
from handsel.clock import now
from handsel.commissions.services.decline import given_reason
from handsel.organizations.models import Member
from handsel.payouts.locks import lock_batch, lock_payout, lock_payouts, refuse_closed
from handsel.payouts.models import Batch, Payout
from handsel.payouts.progress import note_progress
from handsel.payouts.refusals import BatchClosed, PayoutDecided, PayoutNotPayable
from handsel.payouts.services.approve import tell_left_out

Status, LeftOut = Payout.Status, Payout.LeftOut
LEFT_OUT = ["left_out_at", "left_out_kind", "left_out_because"]


@transaction.atomic
def drop_payout(pk: str, *, reason: str, actor: Member | None) -> Payout:
    """Leave a payout out of its batch; what it carries stays owed. The partner reads the reason.

    Raises PayoutDecided, BatchClosed, ReasonMissing.
    """
    return _leave_out(pk, LeftOut.DROPPED, reason, actor)


@transaction.atomic
def delay_payout(pk: str, *, reason: str, actor: Member | None) -> Payout:
    """Let a payout wait for the next batch; as `drop_payout`, told as a delay."""
    return _leave_out(pk, LeftOut.DELAYED, reason, actor)


@transaction.atomic
def restore_payout(pk: str, *, actor: Member | None) -> Payout:
    """Take a payout that was left out into its batch again, also one below the minimum.

    Raises PayoutDecided, BatchClosed, PayoutNotPayable where more was sent back than earned.
    """
    payout = _lock_undecided(pk)
    if payout.left_out_at is None:
        return payout
    if payout.amount_minor <= 0:
        raise PayoutNotPayable(
            _("More was sent back than earned: there is nothing to pay."),
            remedy=_("The next payouts are reduced by it."),
        )
    before = payout.left_out_kind
    payout.left_out_at, payout.left_out_kind, payout.left_out_because = None, "", ""
    payout.save(update_fields=LEFT_OUT)
    _note("payout.restored", payout, actor, data={"left_out": before})
    return payout


@transaction.atomic
def clear_payout(pk: str, *, actor: Member | None) -> Payout:
    """A person has looked at what is unusual, and lets it pass.

    Raises PayoutDecided, BatchClosed.
    """
    payout = _lock_undecided(pk)
    if payout.cleared_at is None:
        payout.cleared_at, payout.cleared_by = now(), actor
        payout.save(update_fields=["cleared_at", "cleared_by"])
        codes = [check["code"] for check in payout.checks]
        _note("payout.cleared", payout, actor, data={"checks": codes})
    return payout


@transaction.atomic
def discard_batch(pk: str, *, reason: str, actor: Member | None) -> Batch:
    """Send a proposal back whole: everything in it stays owed. Raises BatchClosed once something
    in it was approved, ReasonMissing."""
    reason = given_reason(reason)
    batch = lock_batch(pk)
    if batch.discarded_at is not None:
        return batch
    if batch.approved_at is not None:
        raise BatchClosed(
            _("Payouts of this batch were approved."),
            remedy=_("Leave out those that still wait, one by one."),
        )
    at = now()
    for payout in lock_payouts(batch):
        if payout.left_out_at is None:
            payout.left_out_at, payout.left_out_kind = at, LeftOut.DROPPED
            payout.left_out_because = reason
            payout.save(update_fields=LEFT_OUT)
    batch.discarded_at = at
    batch.save(update_fields=["discarded_at"])
    record("batch.discarded", batch, actor=actor, reason=reason)
    return batch


def _leave_out(pk: str, kind: Payout.LeftOut, reason: str, actor: Member | None) -> Payout:
    reason = given_reason(reason)
    payout = _lock_undecided(pk)
    if payout.left_out_kind == kind and payout.left_out_because == reason:
        return payout
    payout.left_out_at, payout.left_out_kind, payout.left_out_because = now(), kind, reason
    payout.save(update_fields=LEFT_OUT)
    _note(f"payout.{kind}", payout, actor, reason=reason)
    if payout.batch.approved_at:
        tell_left_out([payout], actor)
    note_progress(payout.batch)
    return payout


def _lock_undecided(pk: str) -> Payout:
    payout = lock_payout(pk)
    if payout.status != Status.PROPOSED:
        raise PayoutDecided(
            _("This payout is approved already."),
            remedy=_("If it should not arrive, mark it as failed before you send it to the bank."),
            params={"state": payout.status},
        )
    refuse_closed(payout.batch)
    return payout


def _note(
    verb: str,
    payout: Payout,
    actor: Member | None,
    *,
    data: dict[str, object] | None = None,
    reason: str = "",
) -> None:
    """Among the brand's own activity: a proposal is its draft. What was left out for good the
    partner is told when the batch is approved."""
    Activity.objects.create(
        brand_id=payout.brand_id,
        actor_id=actor.pk if actor else None,
        verb=verb,
        subject_id=payout.pk,
        data=data or {},
        reason=reason,
    )
