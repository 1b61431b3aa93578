"""What a spool brings, sorted: clicks and impressions as they were seen, and the inbox's share.

PostgreSQL is not asked here, so that the next batch can be sorted while it takes this one: whose
the links are, and what the clicks are worth, `judging` finds out.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from handsel.clicks.agents import Agent, agent_of
from handsel.clicks.rows import NULL
from handsel.clock import now
from handsel.environment import environment
from handsel.intake.envelopes import TRUST
from handsel.intake.models import InboxEvent
from handsel.intake.surroundings import UNKNOWN, Surroundings
from handsel.tracking.spool.reader import DAMAGED, Event

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# A host's clock may be wrong, but a click of next week would stand above all others until then.
AHEAD_MAX = timedelta(days=1)

_LANGUAGE_MAX = 40
_CHOICE_MAX = 40
_CAME_BY = {"link": "link", "script": "script"}
_NONE: dict[str, str] = {}


class Seen(NamedTuple):
    """A click or an impression: what is needed to judge it, and what stands before and after the
    ids of its link in its row, as `COPY` takes it."""

    event: Event
    at_ms: int
    number: int
    partnership: str
    visitor: str
    agent: Agent
    fetch: dict[str, str]
    in_data_centre: bool
    head: tuple[str, str]
    tail: tuple[str, ...]


@dataclass(slots=True)
class Arrivals:
    clicks: list[Seen] = field(default_factory=list)
    impressions: list[Seen] = field(default_factory=list)
    inbox: list[InboxEvent] = field(default_factory=list)
    # Groups of events that cannot be read.
    damaged: list[Event] = field(default_factory=list)

    def days(self) -> set[date]:
        numbers = {seen.at_ms // 86_400_000 for seen in (*self.clicks, *self.impressions)}
        return {(EPOCH + timedelta(days=number)).date() for number in numbers}


class Unusable(Exception):
    """`reason` as in `InboxEvent.reason`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _Span(NamedTuple):
    """The moments of which rows are kept. Outside of it there is no partition: the day has been
    forgotten, or is not near."""

    first_ms: int
    last_ms: int

    def check(self, at_ms: int, number: int) -> None:
        if type(at_ms) is not int or type(number) is not int:
            raise Unusable("malformed")
        if not self.first_ms <= at_ms <= self.last_ms:
            raise Unusable("too-old" if at_ms < self.first_ms else "in-future")


def sort_out(
    spool_id: str, events: Sequence[Event], surroundings: Surroundings = UNKNOWN
) -> Arrivals:
    """Rows to be, and rows of the inbox: what shops sent, and what nobody can use."""
    arrivals, span = Arrivals(), _span()
    for event in events:
        try:
            if event.kind == "click":
                arrivals.clicks.append(_click(event, surroundings, span))
            elif event.kind == "impression":
                arrivals.impressions.append(_impression(event, surroundings, span))
            elif event.kind == DAMAGED:
                arrivals.damaged.append(event)
            else:
                arrivals.inbox.append(_waiting(spool_id, event))
        except Unusable as problem:
            arrivals.inbox.append(refused(spool_id, event, problem.reason))
    return arrivals


def refused(spool_id: str, event: Event, reason: str) -> InboxEvent:
    """What cannot become a row is kept where somebody will look for it, in a form that any
    database takes."""
    row = _inbox_event(spool_id, event)
    row.kind = event.kind[:20] if event.kind.isprintable() else ""
    row.status, row.reason = InboxEvent.Status.REFUSED, reason
    row.body = {"came_as": json.dumps(event.body)}
    return row


def _span() -> _Span:
    at = now()
    first_on = at.date() - timedelta(days=environment().click_days_kept)
    first_at = datetime(first_on.year, first_on.month, first_on.day, tzinfo=UTC)
    return _Span(_ms(first_at), _ms(at + AHEAD_MAX))


def _ms(at: datetime) -> int:
    return (at - EPOCH) // timedelta(milliseconds=1)


def _click(event: Event, surroundings: Surroundings, span: _Span) -> Seen:
    body = event.body
    try:
        at_ms, ip, ua, visitor = body["at_ms"], body["ip"], body["ua"], body["visitor"]
        number, partnership = body["link"], body.get("partnership", "")
        referrer, language = body.get("referrer", ""), body.get("lang", "")
        fetch, target = body.get("fetch", _NONE), body.get("to") or ""
        agent = agent_of(ua)
        # Anything but text is found out here, where it concerns one click.
        "".join((body["id"], visitor, ip, referrer, language, target, *fetch.values()))
        span.check(at_ms, number)
        tail = (
            visitor,
            ip or NULL,
            ua,
            referrer,
            language[:_LANGUAGE_MAX],
            surroundings.country_of(ip),
            agent.device,
            _json(body["subs"]) if "subs" in body else "{}",
            _json(fetch) if fetch else "{}",
            target,
            agent.browser,
            agent.system,
            _choice(body["dest"]) if "dest" in body else "",
            _CAME_BY[body.get("by", "link")],
        )
        return Seen(
            event,
            at_ms,
            number,
            partnership,
            visitor,
            agent,
            fetch,
            surroundings.is_data_centre(ip),
            (body["id"], _moment(at_ms)),
            tail,
        )
    except (TypeError, KeyError, AttributeError, ValueError, OverflowError):
        raise Unusable("malformed") from None


def _impression(event: Event, surroundings: Surroundings, span: _Span) -> Seen:
    body = event.body
    try:
        at_ms, ip, ua, visitor = body["at_ms"], body["ip"], body["ua"], body["visitor"]
        number, partnership = body["link"], body.get("partnership", "")
        referrer = body.get("referrer", "")
        agent = agent_of(ua)
        "".join((body["imp"], visitor, ip, referrer))
        span.check(at_ms, number)
        return Seen(
            event,
            at_ms,
            number,
            partnership,
            visitor,
            agent,
            _NONE,
            surroundings.is_data_centre(ip),
            (body["imp"], _moment(at_ms)),
            (
                visitor,
                ip or NULL,
                ua,
                referrer,
                surroundings.country_of(ip),
                agent.device,
                agent.browser,
                agent.system,
            ),
        )
    except (TypeError, KeyError, AttributeError, ValueError, OverflowError):
        raise Unusable("malformed") from None


def _json(value: dict[str, str]) -> str:
    return orjson.dumps(value).decode()


def _moment(at_ms: int) -> str:
    """In UTC, as PostgreSQL reads it.

    >>> _moment(1_795_167_000_007)
    '2026-11-20 09:30:00.007+00'
    """
    seconds, ms = divmod(at_ms, 1000)
    return f"{_second(seconds)}.{ms:03d}+00"


@lru_cache(maxsize=10_000)
def _second(seconds: int) -> str:
    return f"{EPOCH + timedelta(seconds=seconds):%Y-%m-%d %H:%M:%S}"


def _choice(chosen: dict[str, Any]) -> str:
    """Which destination a rule or a split chose.

    >>> _choice({"rule": 2}), _choice({"variant": "b"})
    ('rule 2', 'b')
    """
    if "rule" in chosen:
        return f"rule {chosen['rule']}"[:_CHOICE_MAX]
    return str(chosen["variant"])[:_CHOICE_MAX]


def _waiting(spool_id: str, event: Event) -> InboxEvent:
    body = event.body
    if event.kind != "event":
        raise Unusable("kind-unknown")
    if not isinstance(body, dict) or "raw" not in body:
        raise Unusable("malformed")
    source = body.get("source")
    if not isinstance(source, str) or source not in TRUST:
        raise Unusable("malformed")
    row = _inbox_event(spool_id, event)
    row.source = source
    row.trust = TRUST[source]
    row.body = _without_nul(body)
    return row


def _without_nul(said: Any) -> Any:
    """PostgreSQL has no NUL in any text, and no shop has a use for one."""
    if isinstance(said, str):
        return said.replace("\0", "\ufffd")
    if isinstance(said, dict):
        return {_without_nul(name): _without_nul(value) for name, value in said.items()}
    return [_without_nul(value) for value in said] if isinstance(said, list) else said


def _inbox_event(spool_id: str, event: Event) -> InboxEvent:
    delivery = f"{spool_id}:{event.at.position}"
    try:
        received_at = EPOCH + timedelta(milliseconds=event.at_ms)
    except OverflowError:
        received_at = EPOCH
    return InboxEvent(
        source="tracking", event_id=delivery, delivery=delivery, received_at=received_at
    )
