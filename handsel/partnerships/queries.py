import json
from datetime import datetime

from django.db.models import Q

from handsel.engine.terms import Terms, read
from handsel.partnerships.models import Agreement, Partnership


def agreement_in_force(partnership: Partnership, *, at: datetime) -> Agreement | None:
    """The version whose period holds the moment; None before the first and after the end."""
    return (
        partnership.agreements.filter(valid_from__lte=at)
        .filter(Q(valid_until=None) | Q(valid_until__gt=at))
        .order_by("-version")
        .first()
    )


def terms_of(agreement: Agreement) -> Terms:
    """An agreement's terms as the engine reads them."""
    return read(json.dumps(agreement.terms))


def signed_by(agreement: Agreement) -> str:
    """The sides that signed, as the seal shows them: `brand`, `brand partner` or nothing."""
    return " ".join(sorted(a.side for a in agreement.acceptances.all()))
