"""What looks wrong, and is kept back until somebody has looked."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from django.db.models import F

from handsel.commissions.models import Commission
from handsel.commissions.services import decline_commission, withhold_commission
from handsel.demo.calendar import Calendar
from handsel.demo.house import House
from handsel.demo.joining import Happening
from handsel.demo.touches import OWN_PURCHASES, SECONDS_AFTER

AT_ONCE = timedelta(seconds=10)
SECONDS = "Clicked within seconds before the order was paid: we ask the partner how that comes."
OWN = "These orders look like your own purchases, which the program does not pay for."


def happenings(house: House, calendar: Calendar) -> Iterator[Happening]:
    yield Happening(calendar.before_end(9.3), partial(_withhold_sudden, house))
    yield Happening(calendar.before_end(6.2), partial(_withhold_own, house))
    yield Happening(calendar.before_end(34.6), partial(_decline_own, house))


def _withhold_sudden(house: House) -> None:
    rows = Commission.objects.filter(
        partnership=house.partners[SECONDS_AFTER].partnership,
        status=Commission.Status.PENDING,
        withheld_at=None,
        conversion__touches__touched_at__gt=F("occurred_at") - AT_ONCE,
        conversion__touches__kind="click",
        conversion__touches__verdict="credited",
    )
    for pk in rows.order_by("pk").values_list("pk", flat=True).distinct():
        withhold_commission(pk, reason=SECONDS, actor=house.manager)


def _withhold_own(house: House) -> None:
    for pk in _own(house)[:3]:
        withhold_commission(pk, reason=OWN, actor=house.manager)


def _decline_own(house: House) -> None:
    for pk in _own(house)[:1]:
        decline_commission(pk, reason=OWN, actor=house.manager)


def _own(house: House) -> list[str]:
    rows = Commission.objects.filter(
        partnership=house.partners[OWN_PURCHASES].partnership,
        status=Commission.Status.PENDING,
        withheld_at=None,
    )
    return list(rows.order_by("-occurred_at", "pk").values_list("pk", flat=True))
