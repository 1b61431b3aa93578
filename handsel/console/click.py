"""A click or an impression in full: whose it was, what it counts for, what it led to, and what
of it is not kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

from handsel.clicks.models import Click, Impression
from handsel.console.log.sources import clicked_about
from handsel.conversions.models import Touch
from handsel.intake.models import InboxEvent
from handsel.links.addresses import link_url
from handsel.links.models import Link
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership
from handsel.ui.countries import country_name
from handsel.ui.figures import decimal_text
from handsel.ui.wording.clicks import device_words, filtered_words

SUBS = ("s1", "s2", "s3", "s4", "s5")
BASKETS_MAX = 10
# So long the script keeps a click's id, if the shop does not say otherwise.
KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Seen:
    """A click or an impression with the names of what it names by id. `why` is what is suspicious
    about it, in words; empty for nothing."""

    row: Any
    at: datetime
    partnership: Partnership | None
    link: Link | None
    address: str
    why: str
    device: str
    country: str

    @property
    def network(self) -> str:
        """The visitor's address as it is kept: without its last part."""
        ip = self.row.ip
        return f"{ip}/{48 if ':' in ip else 24}" if ip else ""

    @property
    def arrived_after(self) -> str:
        """Seconds from the visit to its row."""
        seconds = max(0.0, (self.row.recorded_at - self.at).total_seconds())
        return decimal_text(round(seconds * 10))


@dataclass(frozen=True, slots=True)
class ClickStory(Seen):
    """`touches` are the orders that carried its id, `baskets` the baskets."""

    subs: Sequence[tuple[int, str]]
    touches: Sequence[Touch]
    baskets: Sequence[InboxEvent]


def story_of(click: Click, member: Member) -> ClickStory:
    said: dict[str, Any] = click.subs
    return ClickStory(
        **_named(click, click.clicked_at, member),
        subs=[(place, str(said[name])) for place, name in enumerate(SUBS, 1) if said.get(name)],
        touches=list(
            Touch.objects.visible_to(member)
            .filter(click_id=click.click_id, brand_id=click.brand_id)
            .select_related("conversion")
            .order_by("conversion__occurred_at", "pk")
        ),
        baskets=list(baskets_with([click.click_id], click.program_id, member)),
    )


def impression_story(shown: Impression, member: Member) -> Seen:
    return Seen(**_named(shown, shown.shown_at, member))


def baskets_with(click_ids: Sequence[str], program_id: str, member: Member) -> Any:
    """The baskets of a program that carried one of these click ids, the earliest first."""
    abouts = [about for one in click_ids if (about := clicked_about(one))]
    if not abouts:
        return InboxEvent.objects.none()
    first, last = min(about[0] for about in abouts), max(about[1] for about in abouts)
    carries = reduce(or_, (Q(body__click_ids__contains=[one]) for one in click_ids), Q(pk__in=[]))
    baskets = InboxEvent.objects.visible_to(member).filter(
        program=program_id, kind="basket_started", received_at__range=(first, last + KEPT)
    )
    return baskets.filter(carries).order_by("received_at")[:BASKETS_MAX]


def _named(row: Any, at: datetime, member: Member) -> dict[str, Any]:
    partnerships = Partnership.objects.visible_to(member).select_related("partner")
    link = Link.objects.visible_to(member).filter(pk=row.link_id).first()
    return {
        "row": row,
        "at": at,
        "partnership": partnerships.filter(pk=row.partnership_id).first(),
        "link": link,
        "address": link_url(link) if link else "",
        "why": filtered_words(row.filtered_reason),
        "device": device_words(row.device),
        "country": country_name(row.country) if row.country else "",
    }
