"""Who is reminded: before an agreement runs out, and before an offer does."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F

from handsel.clock import now
from handsel.partnerships.letters import Letter, write_of_offer, write_of_running_out
from handsel.partnerships.models import Agreement, Offer, Partnership
from handsel.partnerships.queries import running_out

AGREEMENT_AHEAD = timedelta(days=30)
OFFER_AHEAD = timedelta(days=3)
# Whoever had hardly more days to answer has just been written to.
OFFER_OPEN_MIN = timedelta(days=6)


def remind_due(limit: int = 100) -> int:
    """Write once of each; how many letters' causes there were."""
    at = now()
    versions = running_out(Partnership.objects.all(), until=at + AGREEMENT_AHEAD)
    offers = Offer.objects.filter(
        status=Offer.Status.OFFERED,
        agreement=None,
        reminded_at=None,
        expires_at__gt=at,
        expires_at__lte=at + OFFER_AHEAD,
    )
    versions_due = versions.filter(reminded_at=None).values_list("pk", flat=True)[:limit]
    offers_due = offers.annotate(open_for=F("expires_at") - F("made_at")).filter(
        open_for__gte=OFFER_OPEN_MIN
    )
    done = 0
    for pk in list(versions_due):
        done += _remind_of_version(pk)
    for pk in list(offers_due.values_list("pk", flat=True)[:limit]):
        done += _remind_of_offer(pk)
    return done


@transaction.atomic
def _remind_of_version(pk: str) -> bool:
    if not Agreement.objects.filter(pk=pk, reminded_at=None).update(reminded_at=now()):
        return False
    write_of_running_out(Agreement.objects.get(pk=pk))
    return True


@transaction.atomic
def _remind_of_offer(pk: str) -> bool:
    if not Offer.objects.filter(pk=pk, reminded_at=None).update(reminded_at=now()):
        return False
    write_of_offer(Offer.objects.get(pk=pk), Letter.REMINDED)
    return True
