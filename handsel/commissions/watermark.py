"""How far the clicks have come in, over all tracking hosts."""

from datetime import datetime, timedelta

from handsel.clicks.models import Watermark
from handsel.conversions.models import Conversion

# A host that has not been heard of for so long is not waited for.
HOST_SEEN_WITHIN = timedelta(minutes=1)
# And after this it was taken out of service. Click ids prove themselves: were it to come back, its
# clicks could only add details.
HOST_GONE_AFTER = timedelta(days=7)


def clicks_passed_at(at: datetime) -> datetime | None:
    """The moment before which every click has arrived; `at` itself where no host tracks clicks,
    and None while hosts are known but none is heard of."""
    known = Watermark.objects.filter(seen_at__gt=at - HOST_GONE_AFTER)
    hosts = list(known.values_list("passed_at", "seen_at"))
    if not hosts:
        return at
    alive = [passed_at for passed_at, seen_at in hosts if seen_at > at - HOST_SEEN_WITHIN]
    return min(alive, default=None)


def awaits_clicks(conversion: Conversion, passed_at: datetime | None) -> bool:
    """Whether clicks from before the conversion may still be on their way.

    What was concluded with all its clicks stays so, also while no host is heard of.
    """
    Status = Conversion.Status
    if conversion.status in {Status.CREDITED, Status.UNATTRIBUTED}:
        return False
    told_at = min(conversion.occurred_at, conversion.recorded_at)
    return passed_at is None or passed_at < told_at
