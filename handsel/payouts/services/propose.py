from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from handsel.activity.services import record
from handsel.clock import now
from handsel.engine import payouts as engine
from handsel.ids import new_id
from handsel.organizations.models import Member
from handsel.payouts.circumstances import Known, circumstances_of
from handsel.payouts.locks import lock_program
from handsel.payouts.models import Batch, Payout, PayoutLine
from handsel.payouts.positions import owed_of, unsettled
from handsel.payouts.refusals import BatchStillOpen, NothingToPay, PayoutDayPassed
from handsel.payouts.schedule import collected_until, payout_day_without_batch
from handsel.programs.models import Program

GROUP, GROUPS = 4, 3


@dataclass(frozen=True, slots=True)
class Proposed:
    payout: Payout
    lines: list[PayoutLine]


@transaction.atomic
def propose_batch(program: Program, *, pays_on: date | None = None, actor: Member | None) -> Batch:
    """Collect what is owed into a batch that a person looks at. Nothing moves in the ledger.

    It pays on the program's next payout day that has no batch yet, or on `pays_on`, what was
    approved `payout_net_days` before, and takes along whatever was taken back of earlier payouts.
    What cannot be paid (below the minimum, or owed back) is listed with its reason, left out.
    Raises BatchStillOpen, NothingToPay, PayoutDayPassed.
    """
    program = lock_program(program.pk)
    _refuse_second(program)
    at = now()
    day = pays_on or payout_day_without_batch(program, localdate(at))
    if day < localdate(at):
        raise PayoutDayPassed(
            _("This day is over."), field="pays_on", remedy=_("Choose a day to come.")
        )
    batch = _new_batch(program, day, at, actor)
    owed = owed_of(unsettled(program.pk), until=batch.collected_until)
    batch.withheld_minor, batch.withheld_total = owed.withheld_minor, owed.withheld_total
    known = circumstances_of(program, owed.of, at=at)
    proposed = [
        _payout(batch, known[pk], lines, at)
        for pk, positions in sorted(owed.of.items())
        if (lines := engine.lines(positions))
    ]
    if not any(one.payout.is_waiting for one in proposed):
        raise NothingToPay(
            _("Nobody is owed anything that could be paid now."),
            remedy=_("Wait until commissions are approved; small balances are kept."),
        )
    batch.save(force_insert=True)
    Payout.objects.bulk_create(one.payout for one in proposed)
    PayoutLine.objects.bulk_create((line for one in proposed for line in one.lines), 2_000)
    record("batch.proposed", batch, actor=actor, data=_said(batch, proposed))
    return batch


def lines_of(payout: Payout, amounts: Iterable[engine.LineAmount]) -> list[PayoutLine]:
    return [
        PayoutLine(
            brand_id=payout.brand_id,
            partner_id=payout.partner_id,
            payout=payout,
            commission_id=line.commission,
            amount_minor=line.amount_minor,
        )
        for line in amounts
    ]


def sum_up(payout: Payout, amounts: Iterable[engine.LineAmount]) -> None:
    """Give a payout the amounts of its lines."""
    minor = [line.amount_minor for line in amounts]
    payout.approved_minor = sum(amount for amount in minor if amount > 0)
    payout.adjusted_minor = sum(amount for amount in minor if amount < 0)
    payout.amount_minor = payout.approved_minor + payout.adjusted_minor


def judge(payout: Payout, known: Known, at: datetime) -> None:
    """Say where it goes and what is unusual about it, and leave it out when it cannot be paid."""
    payout.payee = known.payee
    checks = engine.unusual(payout.approved_minor, payout.adjusted_minor, known.circumstances)
    payout.checks = [check._asdict() for check in checks]
    kept_because = engine.left_out_because(payout.amount_minor, known.threshold_minor)
    if kept_because:
        payout.left_out_at, payout.left_out_kind = at, kept_because
        kept = engine.Check(kept_because, {"threshold_minor": known.threshold_minor})
        payout.checks.insert(0, kept._asdict())


def _payout(batch: Batch, known: Known, amounts: list[engine.LineAmount], at: datetime) -> Proposed:
    pk = new_id("pay")
    payout = Payout(
        id=pk,
        batch=batch,
        brand_id=batch.brand_id,
        partner_id=known.partnership.partner_id,
        program_id=batch.program_id,
        partnership=known.partnership,
        reference=_reference(pk),
        currency=batch.currency,
    )
    sum_up(payout, amounts)
    judge(payout, known, at)
    return Proposed(payout, lines_of(payout, amounts))


def _reference(pk: str) -> str:
    """`PO-7F3A-91C0-B28E`: the end of the id, as it travels through banks and back."""
    end = pk[-GROUP * GROUPS :].upper()
    return "-".join(["PO", *(end[place : place + GROUP] for place in range(0, len(end), GROUP))])


def _new_batch(program: Program, day: date, at: datetime, actor: Member | None) -> Batch:
    before = Batch.objects.filter(program=program)
    last = before.filter(discarded_at=None).order_by("-number").first()
    return Batch(
        brand_id=program.brand_id,
        program=program,
        currency=program.currency,
        number=(before.aggregate(number=Max("number"))["number"] or 0) + 1,
        collected_from=last.collected_until if last else None,
        collected_until=min(at, collected_until(program, day)),
        pays_on=day,
        proposed_at=at,
        proposed_by=actor,
    )


def _refuse_second(program: Program) -> None:
    waiting = Payout.objects.filter(batch=OuterRef("pk"), status="proposed", left_out_at=None)
    batches = Batch.objects.filter(program=program, discarded_at=None)
    if batches.filter(Q(approved_at=None) | Exists(waiting)).exists():
        raise BatchStillOpen(
            _("The last batch still waits for somebody to decide."),
            remedy=_("Approve its payouts or leave them out, or send the batch back."),
        )


def _said(batch: Batch, proposed: Iterable[Proposed]) -> dict[str, object]:
    paying = [one.payout for one in proposed if one.payout.is_waiting]
    return {
        "number": batch.number,
        "payouts_total": len(paying),
        "amount_minor": sum(payout.amount_minor for payout in paying),
        "currency": batch.currency,
    }
