"""Clicks that arrive after their order was concluded, and turn out to be nobody's, or to have come
from where terms ask about."""

from datetime import timedelta

from django.db.models import Exists, OuterRef

from handsel.clicks.models import Click
from handsel.clock import now
from handsel.conversions.models import Conversion, Touch

# A host that is silent for a week was taken out of service.
LOOKED_BACK = timedelta(days=8)


def reconsider_arrived() -> int:
    """Have conversions evaluated again whose click id proved itself before its row was here; how
    many there were. The row may say that the click earns no credit, or where it came from.

    Usually a conversion is evaluated once all clicks from before it have arrived. This is for a
    host that was not heard of, and not waited for, and came back with its clicks.
    """
    at = now()
    arrived = Click.objects.filter(click_id=OuterRef("click_id"), clicked_at=OuterRef("touched_at"))
    found = Touch.objects.filter(
        Exists(arrived),
        kind=Touch.Kind.CLICK,
        refusal="",
        arrived_at=None,
        recorded_at__gt=at - LOOKED_BACK,
    )
    return Conversion.objects.filter(pk__in=found.values("conversion_id"), due_at=None).update(
        due_at=at
    )
