from datetime import datetime
from typing import Literal, Self

from django.http import HttpResponse
from ninja import Query, Router, Schema

from handsel.api.access import ApiRequest, may_read
from handsel.api.bodies import reply
from handsel.api.paging import Listing, Page, page_of
from handsel.api.problems import found_or_404
from handsel.programs.models import Program

router = Router(tags=["Programs"])

Goal = Literal["awareness", "new_customers", "order_value"]


class ProgramOut(Schema):
    """`site_url` is the shop; links may lead to `domains` and what lies below them."""

    id: str
    name: str
    site_url: str
    domains: list[str]
    currency: str
    goal: Goal
    created_at: datetime
    paused_at: datetime | None
    ended_at: datetime | None

    @classmethod
    def of(cls, row: Program) -> Self:
        return cls.model_validate({name: getattr(row, name) for name in cls.model_fields})


@router.get("/programs", auth=may_read, response=Page[ProgramOut])
def list_programs(request: ApiRequest, listing: Query[Listing]) -> HttpResponse:
    """The programs of your own."""
    rows = Program.objects.visible_to(request.auth)
    return page_of(request, rows, listing, ProgramOut.of, moment="created_at")


@router.get("/programs/{program_id}", auth=may_read, response=ProgramOut)
def get_program(request: ApiRequest, program_id: str) -> HttpResponse:
    """One program of your own."""
    row = found_or_404(Program.objects.visible_to(request.auth), program_id)
    return reply(200, ProgramOut.of(row))
