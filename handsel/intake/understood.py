"""A message together with its row in the inbox: what it is called, and which fact it brings."""

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta

from handsel.clock import now
from handsel.conversions.services import NewFact
from handsel.customers.identity import email_hash
from handsel.engine.values import canonical_json
from handsel.errors import InvalidInput
from handsel.intake.messages import Message
from handsel.intake.models import InboxEvent
from handsel.programs.models import Program

EVENT_ID_MAX = 200
# Clocks of shops differ, but not by a time zone.
AHEAD_MAX = timedelta(minutes=10)

Key = tuple[str, str, str]


class EventIdUnusable(InvalidInput):
    """Longer than 200 characters, or missing where no name can be made for the event."""


class OccurredInFuture(InvalidInput):
    """It is said to have happened later than it arrived."""


@dataclass(slots=True)
class Understood:
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


def understand(
    row: InboxEvent, program: Program, kind: str, message: Message, *, otherwise: str = ""
) -> Understood:
    """Fill a row with what its message says. `otherwise` names an event that has no name.

    Raises EventIdUnusable, OccurredInFuture, and InvalidInput for an address that is none.
    """
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
    return Understood(row, program, message)


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
