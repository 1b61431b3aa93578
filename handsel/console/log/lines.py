"""Rows of the log as they are read: what it was, whose, and what became of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from handsel.clicks.models import Click, Impression
from handsel.commissions.models import Commission
from handsel.commissions.queries import EARNED
from handsel.console.forms.log import COUNTED, NOT_COUNTED
from handsel.console.wording import reason_words
from handsel.intake.models import InboxEvent
from handsel.links.models import Link
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership
from handsel.rows.stream import Source
from handsel.ui.countries import country_name
from handsel.ui.wording import refusal_words
from handsel.ui.wording.clicks import device_words, filtered_words
from handsel.ui.wording.inbox import KINDS, SOURCES


@dataclass(frozen=True, slots=True)
class Line:
    """`key` names it on the page. `detail` is where it came by; `became` what it led to, and `why`
    the reason where it came to nothing. `state` is a badge's."""

    key: str
    at: datetime
    icon: str
    what: str
    name: str
    url: str
    partner: str
    detail: str
    state: str
    became: str = ""
    became_url: str = ""
    why: str = ""


@dataclass(frozen=True)
class _Known:
    """What rows name by id only, read at once for all of them."""

    partners: dict[str, str]
    links: dict[str, str]
    credited: dict[str, Commission]


def lines_of(rows: Sequence[tuple[Source, Any]], member: Member) -> list[Line]:
    """In the order given, in a fixed number of statements."""
    known = _known([row for _source, row in rows], member)
    return [_line(row, known) for _source, row in rows]


def _line(row: Any, known: _Known) -> Line:
    if isinstance(row, InboxEvent):
        return _event(row, known)
    return _click(row, known) if isinstance(row, Click) else _impression(row, known)


def _known(rows: Sequence[Any], member: Member) -> _Known:
    clicks = [row for row in rows if not isinstance(row, InboxEvent)]
    conversions = {r.conversion_id for r in rows if isinstance(r, InboxEvent) and r.conversion_id}
    credited = Commission.objects.visible_to(member).filter(
        conversion__in=conversions, status__in=EARNED
    )
    partnerships = Partnership.objects.visible_to(member)
    links = Link.objects.visible_to(member)
    return _Known(
        partners=_names(partnerships, {row.partnership_id for row in clicks}, "partner__name"),
        links=_names(links, {row.link_id for row in clicks}, "slug"),
        credited={one.conversion_id: one for one in credited.select_related("partner")},
    )


def _names(rows: Any, ids: Iterable[str], column: str) -> dict[str, str]:
    return dict(rows.filter(pk__in=set(ids)).values_list("pk", column))


def _click(click: Click, known: _Known) -> Line:
    return Line(
        key=f"click-{click.click_id}",
        at=click.clicked_at,
        icon="mouse-pointer-click",
        what=_("Click"),
        name=click.click_id,
        url=reverse("console:click", args=[click.click_id]),
        **_of_visit(click, known),
    )


def _impression(shown: Impression, known: _Known) -> Line:
    return Line(
        key=f"impression-{shown.impression_id}",
        at=shown.shown_at,
        icon="eye",
        what=_("Impression"),
        name=shown.impression_id,
        url=reverse("console:impression", args=[shown.impression_id]),
        **_of_visit(shown, known),
    )


def _of_visit(row: Any, known: _Known) -> dict[str, str]:
    where = [device_words(row.device), row.system, country_name(row.country) if row.country else ""]
    return {
        "partner": known.partners.get(row.partnership_id, ""),
        "detail": " · ".join(part for part in where if part),
        "state": COUNTED if row.counts else NOT_COUNTED,
        "became": f"/{known.links.get(row.link_id, '')}",
        "why": filtered_words(row.filtered_reason),
    }


ICONS = {
    "order": "shopping-bag",
    "refund": "undo-2",
    "cancel": "ban",
    "delivery": "truck",
    "lead": "user-plus",
    "sign_up": "user-check",
    "basket_started": "shopping-cart",
}


def _event(event: InboxEvent, known: _Known) -> Line:
    conversion = event.conversion
    commission = known.credited.get(event.conversion_id or "")
    return Line(
        key=event.pk,
        at=event.received_at,
        icon=ICONS.get(event.kind, "inbox"),
        what=str(KINDS.get(event.kind, event.kind)) or _("Event"),
        name=event.event_id,
        url=reverse("console:event", args=[event.pk]),
        partner=commission.partner.name if commission else "",
        detail=str(SOURCES.get(event.source, event.source)),
        state=event.status,
        became=conversion.order_reference if conversion else "",
        became_url=reverse("console:conversion", args=[conversion.pk]) if conversion else "",
        why=_why(event),
    )


def _why(event: InboxEvent) -> str:
    if event.status == InboxEvent.Status.REFUSED:
        said = refusal_words(event.reason, event.field, event.params).message
        return f"{said} ({event.field})" if event.field else said
    return reason_words(event.conversion.reason) if event.conversion else ""
