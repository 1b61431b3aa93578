"""How often a key may ask, and how often somebody may guess (docs/api.md, “How often”).

Every answer to a key says what is left, in the fields of draft-ietf-httpapi-ratelimit-headers-10.
Wrong keys are counted by network and refuse only further wrong keys: who guesses shuts no neighbour
out.
"""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from limits import RateLimitItem, RateLimitItemPerMinute

from handsel.environment import environment
from handsel.errors import DomainError
from handsel.organizations.models import ApiKey
from handsel.quotas.services import Usage, look, take

WRONG_CODES = RateLimitItemPerMinute(10, namespace="wrong-codes")


class TooManyRequests(DomainError):
    """More often than this is answered. `wait_s` is when to come back."""

    status = 429

    def __init__(self, usage: Usage, message: str) -> None:
        self.usage = usage
        super().__init__(
            message,
            remedy=ngettext(
                "Wait %(seconds)d second, then go on more slowly.",
                "Wait %(seconds)d seconds, then go on more slowly.",
                usage.wait_s,
            )
            % {"seconds": usage.wait_s},
            params={"seconds": usage.wait_s, "quota": usage.quota.namespace},
        )


def requests_of_a_key() -> RateLimitItem:
    return RateLimitItemPerMinute(environment().api_requests_per_minute, namespace="requests")


def wrong_keys() -> RateLimitItem:
    return RateLimitItemPerMinute(environment().api_wrong_keys_per_minute, namespace="wrong-keys")


def count_request(request: HttpRequest, key: ApiKey) -> None:
    """Raises TooManyRequests for one too many."""
    usage = _noted(request, take(requests_of_a_key(), key.pk))
    if not usage.allowed:
        raise TooManyRequests(
            usage,
            _("This key asked more than %(most)d times within a minute.")
            % {"most": usage.quota.amount},
        )


def count_wrong_key(request: HttpRequest) -> None:
    """Raises TooManyRequests when a network has tried too many."""
    network: str = getattr(request, "network", "")
    usage = take(wrong_keys(), network or "unknown")
    if not usage.allowed:
        _noted(request, usage)
        raise TooManyRequests(usage, _("Too many keys from your network were wrong."))


def count_lookup(request: HttpRequest, key: ApiKey, *, found: bool) -> None:
    """Somebody asks whether there is such a code. Raises TooManyRequests, whether there is or not,
    for who asked for too many that there are none of."""
    usage = look(WRONG_CODES, key.pk)
    if not usage.allowed:
        _noted(request, usage)
        raise TooManyRequests(usage, _("Too many of the codes you asked for do not exist."))
    if not found:
        take(WRONG_CODES, key.pk)


def say_what_is_left(request: HttpRequest, response: HttpResponseBase) -> None:
    """The headers of an answer, for each quota that this request met."""
    usages: list[Usage] = getattr(request, "quota_usages", [])
    if usages:
        response["RateLimit-Policy"] = ", ".join(map(_policy, usages))
        response["RateLimit"] = ", ".join(map(_state, usages))


def _noted(request: HttpRequest, usage: Usage) -> Usage:
    request.quota_usages = [*getattr(request, "quota_usages", []), usage]  # type: ignore[attr-defined]
    return usage


def _policy(usage: Usage) -> str:
    return f'"{usage.quota.namespace}";q={usage.quota.amount};w={usage.quota.get_expiry()}'


def _state(usage: Usage) -> str:
    return f'"{usage.quota.namespace}";r={usage.left};t={usage.wait_s}'
