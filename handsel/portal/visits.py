"""A partner's own clicks, impressions and orders as one list: each as honestly as the brand reads
it, and nothing of a visitor but where and on what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Min
from django.urls import reverse
from django.utils.translation import gettext as _

from handsel.clicks.models import Click, ClickDay, Impression
from handsel.clock import now
from handsel.commissions.models import Commission
from handsel.conversions.models import Touch
from handsel.links.models import Link
from handsel.organizations.viewing import Reader
from handsel.portal.earnings import midnight, own_commissions
from handsel.portal.not_credited import uncredited
from handsel.portal.own import own
from handsel.rows.stream import Source
from handsel.ui.countries import country_name
from handsel.ui.wording import words
from handsel.ui.wording.clicks import device_words, filtered_words

CLICKS, ORDERS, IMPRESSIONS = "clicks", "orders", "impressions"
SUBS = ("s1", "s2", "s3", "s4", "s5")


@dataclass(frozen=True, slots=True)
class Visit:
    """`state` is a badge's; `why` the reason where it came to nothing; `row` a commission whose
    amount is shown."""

    at: datetime
    icon: str
    what: str
    place: str
    detail: str
    state: str
    why: str
    url: str = ""
    earned: Commission | None = None


def sources_of(reader: Reader, *, kind: str = "", link: str = "") -> list[Source]:
    """All of it, or one kind; of one link, if so asked."""
    of_link = {"link_id": link} if link else {}
    found = []
    if kind in ("", IMPRESSIONS):
        rows: Any = own(Impression.objects.all(), reader).filter(**of_link)
        found.append(Source(0, _within(rows, reader), "shown_at", "impression_id"))
    if kind in ("", CLICKS):
        rows = own(Click.objects.all(), reader).filter(**of_link)
        found.append(Source(1, _within(rows, reader), "clicked_at", "click_id"))
    if kind in ("", ORDERS):
        missed = uncredited(reader).select_related("link", "code")
        earned: Any = own_commissions(reader)
        if link:
            missed = missed.filter(link=link)
            touches = own(Touch.objects.all(), reader).filter(link=link, verdict="credited")
            earned = earned.filter(conversion__in=touches.values("conversion"))
        found += [Source(2, missed, "touched_at", "pk"), Source(3, earned, "occurred_at", "pk")]
    return found


def began_at(reader: Reader) -> datetime:
    """Before this there is nothing to be found."""
    days = own(ClickDay.objects.all(), reader).aggregate(first=Min("day"))["first"]
    touch = own(Touch.objects.all(), reader).aggregate(first=Min("touched_at"))["first"]
    earned = own_commissions(reader).aggregate(first=Min("occurred_at"))["first"]
    known = [moment for moment in (touch, earned) if moment]
    return min([*known, *([midnight(days)] if days else [])], default=now())


def visits_of(rows: Sequence[tuple[Source, Any]], reader: Reader) -> list[Visit]:
    """In the order given, in a fixed number of statements."""
    ids = {row.link_id for _source, row in rows if isinstance(row, (Click, Impression))}
    links = {
        one.pk: one.name or one.slug for one in own(Link.objects.all(), reader).filter(pk__in=ids)
    }
    return [_shown(row, links) for _source, row in rows]


def _within(rows: Any, reader: Reader) -> Any:
    """By partnership, which is what the index of these tables begins with."""
    mine = own(Link.objects.all(), reader).order_by().values_list("partnership", flat=True)
    return rows.filter(partnership_id__in=list(mine.distinct()))


def _shown(row: Any, links: dict[str, str]) -> Visit:
    if isinstance(row, Commission):
        return _earned(row)
    return _missed(row) if isinstance(row, Touch) else _seen(row, links)


def _seen(row: Any, links: dict[str, str]) -> Visit:
    is_click = isinstance(row, Click)
    subs = [str(row.subs[name]) for name in SUBS if row.subs.get(name)] if is_click else []
    country = country_name(row.country) if row.country else ""
    where = [device_words(row.device), row.system, country, *subs]
    return Visit(
        at=row.clicked_at if is_click else row.shown_at,
        icon="mouse-pointer-click" if is_click else "eye",
        what=_("Click") if is_click else _("Impression"),
        place=links.get(row.link_id, ""),
        detail=" · ".join(part for part in where if part),
        state="counted" if row.counts else "not_counted",
        why=filtered_words(row.filtered_reason),
    )


def _earned(row: Any) -> Visit:
    return Visit(
        at=row.occurred_at,
        icon="shopping-bag",
        what=_("Order"),
        place="",
        detail="",
        state=row.state,
        why="",
        url=reverse("portal:earning", args=[row.pk]),
        earned=row,
    )


def _missed(touch: Touch) -> Visit:
    return Visit(
        at=touch.touched_at,
        icon="ticket-percent" if touch.code else "mouse-pointer-click",
        what=_("An order followed, and was not credited to you"),
        place=str(touch.code or touch.link or ""),
        detail="",
        state="unattributed",
        why=words(touch.verdict, {}, subject="verdict"),
        url=reverse("portal:not-credited-receipt", args=[touch.pk]),
    )
