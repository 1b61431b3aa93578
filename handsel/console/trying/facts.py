"""What is known of a try, read from the tables, as the engine takes it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.db.models import Min, Q

from handsel.clicks.models import Click, Watermark
from handsel.clock import now
from handsel.commissions.models import Commission
from handsel.commissions.queries import EARNED
from handsel.console.trying.attempt import Try
from handsel.conversions.models import Conversion, Touch
from handsel.engine.diagnosis import ClickSeen, EventSeen, Facts, OrderSeen
from handsel.intake.envelopes import beside_the_message
from handsel.intake.models import InboxEvent
from handsel.organizations.models import Member
from handsel.programs.models import Program
from handsel.rows.scope import as_system

CLICKS_MAX = 200
EVENTS_MAX = 100
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Read:
    """The facts, and the rows behind them that the page leads to."""

    facts: Facts
    click: Click | None
    events: Mapping[str, InboxEvent]
    conversion: Conversion | None
    commission: Commission | None


def read_facts(attempt: Try, program: Program, member: Member) -> Read:
    click = _click(attempt, program, member)
    events = _events(attempt, program, member, click)
    seen = [_event(one, program) for one in events]
    named = [row for row, one in zip(events, seen, strict=True) if _names(one, click)]
    touch, conversion = _order(program, member, click, named)
    commission = _commission(attempt, member, conversion)
    marks = _watermarks()
    mine = InboxEvent.objects.visible_to(member)
    facts = Facts(
        at=now(),
        program=program.pk,
        hosts=program.domains,
        has_link=attempt.link is not None,
        intake_seen_at=min((mark.seen_at for mark in marks), default=None),
        intake_passed_at=min((mark.passed_at for mark in marks), default=None),
        backlog=sum(mark.backlog for mark in marks),
        unread_since=_unread_since(),
        click=_click_seen(click),
        events=seen,
        order=_order_seen(conversion, touch, named, is_credited=commission is not None),
        was_script_heard=mine.filter(program=program, source="script").exists(),
        own_programs=list(Program.objects.visible_to(member).values_list("pk", flat=True)),
    )
    return Read(facts, click, {one.pk: one for one in events}, conversion, commission)


def _click(attempt: Try, program: Program, member: Member) -> Click | None:
    """The one with the try's own word, else the latest on the link; one that can be credited
    before a copy that a program fetched ahead of it."""
    if attempt.link is None:
        return None
    rows = Click.objects.visible_to(member).filter(
        program_id=program.pk, link_id=attempt.link.pk, clicked_at__gte=attempt.began_at
    )
    latest = list(rows.order_by("-clicked_at")[:CLICKS_MAX])
    return max(
        latest,
        key=lambda one: (one.subs.get("s1") == attempt.token, one.may_attribute, one.clicked_at),
        default=None,
    )


def _click_seen(click: Click | None) -> ClickSeen | None:
    if click is None:
        return None
    return ClickSeen(
        click_id=click.click_id,
        at=click.clicked_at,
        visitor=click.visitor,
        reason=click.filtered_reason or "",
        counts=click.counts,
        may_attribute=click.may_attribute,
    )


def _events(
    attempt: Try, program: Program, member: Member, click: Click | None
) -> list[InboxEvent]:
    """Since the try began, and what was refused within an hour, the earliest first: those of the
    program, and of those that went astray the ones that came from the browser which clicked."""
    lately = Q(status=InboxEvent.Status.REFUSED, received_at__gte=now() - HOUR)
    since = Q(received_at__gte=attempt.began_at) | lately
    earliest = min(attempt.began_at, now() - HOUR)
    rows = InboxEvent.objects.filter(since, received_at__gte=earliest).order_by("-received_at")
    mine = list(rows.filter(brand=program.brand_id).visible_to(member)[:EVENTS_MAX])
    found = [one for one in mine if one.program_id == program.pk]
    if click is not None:
        astray = [one for one in mine if one.program_id != program.pk]
        with as_system():  # what names no program is nobody's; the browser tells whose it was
            astray += rows.filter(program=None, reason="program-unknown")[:EVENTS_MAX]
        found += [one for one in astray if _surroundings(one).get("visitor") == click.visitor]
    return sorted(found, key=lambda one: (one.received_at, one.pk))


def _event(row: InboxEvent, program: Program) -> EventSeen:
    said, around = _said(row), _surroundings(row)
    consent = around.get("consent")
    return EventSeen(
        key=row.pk,
        source=row.source,
        kind=row.kind or _kind(said),
        at=row.received_at,
        program=row.program_id or str(row.body.get("program", "")),
        click_ids=_texts(said.get("click_ids") or said.get("clicks")),
        codes=_texts(said.get("codes")),
        visitor=str(around.get("visitor", "")),
        host=_host(str(around.get("page") or said.get("page") or "")),
        consent=consent if isinstance(consent, bool) else None,
        refused=row.reason if row.status == InboxEvent.Status.REFUSED else "",
        fault=row.field,
        params=row.params,
    )


def _said(row: InboxEvent) -> dict[str, Any]:
    """The message: as it was understood, or, of one that was not, as far as it can be read."""
    if "raw" not in row.body:
        return row.body if isinstance(row.body, dict) else {}
    raw = str(row.body["raw"])
    try:
        said = json.loads(raw)
    except (ValueError, RecursionError):
        said = {name: ",".join(values) for name, values in parse_qs(raw).items()}
    return said if isinstance(said, dict) else {}


def _surroundings(row: InboxEvent) -> Mapping[str, Any]:
    return beside_the_message(row.body) if "raw" in row.body else row.came_with


def _kind(said: Mapping[str, Any]) -> str:
    kind = str(said.get("kind", "order"))
    return "order" if kind == "conversion" else kind


def _texts(said: object) -> list[str]:
    if isinstance(said, str):
        return [part for part in said.split(",") if part]
    return [str(one) for one in said] if isinstance(said, list) else []


def _host(page: str) -> str:
    try:
        return urlsplit(page).netloc
    except ValueError:
        return ""


def _names(event: EventSeen, click: Click | None) -> bool:
    return click is not None and click.click_id in event.click_ids


def _order(
    program: Program, member: Member, click: Click | None, named: Iterable[InboxEvent]
) -> tuple[Touch | None, Conversion | None]:
    """The latest that names the click: evaluated, or on its way."""
    if click is None:
        return None, None
    touches = Touch.objects.visible_to(member).filter(
        click_id=click.click_id, conversion__program=program
    )
    latest = touches.select_related("conversion").order_by("-conversion__recorded_at").first()
    if latest is not None:
        return latest, latest.conversion
    ids = [one.conversion_id for one in named if one.conversion_id]
    mine = Conversion.objects.visible_to(member).filter(pk__in=ids)
    return None, mine.order_by("-recorded_at").first()


def _order_seen(
    conversion: Conversion | None,
    touch: Touch | None,
    named: Iterable[InboxEvent],
    *,
    is_credited: bool,
) -> OrderSeen | None:
    if conversion is None:
        return None
    told = [one for one in named if one.conversion_id == conversion.pk]
    visitors = [str(one.came_with["visitor"]) for one in told if one.came_with.get("visitor")]
    return OrderSeen(
        reference=conversion.order_reference,
        status=conversion.status,
        reason=conversion.reason,
        trust=conversion.trust,
        occurred_at=conversion.occurred_at,
        visitor=visitors[-1] if visitors else "",
        verdict=touch.verdict if touch else "",
        is_credited=is_credited,
    )


def _commission(attempt: Try, member: Member, conversion: Conversion | None) -> Commission | None:
    if conversion is None or attempt.link is None:
        return None
    rows = Commission.objects.visible_to(member).filter(
        conversion=conversion, partnership=attempt.link.partnership_id, status__in=EARNED
    )
    return rows.select_related("partner").first()


def _watermarks() -> list[Watermark]:
    """Of the tracking hosts of today; one that was taken down long ago holds nothing up."""
    marks = list(Watermark.objects.order_by("-seen_at"))
    return [mark for mark in marks if now() - mark.seen_at < DAY] or marks[:1]


def _unread_since() -> Any:
    """Since when the oldest event waits for the worker, whosever it is: nobody's yet."""
    with as_system():
        waiting = InboxEvent.objects.filter(status=InboxEvent.Status.WAITING)
        return waiting.aggregate(first=Min("received_at"))["first"]
