"""The next version of an agreement, as it is written down."""

from datetime import datetime
from typing import NamedTuple

from handsel.engine.terms import Terms, digest
from handsel.organizations.models import Member
from handsel.partnerships.models import Agreement, Partnership


class Signature(NamedTuple):
    """Who signs for one side, with the text they had before them."""

    member: Member | None
    text: str
    language: str = "en"


def last_version(partnership: Partnership) -> Agreement:
    """The version that a next one follows, locked."""
    return partnership.agreements.select_for_update(of=("self",)).order_by("-version")[0]


def next_version(
    last: Agreement,
    terms: Terms,
    *,
    valid_from: datetime,
    valid_until: datetime | None = None,
    group_terms_id: str | None = None,
) -> Agreement:
    """Write the version after `last`, which ends where it begins; what was clicked or ordered
    under it keeps its terms. Callers have seen that `valid_from` lies after the last one's."""
    last.valid_until = min(valid_from, last.valid_until or valid_from)
    last.save(update_fields=["valid_until"])
    return Agreement.objects.create(
        brand_id=last.brand_id,
        partner_id=last.partner_id,
        partnership_id=last.partnership_id,
        version=last.version + 1,
        terms=terms.model_dump(mode="json"),
        terms_digest=digest(terms),
        valid_from=valid_from,
        valid_until=valid_until,
        group_terms_id=group_terms_id,
    )
