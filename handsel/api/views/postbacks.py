"""Postbacks: a partner's own addresses, called when its commissions change."""

from datetime import datetime
from typing import ClassVar, Literal, Self, get_args

from django.http import HttpResponse
from django.urls import reverse
from ninja import Query, Router, Schema
from pydantic import Field

from handsel.api.access import ApiRequest, may_change_partnerships, may_read
from handsel.api.bodies import checked, json_object, no_body, reply
from handsel.api.contract import takes, takes_nothing
from handsel.api.idempotency import idempotent
from handsel.api.paging import Listing, Page, page_of
from handsel.api.problems import found_or_404
from handsel.engine.values import Value
from handsel.links.models import Link
from handsel.partnerships.models import Partnership
from handsel.postbacks import services
from handsel.postbacks.models import Delivery, Postback, PostbackQuerySet
from handsel.postbacks.wording import problem_words

router = Router(tags=["Postbacks"])

Method = Literal["GET", "POST"]
Event = Literal["pending", "approved", "declined", "reversed", "reopened", "adjusted"]
State = Literal["enabled", "failing", "disabled"]
DeliveryState = Literal["waiting", "retrying", "delivered", "undelivered"]

EXAMPLE_ID = "par_01m7w3n2p5exyv9yzdeftyh8k6"
EXAMPLE_URL = "https://tracker.example/in?click={sub1}&payout={commission}&status={status}"


class PostbackFilters(Listing):
    lookups: ClassVar = {
        "program": "partnership__program",
        "disabled": "disabled_at__isnull",
    }

    program: str | None = None
    partnership: str | None = None
    disabled: bool | None = None


class DeliveryFilters(Listing):
    lookups: ClassVar = {"program": "partnership__program"}

    program: str | None = None
    partnership: str | None = None
    postback: str | None = None
    commission: str | None = None
    event: Event | None = None


class PostbackOut(Schema):
    """`url` is for the partner alone: a brand reads its `host`."""

    id: str
    program: str
    partnership: str
    link: str | None
    host: str
    url: str | None
    method: Method
    events: list[Event]
    status: State
    created_at: datetime
    disabled_at: datetime | None
    failing_since: datetime | None

    @classmethod
    def of(cls, row: Postback, request: ApiRequest) -> Self:
        said = {
            "id": row.pk,
            "program": row.partnership.program_id,
            "partnership": row.partnership_id,
            "link": row.link_id,
            "host": row.host,
            "url": row.url if _is_own(row, request) else None,
            "method": row.method,
            "events": row.events,
            "status": row.state,
            "created_at": row.created_at,
            "disabled_at": row.disabled_at,
            "failing_since": row.failing_since,
        }
        return cls.model_validate(said)


class PostbackWithSecret(PostbackOut):
    """`secret` signs what is sent; it is shown this once."""

    secret: str

    @classmethod
    def of(cls, row: Postback, request: ApiRequest) -> Self:
        return cls(**PostbackOut.of(row, request).model_dump(), secret=row.secret)


class DeliveryOut(Schema):
    """`tried_url` and `answer` are for the partner alone. A sample has no commission."""

    id: str
    partnership: str
    postback: str
    commission: str | None
    event: Event
    amount_minor: int
    currency: str
    changed_at: datetime
    created_at: datetime
    status: DeliveryState
    attempts: int
    tried_at: datetime | None
    tried_url: str | None
    answer_status: int | None
    answer: str | None
    problem: str
    message: str
    next_attempt_at: datetime | None
    delivered_at: datetime | None
    given_up_at: datetime | None

    @classmethod
    def of(cls, row: Delivery, request: ApiRequest) -> Self:
        is_own = _is_own(row, request)
        said = {
            "id": row.pk,
            "partnership": row.partnership_id,
            "postback": row.postback_id,
            "commission": row.commission_id,
            "event": row.event,
            "amount_minor": row.amount_minor,
            "currency": row.currency,
            "changed_at": row.changed_at,
            "created_at": row.created_at,
            "status": row.state,
            "attempts": row.attempts,
            "tried_at": row.tried_at,
            "tried_url": row.tried_url if is_own else None,
            "answer_status": row.answer_status,
            "answer": row.answer if is_own else None,
            "problem": row.problem,
            "message": problem_words(row.problem),
            "next_attempt_at": row.due_at if row.state in ("waiting", "retrying") else None,
            "delivered_at": row.delivered_at,
            "given_up_at": row.given_up_at,
        }
        return cls.model_validate(said)


class NewPostback(Value):
    """`link` narrows it to what came by one link. All events where none are named."""

    partnership: str
    url: str = Field(max_length=2000)
    link: str | None = None
    method: Method = "GET"
    events: tuple[Event, ...] = get_args(Event)


class PostbackChange(Value):
    url: str | None = Field(None, max_length=2000)
    method: Method | None = None
    events: tuple[Event, ...] | None = None
    disabled: bool | None = None


@router.get("/postbacks", auth=may_read, response=Page[PostbackOut])
def list_postbacks(request: ApiRequest, filters: Query[PostbackFilters]) -> HttpResponse:
    """Postbacks of your partnerships."""
    return page_of(
        request,
        _visible(request),
        filters,
        lambda row: PostbackOut.of(row, request),
        moment="created_at",
    )


@router.get("/postbacks/{postback_id}", auth=may_read, response=PostbackOut)
def get_postback(request: ApiRequest, postback_id: str) -> HttpResponse:
    """One postback."""
    return reply(200, PostbackOut.of(found_or_404(_visible(request), postback_id), request))


@router.post(
    "/postbacks",
    auth=may_change_partnerships,
    response={201: PostbackWithSecret},
    openapi_extra=takes(NewPostback, {"partnership": EXAMPLE_ID, "url": EXAMPLE_URL}),
)
@idempotent
def create_postback(request: ApiRequest) -> HttpResponse:
    """Have an address of yours called when a commission of yours changes. Its secret is in this
    answer and in no other."""
    said = checked(NewPostback, json_object(request))
    mine = Partnership.objects.visible_to(request.auth)
    mine = mine.filter(partner_id=request.auth.organization_id)
    partnership = found_or_404(mine, said.partnership, field="partnership")
    links = Link.objects.visible_to(request.auth).filter(partnership=partnership)
    link = found_or_404(links, said.link, field="link") if said.link is not None else None
    row = services.add_postback(
        partnership,
        url=said.url,
        method=said.method,
        events=said.events,
        link=link,
        actor=request.auth.created_by,
    )
    location = reverse("api:get_postback", args=[row.pk])
    return reply(201, PostbackWithSecret.of(row, request), location=location)


@router.patch(
    "/postbacks/{postback_id}",
    auth=may_change_partnerships,
    response=PostbackOut,
    openapi_extra=takes(PostbackChange, {"events": ["approved", "reversed"]}, required=False),
)
def change_postback(request: ApiRequest, postback_id: str) -> HttpResponse:
    """Change what is named, and nothing else. With `disabled` it goes off or on again."""
    said = checked(PostbackChange, json_object(request))
    row, actor = found_or_404(_own(request), postback_id), request.auth.created_by
    row = services.change_postback(
        row.pk, url=said.url, method=said.method, events=said.events, actor=actor
    )
    if said.disabled is not None:
        row = (services.switch_off if said.disabled else services.switch_on)(row.pk, actor=actor)
    return reply(200, PostbackOut.of(row, request))


@router.post(
    "/postbacks/{postback_id}/removal",
    auth=may_change_partnerships,
    response=PostbackOut,
    openapi_extra=takes_nothing(),
)
@idempotent
def remove_postback(request: ApiRequest, postback_id: str) -> HttpResponse:
    """Take a postback away. What it was told is kept."""
    no_body(request)
    found = found_or_404(_own(request), postback_id)
    row = services.remove_postback(found.pk, actor=request.auth.created_by)
    return reply(200, PostbackOut.of(row, request))


@router.post(
    "/postbacks/{postback_id}/secret",
    auth=may_change_partnerships,
    response=PostbackWithSecret,
    openapi_extra=takes_nothing(),
)
@idempotent
def replace_postback_secret(request: ApiRequest, postback_id: str) -> HttpResponse:
    """Make a new secret, good at once. The one before it signs beside it for a day."""
    no_body(request)
    found = found_or_404(_own(request), postback_id)
    row = services.replace_secret(found.pk, actor=request.auth.created_by)
    return reply(200, PostbackWithSecret.of(row, request))


@router.post(
    "/postbacks/{postback_id}/sample",
    auth=may_change_partnerships,
    response={201: DeliveryOut},
    openapi_extra=takes_nothing(),
)
@idempotent
def send_sample(request: ApiRequest, postback_id: str) -> HttpResponse:
    """Call the address with made-up values. What came of it is in the delivery, a moment later."""
    no_body(request)
    found = found_or_404(_own(request), postback_id)
    row = services.send_sample(found.pk, actor=request.auth.created_by)
    location = reverse("api:get_delivery", args=[row.pk])
    return reply(201, DeliveryOut.of(row, request), location=location)


@router.get("/deliveries", auth=may_read, response=Page[DeliveryOut])
def list_deliveries(request: ApiRequest, filters: Query[DeliveryFilters]) -> HttpResponse:
    """What postbacks were told, and what came of it."""
    rows = Delivery.objects.visible_to(request.auth)
    return page_of(
        request, rows, filters, lambda row: DeliveryOut.of(row, request), moment="created_at"
    )


@router.get("/deliveries/{delivery_id}", auth=may_read, response=DeliveryOut)
def get_delivery(request: ApiRequest, delivery_id: str) -> HttpResponse:
    """One delivery."""
    rows = Delivery.objects.visible_to(request.auth)
    return reply(200, DeliveryOut.of(found_or_404(rows, delivery_id), request))


@router.post(
    "/deliveries/{delivery_id}/again",
    auth=may_change_partnerships,
    response=DeliveryOut,
    openapi_extra=takes_nothing(),
)
@idempotent
def send_delivery_again(request: ApiRequest, delivery_id: str) -> HttpResponse:
    """Tell of a change once more, under the same id."""
    no_body(request)
    rows = Delivery.objects.visible_to(request.auth)
    mine = rows.filter(partner_id=request.auth.organization_id)
    row = services.send_again(found_or_404(mine, delivery_id).pk, actor=request.auth.created_by)
    return reply(200, DeliveryOut.of(row, request))


def _visible(request: ApiRequest) -> PostbackQuerySet:
    rows = Postback.objects.visible_to(request.auth).current()
    return rows.select_related("partnership")


def _own(request: ApiRequest) -> PostbackQuerySet:
    return _visible(request).filter(partner_id=request.auth.organization_id)


def _is_own(row: Postback | Delivery, request: ApiRequest) -> bool:
    return row.partner_id == request.auth.organization_id
