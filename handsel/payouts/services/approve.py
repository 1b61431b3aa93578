from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from handsel.activity.models import Activity
from handsel.activity.services import record
from handsel.clock import now
from handsel.engine.payouts import LineAmount, approved_lines, left_out_because
from handsel.ids import to_uuid
from handsel.ledger.services import post_entries
from handsel.organizations.access import NotAllowed
from handsel.organizations.models import Member
from handsel.payouts.booking import queued
from handsel.payouts.circumstances import Known, circumstances_of
from handsel.payouts.locks import lock_batch, lock_payouts, lock_unsettled, refuse_closed
from handsel.payouts.models import Batch, Payout, PayoutLine
from handsel.payouts.positions import Owed, owed_of, told_twice
from handsel.payouts.progress import note_progress
from handsel.payouts.refusals import (
    NothingToApprove,
    PayoutDisagreesWithLedger,
    PayoutNotApprovable,
    PayoutNotOfBatch,
)
from handsel.payouts.services.propose import judge, lines_of, sum_up

Status, LeftOut = Payout.Status, Payout.LeftOut
AMOUNTS = ["amount_minor", "approved_minor", "adjusted_minor"]
JUDGED = [
    *AMOUNTS,
    "payee",
    "checks",
    "cleared_at",
    "cleared_by",
    "left_out_at",
    "left_out_kind",
]


@dataclass(slots=True)
class _Ready:
    """A payout that goes through, with its lines as they are now; `proposed_minor` is what it
    came to when it was looked at."""

    payout: Payout
    lines: Sequence[LineAmount]
    proposed_minor: int


@transaction.atomic
def approve_batch(pk: str, *, payouts: Collection[str] | None = None, actor: Member) -> Batch:
    """Approve payouts of a batch: their money is on its way from here on, once.

    `payouts` are ids; without them all are approved that have an account and need nobody's look
    (any more). The others can follow, by another call. Finance and owners approve.

    Each payout is reckoned again: what was withheld, sent back or reversed since it was proposed
    is taken off, what came to more waits for the next batch, so that never more is paid than was
    looked at. One whose bank account was changed since then, that would come to more (less is owed
    back by now), or that has nothing left to pay, is not approved; it says so in its `checks`, its
    amount or its `left_out_kind`.

    Raises NotAllowed, BatchClosed, NothingToApprove, PayoutNotOfBatch, PayoutNotApprovable,
    PayoutDisagreesWithLedger. Again with the same payouts it changes nothing.
    """
    batch = lock_batch(pk)
    _refuse_other_roles(batch, actor)
    chosen = _chosen(batch, payouts)
    if not chosen:
        if batch.approved_at:
            return batch
        raise NothingToApprove(
            _("Nothing in this batch can be approved as it is."),
            remedy=_("Look at its payouts one by one first."),
        )
    refuse_closed(batch)
    at = now()
    ready = _reckon(batch, chosen, at)
    if ready:
        _queue(ready, at)
        _note_approval(batch, ready, at=at, actor=actor)
    else:  # what was left in it may have had nothing to pay any more
        note_progress(batch)
    return batch


def _refuse_other_roles(batch: Batch, actor: Member) -> None:
    """Who may say yes. One person is enough."""
    if actor.organization_id != batch.brand_id or not actor.may(Member.Role.FINANCE):
        raise NotAllowed(
            _("Payouts are approved by finance or by an owner."),
            remedy=_("Ask one of them to do it."),
        )


def _chosen(batch: Batch, wanted: Collection[str] | None) -> list[Payout]:
    """Those to approve; what was approved before is passed over."""
    rows = lock_payouts(batch)
    if wanted is None:
        return [one for one in rows if one.is_waiting and not (one.needs_look or one.is_blocked)]
    if strange := set(wanted) - {payout.pk for payout in rows}:
        raise PayoutNotOfBatch(
            _("“%(id)s” is no payout of this batch.") % {"id": min(strange)}, field="payouts"
        )
    chosen = [one for one in rows if one.pk in wanted and one.status == Status.PROPOSED]
    for payout in chosen:
        if payout.left_out_at or payout.needs_look or payout.is_blocked:
            raise PayoutNotApprovable(
                _("The payout to %(partner)s cannot be approved as it is.")
                % {"partner": payout.partner.name},
                field="payouts",
                remedy=_("Look at it first, or leave it out."),
                params={"payout": payout.pk},
            )
    return chosen


def _reckon(batch: Batch, chosen: Sequence[Payout], at: datetime) -> list[_Ready]:
    """What goes through, as of now; what does not is written down and left."""
    program, ids = batch.program, [payout.partnership_id for payout in chosen]
    owed = owed_of(lock_unsettled(program, ids), until=batch.collected_until)
    _refuse_disagreement(batch, chosen)
    known = circumstances_of(program, ids, at=at)
    proposed: dict[str, list[LineAmount]] = {payout.pk: [] for payout in chosen}
    rows = PayoutLine.objects.filter(payout__in=proposed).order_by("commission_id")
    for line in rows:
        proposed[line.payout_id].append(LineAmount(line.commission_id, line.amount_minor))
    reckoned = [
        _reckoned(payout, proposed[payout.pk], owed, known[payout.partnership_id], at)
        for payout in chosen
    ]
    return [one for one in reckoned if one is not None]


def _reckoned(
    payout: Payout, proposed: Sequence[LineAmount], owed: Owed, known: Known, at: datetime
) -> _Ready | None:
    before_minor = payout.amount_minor
    lines = approved_lines(proposed, owed.of.get(payout.partnership_id, ()))
    if set(lines) != set(proposed):
        sum_up(payout, lines)
        payout.lines.all().delete()
        PayoutLine.objects.bulk_create(lines_of(payout, lines), 2_000)
        if payout.amount_minor <= 0:
            payout.left_out_at = at
            payout.left_out_kind = left_out_because(payout.amount_minor, 0)
    account_changed = known.payee is not None and known.payee.pk != payout.payee_id
    is_other = account_changed or payout.amount_minor > before_minor
    if is_other:
        judge(payout, known, at)
        payout.cleared_at = payout.cleared_by = None
    if payout.left_out_at is None and not is_other:
        return _Ready(payout, lines, before_minor)
    payout.save(update_fields=JUDGED)
    return None


def _refuse_disagreement(batch: Batch, chosen: Sequence[Payout]) -> None:
    """What commissions say is owed, and what the ledger says, partner by partner."""
    names = {payout.partnership_id: payout.partner.name for payout in chosen}
    for pk, told in told_twice(batch.program, names).items():
        if told.commissions_minor != told.ledger_minor:
            raise PayoutDisagreesWithLedger(
                _("What %(partner)s has earned and what the ledger owes differ.")
                % {"partner": names[pk]},
                remedy=_("Nothing was approved. Compare their commissions with the ledger first."),
                params={
                    "partnership": pk,
                    "commissions_minor": told.commissions_minor,
                    "ledger_minor": told.ledger_minor,
                },
            )


def _queue(ready: Sequence[_Ready], at: datetime) -> None:
    """Commissions first: the database holds what they carry against the payouts' lines when the
    payouts' status changes."""
    payouts = [one.payout for one in ready]
    carry_lines(payouts, 1)
    entries = [queued(one.payout, one.lines, at=at) for one in ready]
    for payout in payouts:
        payout.status, payout.queued_at = Status.QUEUED, at
    Payout.objects.bulk_update(
        payouts,
        ["status", "queued_at", "transition_next", *AMOUNTS],
    )
    post_entries(entries)


def carry_lines(payouts: Sequence[Payout], sign: int) -> None:
    """Note on locked commissions what these payouts carry of them; a sign of -1 takes it off again.

    A join: with a subquery for each row, as Django would write it, thousands of lines that the
    planner knows nothing of yet are read thousands of times.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE commissions_commission c"
            " SET paid_out_minor = c.paid_out_minor + %s * l.amount_minor"
            " FROM payouts_payoutline l WHERE l.commission_id = c.id AND l.payout_id = ANY(%s)",
            [sign, [to_uuid(payout.pk) for payout in payouts]],
        )


def _note_approval(batch: Batch, ready: Sequence[_Ready], *, at: datetime, actor: Member) -> None:
    if batch.approved_at is None:
        batch.approved_at, batch.approved_by = at, actor
        batch.save(update_fields=["approved_at", "approved_by"])
        left_out = batch.payouts.filter(left_out_kind__in=[LeftOut.DROPPED, LeftOut.DELAYED])
        tell_left_out(left_out, actor)
    note_progress(batch)
    Activity.objects.bulk_create(
        Activity(
            brand_id=one.payout.brand_id,
            partner_id=one.payout.partner_id,
            actor_id=actor.pk,
            verb="payout.approved",
            subject_id=one.payout.pk,
            data={
                "amount_minor": one.payout.amount_minor,
                "proposed_minor": one.proposed_minor,
                "currency": one.payout.currency,
                "reference": one.payout.reference,
            },
        )
        for one in ready
    )
    amount_minor = sum(one.payout.amount_minor for one in ready)
    data = {
        "payouts_total": len(ready),
        "amount_minor": amount_minor,
        "reckoned_again_minor": amount_minor - sum(one.proposed_minor for one in ready),
        "currency": batch.currency,
    }
    record("batch.approved", batch, actor=actor, data=data)


def tell_left_out(payouts: Iterable[Payout], actor: Member | None) -> None:
    """The partners read why, once others of the batch are approved: until then it is a draft."""
    Activity.objects.bulk_create(
        Activity(
            brand_id=payout.brand_id,
            partner_id=payout.partner_id,
            actor_id=actor.pk if actor else None,
            verb="payout.left-out",
            subject_id=payout.pk,
            data={"kind": payout.left_out_kind},
            reason=payout.left_out_because,
        )
        for payout in payouts
    )
