"""What every rail asks of transfers before it writes them down."""

import re
from collections.abc import Sequence
from hashlib import sha256

from django.utils.translation import gettext as _

from handsel.payouts.rails.values import Transfer, TransferUnusable

REFERENCE = re.compile(r"[A-Z0-9](?:[A-Z0-9-]{0,28}[A-Z0-9])?")


def refuse_unpayable(transfers: Sequence[Transfer]) -> None:
    """Raise TransferUnusable for what no rail can carry: no transfer at all, a reference that is
    none or not the only one, an amount that is not above zero."""
    if not transfers:
        raise TransferUnusable(
            _("There is nothing to pay."), remedy=_("Choose at least one payout.")
        )
    seen: set[str] = set()
    for transfer in transfers:
        said = {"name": transfer.holder_name, "reference": transfer.reference}
        if not REFERENCE.fullmatch(transfer.reference) or transfer.reference in seen:
            raise TransferUnusable(
                _("The payout to %(name)s has no reference of its own: “%(reference)s”.") % said,
                field="reference",
            )
        if transfer.amount_minor <= 0:
            raise TransferUnusable(
                _("There is nothing to pay to %(name)s.") % said,
                field="amount_minor",
                remedy=_("Leave this payout out of the batch."),
            )
        seen.add(transfer.reference)


def message_id(transfers: Sequence[Transfer]) -> str:
    """A file's number, the same for the same payouts in whatever order; 28 of A–Z, 0–9, hyphen."""
    references = "\n".join(sorted(transfer.reference for transfer in transfers))
    return f"HANDSEL-{sha256(references.encode()).hexdigest()[:20].upper()}"
