from django.db import transaction
from django.utils.translation import gettext as _

from handsel.activity.services import record
from handsel.clock import now
from handsel.commissions.booking import decline
from handsel.commissions.crediting.declining import pass_on
from handsel.commissions.models import Commission
from handsel.errors import DomainError, InvalidInput
from handsel.ledger.services import post_entry
from handsel.organizations.models import Member

Status = Commission.Status


class CommissionNotDeclinable(DomainError):
    """Only a pending commission can be declined."""


class ReasonMissing(InvalidInput):
    """A decision against a partner is told with its reason."""


def given_reason(reason: str) -> str:
    """The reason without spaces around it; ReasonMissing when nothing is left."""
    reason = reason.strip()
    if not reason:
        raise ReasonMissing(
            _("A reason is missing."), field="reason", remedy=_("Write why; the partner reads it.")
        )
    return reason


@transaction.atomic
def decline_commission(pk: str, *, reason: str, actor: Member | None) -> Commission:
    """Refuse a pending commission, with a reason. It is not evaluated again: a person decided.

    Raises CommissionNotDeclinable, ReasonMissing.
    """
    reason = given_reason(reason)
    commission: Commission = Commission.objects.select_for_update().get(pk=pk)
    if commission.status == Status.DECLINED:
        return commission
    if not commission.is_pending:
        raise CommissionNotDeclinable(
            _("This commission cannot be declined."),
            remedy=_("Only a pending commission can be declined."),
            params={"state": commission.status},
        )
    at = now()
    if commission.amount_minor:
        post_entry(decline(commission, at=at))
    commission.status, commission.declined_at = Status.DECLINED, at
    commission.save(update_fields=["status", "declined_at", "transition_next"])
    pass_on(commission)
    record("commission.declined", commission, actor=actor, reason=reason)
    return commission
