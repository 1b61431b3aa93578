"""Terms that a receipt can be read under besides its own: what both sides know."""

from collections.abc import Iterator

from handsel.commissions.models import Commission
from handsel.commissions.receipt.what_if import OtherTerms
from handsel.partnerships.models import Agreement, Offer
from handsel.partnerships.queries import terms_of
from handsel.rows.querysets import ActsFor

# The latest of them; all stand on the page of the agreement.
VERSIONS_MAX = 3


def other_terms(commission: Commission, member: ActsFor) -> tuple[OtherTerms, ...]:
    """The latest other versions of the agreement, and the offer that waits for an answer; terms
    that are to the letter those of the commission are left out."""
    known = {commission.agreement.terms_digest}
    found = []
    for digest, other in _candidates(commission, member):
        if digest not in known:
            known.add(digest)
            found.append(other)
    return tuple(found)


def _candidates(commission: Commission, member: ActsFor) -> Iterator[tuple[str, OtherTerms]]:
    mine = {"partnership": commission.partnership_id}
    offers = Offer.objects.visible_to(member).filter(**mine)
    for offer in offers.filter(status=Offer.Status.OFFERED, agreement=None):
        yield offer.terms_digest, OtherTerms("offer", {}, terms_of(offer))
    versions = Agreement.objects.visible_to(member).filter(**mine)
    others = versions.exclude(pk=commission.agreement_id).order_by("-version")
    for row in others[:VERSIONS_MAX]:
        number = {"number": row.version}
        yield row.terms_digest, OtherTerms("version", number, terms_of(row))
