"""What both sides' pages of a receipt are made of."""

from collections.abc import Mapping, Sequence

from handsel.commissions.models import Commission
from handsel.commissions.receipt import Asked, OtherTerms, Way, receipt, recomputed, what_ifs_of
from handsel.commissions.receipt.other_terms import other_terms
from handsel.rows.querysets import ActsFor
from handsel.ui.countries import country_choices


def receipt_page(
    commission: Commission,
    member: ActsFor,
    query: Mapping[str, str],
    *,
    way: Way | None = None,
    drafts: Sequence[OtherTerms] = (),
) -> dict[str, object]:
    """Of a commission that this member may see. `query` may ask for `records`, to `recompute`, and
    what it would be from another `country`; `drafts` are for the eyes of whoever wrote them."""
    shown = receipt(commission, member, way)
    countries = country_choices()
    country = query.get("country", "")
    known = country if country in dict(countries) else ""
    terms = (*drafts, *other_terms(commission, member)) if shown.ordered else ()
    return {
        "receipt": shown,
        "records": query.get("records") == "1",
        "recomputed": recomputed(commission) if query.get("recompute") == "1" else None,
        "what_ifs": what_ifs_of(shown, Asked(country=known, terms=terms)),
        "country": known,
        "countries": countries,
    }
