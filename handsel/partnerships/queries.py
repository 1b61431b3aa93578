import json
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from handsel.clock import now
from handsel.engine.terms import Terms, read
from handsel.partnerships.models import Agreement, Ending, Offer, Partnership, not_ended


def agreement_in_force(partnership: Partnership, *, at: datetime) -> Agreement | None:
    """The version whose period holds the moment; None before the first and after the end."""
    return in_force(at=at).filter(partnership=partnership).order_by("-version").first()


def in_force(*, at: datetime) -> "QuerySet[Agreement]":
    """Versions whose period holds the moment."""
    held = Agreement.objects.filter(valid_from__lte=at)
    return held.filter(Q(valid_until=None) | Q(valid_until__gt=at))


def terms_of(agreement: Agreement | Offer) -> Terms:
    """An agreement's terms, or those of an offer, as the engine reads them."""
    return read(json.dumps(agreement.terms))


def signed_by(agreement: Agreement) -> str:
    """The sides that signed, as the seal shows them: `brand`, `brand partner` or nothing."""
    return " ".join(sorted(a.side for a in agreement.acceptances.all()))


def latest_version(partnership: Partnership) -> Agreement:
    """The last version that was written, whether it is in force yet or not."""
    return partnership.agreements.order_by("-version")[0]


def open_offer(partnership: Partnership) -> Offer | None:
    """The one that waits for the partner's answer."""
    rows = partnership.offers.filter(status=Offer.Status.OFFERED, agreement=None)
    return rows.select_related("base").first()


def ending_of(partnership: Partnership) -> Ending | None:
    """Its announced end, past or to come."""
    return partnership.endings.filter(withdrawn_at=None).select_related("by__user").first()


def running_out(partnerships: "QuerySet[Partnership]", *, until: datetime) -> "QuerySet[Agreement]":
    """Versions in force that end before `until` with nothing agreed to follow them."""
    at = now()
    follows = Agreement.objects.filter(
        partnership=OuterRef("partnership"), version__gt=OuterRef("version")
    )
    return (
        Agreement.objects.filter(~Exists(follows), not_ended("partnership__"))
        .select_related("partnership__program", "partnership__partner")
        .filter(partnership__in=partnerships, valid_from__lte=at)
        .filter(valid_until__gt=at, valid_until__lte=until)
        .filter(Q(partnership__ended_at=None) | Q(partnership__ended_at__gt=F("valid_until")))
    )
