"""Offers of new terms: made and withdrawn by the brand, answered by the partner."""

from datetime import datetime
from typing import Any, ClassVar, Literal, Self

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from handsel.api.access import ApiRequest, may_change_partnerships, may_read
from handsel.api.bodies import checked, json_object, reply
from handsel.api.contract import takes
from handsel.api.examples import PARTNERSHIP, TERMS_DIGEST
from handsel.api.idempotency import idempotent
from handsel.api.inputs import Reason
from handsel.api.paging import Listing, Page, page_of
from handsel.api.problems import found_or_404
from handsel.conversions.known import known_names
from handsel.engine.terms import Terms, differences
from handsel.engine.values import Moment, Value
from handsel.errors import DomainError
from handsel.organizations.models import Member
from handsel.partnerships import offering
from handsel.partnerships.models import Offer, Partnership
from handsel.partnerships.queries import terms_of
from handsel.partnerships.services import accept_agreement
from handsel.partnerships.versions import Signature
from handsel.partnerships.wording import agreement_text, difference_text
from handsel.programs.nonsense import refuse_nonsense

router = Router(tags=["Agreements and offers"])

Status = Literal["offered", "accepted", "declined", "withdrawn", "lapsed"]
EXAMPLE_TERMS = {"currency": "EUR", "pay": [{"kind": "percent", "rate_ppm": 120_000}]}


class SignerUnknown(DomainError):
    """The person who made this key is not a member any more, and a signature needs one."""


class OfferFilters(Listing):
    lookups: ClassVar = {"program": "partnership__program"}

    program: str | None = None
    partnership: str | None = None
    status: Status | None = None


class OfferOut(Schema):
    """`effect` is what it means for the partner; `changes` says it in the language that
    `Accept-Language` asks for. `base` is the version it would replace, `agreement` the one that it
    became. `starts_unanswered`: better in all, it holds on the brand's signature alone."""

    id: str
    program: str
    partnership: str
    status: Status
    effect: Literal["better", "worse", "depends"]
    starts_unanswered: bool
    base: str
    agreement: str | None
    message: str
    changes: list[str]
    terms: dict[str, Any]
    terms_digest: str
    valid_from: datetime | None
    valid_until: datetime | None
    expires_at: datetime | None
    if_unanswered: Literal["keep", "end"]
    made_at: datetime
    closed_at: datetime | None
    reason: str

    @classmethod
    def of(cls, row: Offer) -> Self:
        terms = terms_of(row)
        found = differences(terms_of(row.base), terms)
        same = (
            "status effect message terms_digest valid_from valid_until expires_at if_unanswered"
            " made_at closed_at reason"
        )
        return cls(
            id=row.pk,
            program=row.partnership.program_id,
            partnership=row.partnership_id,
            starts_unanswered=row.started,
            base=row.base_id,
            agreement=row.agreement_id,
            changes=[difference_text(one, terms.currency) for one in found],
            terms=terms.model_dump(mode="json"),
            **{name: getattr(row, name) for name in same.split()},
        )


class NewOffer(Value):
    """`terms` as `handsel terms` reads them. What is better for the partner starts at once unless
    `better_at_once` is false; what is not waits for its acceptance and the agreed notice.
    `if_unanswered`: the old terms stay (`keep`), or the partnership ends on them (`end`).
    `names_are_new`: articles, categories, links and codes may be named that the program does not
    have yet; else they are refused as misspelled."""

    partnership: str
    terms: Terms
    message: str = Field("", max_length=2000)
    better_at_once: bool = True
    valid_from: Moment | None = None
    valid_until: Moment | None = None
    expires_at: Moment | None = None
    if_unanswered: Literal["keep", "end"] = "keep"
    names_are_new: bool = False


class Accepting(Value):
    """What is accepted: the `terms_digest` of the offer that was read."""

    terms_digest: str = Field(min_length=64, max_length=64)


class Answering(Value):
    """Why; the other side reads it."""

    reason: Reason = ""


@router.get("/offers", auth=may_read, response=Page[OfferOut])
def list_offers(request: ApiRequest, filters: Query[OfferFilters]) -> HttpResponse:
    """Offers that you made as a brand, or were made as a partner."""
    return page_of(request, _rows(request), filters, OfferOut.of, moment="made_at")


@router.get("/offers/{offer_id}", auth=may_read, response=OfferOut)
def get_offer(request: ApiRequest, offer_id: str) -> HttpResponse:
    """One offer, with its terms and what they change."""
    return reply(200, OfferOut.of(found_or_404(_rows(request), offer_id)))


@router.post(
    "/offers",
    auth=may_change_partnerships,
    response={201: OfferOut},
    openapi_extra=takes(NewOffer, {"partnership": PARTNERSHIP, "terms": EXAMPLE_TERMS}),
)
@idempotent
def create_offer(request: ApiRequest) -> HttpResponse:
    """Offer a partner of yours other terms. Who made the key signs."""
    said = checked(NewOffer, json_object(request))
    own = Partnership.objects.visible_to(request.auth)
    own = own.filter(brand_id=request.auth.organization_id)
    partnership = found_or_404(own, said.partnership, field="partnership")
    if not said.names_are_new:
        refuse_nonsense(said.terms, known=known_names(partnership.program, said.terms))
    row = offering.make_offer(
        partnership.pk,
        said.terms,
        brand=Signature(_signer(request), agreement_text(said.terms), get_language() or "en"),
        **said.model_dump(exclude={"partnership", "terms", "names_are_new"}),
    )
    made = found_or_404(_rows(request), row.pk)
    return reply(201, OfferOut.of(made), location=reverse("api:get_offer", args=[row.pk]))


@router.post(
    "/offers/{offer_id}/accept",
    auth=may_change_partnerships,
    response=OfferOut,
    openapi_extra=takes(Accepting, {"terms_digest": TERMS_DIGEST}),
)
@idempotent
def accept_offer(request: ApiRequest, offer_id: str) -> HttpResponse:
    """Accept an offer that was made to you. Who made the key signs."""
    said = checked(Accepting, json_object(request))
    found = found_or_404(_rows(request).filter(partner_id=request.auth.organization_id), offer_id)
    signed = {
        "member": _signer(request),
        "terms_digest": said.terms_digest,
        "text": agreement_text(terms_of(found)),
        "language": get_language() or "en",
    }
    if found.started and found.agreement_id:
        accept_agreement(found.agreement_id, **signed)  # type: ignore[arg-type]
    else:
        offering.accept_offer(found.pk, **signed)  # type: ignore[arg-type]
    return reply(200, OfferOut.of(found_or_404(_rows(request), offer_id)))


@router.post(
    "/offers/{offer_id}/decline",
    auth=may_change_partnerships,
    response=OfferOut,
    openapi_extra=takes(Answering, {"reason": "Too little for what it costs."}, required=False),
)
@idempotent
def decline_offer(request: ApiRequest, offer_id: str) -> HttpResponse:
    """Decline an offer that was made to you. Your terms of today stay."""
    said = checked(Answering, json_object(request))
    found = found_or_404(_rows(request).filter(partner_id=request.auth.organization_id), offer_id)
    offering.decline_offer(found.pk, actor=_signer(request), reason=said.reason)
    return reply(200, OfferOut.of(found_or_404(_rows(request), offer_id)))


@router.post(
    "/offers/{offer_id}/withdraw",
    auth=may_change_partnerships,
    response=OfferOut,
    openapi_extra=takes(Answering, {"reason": "A mistake of ours."}, required=False),
)
@idempotent
def withdraw_offer(request: ApiRequest, offer_id: str) -> HttpResponse:
    """Take back an offer that you made and nobody has answered."""
    said = checked(Answering, json_object(request))
    found = found_or_404(_rows(request).filter(brand_id=request.auth.organization_id), offer_id)
    offering.withdraw_offer(found.pk, actor=_signer(request), reason=said.reason)
    return reply(200, OfferOut.of(found_or_404(_rows(request), offer_id)))


def _rows(request: ApiRequest) -> Any:
    return Offer.objects.visible_to(request.auth).select_related("partnership", "base")


def _signer(request: ApiRequest) -> Member:
    member = request.auth.created_by
    if member is None or member.disabled_at is not None:
        raise SignerUnknown(
            _("Who made this key is not a member any more, and cannot sign."),
            remedy=_("Make a new key, and use that."),
        )
    return member
