from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from handsel.activity.models import Activity
from handsel.activity.services import record
from handsel.clock import now
from handsel.commissions.booking import approval
from handsel.commissions.models import Commission
from handsel.conversions.settled import ORDER_MISSING
from handsel.errors import DomainError
from handsel.ledger.services import post_entries
from handsel.organizations.models import Member

Status = Commission.Status


# Orders of a period that are not approved yet, or withheld: their volume may still fall away.
ORDERS_THAT_WAIT = Commission.objects.filter(
    Q(status=Status.PENDING) | Q(status=Status.APPROVED, withheld_at__isnull=False),
    partnership=OuterRef("partnership"),
    kind=Commission.Kind.ORDER,
    occurred_at__gte=OuterRef("starts_at"),
    occurred_at__lt=OuterRef("ends_at"),
)


class CommissionNotApprovable(DomainError):
    """Withheld, provisional, or already declined or reversed."""


@transaction.atomic
def approve_commission(pk: str, *, actor: Member | None) -> Commission:
    """Approve a pending commission: from here on the partner is owed it, once.

    A person may approve before the hold ends, and what only a browser has reported: that is their
    confirmation. Raises CommissionNotApprovable.
    """
    commission: Commission = Commission.objects.select_for_update().get(pk=pk)
    if commission.status == Status.APPROVED:
        return commission
    if not commission.is_approvable():
        raise _not_approvable(commission)
    at = now()
    _approve([commission], at=at)
    early = commission.hold_until is None or commission.hold_until > at
    record("commission.approved", commission, actor=actor, data={"before_hold_ended": early})
    return commission


@transaction.atomic
def approve_held(limit: int = 300) -> int:
    """Approve commissions whose hold has passed; how many were.

    Left alone: what is withheld or provisional, what only a browser has reported, what waits for
    the shop's word of its order, and what is about to be evaluated again; a period with an order
    that still waits, and a share of what another partner is not owed yet. Any number of workers
    may call it at once.
    """
    at = now()
    ready = (
        Commission.objects.filter(
            status=Status.PENDING, withheld_at=None, provisional=False, hold_until__lte=at
        )
        .filter(conversion__due_at=None)
        .exclude(Q(conversion__trust="browser") | Q(conversion__reason=ORDER_MISSING))
        .exclude(Q(follows__isnull=False) & ~Q(follows__status=Status.APPROVED))
        .exclude(Q(kind=Commission.Kind.PERIOD) & Exists(ORDERS_THAT_WAIT))
        .order_by("hold_until", "pk")
        .select_for_update(skip_locked=True, of=("self",))
    )
    commissions = list(ready[:limit])
    _approve(commissions, at=at)
    Activity.objects.bulk_create(
        Activity(
            brand_id=commission.brand_id,
            partner_id=commission.partner_id,
            verb="commission.approved",
            subject_id=commission.pk,
            data={"before_hold_ended": False},
        )
        for commission in commissions
    )
    return len(commissions)


def _approve(commissions: Sequence[Commission], *, at: datetime) -> None:
    """One that came to nothing is approved without an entry: nothing is moved."""
    if not commissions:
        return
    moved = [commission for commission in commissions if commission.amount_minor]
    post_entries([approval(commission, at=at) for commission in moved])
    for commission in commissions:
        commission.status, commission.approved_at = Status.APPROVED, at
    rows = Commission.objects.filter(pk__in=[commission.pk for commission in commissions])
    rows.update(status=Status.APPROVED, approved_at=at)
    # Each of these keys was used: the rows are locked, so that their numbers are those we know.
    numbered = Commission.objects.filter(pk__in=[commission.pk for commission in moved])
    numbered.update(transition_next=F("transition_next") + 1)


def _not_approvable(commission: Commission) -> CommissionNotApprovable:
    if commission.withheld_at:
        state, remedy = "withheld", _("It is withheld. Release it first.")
    elif commission.is_pending:
        state, remedy = "provisional", _("Clicks of its time are still arriving. Wait for them.")
    else:
        state, remedy = commission.status, _("Only a pending commission can be approved.")
    return CommissionNotApprovable(
        _("This commission cannot be approved."), remedy=remedy, params={"state": state}
    )
