"""Which accounts a SEPA transfer can go to, and from."""

from collections.abc import Set as AbstractSet

from django.utils.translation import gettext as _
from schwifty import IBAN

from handsel.errors import DomainError, InvalidInput
from handsel.payouts.rails.accounts import bic_of, checked_bic, checked_iban
from handsel.payouts.rails.sepa.text import NAME_MAX, TOWN_MAX, sepa_text
from handsel.payouts.rails.values import PayerAccount, PayerUnusable, Transfer, TransferUnusable

# 999,999,999.99 euro; EPC implementation guidelines, element 2.43.
AMOUNT_MINOR_MAX = 99_999_999_999
EEA = frozenset(
    """
    AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK
    """.split()  # noqa: SIM905
)


def payee_account(transfer: Transfer) -> dict[str, str]:
    """Name, IBAN and BIC as the file has them.

    Raises TransferUnusable, which names the payee, the field and what to do.
    """
    _refuse_amount(transfer)
    try:
        iban, bic = _account(transfer.iban, transfer.bic)
    except InvalidInput as wrong:
        raise _unusable(transfer, wrong.message, wrong.field, wrong.remedy) from wrong
    name = sepa_text(transfer.holder_name, NAME_MAX)
    if not name:
        raise _unusable(
            transfer,
            _("The account holder’s name has no letter that banks can read."),
            "holder_name",
            _("Ask for the name in Latin letters, as the bank has it."),
        )
    return {"name": name, "IBAN": iban, "BIC": bic}


def payer_account(payer: PayerAccount, countries: AbstractSet[str]) -> dict[str, object]:
    """The account to pay from, with an address where a bank outside the EEA takes part;
    `countries` are those of the accounts it goes to.

    Raises PayerUnusable.
    """
    name = sepa_text(payer.name, NAME_MAX)
    if not name:
        raise _payer_unusable(_("Write the account holder’s name in Latin letters."), "name")
    try:
        iban, bic = _account(payer.iban, payer.bic)
    except InvalidInput as wrong:
        raise _payer_unusable(wrong.message, wrong.field, wrong.remedy) from wrong
    account: dict[str, object] = {"name": name, "IBAN": iban, "BIC": bic}
    if not {iban[:2], *countries} <= EEA:
        town = sepa_text(payer.town, TOWN_MAX)
        if not town or not payer.country:
            raise _payer_unusable(
                _("Banks outside the European Economic Area want to know where you are."),
                "town",
                _("Add your town and country."),
            )
        account["address"] = {"town": town, "country": payer.country}
    return account


def _account(iban: str, bic: str) -> tuple[str, str]:
    """Raises InvalidInput for an account that no SEPA transfer reaches."""
    number = checked_iban(iban)
    if not IBAN(number).in_sepa_zone:
        raise InvalidInput(
            _("Accounts in %(country)s are outside SEPA.") % {"country": number[:2]},
            field="iban",
            remedy=_("Pay it another way, with the CSV file."),
        )
    bank = checked_bic(bic) if bic else bic_of(number)
    if not bank:
        raise InvalidInput(
            _("The bank of %(iban)s is not in our registry.") % {"iban": number},
            field="bic",
            remedy=_("Add the bank’s code (BIC)."),
        )
    return number, bank


def _refuse_amount(transfer: Transfer) -> None:
    if transfer.currency != "EUR":
        raise _unusable(
            transfer,
            _("SEPA carries euro, this is %(currency)s.") % {"currency": transfer.currency},
            "currency",
            _("Use the CSV file."),
        )
    if transfer.amount_minor > AMOUNT_MINOR_MAX:
        raise _unusable(
            transfer,
            _("A SEPA transfer stays below one billion euro."),
            "amount_minor",
            _("Pay it another way."),
        )


def _unusable(transfer: Transfer, message: str, field: str, remedy: str) -> DomainError:
    said = {"name": transfer.holder_name, "problem": message}
    return TransferUnusable(
        _("%(name)s: %(problem)s") % said,
        field=field,
        remedy=remedy,
        params={"reference": transfer.reference},
    )


def _payer_unusable(message: str, field: str, remedy: str = "") -> DomainError:
    return PayerUnusable(
        _("Your account: %(problem)s") % {"problem": message}, field=field, remedy=remedy
    )
