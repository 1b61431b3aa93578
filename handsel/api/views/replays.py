"""What other terms would have changed, over a program's own past."""

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpResponse
from ninja import Router, Schema

from handsel.api.access import ApiRequest, may_read
from handsel.api.bodies import checked, json_object, reply
from handsel.api.contract import takes
from handsel.api.examples import PROGRAM
from handsel.api.idempotency import idempotent
from handsel.api.problems import found_or_404
from handsel.engine.terms import Terms
from handsel.engine.values import Moment, Value
from handsel.insights.replay import Scope, as_data, last_months, prepared, replay
from handsel.partnerships.models import Partnership
from handsel.programs.models import Group, Program

router = Router(tags=["Replays"])


class NewReplay(Value):
    """`terms` are tried on one partnership, on a group, or else on the whole program. From `since`
    (included) until `until` (excluded); without them the last twelve whole months."""

    program: str
    terms: Terms
    group: str | None = None
    partnership: str | None = None
    since: Moment | None = None
    until: Moment | None = None


class BandOut(Schema):
    """Of nine in ten draws of as many months: how much the cost changes; and in how many of a
    million it rises."""

    low_minor: int
    high_minor: int
    rises_ppm: int


class PartnerChangeOut(Schema):
    """`won` are orders that are credited under the new terms only, `lost` under the old only."""

    partnership: str
    now_minor: int
    then_minor: int
    orders_now: int
    orders_then: int
    won: int
    lost: int
    change_minor: int


class MonthOut(Schema):
    first: date
    now_minor: int
    then_minor: int


class AssumptionOut(Schema):
    """What is taken for granted, or cannot be known (docs/replay.md)."""

    code: str
    params: dict[str, Any]


class HistoryOut(Schema):
    """When the orders were read from the database, and how many seconds that took."""

    made_at: datetime
    seconds: float


class ReplayOut(Schema):
    """`now` is under the agreements as they were, `then` with the terms that were tried; in
    minor units. `band` is null where the months are too few to say how sure the change is."""

    since: datetime
    until: datetime
    currency: str
    now_minor: int
    then_minor: int
    change_minor: int
    partners_gaining: int
    partners_losing: int
    orders: int
    orders_unpaid_now: int
    orders_unpaid_then: int
    band: BandOut | None
    partners: list[PartnerChangeOut]
    months: list[MonthOut]
    assumptions: list[AssumptionOut]
    history: HistoryOut


class ReplayWaiting(Schema):
    """The orders are many and are being read; ask again in a while."""

    status: Literal["reading"]


@router.post(
    "/replays",
    auth=may_read,
    response={200: ReplayOut, 202: ReplayWaiting},
    openapi_extra=takes(
        NewReplay,
        {
            "program": PROGRAM,
            "terms": {"currency": "EUR", "pay": [{"kind": "percent", "rate_ppm": 120_000}]},
        },
    ),
)
@idempotent
def create_replay(request: ApiRequest) -> HttpResponse:
    """Compute a program's past orders again under other terms. Nothing is changed by it."""
    said = checked(NewReplay, json_object(request))
    program = found_or_404(Program.objects.visible_to(request.auth), said.program, field="program")
    groups = Group.objects.visible_to(request.auth).filter(program=program)
    partnerships = Partnership.objects.visible_to(request.auth).filter(program=program)
    scope = Scope(
        program,
        group=found_or_404(groups, said.group, field="group") if said.group else None,
        partnership=found_or_404(partnerships, said.partnership, field="partnership")
        if said.partnership
        else None,
    )
    if not prepared(program):
        return reply(202, ReplayWaiting(status="reading"))
    first, last = last_months(said.terms.time_zone)
    found = replay(scope, said.terms, said.since or first, said.until or last)
    return reply(200, ReplayOut.model_validate(as_data(found)))
