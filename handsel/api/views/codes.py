"""Personal codes."""

from datetime import datetime
from typing import ClassVar, Self

from django.http import HttpResponse
from django.urls import reverse
from ninja import Query, Router, Schema
from pydantic import Field

from handsel.api.access import ApiRequest, may_change_partnerships, may_read
from handsel.api.bodies import checked, json_object, reply
from handsel.api.contract import takes
from handsel.api.idempotency import idempotent
from handsel.api.limits import count_lookup
from handsel.api.paging import Page, page_of
from handsel.api.problems import found_or_404
from handsel.api.views.links import EXAMPLE_ID, Disabling, Filters, going_on
from handsel.engine.money import PPM
from handsel.engine.values import Value
from handsel.links import services
from handsel.links.models import Code
from handsel.partnerships.models import Partnership

router = Router(tags=["Links and codes"])


class CodeFilters(Filters):
    """A code is found however it is spelled, as at the till."""

    lookups: ClassVar = Filters.lookups | {"code": "code__iexact"}

    code: str | None = None


class CodeOut(Schema):
    """`buyer_discount_ppm` is what the buyer gets with it: 100000 are 10 %."""

    id: str
    program: str
    partnership: str
    code: str
    buyer_discount_ppm: int
    created_at: datetime
    disabled_at: datetime | None

    @classmethod
    def of(cls, row: Code) -> Self:
        return cls(
            id=row.pk,
            program=row.program_id,
            partnership=row.partnership_id,
            code=row.code,
            buyer_discount_ppm=row.buyer_discount_ppm,
            created_at=row.created_at,
            disabled_at=row.disabled_at,
        )


class NewCode(Value):
    """The shop must know the code, too: it gives the buyer the discount."""

    partnership: str
    code: str = Field(min_length=3, max_length=40)
    buyer_discount_ppm: int = Field(0, ge=0, le=PPM)


@router.get("/codes", auth=may_read, response=Page[CodeOut])
def list_codes(request: ApiRequest, filters: Query[CodeFilters]) -> HttpResponse:
    """Codes of your partnerships."""
    rows = Code.objects.visible_to(request.auth)
    if filters.code is not None:
        found = rows.filter(code__iexact=filters.code).exists()
        count_lookup(request, request.auth, found=found)
    return page_of(request, rows, filters, CodeOut.of, moment="created_at")


@router.get("/codes/{code_id}", auth=may_read, response=CodeOut)
def get_code(request: ApiRequest, code_id: str) -> HttpResponse:
    """One code."""
    return reply(200, CodeOut.of(found_or_404(Code.objects.visible_to(request.auth), code_id)))


@router.post(
    "/codes",
    auth=may_change_partnerships,
    response={201: CodeOut},
    openapi_extra=takes(NewCode, {"partnership": EXAMPLE_ID, "code": "KARI10"}),
)
@idempotent
def create_code(request: ApiRequest) -> HttpResponse:
    """Give a partner of yours a code."""
    said = checked(NewCode, json_object(request))
    mine = Partnership.objects.visible_to(request.auth)
    mine = mine.filter(brand_id=request.auth.organization_id)
    partnership = going_on(found_or_404(mine, said.partnership, field="partnership"))
    made = said.model_dump(exclude={"partnership"})
    row = services.create_code(partnership, **made, actor=request.auth.created_by)
    return reply(201, CodeOut.of(row), location=reverse("api:get_code", args=[row.pk]))


@router.post(
    "/codes/{code_id}/disable",
    auth=may_change_partnerships,
    response=CodeOut,
    openapi_extra=takes(Disabling, {"reason": "It leaked."}, required=False),
)
@idempotent
def disable_code(request: ApiRequest, code_id: str) -> HttpResponse:
    """Stop a code of your program from crediting. Again, it changes nothing."""
    said = checked(Disabling, json_object(request))
    mine = Code.objects.visible_to(request.auth).filter(brand_id=request.auth.organization_id)
    found = found_or_404(mine, code_id)
    row = services.disable_code(found.pk, actor=request.auth.created_by, reason=said.reason)
    return reply(200, CodeOut.of(row))
