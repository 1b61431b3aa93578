from django.db import transaction
from django.utils.translation import gettext as _

from handsel.activity.services import record
from handsel.clock import now
from handsel.engine.payouts import NO_PAYEE
from handsel.errors import InvalidInput
from handsel.organizations.models import Member, Organization
from handsel.payouts.models import Payee, Payout
from handsel.payouts.queries import payee_of
from handsel.payouts.rails.accounts import checked_bic, checked_iban
from handsel.payouts.rails.sepa.text import sepa_text
from handsel.rows.scope import as_system

NAME_MAX = 120


@transaction.atomic
def set_payee(
    partner: Organization, *, holder_name: str, iban: str, bic: str = "", actor: Member | None
) -> Payee:
    """Say where a partner's money goes, from the next approval on. A change is a new version, and
    one to another account asks a person to look before it is paid to; proposals that had nowhere
    to go, go to the first one. The same again changes nothing. Raises InvalidInput, with the field.
    """
    # Two changes at once come one after the other.
    Organization.objects.select_for_update(no_key=True).get(pk=partner.pk)
    number = checked_iban(iban)
    bank = checked_bic(bic) if bic.strip() else ""
    holder = " ".join(holder_name.split())
    if not 0 < len(holder) <= NAME_MAX:
        raise InvalidInput(
            _("Write who holds the account."),
            field="holder_name",
            remedy=_("As the bank has it, in at most %(max)d letters.") % {"max": NAME_MAX},
        )
    if not sepa_text(holder, NAME_MAX):
        raise InvalidInput(
            _("The account holder’s name has no letter that banks can read."),
            field="holder_name",
            remedy=_("Write the account holder’s name in Latin letters."),
        )
    before = payee_of(partner)
    if before and (before.holder_name, before.iban, before.bic) == (holder, number, bank):
        return before
    payee = Payee.objects.create(
        partner=partner,
        holder_name=holder,
        iban=number,
        bic=bank,
        country=number[:2],
        changed_at=now(),
        changed_by=actor,
    )
    data: dict[str, object] = {"account": payee.masked, "before": before.masked if before else ""}
    record("payee.changed", payee, actor=actor, data=data)
    if before is None:
        _fill_in(payee)
    return payee


def _fill_in(payee: Payee) -> None:
    """Proposals are their brands' drafts, which the partner does not see."""
    with as_system():
        rows = Payout.objects.filter(partner=payee.partner_id, payee=None, status="proposed")
        for payout in rows.select_for_update(no_key=True).order_by("pk"):
            payout.payee = payee
            payout.checks = [check for check in payout.checks if check["code"] != NO_PAYEE]
            payout.save(update_fields=["payee", "checks"])
