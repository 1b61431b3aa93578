"""Agreements: every version, its terms as data, and the paper."""

from datetime import datetime
from typing import Any, Literal, Self

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from ninja import Query, Router, Schema

from handsel.api.access import ApiRequest, may_read
from handsel.api.bodies import reply
from handsel.api.paging import Listing, Page, page_of
from handsel.api.problems import found_or_404
from handsel.clock import now
from handsel.engine.terms import canonical
from handsel.partnerships.models import Acceptance, Agreement
from handsel.partnerships.pdf import agreement_pdf, file_name
from handsel.partnerships.queries import terms_of

router = Router(tags=["Agreements and offers"])

PDF = {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}


class AgreementFilters(Listing):
    program: str | None = None
    partnership: str | None = None
    in_force: bool | None = None

    def conditions(self) -> Q:
        said: dict[str, str] = {}
        if self.program is not None:
            said["partnership__program"] = self.program
        if self.partnership is not None:
            said["partnership"] = self.partnership
        if self.in_force is None:
            return Q(**said)
        at = now()
        holds = Q(valid_from__lte=at) & (Q(valid_until=None) | Q(valid_until__gt=at))
        return Q(**said) & (holds if self.in_force else ~holds)


class SignatureOut(Schema):
    """`terms_digest` is the SHA-256 of the terms that were signed, `language` that of the text."""

    side: Literal["brand", "partner"]
    role: str
    language: str
    terms_digest: str
    accepted_at: datetime

    @classmethod
    def of(cls, row: Acceptance) -> Self:
        return cls.model_validate(row)


class AgreementOut(Schema):
    """A version of one partnership's agreement. `valid_until` is excluded; null: until changed.
    `own_terms`: it does not repeat the terms of the partner's group."""

    id: str
    program: str
    partnership: str
    version: int
    terms_digest: str
    own_terms: bool
    valid_from: datetime
    valid_until: datetime | None
    recorded_at: datetime
    signatures: list[SignatureOut]

    @classmethod
    def of(cls, row: Agreement) -> Self:
        signed = sorted(row.acceptances.all(), key=lambda one: one.side)
        return cls(
            id=row.pk,
            program=row.partnership.program_id,
            partnership=row.partnership_id,
            version=row.version,
            terms_digest=row.terms_digest,
            own_terms=row.group_terms_id is None,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            recorded_at=row.recorded_at,
            signatures=[SignatureOut.of(one) for one in signed],
        )


@router.get("/agreements", auth=may_read, response=Page[AgreementOut])
def list_agreements(request: ApiRequest, filters: Query[AgreementFilters]) -> HttpResponse:
    """Versions of your agreements, as a brand and as a partner."""
    return page_of(request, _rows(request), filters, AgreementOut.of, moment="recorded_at")


@router.get("/agreements/{agreement_id}", auth=may_read, response=AgreementOut)
def get_agreement(request: ApiRequest, agreement_id: str) -> HttpResponse:
    """One version of an agreement, with who signed it."""
    return reply(200, AgreementOut.of(found_or_404(_rows(request), agreement_id)))


@router.get("/agreements/{agreement_id}/terms", auth=may_read, response=dict[str, Any])
def get_agreement_terms(request: ApiRequest, agreement_id: str) -> HttpResponse:
    """Its terms as data, in the bytes whose SHA-256 is the `terms_digest`."""
    row = found_or_404(_rows(request), agreement_id)
    return HttpResponse(canonical(terms_of(row)), content_type="application/json")


@router.get(
    "/agreements/{agreement_id}/pdf",
    auth=may_read,
    response={200: None},
    openapi_extra={"responses": {200: {"content": PDF}}},
)
def get_agreement_pdf(request: ApiRequest, agreement_id: str) -> HttpResponse:
    """The paper, as application/pdf, in the language that `Accept-Language` asks for."""
    row = found_or_404(_rows(request), agreement_id)
    response = HttpResponse(agreement_pdf(row, request.auth), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{file_name(row)}"'
    return response


def _rows(request: ApiRequest) -> "QuerySet[Agreement]":
    rows = Agreement.objects.visible_to(request.auth).prefetch_related("acceptances")
    return rows.select_related("partnership__program", "partnership__partner", "brand")
