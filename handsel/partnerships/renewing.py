"""A later version of an agreement, which both sides sign at once."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from handsel.clock import now
from handsel.engine.terms import Terms, digest
from handsel.errors import DomainError, InvalidInput
from handsel.partnerships.models import Acceptance, Agreement
from handsel.partnerships.services import accept, lock
from handsel.partnerships.versions import Signature, last_version, next_version

__all__ = ["AgreementUnchanged", "Signature", "renew_agreement"]


class AgreementUnchanged(DomainError):
    """The next version would say what the last one says."""


@transaction.atomic
def renew_agreement(
    partnership_pk: str,
    terms: Terms,
    *,
    brand: Signature,
    partner: Signature,
    valid_from: datetime | None = None,
) -> Agreement:
    """Write the next version, signed by both; it takes over now, or at a later moment.

    Raises PartnershipEnded, AgreementUnchanged, and InvalidInput for a moment that has passed or
    lies before a version that was signed already.
    """
    partnership = lock(partnership_pk)
    at = now()
    last = last_version(partnership)
    valid_from = valid_from or at
    if valid_from < at or valid_from <= last.valid_from:
        raise InvalidInput(
            _("An agreement never changes the past."),
            field="valid_from",
            remedy=_("Let it begin today or later, after the version before it."),
        )
    refuse_same(last, terms)
    version = next_version(last, terms, valid_from=valid_from)
    for side, signature in ((Acceptance.Side.BRAND, brand), (Acceptance.Side.PARTNER, partner)):
        accept(version, side, signature.member, text=signature.text, language=signature.language)
    return version


def refuse_same(last: Agreement, terms: Terms) -> None:
    if last.terms_digest == digest(terms):
        raise AgreementUnchanged(_("These are the terms of the version in force."))
