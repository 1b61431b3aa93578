"""Links and codes as a partner shares them, with what they brought."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, Sum

from handsel.clicks.models import ClickDay
from handsel.links.addresses import link_url
from handsel.links.models import Code, Link
from handsel.portal.earnings import Place, by_place, own_commissions
from handsel.portal.own import own
from handsel.rows.querysets import ActsFor


@dataclass(frozen=True, slots=True)
class LinkShown:
    """A link with all it has brought so far; `earned` has one amount for each currency."""

    link: Link
    address: str
    clicks: int
    orders: int
    earned: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class CodeShown:
    code: Code
    orders: int
    earned: tuple[Place, ...]


def links_shown(member: ActsFor, links: Iterable[Link]) -> list[LinkShown]:
    """In the order given, in a fixed number of statements."""
    found = list(links)
    clicks = _clicks(member, found)
    earned = _earned(member, links=found)
    return [
        LinkShown(
            link=link,
            address=link_url(link),
            clicks=clicks.get(link.pk, 0),
            orders=sum(place.commissions_total for place in earned[link.pk]),
            earned=tuple(earned[link.pk]),
        )
        for link in found
    ]


def codes_shown(member: ActsFor, codes: Iterable[Code]) -> list[CodeShown]:
    found = list(codes)
    earned = _earned(member, codes=found)
    return [
        CodeShown(
            code=code,
            orders=sum(place.commissions_total for place in earned[code.pk]),
            earned=tuple(earned[code.pk]),
        )
        for code in found
    ]


def clicks_today(member: ActsFor, link: Link, today: date) -> int:
    """Clicks that count, on this day so far, in UTC."""
    return _clicks(member, [link], day=today).get(link.pk, 0)


def _clicks(member: ActsFor, links: Sequence[Link], **when: date) -> dict[str, int]:
    rows = own(ClickDay.objects.all(), member).filter(link_id__in=[link.pk for link in links])
    sums = rows.filter(**when).values_list("link_id").annotate(sum=Sum("clicks"))
    return dict(sums)


def _earned(
    member: ActsFor, *, links: Sequence[Link] = (), codes: Sequence[Code] = ()
) -> dict[str, list[Place]]:
    """By the id of the link or code. Only of what these touched: a partner may have thousands."""
    touched = Q(conversion__touches__link__in=[link.pk for link in links]) | Q(
        conversion__touches__code__in=[code.pk for code in codes]
    )
    ids = own_commissions(member).filter(touched).order_by().values("pk").distinct()
    found: dict[str, list[Place]] = defaultdict(list)
    for place in by_place(own_commissions(member).filter(pk__in=ids)):
        for credited in (place.link, place.code):
            if credited:
                found[credited.pk].append(place)
    return found
