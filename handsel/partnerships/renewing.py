"""A later version of an agreement, which both sides sign at once."""

from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from handsel.clock import now
from handsel.engine.terms import Terms, digest
from handsel.errors import DomainError, InvalidInput
from handsel.organizations.models import Member
from handsel.partnerships.models import Agreement, Partnership
from handsel.partnerships.services import PartnershipEnded, accept_agreement


class AgreementUnchanged(DomainError):
    """The next version would say what the last one says."""


class Signature(NamedTuple):
    """Who signs for one side, with the text they had before them."""

    member: Member
    text: str
    language: str = "en"


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

    The version before it ends there, and what was clicked or ordered under it keeps its terms.
    Raises PartnershipEnded, AgreementUnchanged, and InvalidInput for a moment that has passed or
    lies before a version that was signed already.
    """
    partnership = Partnership.objects.select_for_update(of=("self",)).get(pk=partnership_pk)
    if partnership.ended_at is not None:
        raise PartnershipEnded(_("This partnership has ended."), remedy=_("Start a new one."))
    at = now()
    last = partnership.agreements.select_for_update().order_by("-version")[0]
    valid_from = valid_from or at
    if valid_from < at or valid_from <= last.valid_from:
        raise InvalidInput(
            _("An agreement never changes the past."),
            field="valid_from",
            remedy=_("Let it begin today or later, after the version before it."),
        )
    if last.terms_digest == digest(terms):
        raise AgreementUnchanged(_("These are the terms of the version in force."))
    last.valid_until = valid_from
    last.save(update_fields=["valid_until"])
    version = Agreement.objects.create(
        brand_id=partnership.brand_id,
        partner_id=partnership.partner_id,
        partnership=partnership,
        version=last.version + 1,
        terms=terms.model_dump(mode="json"),
        terms_digest=digest(terms),
        valid_from=valid_from,
    )
    for side in (brand, partner):
        accept_agreement(
            version.pk,
            member=side.member,
            terms_digest=version.terms_digest,
            text=side.text,
            language=side.language,
        )
    return version
