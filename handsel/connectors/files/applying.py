"""A batch of a file's events into the inbox: for good, or to see what would come of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import connection

from handsel.connectors.files.crediting import Partners, credit_rows
from handsel.connectors.files.events import Event
from handsel.connectors.files.known import SOURCE, Known, differences
from handsel.connectors.files.mapping import Mapping
from handsel.connectors.files.values import DAY_CLOCK
from handsel.conversions.models import Conversion
from handsel.engine.values import moment_text
from handsel.errors import DomainError
from handsel.intake.models import InboxEvent
from handsel.intake.services import Incoming, receive_all
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership
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
    program: Program,
    events: Sequence[Event],
    mapping: Mapping,
    uploaded_at: datetime,
    *,
    file_name: str = "",
    actor: Member | None = None,
) -> list[Outcome]:
    """Send them to the inbox, in the caller's transaction; one outcome for each, in order.

    What a file said before is not sent again: the same file twice changes nothing. Rows that say
    whom to credit are credited by hand, in the name of `actor`.
    """
    _one_at_a_time(program)
    known, partners = Known(program, events), Partners(program, events)
    outcomes: dict[int, Outcome] = {}
    sent: dict[int, Incoming] = {}
    credited: dict[int, Partnership] = {}
    for place, event in enumerate(events):
        if known.said_before(event):
            stale = known.said_otherwise_since(event)
            outcomes[place] = Outcome(event, "replaced" if stale else "known")
            continue
        incoming = _incoming(event, known, mapping, uploaded_at)
        try:
            if event.partner:
                credited[place] = partners.find(event, _moment(incoming, uploaded_at))
        except DomainError as unknown:
            outcomes[place] = Outcome(event, "refused", refusal=unknown)
        else:
            sent[place] = incoming
    answers = receive_all(program, list(sent.values()), source=SOURCE, trust=TRUST)
    wanted: dict[int, tuple[Event, Partnership, Conversion]] = {}
    for place, answer in zip(sent, answers, strict=True):
        refusal = answer if isinstance(answer, DomainError) else None
        outcomes[place] = _outcome(events[place], known, refusal)
        if place in credited and isinstance(answer, InboxEvent) and answer.conversion:
            wanted[place] = events[place], credited[place], answer.conversion
    for place, error in credit_rows(wanted, file_name=file_name, actor=actor).items():
        outcomes[place] = Outcome(events[place], "refused", refusal=error)
    return [outcomes[place] for place in range(len(events))]


def _moment(incoming: Incoming, uploaded_at: datetime) -> datetime:
    said = incoming.body.get("occurred_at")
    return datetime.fromisoformat(str(said)) if said else uploaded_at


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
