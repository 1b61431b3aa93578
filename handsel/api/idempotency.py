"""`Idempotency-Key`: a request that may be sent again without being done again.

The first answer is kept for 24 hours and given to the same request again, marked
`Idempotency-Replayed: true`. A refusal is not kept: nothing was done, and the mended request may
use the same key. Source: draft-ietf-httpapi-idempotency-key-header-07, and what Stripe does.
"""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Concatenate, ParamSpec

from django.db import connection, transaction
from django.http import HttpResponse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from handsel.api.access import ApiRequest
from handsel.api.models import KeptAnswer
from handsel.errors import DomainError, InvalidInput

P = ParamSpec("P")
Operation = Callable[Concatenate[ApiRequest, P], HttpResponse]

HEADER = "Idempotency-Key"
KEPT_FOR = timedelta(hours=24)
LENGTH_MAX = 255


class IdempotencyKeyUnusable(InvalidInput):
    """Empty, or longer than 255 characters."""


class IdempotencyKeyReused(InvalidInput):
    """Another request came with this key before."""


class IdempotencyKeyInUse(DomainError):
    """A request with this key is at work at this moment."""


def idempotent(operation: Operation[P]) -> Operation[P]:
    """Do what a request asks for once, however often it comes with the same key.

    Raises IdempotencyKeyInUse (409), IdempotencyKeyReused and IdempotencyKeyUnusable (422).
    """

    @wraps(operation)
    def once(request: ApiRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        key = request.headers.get(HEADER)
        if key is None:
            return operation(request, *args, **kwargs)
        _check(key)
        organization, digest = request.auth.organization_id, _digest(request)
        with transaction.atomic():
            if not hold(organization, key):
                raise IdempotencyKeyInUse(
                    _("A request with this key is being worked on."),
                    field=HEADER,
                    remedy=_("Send it again in a moment."),
                )
            kept = _kept(organization, key)
            if kept is None:
                response = operation(request, *args, **kwargs)
                _keep(organization, key, digest, response)
                return response
        if kept.request_digest != digest:
            raise IdempotencyKeyReused(
                _("Another request came with this key before."),
                field=HEADER,
                remedy=_("Use a new key for every new request."),
            )
        return _again(kept)

    return once


def hold(organization: str, key: str) -> bool:
    """Be the only one at work with this key until the transaction ends; False if another is."""
    digest = hashlib.blake2b(f"api {organization} {key}".encode(), digest_size=8).digest()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(%s)", [int.from_bytes(digest, signed=True)]
        )
        return bool(cursor.fetchone()[0])


def _check(key: str) -> None:
    if not 0 < len(key) <= LENGTH_MAX:
        raise IdempotencyKeyUnusable(
            _("The key has no 1 to 255 characters."),
            field=HEADER,
            remedy=_("Send a fresh UUID with every new request."),
        )


def _digest(request: ApiRequest) -> str:
    named = f"{request.method} {request.get_full_path()}\n".encode()
    return hashlib.sha256(named + request.body).hexdigest()


def _kept(organization: str, key: str) -> KeptAnswer | None:
    """The answer to an earlier request; those that are too old are forgotten here."""
    rows = KeptAnswer.objects.filter(organization=organization)
    rows.filter(created_at__lt=now() - KEPT_FOR).delete()
    return rows.filter(key=key).first()


def _keep(organization: str, key: str, digest: str, response: HttpResponse) -> None:
    KeptAnswer.objects.create(
        organization_id=organization,
        key=key,
        request_digest=digest,
        status=response.status_code,
        body=response.content.decode(),
        location=response.get("Location", ""),
    )


def _again(kept: KeptAnswer) -> HttpResponse:
    response = HttpResponse(kept.body, status=kept.status, content_type="application/json")
    if kept.location:
        response["Location"] = kept.location
    response["Idempotency-Replayed"] = "true"
    return response
