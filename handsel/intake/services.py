"""The inbox: where everything that shops send ends up, understood once, or refused with a reason.

Events of API and files are applied in the caller's transaction; those that came by a spool wait
until `process_waiting` takes them, hundreds at a time.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils.translation import gettext as _

from handsel.activity.services import record
from handsel.clock import now
from handsel.conversions.services import EventIdReused, record_facts
from handsel.errors import DomainError, InvalidInput
from handsel.intake.envelopes import open_envelope
from handsel.intake.messages import read_message
from handsel.intake.models import InboxEvent
from handsel.intake.understood import Key, Understood, understand
from handsel.organizations.models import Member
from handsel.programs.models import Program
from handsel.programs.services import note_use_of_old_secret

log = structlog.get_logger("handsel.intake")

BATCH_MAX = 300

STANDING = (InboxEvent.Status.WAITING, InboxEvent.Status.PROCESSED)


class ProgramUnknown(InvalidInput):
    """No program has this id."""


class EventNotKept(DomainError):
    """Nothing in the inbox can be judged again: it came as something else than a message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One event as its sender tells it; `event_id` may stand in the body instead."""

    kind: str
    body: Mapping[str, object]
    event_id: str = ""
    received_at: datetime | None = None


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
    understood: dict[int, Understood] = {}
    for place, event in enumerate(events):
        row = InboxEvent(
            source=source,
            event_id=event.event_id,
            trust=trust,
            received_at=event.received_at or now(),
        )
        try:
            message = read_message(event.kind, event.body)
            understood[place] = understand(row, program, event.kind, message)
        except DomainError as refusal:
            outcomes[place] = refusal

    outcomes |= _apply(understood)
    rows = [one.row for place, one in understood.items() if outcomes[place] is one.row]
    InboxEvent.objects.bulk_create(rows)
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
    try:
        with transaction.atomic():
            _process([InboxEvent.objects.get(pk=pk)])
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("event refused for a fault of ours", inbox_event=pk)
        row = InboxEvent.objects.get(pk=pk)
        # Whose it is, so that they see it and can have it judged again.
        program = Program.objects.filter(pk=str(row.body.get("program"))).first()
        InboxEvent.objects.filter(pk=pk).update(
            status=InboxEvent.Status.REFUSED,
            reason="internal-error",
            processed_at=now(),
            program=program,
            brand_id=program.brand_id if program else None,
        )


@transaction.atomic
def retry(event: InboxEvent, *, actor: Member | None) -> InboxEvent:
    """Judge a refused event again, as it came and at the time it came: what was wrong may have
    been mended here, as a secret or an order that was missing. It is taken in, or refused once
    more for what is wrong now; one that is not refused (any more) stays as it is.

    Raises EventNotKept for what is no message of a shop.
    """
    row = InboxEvent.objects.select_for_update(of=("self",)).get(pk=event.pk)
    if row.status != InboxEvent.Status.REFUSED:
        return row
    if not row.can_be_retried():
        raise EventNotKept(
            _("This cannot be judged again: it was no message of a shop."),
            remedy=_("Send it again from where it came."),
        )
    row.status, row.reason, row.field, row.params = InboxEvent.Status.WAITING, "", "", {}
    _process([row])
    data: dict[str, object] = {"status": row.status, "reason": row.reason}
    record("event.retried", row, actor=actor, data=data)
    return row


def _process(rows: Sequence[InboxEvent]) -> None:
    programs = Program.objects.in_bulk({str(row.body.get("program")) for row in rows})
    understood: dict[int, Understood] = {}
    for place, row in enumerate(rows):
        try:
            understood[place] = _opened(row, programs)
        except DomainError as refusal:
            _refuse(row, refusal)

    for place, outcome in _apply(understood).items():
        _settle(rows[place], outcome)
    # The rows are there: this is bulk_update, without its CASE for every field of every row.
    InboxEvent.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["id"], update_fields=_WRITTEN
    )


_WRITTEN = [
    *("brand", "program", "event_id", "kind", "trust", "body", "body_digest", "status", "reason"),
    *("field", "params", "came_with", "conversion", "processed_at"),
]


def _opened(row: InboxEvent, programs: Mapping[str, Program]) -> Understood:
    if row.kind and row.program:
        # It was understood before, and refused for what else was known: its body is the message.
        return understand(row, row.program, row.kind, read_message(row.kind, row.body))
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
    row.came_with = dict(opened.came_with)
    if opened.by_old_secret:
        note_use_of_old_secret(program, row.received_at)
    row.event_id, delivery = "", row.event_id
    try:
        return understand(row, program, opened.kind, opened.message, otherwise=delivery)
    except DomainError:
        row.event_id = delivery
        raise


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


def _repeat_of(earlier: InboxEvent, one: Understood) -> InboxEvent | DomainError:
    if earlier.body_digest == one.row.body_digest:
        return earlier
    return EventIdReused(
        f"Event {one.row.event_id} of {one.row.source} came before with another body.",
        field="event_id",
        remedy="Send every change as an event with an id of its own.",
        params={"source": one.row.source, "event_id": one.row.event_id},
    )


def _apply(events: Mapping[int, Understood]) -> dict[int, InboxEvent | DomainError]:
    """Record the facts of events that are new; what speaks of no conversion is only kept. An event
    that came before is its earlier row, and shares its fate if that is in this batch."""
    _wait_for_twins(one.key for one in events.values())
    standing = _standing(one.key for one in events.values())
    outcomes: dict[int, InboxEvent | DomainError] = {}
    fresh: dict[str, Understood] = {}
    for place, one in events.items():
        earlier = standing.setdefault(one.key, one.row)
        outcomes[place] = _repeat_of(earlier, one)
        if earlier is one.row:
            fresh[one.row.pk] = one

    facts = {pk: fact for pk, one in fresh.items() if (fact := one.fact()) is not None}
    refusals: dict[str, DomainError] = {}
    for pk, outcome in zip(facts, record_facts(list(facts.values())), strict=True):
        if isinstance(outcome, DomainError):
            refusals[pk] = outcome
        else:
            fresh[pk].row.conversion = outcome
    return {
        place: row if isinstance(row, DomainError) else refusals.get(row.pk, row)
        for place, row in outcomes.items()
    }


def _wait_for_twins(keys: Iterable[Key]) -> None:
    """Until this transaction ends, nobody else takes in events of these names. In the order of
    the locks, so that two of us never wait for each other.

    One lock for each name: with fewer, two workers with events of one busy shop would take turns.
    A batch has at most 300, and PostgreSQL room for thousands.
    """
    digests = (hashlib.sha256("\0".join(key).encode()).digest() for key in keys)
    locks = sorted({int.from_bytes(digest[:8], signed=True) for digest in digests})
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(n) FROM unnest(%s::bigint[]) AS n", [locks])


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
