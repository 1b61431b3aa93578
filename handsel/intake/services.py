"""The inbox: where everything that shops send ends up, understood once, or refused with a reason.

Events of API and files are applied in the caller's transaction; those that came by a spool wait
until `process_waiting` takes them, hundreds at a time.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.utils.timezone import now

from handsel.conversions.services import EventIdReused, NewFact, record_facts
from handsel.customers.identity import email_hash
from handsel.engine.values import canonical_json
from handsel.errors import DomainError, InvalidInput
from handsel.intake.envelopes import open_envelope
from handsel.intake.messages import Message, read_message
from handsel.intake.models import InboxEvent
from handsel.programs.models import Program

log = structlog.get_logger("handsel.intake")

BATCH_MAX = 300
EVENT_ID_MAX = 200
# Clocks of shops differ, but not by a time zone.
AHEAD_MAX = timedelta(minutes=10)

STANDING = (InboxEvent.Status.WAITING, InboxEvent.Status.PROCESSED)

Key = tuple[str, str, str]


class EventIdUnusable(InvalidInput):
    """Longer than 200 characters, or missing where no name can be made for the event."""


class ProgramUnknown(InvalidInput):
    """No program has this id."""


class OccurredInFuture(InvalidInput):
    """It is said to have happened later than it arrived."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One event as its sender tells it; `event_id` may stand in the body instead."""

    kind: str
    body: Mapping[str, object]
    event_id: str = ""
    received_at: datetime | None = None


@dataclass(slots=True)
class _Understood:
    """An event with its row in the inbox, which names its program, source and event id."""

    row: InboxEvent
    program: Program
    message: Message

    @property
    def key(self) -> Key:
        return self.program.pk, self.row.source, self.row.event_id

    def fact(self) -> NewFact | None:
        message, row = self.message, self.row
        kind = message.conversion_kind()
        if kind is None:
            return None
        customer = row.body.get("customer")
        return NewFact(
            program=self.program,
            conversion_kind=kind,
            order_reference=row.body["order_reference"],
            kind=message.fact,
            source=row.source,
            event_id=row.event_id,
            trust=row.trust,
            body=message.body(self.program.currency) | ({"customer": customer} if customer else {}),
            occurred_at=message.occurred_at or row.received_at,
            updated_at=getattr(message, "updated_at", None),
            received_at=row.received_at,
        )


def receive(
    program: Program,
    *,
    source: str,
    kind: str,
    trust: str,
    body: Mapping[str, object],
    event_id: str = "",
    received_at: datetime | None = None,
) -> InboxEvent:
    """Take one event in and apply it. The same event again changes nothing and is its earlier row.

    Raises DomainErrors with the field at fault, `EventIdReused` (409) for an id that came with
    another body; then nothing has changed.
    """
    with transaction.atomic():
        event = Incoming(kind=kind, body=body, event_id=event_id, received_at=received_at)
        (outcome,) = receive_all(program, [event], source=source, trust=trust)
        if isinstance(outcome, DomainError):
            raise outcome
        return outcome


@transaction.atomic
def receive_all(
    program: Program, events: Sequence[Incoming], *, source: str, trust: str
) -> list[InboxEvent | DomainError]:
    """As `receive`, for hundreds of events; one outcome for each, in order. A refused event
    leaves nothing behind, and stops no other."""
    outcomes: dict[int, InboxEvent | DomainError] = {}
    understood: dict[int, _Understood] = {}
    for place, event in enumerate(events):
        row = InboxEvent(
            source=source,
            event_id=event.event_id,
            trust=trust,
            received_at=event.received_at or now(),
        )
        try:
            message = read_message(event.kind, event.body)
            understood[place] = _understand(row, program, event.kind, message)
        except DomainError as refusal:
            outcomes[place] = refusal

    fresh, repeats = _tell_apart(understood)
    # Written before they are applied: a twin that comes at this moment waits here for our end.
    InboxEvent.objects.bulk_create(
        sorted((one.row for one in fresh.values()), key=lambda row: row.event_id),
        ignore_conflicts=True,
    )
    standing = _standing(one.key for one in fresh.values())
    for place, one in list(fresh.items()):
        if standing[one.key].pk != one.row.pk:
            repeats[place] = _repeat_of(standing[one.key], one)
            del fresh[place]

    outcomes |= _apply(fresh, repeats)
    refused = [one.row.pk for place, one in fresh.items() if outcomes[place] is not one.row]
    if refused:
        InboxEvent.objects.filter(pk__in=refused).delete()
    applied = [one.row for place, one in fresh.items() if outcomes[place] is one.row]
    InboxEvent.objects.bulk_update(applied, ["conversion"])
    return [outcomes[place] for place in range(len(events))]


def process_waiting(limit: int = BATCH_MAX) -> int:
    """Understand and apply what came by spool, the oldest first; how many were taken.

    Several may do so at once: each takes events that no other has. What is refused keeps its
    reason, field and parameters.
    """
    with transaction.atomic():
        rows = list(
            InboxEvent.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(status=InboxEvent.Status.WAITING)
            .order_by("received_at", "pk")[:limit]
        )
        if not rows:
            return 0
        try:
            with transaction.atomic():
                _process(rows)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            # One of them hit what nobody has thought of. It must not keep the others waiting.
            for row in rows:
                _process_alone(row.pk)
        return len(rows)


def _process_alone(pk: str) -> None:
    row = InboxEvent.objects.get(pk=pk)
    try:
        with transaction.atomic():
            _process([row])
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("event refused for a fault of ours", inbox_event=pk)
        InboxEvent.objects.filter(pk=pk).update(
            status=InboxEvent.Status.REFUSED, reason="internal-error", processed_at=now()
        )


def _process(rows: Sequence[InboxEvent]) -> None:
    programs = Program.objects.in_bulk({str(row.body.get("program")) for row in rows})
    understood: dict[int, _Understood] = {}
    for place, row in enumerate(rows):
        try:
            understood[place] = _opened(row, programs)
        except DomainError as refusal:
            _refuse(row, refusal)

    fresh, repeats = _tell_apart(understood)
    # Written before they are applied: a twin that another worker has taken waits here.
    InboxEvent.objects.bulk_update([one.row for one in fresh.values()], _WRITTEN)
    for place, outcome in _apply(fresh, repeats).items():
        _settle(rows[place], outcome)
    InboxEvent.objects.bulk_update(rows, _WRITTEN)


_WRITTEN = [
    *("brand", "program", "event_id", "kind", "trust", "body", "body_digest", "status", "reason"),
    *("field", "params", "conversion", "processed_at"),
]


def _opened(row: InboxEvent, programs: Mapping[str, Program]) -> _Understood:
    program = programs.get(str(row.body.get("program")))
    if program is None:
        raise ProgramUnknown(
            "No program has this id.",
            field="program",
            remedy="Copy the program's id from its settings.",
            params={"program": str(row.body.get("program"))[:40]},
        )
    # Set first, so that the brand sees the event even if it is refused.
    row.program, row.brand_id = program, program.brand_id
    opened = open_envelope(row.body, program, row.received_at)
    row.event_id, delivery = "", row.event_id
    try:
        return _understand(row, program, opened.kind, opened.message, otherwise=delivery)
    except DomainError:
        row.event_id = delivery
        raise


def _understand(
    row: InboxEvent, program: Program, kind: str, message: Message, *, otherwise: str = ""
) -> _Understood:
    """Fill a row with what its message says."""
    event_id = row.event_id or message.event_id or message.own_event_id or otherwise
    if not event_id or len(event_id) > EVENT_ID_MAX:
        raise EventIdUnusable(
            "The event has no id of at most 200 characters.",
            field="event_id",
            remedy="Send an event_id, different for every event.",
        )
    if message.occurred_at and message.occurred_at > row.received_at + AHEAD_MAX:
        raise OccurredInFuture(
            "The event has not happened yet.",
            field="occurred_at",
            remedy="Check the clock, and the time zone: 12:00+02:00 is 10:00Z.",
            params={"occurred_at": message.occurred_at.isoformat()},
        )
    body = _kept(message)
    row.program, row.brand_id = program, program.brand_id
    row.event_id, row.kind, row.body = event_id, kind, body
    row.body_digest = hashlib.sha256(canonical_json({"kind": kind, "body": body})).hexdigest()
    row.status, row.processed_at = InboxEvent.Status.PROCESSED, now()
    return _Understood(row, program, message)


def _kept(message: Message) -> dict[str, object]:
    """What was said, without what was not, and with an e-mail's hash in its place."""
    body: dict[str, object] = json.loads(message.model_dump_json(exclude_unset=True))
    body.pop("event_id", None)
    customer = body.get("customer")
    if isinstance(customer, dict) and "email" in customer:
        email = customer.pop("email")
        if email:
            customer["email_hash"] = email_hash(email)
    return body


def _tell_apart(
    events: Mapping[int, _Understood],
) -> tuple[dict[int, _Understood], dict[int, InboxEvent | DomainError]]:
    """Those that are new, and the outcomes of those that came before."""
    standing = _standing(one.key for one in events.values())
    fresh: dict[int, _Understood] = {}
    repeats: dict[int, InboxEvent | DomainError] = {}
    for place, one in events.items():
        earlier = standing.setdefault(one.key, one.row)
        if earlier is one.row:
            fresh[place] = one
        else:
            repeats[place] = _repeat_of(earlier, one)
    return fresh, repeats


def _standing(keys: Iterable[Key]) -> dict[Key, InboxEvent]:
    wanted = set(keys)
    rows = InboxEvent.objects.filter(
        program_id__in={key[0] for key in wanted},
        source__in={key[1] for key in wanted},
        event_id__in={key[2] for key in wanted},
        status__in=STANDING,
    )
    found = {(str(row.program_id), row.source, row.event_id): row for row in rows}
    return {key: row for key, row in found.items() if key in wanted}


def _repeat_of(earlier: InboxEvent, one: _Understood) -> InboxEvent | DomainError:
    if earlier.body_digest == one.row.body_digest:
        return earlier
    return EventIdReused(
        f"Event {one.row.event_id} of {one.row.source} came before with another body.",
        field="event_id",
        remedy="Send every change as an event with an id of its own.",
        params={"source": one.row.source, "event_id": one.row.event_id},
    )


def _apply(
    fresh: Mapping[int, _Understood], repeats: Mapping[int, InboxEvent | DomainError]
) -> dict[int, InboxEvent | DomainError]:
    """Record the facts of new events; what speaks of no conversion is only kept. A repeat of an
    event in the same batch shares its fate."""
    facts = {place: fact for place, one in fresh.items() if (fact := one.fact()) is not None}
    refusals: dict[str, DomainError] = {}
    for place, outcome in zip(facts, record_facts(list(facts.values())), strict=True):
        row = fresh[place].row
        if isinstance(outcome, DomainError):
            refusals[row.pk] = outcome
        else:
            row.conversion = outcome
    rows = {place: one.row for place, one in fresh.items()} | dict(repeats)
    return {
        place: row if isinstance(row, DomainError) else refusals.get(row.pk, row)
        for place, row in rows.items()
    }


def _settle(row: InboxEvent, outcome: InboxEvent | DomainError) -> None:
    if isinstance(outcome, DomainError):
        _refuse(row, outcome)
    elif outcome is not row:
        row.status = InboxEvent.Status.REPEATED
        row.conversion_id = outcome.conversion_id


def _refuse(row: InboxEvent, refusal: DomainError) -> None:
    row.status, row.processed_at = InboxEvent.Status.REFUSED, now()
    row.reason, row.field = refusal.code[:60], refusal.field[:80]
    row.params = json.loads(json.dumps(refusal.params, default=str))
