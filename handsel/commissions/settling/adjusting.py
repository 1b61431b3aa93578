"""Amounts that a person decides: given or taken, always with a reason."""

import hashlib

from django.db import transaction
from django.utils.translation import gettext as _

from handsel.clock import now
from handsel.commissions.models import Commission
from handsel.commissions.services.decline import given_reason
from handsel.commissions.settling.booking import Booking, book
from handsel.commissions.settling.locks import lock
from handsel.engine.settling import ManualInputs
from handsel.engine.values import AMOUNT_MINOR_MAX
from handsel.errors import InvalidInput
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership

REASON_LENGTH_MAX = 2000


class AmountMissing(InvalidInput):
    """An adjustment of nothing."""


class AgreementMissing(InvalidInput):
    """Nothing was ever agreed with this partner."""


@transaction.atomic
def adjust(
    partnership: Partnership,
    *,
    amount_minor: int,
    reason: str,
    actor: Member | None,
    once: str = "",
) -> Commission:
    """Give a partner an amount, or, negative, take one, in the program's currency; it is approved
    as any commission without a hold.

    `once` is a word of the caller's: the same word twice adjusts once. Raises ReasonMissing,
    AmountMissing, AgreementMissing.
    """
    reason = given_reason(reason)
    _check(amount_minor, reason)
    lock(partnership.pk)
    before = _before(partnership, once)
    if before is not None:
        return before
    agreement = partnership.agreements.order_by("-version").first()
    if agreement is None:
        raise AgreementMissing(
            _("Nothing was agreed with this partner yet."),
            field="partnership",
            remedy=_("Offer an agreement first."),
        )
    at = now()
    inputs = ManualInputs(
        partnership=partnership.pk,
        amount_minor=amount_minor,
        currency=partnership.program.currency,
        reason_digest=hashlib.sha256(reason.encode()).hexdigest(),
        at=at,
    )
    commission = book(
        Booking(
            partnership=partnership,
            inputs=inputs,
            about={"reason": reason, "once": once},
            occurred_at=at,
            agreement_id=agreement.pk,
            actor=actor,
            reason=reason,
            at=at,
        )
    )
    assert commission is not None  # the amount is not zero
    return commission


def _before(partnership: Partnership, once: str) -> Commission | None:
    rows = Commission.objects.filter(
        partnership=partnership, kind=Commission.Kind.MANUAL, about__once=once
    )
    return rows.first() if once else None


def _check(amount_minor: int, reason: str) -> None:
    if amount_minor == 0:
        raise AmountMissing(
            _("An adjustment needs an amount."),
            field="amount_minor",
            remedy=_("Write what the partner gets, or with a minus what is taken."),
        )
    if abs(amount_minor) > AMOUNT_MINOR_MAX:
        raise InvalidInput(_("This amount is too large."), field="amount_minor")
    if len(reason) > REASON_LENGTH_MAX:
        raise InvalidInput(
            _("This reason is too long."),
            field="reason",
            remedy=_("Write at most %(most)s characters.") % {"most": REASON_LENGTH_MAX},
        )
