"""Whose request it is: `Authorization: Bearer hsk_…`, and what the key may do.

`config.middleware.act_for_member` has found the key and lets PostgreSQL show only the rows of its
organization; a session's cookie counts for nothing here.
"""

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from handsel.api.limits import count_request, count_wrong_key
from handsel.errors import DomainError
from handsel.organizations.models import ApiKey


class ScopeMissing(DomainError):
    """The key is good, but not for this."""

    status = 403


class ApiRequest(HttpRequest):
    """A request as an operation behind `KeyWith` gets it."""

    auth: ApiKey


class KeyWith(HttpBearer):
    """Lets in keys that have one of these scopes."""

    openapi_bearerFormat = "hsk_…"

    def __init__(self, *scopes: str) -> None:
        self.scopes = scopes
        super().__init__()

    def authenticate(self, request: HttpRequest, token: str) -> ApiKey | None:
        key: ApiKey | None = getattr(request, "api_key", None)
        if key is None:
            count_wrong_key(request)
            return None
        count_request(request, key)
        if not set(self.scopes) & set(key.scopes):
            raise ScopeMissing(
                _("This key may not do that."),
                remedy=_("Use a key with the scope “%(scope)s”.") % {"scope": self.scopes[0]},
                params={"scope": self.scopes[0]},
            )
        return key


class Key(KeyWith):
    """The name by which the OpenAPI file calls it."""


may_read = Key(ApiKey.Scope.READ)
may_send = Key(ApiKey.Scope.CONVERSIONS_WRITE)
may_change_partnerships = Key(ApiKey.Scope.PARTNERSHIPS_WRITE)
