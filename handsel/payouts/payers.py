"""The account a program pays from. Only the brand sees it."""

from django.db import models, transaction
from django.utils.translation import gettext as _

from handsel.activity.services import record
from handsel.clock import now
from handsel.errors import DomainError, InvalidInput
from handsel.organizations.models import Member, Organization
from handsel.payouts.rails.accounts import bic_of, checked_bic, checked_iban, masked_iban
from handsel.payouts.rails.values import PayerAccount
from handsel.programs.models import Program
from handsel.rows.fields import IdField
from handsel.rows.querysets import OwnedQuerySet


class PayerMissing(DomainError):
    """The program has not said which account it pays from."""


class Payer(models.Model):
    """`town` and `country` are where the payer sits; banks outside the EEA want them."""

    id = IdField("pyr")
    brand = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    program = models.OneToOneField(Program, models.CASCADE, related_name="payer")
    name = models.CharField(max_length=140)
    iban = models.CharField(max_length=34)
    bic = models.CharField(max_length=11, blank=True)
    town = models.CharField(max_length=35, blank=True)
    country = models.CharField(max_length=2, blank=True)
    changed_at = models.DateTimeField(default=now)

    objects = OwnedQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.name}, {self.iban}"

    @property
    def masked(self) -> str:
        return masked_iban(self.iban)

    @property
    def account(self) -> PayerAccount:
        return PayerAccount(self.name, self.iban, self.bic, self.town, self.country)


@transaction.atomic
def change_payer(
    program: Program,
    *,
    name: str,
    iban: str,
    bic: str = "",
    town: str = "",
    country: str = "",
    actor: Member | None,
) -> Payer:
    """Say which account a program pays from; files that were made before keep the old one.

    Raises InvalidInput for an account that is none, or whose bank has to be named.
    """
    number = checked_iban(iban)
    bank = checked_bic(bic) if bic else ""
    if not bank and not bic_of(number):
        raise InvalidInput(
            _("We do not know the bank of this account."),
            field="bic",
            remedy=_("Add the bank’s code (BIC)."),
        )
    said = {"name": name, "iban": number, "bic": bank, "town": town, "country": country}
    payer, _created = Payer.objects.update_or_create(
        program=program, defaults={**said, "brand_id": program.brand_id, "changed_at": now()}
    )
    record("payer.changed", program, actor=actor)
    return payer


def payer_account(program: Program) -> PayerAccount:
    """The account as the rails take it. Raises PayerMissing."""
    payer = Payer.objects.filter(program=program).first()
    if payer is None:
        raise PayerMissing(
            _("Handsel does not know yet which account you pay from."),
            remedy=_("Add it under Settings, Payouts."),
        )
    return payer.account
