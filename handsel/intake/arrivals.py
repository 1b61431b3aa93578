"""What a spool brings, sorted into rows."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from handsel.clicks.devices import device_of
from handsel.clicks.quality import filtered_reason
from handsel.clicks.services import ClickRow
from handsel.intake.envelopes import TRUST
from handsel.intake.models import InboxEvent
from handsel.intake.places import Place, Places
from handsel.tracking.spool.reader import Event

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LANGUAGE_MAX = 40


@dataclass(slots=True)
class Arrivals:
    clicks: list[ClickRow] = field(default_factory=list)
    inbox: list[InboxEvent] = field(default_factory=list)

    def days(self) -> set[date]:
        return {row.clicked_at.date() for row in self.clicks}


class _Unusable(Exception):
    """`reason` as in `InboxEvent.reason`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def sort_out(spool_id: str, events: Sequence[Event], places: Places) -> Arrivals:
    """Rows of clicks, and rows of the inbox: what shops sent, and what nobody can use."""
    arrivals = Arrivals()
    read = [(event, _read(event)) for event in events]
    places.load(body["link"] for event, body in read if event.kind == "click" and _names_link(body))
    for event, body in read:
        try:
            if event.kind == "click":
                arrivals.clicks.append(_click(body, places))
            else:
                arrivals.inbox.append(_waiting(spool_id, event, body))
        except _Unusable as problem:
            arrivals.inbox.append(refused(spool_id, event, problem.reason))
    return arrivals


def refused(spool_id: str, event: Event, reason: str) -> InboxEvent:
    """What cannot become a row is kept where somebody will look for it, in a form that any
    database takes."""
    row = _inbox_event(spool_id, event)
    row.kind = event.kind[:20] if event.kind.isprintable() else ""
    row.status, row.reason = InboxEvent.Status.REFUSED, reason
    row.body = {"came_as": event.body.decode("ascii", "backslashreplace").replace("\0", "\\x00")}
    return row


def _read(event: Event) -> Any:
    try:
        # PostgreSQL has no NUL in any text, and no shop has a use for one.
        return json.loads(event.body.replace(b"\\u0000", b"\\ufffd"))
    except (ValueError, RecursionError):
        return None


def _names_link(body: Any) -> bool:
    return isinstance(body, dict) and type(body.get("link")) is int and 0 <= body["link"] < 2**63


def _click(body: Any, places: Places) -> ClickRow:
    try:
        clicked_at = EPOCH + timedelta(milliseconds=body["at_ms"])
        place = places.find(body["link"], body["partnership"])
        if place is None:
            raise _Unusable("link-unknown")
        return _click_row(body, clicked_at, place)
    except (TypeError, KeyError, AttributeError, ValueError, OverflowError):
        raise _Unusable("malformed") from None


def _click_row(body: dict[str, Any], clicked_at: datetime, place: Place) -> ClickRow:
    agent = body["ua"]
    return ClickRow(
        click_id=body["id"],
        clicked_at=clicked_at,
        brand_id=place.brand_id,
        partner_id=place.partner_id,
        program_id=place.program_id,
        partnership_id=place.partnership_id,
        link_id=place.link_id,
        visitor=body["visitor"],
        ip=body["ip"] or None,
        user_agent=agent,
        referrer=body["referrer"],
        language=body["lang"][:LANGUAGE_MAX],
        country="",
        device=device_of(agent),
        subs=json.dumps(body["subs"]),
        fetch_metadata=json.dumps(body["fetch"]),
        destination=body["to"] or "",
        filtered_reason=filtered_reason(body["fetch"], agent),
    )


def _waiting(spool_id: str, event: Event, body: Any) -> InboxEvent:
    if event.kind != "event":
        raise _Unusable("kind-unknown")
    if not isinstance(body, dict) or body.get("source") not in TRUST or "raw" not in body:
        raise _Unusable("malformed")
    row = _inbox_event(spool_id, event)
    row.source = body["source"]
    row.trust = TRUST[row.source]
    row.body = body
    return row


def _inbox_event(spool_id: str, event: Event) -> InboxEvent:
    delivery = f"{spool_id}:{event.at.position}"
    try:
        received_at = EPOCH + timedelta(milliseconds=event.at_ms)
    except OverflowError:
        received_at = EPOCH
    return InboxEvent(
        source="tracking", event_id=delivery, delivery=delivery, received_at=received_at
    )
