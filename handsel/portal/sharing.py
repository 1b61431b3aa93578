"""Links and codes as a partner shares them, with what they brought."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, Sum

from handsel.clicks.models import ClickDay
from handsel.links.addresses import link_url
from handsel.links.models import Code, Link
from handsel.portal.earnings import Place, by_place, own_commissions
from handsel.portal.own import own
from handsel.rows.querysets import ActsFor, SharedQuerySet

SPARK_POINTS = 15


@dataclass(frozen=True, slots=True)
class Span:
    """The days that a list looks at, both included; from the beginning where `since` is None."""

    code: str
    since: date | None
    until: date

    @property
    def days(self) -> int | None:
        return (self.until - self.since).days + 1 if self.since else None


@dataclass(frozen=True, slots=True)
class LinkShown:
    """A link with what it brought in a span; `earned` has one amount for each currency, `course`
    its clicks in as many equal parts of the span as a small line has points."""

    link: Link
    address: str
    clicks: int
    orders: int
    earned: tuple[Place, ...]
    course: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class CodeShown:
    code: Code
    orders: int
    earned: tuple[Place, ...]


def span_of(code: str, today: date) -> Span:
    """`month` (31 days), `year` (365), or everything; the month where the word is none of these."""
    match code:
        case "year":
            return Span(code, today - timedelta(days=364), today)
        case "all":
            return Span(code, None, today)
        case _:
            return Span("month", today - timedelta(days=30), today)


def best_first(member: ActsFor, links: SharedQuerySet[Link], span: Span) -> list[str]:
    """The ids of links by what they earned in the span, then by clicks, then the newest."""
    earned = _earned(member, span)
    clicks = _clicks(member, span)
    ids = links.order_by("-created_at", "-pk").values_list("pk", flat=True)
    return sorted(
        ids,
        key=lambda pk: (-sum(one.amount_minor for one in earned[pk]), -clicks.get(pk, 0)),
    )


def links_shown(member: ActsFor, links: Iterable[Link], span: Span) -> list[LinkShown]:
    """In the order given, in a fixed number of statements."""
    found = list(links)
    earned = _earned(member, span, links=found)
    days = _clicks_by_day(member, found, span)
    return [
        LinkShown(
            link=link,
            address=link_url(link),
            clicks=sum(days[link.pk].values()),
            orders=sum(place.commissions_total for place in earned[link.pk]),
            earned=tuple(earned[link.pk]),
            course=course_of(days[link.pk], span),
        )
        for link in found
    ]


def codes_shown(member: ActsFor, codes: Iterable[Code], span: Span) -> list[CodeShown]:
    found = list(codes)
    earned = _earned(member, span, codes=found)
    return [
        CodeShown(
            code=code,
            orders=sum(place.commissions_total for place in earned[code.pk]),
            earned=tuple(earned[code.pk]),
        )
        for code in found
    ]


def course_of(days: dict[date, int], span: Span) -> tuple[int, ...]:
    """Clicks in equal parts of the span, the earliest first; nothing where there were none."""
    first = span.since or min(days, default=span.until)
    length = (span.until - first).days + 1
    if not days or length < 2:
        return ()
    points = min(SPARK_POINTS, length)
    parts = [0] * points
    for day, clicks in days.items():
        parts[(day - first).days * points // length] += clicks
    return tuple(parts)


def brought_today(member: ActsFor, link: Link, today: date) -> tuple[int, int]:
    """Clicks that count and orders, of this link on this day so far, in UTC."""
    [shown] = links_shown(member, [link], Span("today", today, today))
    return shown.clicks, shown.orders


def _clicks(member: ActsFor, span: Span) -> dict[str, int]:
    rows = _in_span(own(ClickDay.objects.all(), member), span)
    return dict(rows.order_by().values_list("link_id").annotate(sum=Sum("clicks")))


def _clicks_by_day(
    member: ActsFor, links: Sequence[Link], span: Span
) -> dict[str, dict[date, int]]:
    rows = own(ClickDay.objects.all(), member).filter(link_id__in=[link.pk for link in links])
    found: dict[str, dict[date, int]] = defaultdict(dict)
    sums = _in_span(rows, span).order_by().values_list("link_id", "day").annotate(n=Sum("clicks"))
    for link_id, day, clicks in sums:
        found[link_id][day] = clicks
    return found


def _in_span(rows: SharedQuerySet[Any], span: Span) -> SharedQuerySet[Any]:
    rows = rows.filter(day__lte=span.until)
    return rows.filter(day__gte=span.since) if span.since else rows


def _earned(
    member: ActsFor, span: Span, *, links: Sequence[Link] = (), codes: Sequence[Code] = ()
) -> dict[str, list[Place]]:
    """By the id of the link or code; of all that the partner has, where none are named."""
    rows = own_commissions(member, since=span.since, until=span.until + timedelta(days=1))
    if links or codes:
        # Only of what these touched: a partner may have thousands of links.
        touched = Q(conversion__touches__link__in=[link.pk for link in links]) | Q(
            conversion__touches__code__in=[code.pk for code in codes]
        )
        rows = rows.filter(pk__in=rows.filter(touched).order_by().values("pk").distinct())
    found: dict[str, list[Place]] = defaultdict(list)
    for place in by_place(rows):
        for credited in (place.link, place.code):
            if credited:
                found[credited.pk].append(place)
    return found
