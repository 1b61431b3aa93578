"""Refusals as machines read them: `application/problem+json` (RFC 9457), in the reader's language.

`type` is `urn:handsel:problem:` and the code of the refusal; codes are stable, words are not.
"""

import json
from http import HTTPStatus
from typing import TypeVar

import structlog
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import Field

from handsel.api.limits import TooManyRequests
from handsel.api.titles import title_of
from handsel.engine.values import Malformed
from handsel.errors import DomainError, NotVisible
from handsel.ui.wording import error_words

log = structlog.get_logger("handsel.api")

M = TypeVar("M", bound=Model)

URN = "urn:handsel:problem:"
MEDIA_TYPE = "application/problem+json"


class FieldFault(Schema):
    field: str = Field(examples=["lines.0.amount_minor"])
    message: str = Field(examples=["Input should be a valid integer"])


class Problem(Schema):
    """Why nothing was done. `field` is the input at fault, `remedy` what to do about it."""

    type: str = Field(examples=["urn:handsel:problem:wrong-currency"])
    title: str = Field(examples=["Wrong currency"])
    status: int = Field(examples=[422])
    detail: str
    field: str
    remedy: str
    errors: list[FieldFault]


class Faults(Malformed):
    """All that is wrong with an input, field by field."""

    def __init__(self, faults: list[FieldFault]) -> None:
        first = faults[0]
        super().__init__(first.message, field=first.field or "body")
        self.faults = faults

    @property
    def code(self) -> str:
        return "malformed"


class JsonInvalid(DomainError):
    """The body is not JSON, or holds what JSON has no way to say."""

    status = 400


class RequestUnreadable(DomainError):
    """The request itself is broken: its address, its query or its headers."""

    status = 400


class KeyNotUsable(DomainError):
    """No key, one nobody gave out, one that has expired or was revoked."""

    status = 401


class MethodNotAllowed(DomainError):
    """The address is there, but takes another method."""

    status = 405


class BodyTooLarge(DomainError):
    """More than one request may carry."""

    status = 413


class BodyNotJson(DomainError):
    """The body says that it is something else than JSON."""

    status = 415


class BodyCompressed(DomainError):
    """A small body may unfold into one without end."""

    status = 415


class InternalError(DomainError):
    """A fault of ours. The log has more."""

    status = 500


def problem(error: DomainError) -> HttpResponse:
    """The answer to a refusal."""
    said = error_words(error)
    faults = getattr(error, "faults", None)
    if faults is None:
        faults = [FieldFault(field=error.field, message=error.message)] if error.field else []
    body = Problem(
        type=URN + error.code,
        title=title_of(error),
        status=error.status,
        detail=said.message,
        field=error.field,
        remedy=said.remedy,
        errors=faults,
    )
    response = HttpResponse(
        json.dumps(body.model_dump(), ensure_ascii=False),
        status=error.status,
        content_type=MEDIA_TYPE,
    )
    if error.status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = 'Bearer realm="Handsel"'
    if isinstance(error, BodyCompressed):
        response["Accept-Encoding"] = "identity"
    if isinstance(error, TooManyRequests):
        response["Retry-After"] = str(error.usage.wait_s)
    if "scope" in error.params:
        response["WWW-Authenticate"] = (
            f'Bearer realm="Handsel", error="insufficient_scope", scope="{error.params["scope"]}"'
        )
    return response


def not_there(field: str = "") -> NotVisible:
    """The same for what does not exist and for what belongs to somebody else."""
    return NotVisible(_("There is nothing here."), field=field, remedy=_("Check the id."))


def found_or_404(rows: "QuerySet[M]", pk: str, *, field: str = "") -> M:
    """The row with this id, of those that the caller may see."""
    row = rows.filter(pk=pk).first()
    if row is None:
        raise not_there(field)
    return row


def answer_with_problems(api: NinjaAPI) -> None:
    """Make every refusal of this API a problem, ninja's own included."""

    @api.exception_handler(DomainError)
    def refused(request: HttpRequest, error: DomainError) -> HttpResponse:
        return problem(error)

    @api.exception_handler(Http404)
    def missing(request: HttpRequest, error: Http404) -> HttpResponse:
        return problem(not_there())

    @api.exception_handler(AuthenticationError)
    def stranger(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        return problem(
            KeyNotUsable(
                _("The request carries no key that may be used."),
                remedy=_("Send “Authorization: Bearer hsk_…” with a key that is not revoked."),
            )
        )

    @api.exception_handler(ValidationError)
    def misspelled(request: HttpRequest, error: ValidationError) -> HttpResponse:
        return problem(
            Faults(
                [
                    FieldFault(field=str(fault["loc"][-1]), message=str(fault["msg"]))
                    for fault in error.errors
                ]
            )
        )

    @api.exception_handler(SuspiciousOperation)
    def unreadable(request: HttpRequest, error: SuspiciousOperation) -> HttpResponse:
        if isinstance(error, RequestDataTooBig):
            return problem(too_large())
        return problem(RequestUnreadable(_("The request cannot be read.")))

    @api.exception_handler(HttpError)
    def other(request: HttpRequest, error: HttpError) -> HttpResponse:
        return problem(RequestUnreadable(str(error)))

    @api.exception_handler(Exception)
    def fault(request: HttpRequest, error: Exception) -> HttpResponse:
        log.exception("request failed for a fault of ours", path=request.path)
        return problem(
            InternalError(
                _("Something went wrong on our side; nothing was changed."),
                remedy=_("Try again; if it stays, tell whoever runs this server."),
            )
        )


def too_large() -> BodyTooLarge:
    return BodyTooLarge(
        _("The body is larger than one request may be."),
        remedy=_("Send fewer at a time, in at most 1 MiB."),
    )
