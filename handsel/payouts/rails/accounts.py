"""Bank accounts as people write them: checked, tidied, and with the bank's own code (BIC)."""

from django.utils.translation import gettext as _
from schwifty import BIC, IBAN
from schwifty.exceptions import SchwiftyException

from handsel.errors import InvalidInput


def checked_iban(text: str, *, field: str = "iban") -> str:
    """The number without spaces, when its length and check digits are right.

        >>> checked_iban("no93 8601 1117 947")
        'NO9386011117947'

    Raises InvalidInput.
    """
    try:
        return str(IBAN(text))
    except SchwiftyException as wrong:
        raise InvalidInput(
            _("“%(iban)s” is no valid account number (IBAN).") % {"iban": text.strip()},
            field=field,
            remedy=_("Copy it from your bank’s app or a statement; it begins with two letters."),
        ) from wrong


def checked_bic(text: str, *, field: str = "bic") -> str:
    """A bank's code, upper case. Raises InvalidInput for what is none."""
    try:
        return str(BIC(text))
    except SchwiftyException as wrong:
        raise InvalidInput(
            _("“%(bic)s” is no valid bank code (BIC).") % {"bic": text.strip()},
            field=field,
            remedy=_("It has 8 or 11 letters and digits, such as DNBANOKK."),
        ) from wrong


def bic_of(iban: str) -> str:
    """The bank of a valid account number, from the registry that schwifty carries; empty where
    the registry does not know it."""
    try:
        return str(IBAN(iban).bic or "")
    except SchwiftyException:
        return ""


def bank_name_of(iban: str) -> str:
    """`DNB Bank ASA`; empty where the registry does not know the bank."""
    try:
        return IBAN(iban).bank_name or ""
    except SchwiftyException:
        return ""


def masked_iban(iban: str) -> str:
    """Enough to know one's own account by, too little to use it.

    >>> masked_iban("NO9386011117947")
    'NO93 •••• 7947'
    """
    return f"{iban[:4]} •••• {iban[-4:]}"
