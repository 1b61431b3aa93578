from django.db import transaction
from django.utils.translation import gettext as _

from handsel.activity.services import record
from handsel.clock import now
from handsel.commissions.models import Commission
from handsel.commissions.services.decline import given_reason
from handsel.errors import DomainError
from handsel.organizations.models import Member

Status = Commission.Status


class CommissionNotWithholdable(DomainError):
    """Declined, reversed, or in a payout already: there is nothing to keep back."""


@transaction.atomic
def withhold_commission(pk: str, *, reason: str, actor: Member | None) -> Commission:
    """Keep a commission back for a suspicion, with its reason, until it is released.

    Nothing moves in the ledger: the partner is owed it as before, and is not paid it yet.
    Raises CommissionNotWithholdable, ReasonMissing.
    """
    reason = given_reason(reason)
    commission: Commission = Commission.objects.select_for_update().get(pk=pk)
    if commission.withheld_at is not None:
        return commission
    if commission.status not in {Status.PENDING, Status.APPROVED}:
        raise CommissionNotWithholdable(
            _("This commission cannot be withheld."),
            remedy=_("Only a pending or approved commission can be withheld."),
            params={"state": commission.status},
        )
    if not commission.is_pending and commission.paid_out_minor and commission.owed_minor <= 0:
        raise CommissionNotWithholdable(
            _("This commission cannot be withheld."),
            remedy=_("This payout is approved already."),
            params={"state": "paid_out"},
        )
    commission.withheld_at = now()
    commission.save(update_fields=["withheld_at"])
    record("commission.withheld", commission, actor=actor, reason=reason)
    return commission


@transaction.atomic
def release_commission(pk: str, *, actor: Member | None, reason: str = "") -> Commission:
    """Let a withheld commission go its way again."""
    commission: Commission = Commission.objects.select_for_update().get(pk=pk)
    if commission.withheld_at is None:
        return commission
    commission.withheld_at = None
    commission.save(update_fields=["withheld_at"])
    record("commission.released", commission, actor=actor, reason=reason)
    return commission
