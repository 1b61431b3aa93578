"""A batch of a file's events into the inbox: for good, or to see what would come of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import connection

from handsel.connectors.files.events import Event
from handsel.connectors.files.known import SOURCE, Known, differences
from handsel.connectors.files.mapping import Mapping
from handsel.connectors.files.values import DAY_CLOCK
from handsel.engine.values import moment_text
from handsel.errors import DomainError
from handsel.intake.services import Incoming, receive_all
from handsel.programs.models import Program

TRUST = "store"
DAY = timedelta(days=1)


@dataclass(slots=True)
class Outcome:
    """What became of an event: `new`, `changed` (with the amount paid or sent back before and
    after, where it is another), `known`, `replaced`, or its refusal."""

    event: Event
    what: str
    refusal: DomainError | None = None
    before_minor: int | None = None
    after_minor: int | None = None


def apply(
    program: Program, events: Sequence[Event], mapping: Mapping, uploaded_at: datetime
) -> list[Outcome]:
    """Send them to the inbox, in the caller's transaction; one outcome for each, in order.

    What a file said before is not sent again: the same file twice changes nothing.
    """
    _one_at_a_time(program)
    known = Known(program, events)
    outcomes: dict[int, Outcome] = {}
    sent: dict[int, Incoming] = {}
    for place, event in enumerate(events):
        if known.said_before(event):
            stale = known.said_otherwise_since(event)
            outcomes[place] = Outcome(event, "replaced" if stale else "known")
        else:
            sent[place] = _incoming(event, known, mapping, uploaded_at)
    answers = receive_all(program, list(sent.values()), source=SOURCE, trust=TRUST)
    for place, answer in zip(sent, answers, strict=True):
        refusal = answer if isinstance(answer, DomainError) else None
        outcomes[place] = _outcome(events[place], known, refusal)
    return [outcomes[place] for place in range(len(events))]


def _one_at_a_time(program: Program) -> None:
    """Two imports into one program take turns, so that neither judges by what the other changes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"files:{program.pk}"])


def _incoming(event: Event, known: Known, mapping: Mapping, uploaded_at: datetime) -> Incoming:
    body = dict(event.body)
    if version := known.version(event, uploaded_at):
        body["updated_at"] = moment_text(version)
    if said := body.get("occurred_at"):
        body["occurred_at"] = moment_text(_not_ahead(said, mapping, uploaded_at))
    return Incoming(kind=event.kind, body=body, event_id=event.name, received_at=uploaded_at)


def _not_ahead(said: str, mapping: Mapping, uploaded_at: datetime) -> datetime:
    """Today's end has not come yet: an order of today was made until the upload."""
    at = datetime.fromisoformat(said)
    local = at.astimezone(mapping.zone)
    is_day_alone = local.time() == DAY_CLOCK[mapping.day_means] != time(0)
    return min(at, uploaded_at) if is_day_alone and at - uploaded_at < DAY else at


def _outcome(event: Event, known: Known, refusal: DomainError | None) -> Outcome:
    if refusal is not None:
        return Outcome(event, "refused", refusal=refusal)
    standing = known.standing(event)
    if standing is None:
        return Outcome(event, "new")
    before, after = differences(standing.body, event).get("amount_minor", (None, None))
    return Outcome(event, "changed", before_minor=before, after_minor=after)
