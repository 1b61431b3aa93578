"""Events: the inbox, with what was refused and why."""

from datetime import datetime
from typing import Any, ClassVar, Literal, Self

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema

from handsel.api.access import ApiRequest, may_read, may_send
from handsel.api.bodies import json_object, no_body, reply
from handsel.api.contract import takes_messages, takes_nothing
from handsel.api.idempotency import idempotent
from handsel.api.inbox import take_in
from handsel.api.inputs import QueryMoment
from handsel.api.paging import Listing, Page, page_of
from handsel.api.problems import found_or_404
from handsel.intake.messages import MESSAGES, KindUnknown
from handsel.intake.models import InboxEvent
from handsel.intake.services import retry
from handsel.ui.wording import Said, refusal_words

router = Router(tags=["Events"])

Status = Literal["waiting", "processed", "refused", "repeated"]


class EventFilters(Listing):
    lookups: ClassVar = {
        "received_since": "received_at__gte",
        "received_before": "received_at__lt",
    }

    program: str | None = None
    conversion: str | None = None
    source: str | None = None
    event_id: str | None = None
    kind: str | None = None
    status: Status | None = None
    reason: str | None = None
    received_since: QueryMoment | None = None
    received_before: QueryMoment | None = None


class EventOut(Schema):
    """A refused event says why: `reason` is a code, `field` the input at fault, `message` and
    `remedy` are words in the language that `Accept-Language` asks for. `can_retry`: it may be
    judged again as it came."""

    id: str
    program: str | None
    conversion: str | None
    source: str
    event_id: str
    kind: str
    trust: str
    status: Status
    reason: str
    field: str
    params: dict[str, Any]
    message: str
    remedy: str
    can_retry: bool
    received_at: datetime
    processed_at: datetime | None

    @classmethod
    def of(cls, row: InboxEvent) -> Self:
        return cls(**_fields(row))


class EventWithBody(EventOut):
    """With what was said; of one that waits or was refused, as it came."""

    body: Any


def _fields(row: InboxEvent) -> dict[str, Any]:
    said = refusal_words(row.reason, row.field, row.params) if row.reason else Said("", "")
    return {
        "id": row.pk,
        "program": row.program_id,
        "conversion": row.conversion_id,
        "source": row.source,
        "event_id": row.event_id,
        "kind": row.kind,
        "trust": row.trust,
        "status": row.status,
        "reason": row.reason,
        "field": row.field,
        "params": row.params,
        "message": said.message,
        "remedy": said.remedy,
        "can_retry": row.can_be_retried(),
        "received_at": row.received_at,
        "processed_at": row.processed_at,
    }


@router.get("/events", auth=may_read, response=Page[EventOut])
def list_events(request: ApiRequest, filters: Query[EventFilters]) -> HttpResponse:
    """What came in for your programs, by any road."""
    rows = InboxEvent.objects.visible_to(request.auth)
    return page_of(request, rows, filters, EventOut.of, moment="received_at")


@router.get("/events/{event_id}", auth=may_read, response=EventWithBody)
def get_event(request: ApiRequest, event_id: str) -> HttpResponse:
    """One event, with its body."""
    row = found_or_404(InboxEvent.objects.visible_to(request.auth), event_id)
    return reply(200, EventWithBody(**_fields(row), body=row.body))


@router.post(
    "/events",
    auth=may_send,
    response={201: EventOut, 200: EventOut},
    openapi_extra=takes_messages(
        {kind: (kind,) for kind in MESSAGES},
        {"kind": "delivery", "order_reference": "1001", "occurred_at": "2026-11-19T16:20:00+01:00"},
    ),
)
@idempotent
def create_event(request: ApiRequest) -> HttpResponse:
    """Send any message, named by its `kind`: a delivery, for one."""
    body = json_object(request)
    kind = body.pop("kind", None)
    if not isinstance(kind, str) or kind not in MESSAGES:
        raise KindUnknown(
            _("There is no event of this kind."),
            field="kind",
            remedy=_("Use one of: %(kinds)s.") % {"kinds": ", ".join(MESSAGES)},
            params={"kind": str(kind)[:40]},
        )
    event, is_new = take_in(request, kind, body)
    location = reverse("api:get_event", args=[event.pk])
    return reply(201 if is_new else 200, EventOut.of(event), location=location)


@router.post(
    "/events/{event_id}/retry", auth=may_send, response=EventOut, openapi_extra=takes_nothing()
)
@idempotent
def retry_event(request: ApiRequest, event_id: str) -> HttpResponse:
    """Have a refused event judged again, as it came, once what was wrong is mended.

    The answer is the event as it is now: taken in, or refused for what is still wrong. One that is
    not refused stays as it is, so that asking twice changes nothing."""
    no_body(request)
    row = found_or_404(InboxEvent.objects.visible_to(request.auth), event_id)
    return reply(200, EventOut.of(retry(row, actor=request.auth.created_by)))
