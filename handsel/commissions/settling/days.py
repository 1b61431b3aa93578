"""Clicks and impressions: one commission per partnership, link and day."""

import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Count, Q, QuerySet

from handsel.clicks.models import Click, ClickDay, Impression
from handsel.clicks.services import partition_days
from handsel.clock import now
from handsel.commissions.models import DayCounted
from handsel.commissions.settling.booking import Booking, book
from handsel.commissions.settling.locks import lock
from handsel.commissions.settling.versions import overlapping, versions_of
from handsel.commissions.watermark import clicks_passed_at
from handsel.engine.agreements import AgreementVersion
from handsel.engine.periods import day_start
from handsel.engine.settling import DayCount, DayInputs
from handsel.engine.terms import PerClick, PerThousand
from handsel.links.models import Link
from handsel.partnerships.models import Agreement, Partnership

logger = logging.getLogger(__name__)

# Clicks that come later than this change no commission any more: their host was long given up.
LOOKED_BACK_DAYS = 31
DAY = timedelta(days=1)

Known = tuple[int, int]
Days = dict[tuple[str, date], Known]


def settle_days() -> int:
    """Settle each day of a link that is over, that all clicks have arrived of, and that the
    rollups know something new of; how many were settled."""
    passed_at = clicks_passed_at(now())
    if passed_at is None:
        return 0
    paying = Agreement.objects.filter(
        Q(terms__pay__contains=[{"kind": "click"}])
        | Q(terms__pay__contains=[{"kind": "impression"}])
    )
    partnerships = Partnership.objects.filter(pk__in=paying.values("partnership"))
    return sum(_settle_partnership(one, passed_at) for one in partnerships.order_by("pk"))


def _settle_partnership(partnership: Partnership, passed_at: datetime) -> int:
    try:
        return _settle_days(partnership, passed_at)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("settling of days failed", extra={"partnership": partnership.pk})
        return 0


@transaction.atomic
def _settle_days(partnership: Partnership, passed_at: datetime) -> int:
    """Under the partnership's lock: two who find the same day new settle it one after the other,
    and the second finds nothing new."""
    versions = versions_of(partnership.pk)
    if not any(_pays(version) for version in versions):
        return 0
    lock(partnership.pk)
    zone = versions[-1].terms.time_zone
    known = _known(partnership, passed_at, zone)
    counted = {
        (row.link_id, row.day): (row.clicks, row.impressions)
        for row in DayCounted.objects.filter(
            partnership_id=partnership.pk, day__in={day for _link, day in known}
        )
    }
    news = {name: number for name, number in known.items() if counted.get(name) != number}
    links = Link.objects.in_bulk({link for link, _day in news})
    for (link, day), (clicks, impressions) in sorted(news.items()):
        _settle(partnership, links[link], day, versions, zone)
        DayCounted.objects.update_or_create(
            partnership_id=partnership.pk,
            link_id=link,
            day=day,
            defaults={
                "brand_id": partnership.brand_id,
                "partner_id": partnership.partner_id,
                "clicks": clicks,
                "impressions": impressions,
            },
        )
    return len(news)


def _pays(version: AgreementVersion) -> bool:
    return any(isinstance(rule, PerClick | PerThousand) for rule in version.terms.pay)


def _known(partnership: Partnership, passed_at: datetime, zone: str) -> Days:
    """What the rollups know of each link and day that is over and still has its rows.

    Rollups are by days of UTC: a day of another zone takes the two that it touches together, which
    is enough to see that something is new.
    """
    rows_from = max(
        (passed_at - LOOKED_BACK_DAYS * DAY).date(), min(partition_days(), default=date.max)
    )
    rows = ClickDay.objects.filter(partnership_id=partnership.pk, day__gte=rows_from)
    utc: dict[str, Counter[tuple[date, str]]] = defaultdict(Counter)
    for row in rows:
        utc[row.link_id][row.day, "clicks"] += row.clicks
        utc[row.link_id][row.day, "impressions"] += row.impressions
    found: Days = {}
    for link, numbers in utc.items():
        for day in _local_days({day for day, _what in numbers}, zone):
            touched = _utc_days(day, zone)
            if day_start(day + DAY, zone) > passed_at or min(touched) < rows_from:
                continue
            known = (
                sum(numbers[one, "clicks"] for one in touched),
                sum(numbers[one, "impressions"] for one in touched),
            )
            if any(known):
                found[link, day] = known
    return found


def _utc_days(day: date, zone: str) -> set[date]:
    start, end = day_start(day, zone), day_start(day + DAY, zone)
    return {start.astimezone(UTC).date(), (end - timedelta.resolution).astimezone(UTC).date()}


def _local_days(days: Iterable[date], zone: str) -> set[date]:
    """The days of a zone that touch these days of UTC."""
    near = {day + shift for day in days for shift in (-DAY, timedelta(), DAY)}
    return {day for day in near if _utc_days(day, zone) & set(days)}


def _settle(
    partnership: Partnership,
    link: Link,
    day: date,
    versions: Sequence[AgreementVersion],
    zone: str,
) -> None:
    start, end = day_start(day, zone), day_start(day + DAY, zone)
    involved = overlapping(versions, (start, end))
    if not involved:
        return
    book(
        Booking(
            partnership=partnership,
            inputs=DayInputs(
                partnership=partnership.pk,
                link=link.slug,
                day=day,
                agreements=tuple(involved),
                counts=tuple(
                    count
                    for version in involved
                    for count in _counts(version, partnership, link, (start, end))
                ),
            ),
            about={"day": day.isoformat(), "link": link.slug},
            occurred_at=start,
            starts_at=start,
            ends_at=end,
        )
    )


def _counts(
    version: AgreementVersion, partnership: Partnership, link: Link, span: tuple[datetime, datetime]
) -> Iterator[DayCount]:
    """The rows that count while a version was in force, by kind of visitor."""
    since = max(span[0], version.valid_from)
    until = min(span[1], version.valid_until or span[1])
    own = Q(partnership_id=partnership.pk, link_id=link.pk, counts=True)
    clicks = _by_kind(Click.objects.filter(own, clicked_at__gte=since, clicked_at__lt=until))
    shown = _by_kind(Impression.objects.filter(own, shown_at__gte=since, shown_at__lt=until))
    for kind in sorted(clicks.keys() | shown.keys()):
        country, device, source = kind
        yield DayCount(
            agreement=version.agreement,
            country=country,
            device=device,
            source=source,
            clicks=clicks[kind],
            impressions=shown[kind],
        )


def _by_kind(rows: "QuerySet[Click] | QuerySet[Impression]") -> Counter[tuple[str, str, str]]:
    found: Counter[tuple[str, str, str]] = Counter()
    for country, device, referrer, number in (
        rows.order_by().values_list("country", "device", "referrer").annotate(number=Count("pk"))
    ):
        found[country, device, _host(referrer)] += number
    return found


def _host(referrer: str) -> str:
    try:
        return (urlsplit(referrer).hostname or "")[:200]
    except ValueError:
        return ""
