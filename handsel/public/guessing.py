"""Guessing a password from many networks.

Attempts on an account count by network (`public.adapter`), so that nobody can keep its owner out
from somewhere else. Whoever has thousands of networks has thousands times as many attempts: these
are counted here, for the account as a whole. Only browsers in which its owner has never signed in
are held up by that; the owner goes on in those that know them, or chooses a new password by letter.

The same is done for addresses that have no account: the answer tells nothing.
Source: OWASP, Slow Down Online Guessing Attacks with Device Cookies. Of NIST SP 800-63B (5.2.2) are
the hundred failures.
"""

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from limits import RateLimitItemPerDay, RateLimitItemPerHour

from handsel.quotas.services import forget, give_back, take
from handsel.quotas.storage import hidden

QUOTAS = (
    RateLimitItemPerHour(20, namespace="sign-in-account"),
    RateLimitItemPerDay(100, namespace="sign-in-account"),
)
COOKIE = "handsel_known"
COOKIE_AGE_S = 365 * 86_400
# People who share a browser.
KNOWN_MAX = 5


def may_try(request: HttpRequest, login: str) -> bool:
    """Count an attempt to sign in; whether it may be made at all."""
    if _name(login) in _known(request):
        return True
    for number, quota in enumerate(QUOTAS):
        if not take(quota, login).allowed:
            for used in QUOTAS[:number]:
                give_back(used, login)
            return False
    return True


def was_right(request: HttpRequest, login: str) -> None:
    """The attempt was none at guessing."""
    if _name(login) not in _known(request):
        for quota in QUOTAS:
            give_back(quota, login)


def begin_anew(login: str) -> None:
    """Whoever reads the owner's letters has chosen a new password."""
    for quota in QUOTAS:
        forget(quota, login)


def know_browser(request: HttpRequest, response: HttpResponse, login: str) -> None:
    """This browser belongs to somebody who has signed in with that address. What it is given says
    so to us alone, and opens nothing."""
    names = [_name(login), *(name for name in _known(request) if name != _name(login))]
    response.set_cookie(
        COOKIE,
        signing.dumps(names[:KNOWN_MAX], salt=COOKIE),
        max_age=COOKIE_AGE_S,
        secure=bool(settings.SESSION_COOKIE_SECURE),
        httponly=True,
        samesite="Lax",
    )


def _known(request: HttpRequest) -> list[str]:
    try:
        names = signing.loads(request.COOKIES.get(COOKIE, ""), salt=COOKIE, max_age=COOKIE_AGE_S)
    except signing.BadSignature:
        return []
    return [str(name) for name in names] if isinstance(names, list) else []


def _name(login: str) -> str:
    return hidden(f"known:{login.lower()}")[:32]
