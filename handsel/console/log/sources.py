"""The tables of the log, each narrowed to what was asked for."""

import binascii
from base64 import urlsafe_b64decode
from datetime import UTC, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, Min, OuterRef, Q

from handsel.clicks.models import Click, ClickDay, Impression
from handsel.clock import now
from handsel.console.forms.log import CLICK, COUNTED, IMPRESSION, NOT_COUNTED
from handsel.console.periods import midnight
from handsel.conversions.models import Conversion, Touch
from handsel.intake.models import InboxEvent
from handsel.links.models import Link
from handsel.organizations.models import Member
from handsel.programs.models import Program
from handsel.rows.querysets import SharedQuerySet
from handsel.rows.stream import Source
from handsel.tracking.click_id import LENGTH
from handsel.ui.wording.clicks import FILTERED

RANK_CLICK, RANK_IMPRESSION, RANK_EVENT = 0, 1, 2
SUBS = ("s1", "s2", "s3", "s4", "s5")
# What only clicks know of themselves, and what impressions do.
OF_CLICKS = frozenset({"sub", "q"})
OF_BOTH = frozenset({"country", "device"})


def sources_of(program: Program, member: Member, said: dict[str, Any]) -> list[Source]:
    """Those that can have rows of this kind, partner, link, state, reason and so on."""
    kind = said.get("kind")
    found = []
    if not _judges_events(said):
        if kind in (None, CLICK):
            rows = _clicks(program, member, said)
            found.append(Source(RANK_CLICK, rows, "clicked_at", "click_id"))
        if kind in (None, IMPRESSION) and OF_CLICKS.isdisjoint(said):
            shown = _seen(Impression.objects.all(), program, member, said)
            found.append(Source(RANK_IMPRESSION, shown, "shown_at", "impression_id"))
    if kind not in (CLICK, IMPRESSION) and not _judges_clicks(said):
        rows = _events(program, member, said).select_related("conversion")
        found.append(Source(RANK_EVENT, rows, "received_at", "pk"))
    return found


def began_at(program: Program, member: Member) -> datetime:
    """Before this there is nothing in the log."""
    mine = {"program_id": program.pk}
    days = ClickDay.objects.visible_to(member).filter(**mine).aggregate(first=Min("day"))["first"]
    events = InboxEvent.objects.visible_to(member).filter(**mine).order_by("received_at")
    first = events.values_list("received_at", flat=True).first()
    known = [midnight(days)] if days else []
    return min([*known, *([first] if first else [])], default=now())


def clicked_about(click_id: str) -> tuple[datetime, datetime] | None:
    """A click id tells its moment: between these two lies its row, and in no other partition.
    None for what is no click id. What it tells is not proven here, and need not be."""
    if len(click_id) != LENGTH:
        return None
    try:
        raw = urlsafe_b64decode(click_id)
        at = datetime.fromtimestamp(int.from_bytes(raw[:6], "big") / 1000, tz=UTC)
        return at - timedelta(seconds=1), at + timedelta(seconds=1)
    except (binascii.Error, ValueError, OverflowError, OSError):
        return None


def click_of(member: Member, click_id: str) -> "SharedQuerySet[Click]":
    """The row of a click, looked for where its id says that it is."""
    rows = Click.objects.visible_to(member).filter(click_id=click_id)
    about = clicked_about(click_id)
    return rows.filter(clicked_at__range=about) if about else rows


def _judges_clicks(said: dict[str, Any]) -> bool:
    """Whether something is asked for that events of the shop do not have."""
    return (
        said.get("state") in (COUNTED, NOT_COUNTED)
        or said.get("reason") in FILTERED
        or "sub" in said
        or not OF_BOTH.isdisjoint(said)
    )


def _judges_events(said: dict[str, Any]) -> bool:
    return said.get("state", COUNTED) not in (COUNTED, NOT_COUNTED) or (
        "reason" in said and said["reason"] not in FILTERED
    )


def _seen(rows: Any, program: Program, member: Member, said: dict[str, Any]) -> Any:
    """Clicks or impressions, by what both have."""
    rows = rows.visible_to(member).filter(program_id=program.pk)
    same = {"partner": "partnership_id", "country": "country", "device": "device"}
    rows = rows.filter(**{same[name]: said[name] for name in same if name in said})
    if state := said.get("state"):
        rows = rows.filter(counts=state == COUNTED)
    if reason := said.get("reason"):
        rows = rows.filter(filtered_reason=reason)
    if link := said.get("link"):
        rows = rows.filter(link_id__in=_link_ids(program, member, link))
    return rows


def _clicks(program: Program, member: Member, said: dict[str, Any]) -> Any:
    rows = _seen(Click.objects.all(), program, member, said)
    if sub := said.get("sub"):
        rows = rows.filter(reduce(or_, (Q(**{f"subs__{name}": sub}) for name in SUBS)))
    if q := said.get("q"):
        rows = rows.filter(click_id__in=_click_ids(program, member, q))
        if about := clicked_about(q):
            rows = rows.filter(clicked_at__range=about)
    return rows


def _events(program: Program, member: Member, said: dict[str, Any]) -> Any:
    rows = InboxEvent.objects.visible_to(member).filter(program=program)
    same = {"kind": "kind", "state": "status", "reason": "reason"}
    rows = rows.filter(**{same[name]: said[name] for name in same if name in said})
    touches = Touch.objects.filter(conversion=OuterRef("conversion"))
    if partner := said.get("partner"):
        rows = rows.filter(Exists(touches.filter(partnership=partner)))
    if link := said.get("link"):
        ids = _link_ids(program, member, link)
        rows = rows.filter(Exists(touches.filter(link__in=ids)))
    if q := said.get("q"):
        named = Conversion.objects.filter(program=program, order_reference=q)
        rows = rows.filter(
            Q(event_id__icontains=q)
            | Q(source__icontains=q)
            | Q(body__order_reference=q)
            | Q(body__click_ids__contains=[q])
            | Q(conversion__in=list(named.values_list("pk", flat=True)))
            | Exists(touches.filter(click_id=q))
        )
    return rows


def _link_ids(program: Program, member: Member, name: str) -> list[str]:
    links = Link.objects.visible_to(member).filter(program=program)
    named = links.filter(Q(slug=name) | Q(name=name) | Q(pk=name))
    return list(named.values_list("pk", flat=True))


def _click_ids(program: Program, member: Member, q: str) -> list[str]:
    """The click itself, or those that an order was touched by."""
    touches = Touch.objects.visible_to(member).filter(
        conversion__program=program, conversion__order_reference=q
    )
    return [q, *touches.exclude(click_id="").values_list("click_id", flat=True)]
