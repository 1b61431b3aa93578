"""What people ask about payouts, for what a member may see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Sum
from django.utils.timezone import localdate

from handsel.clock import now
from handsel.commissions.models import Commission
from handsel.commissions.receipt import Way
from handsel.engine import payouts as engine
from handsel.organizations.models import Organization
from handsel.partnerships.models import Partnership
from handsel.payouts.circumstances import circumstances_of
from handsel.payouts.models import STANDING, Batch, Payee, Payout, PayoutLine
from handsel.payouts.positions import owed_of, unsettled
from handsel.payouts.schedule import collected_until, payout_day_without_batch
from handsel.payouts.sums import BatchSums, batch_sums
from handsel.programs.models import Program
from handsel.rows.querysets import ActsFor, OwnedQuerySet, SharedQuerySet

__all__ = [
    "BatchSums",
    "NextPayout",
    "batch_sums",
    "batches_of",
    "next_payout_of",
    "paid_minor_of",
    "payee_of",
    "payout_of_commissions",
    "payouts_of",
    "taken_over",
    "way_of",
]

Status = Payout.Status


@dataclass(frozen=True, slots=True)
class NextPayout:
    """What a partner is paid next, as things stand, in minor units; negative where more was sent
    back than earned.

    `below_threshold_minor` is what is missing until it is paid at all. `payout` is the one that
    is on its way already, or None.
    """

    amount_minor: int
    pays_on: date
    currency: str
    below_threshold_minor: int
    payout: Payout | None


def payee_of(partner: Organization) -> Payee | None:
    """Where a partner's money goes now; None before it has said so."""
    return Payee.objects.filter(partner=partner).order_by("-changed_at", "-pk").first()


def batches_of(member: ActsFor | None, program: Program) -> "OwnedQuerySet[Any]":
    """A program's batches, the newest first; partners see their payouts instead."""
    rows = Batch.objects.visible_to(member).filter(program=program)
    return rows.select_related("program", "proposed_by__user", "approved_by__user").order_by(
        "-number"
    )


def payouts_of(
    member: ActsFor | None, *, partnership: Partnership | None = None
) -> "SharedQuerySet[Any]":
    """Payouts a member may see, the newest first, without balances that were only carried on.

    The brand sees proposals, too; a partner what was decided.
    """
    kinds = Payout.LeftOut
    carried = [kinds.BELOW_MINIMUM, kinds.OWED_BACK, kinds.NOTHING_LEFT]
    rows = Payout.objects.visible_to(member).exclude(left_out_kind__in=carried)
    if partnership is not None:
        rows = rows.filter(partnership=partnership)
    return rows.select_related("batch__program", "partner", "partnership", "payee").order_by("-pk")


def taken_over(member: ActsFor | None, payouts: Iterable[Payout]) -> set[str]:
    """Of payouts that were left out, those of which later payouts carry everything."""
    left_out = {payout.pk for payout in payouts if payout.left_out_at is not None}
    later = PayoutLine.objects.filter(
        commission=OuterRef("commission"),
        payout__gt=OuterRef("payout"),
        payout__status__in=STANDING,
    )
    lines = PayoutLine.objects.visible_to(member).filter(payout__in=left_out)
    return left_out - set(lines.exclude(Exists(later)).values_list("payout_id", flat=True))


def next_payout_of(partnership: Partnership) -> NextPayout:
    """The payout that is on its way, or else what the next payout day would bring as of now."""
    moving = (
        Payout.objects.filter(partnership=partnership, status__in=[Status.QUEUED, Status.SENT])
        .select_related("batch")
        .order_by("pk")
        .first()
    )
    if moving is not None:
        return NextPayout(
            moving.amount_minor, moving.batch.pays_on, moving.currency, 0, payout=moving
        )
    program, at = partnership.program, now()
    commissions = list(unsettled(program.pk, [partnership.pk]))
    day = payout_day_without_batch(program, localdate(at))
    amount_minor = _owed_minor(partnership, commissions, day)
    if amount_minor == 0 and commissions:
        # Too late for that day: a partner does not see the brand's batch, but what it left behind.
        day = payout_day_without_batch(program, day + timedelta(days=1))
        amount_minor = _owed_minor(partnership, commissions, day)
    threshold_minor = circumstances_of(program, [partnership.pk], at=at)[
        partnership.pk
    ].threshold_minor
    missing_minor = max(threshold_minor - amount_minor, 0)
    return NextPayout(amount_minor, day, program.currency, missing_minor, payout=None)


def _owed_minor(partnership: Partnership, commissions: Iterable[Commission], pays_on: date) -> int:
    """What these commissions bring on a payout day, as of now."""
    owed = owed_of(commissions, until=collected_until(partnership.program, pays_on))
    lines = engine.lines(owed.of.get(partnership.pk, ()))
    return sum(line.amount_minor for line in lines)


def payout_of_commissions(ids: Iterable[str]) -> dict[str, Payout]:
    """The approved payout that carries each commission, the latest where there are several; its
    status says whether the money is in a batch, sent or paid. Those in none are missing."""
    lines = (
        PayoutLine.objects.filter(commission__in=list(ids), payout__status__in=STANDING)
        .select_related("payout__batch")
        .order_by("commission_id", "-payout_id")
        .distinct("commission_id")
    )
    return {line.commission_id: line.payout for line in lines}


def way_of(commission: Commission) -> Way | None:
    """How far the payout is that carries a commission, for its receipt; None where none does."""
    payout = payout_of_commissions([commission.pk]).get(commission.pk)
    return Way(payout.queued_at, payout.paid_at) if payout else None


def paid_minor_of(partnerships: Iterable[Partnership]) -> dict[str, int]:
    """What partners were paid, by currency: payouts that arrived and did not come back."""
    ids = [partnership.pk for partnership in partnerships]
    sums = (
        Payout.objects.filter(partnership__in=ids, status=Status.PAID)
        .order_by()
        .values_list("currency")
        .annotate(total=Sum("amount_minor"))
    )
    return {currency: int(total) for currency, total in sums}
