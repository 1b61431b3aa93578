"""What happens around every request."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from prometheus_client import Histogram

from handsel.config import health
from handsel.errors import DomainError
from handsel.organizations.models import ApiKey, Member
from handsel.organizations.queries import member_at_work
from handsel.organizations.services import authenticate_key, read_clock
from handsel.organizations.viewing import Reader
from handsel.partnerships.viewing import KEPT_AS, viewing_in
from handsel.public.addresses import network_of
from handsel.rows.scope import scope_of_nobody, seen_by

Answer = Callable[[HttpRequest], HttpResponse]

LATENCY_SECONDS = Histogram(
    "handsel_web_request_seconds",
    "Time from request to answer, by view",
    ["view", "status"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5),
)


def observe(answer: Answer) -> Answer:
    """Measure each view; keep private pages out of shared caches."""

    def middleware(request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = answer(request)
        match = request.resolver_match
        LATENCY_SECONDS.labels(match.view_name if match else "", response.status_code).observe(
            time.perf_counter() - started
        )
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store, private"
        return response

    return middleware


def probes(answer: Answer) -> Answer:
    """Answer what machines ask about this process before anything that needs the database."""

    def middleware(request: HttpRequest) -> HttpResponse:
        probe = health.PROBES.get(request.path)
        return probe(request) if probe else answer(request)

    return middleware


def keep_time(answer: Answer) -> Answer:
    """Take the domain's time from the database: demo data has a clock of its own."""

    def middleware(request: HttpRequest) -> HttpResponse:
        read_clock()
        return answer(request)

    return middleware


def act_for_member(answer: Answer) -> Answer:
    """Find whom the request acts for, and let PostgreSQL show only their rows.

    Sets `request.member` for a person and `request.api_key` for a machine, or None, and the
    `request.network` it comes from (the address, cut), by which wrong keys are counted. A request
    with an Authorization header is never a person's, whatever cookies came along. The scope ends
    with the answer: a body that is streamed later sees nobody's rows. Who views as a partner keeps
    the scope of their own organization.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        key = _key(request)
        member = None if "Authorization" in request.headers else _member(request)
        request.api_key = key  # type: ignore[attr-defined]
        request.network = network_of(request)  # type: ignore[attr-defined]
        with _scope(member or key):
            request.member = _reader(request, member)  # type: ignore[attr-defined]
            return answer(request)

    return middleware


def _reader(request: HttpRequest, member: Member | None) -> Reader | None:
    """In the portal, a brand's member may be viewing as a partner (`organizations.viewing`)."""
    if member is None or KEPT_AS not in request.session:
        return member
    if not request.path_info.startswith(reverse("portal:home")):
        return member
    viewing = viewing_in(request.session, member)
    if viewing is None:
        messages.warning(request, _("You no longer view as a partner."))
    return viewing or member


def _scope(actor: Member | ApiKey | None) -> AbstractContextManager[None]:
    return seen_by([actor.organization_id]) if actor else scope_of_nobody()


def _key(request: HttpRequest) -> ApiKey | None:
    scheme, _space, text = request.headers.get("Authorization", "").partition(" ")
    return authenticate_key(text.strip()) if scheme.lower() == "bearer" else None


def _member(request: HttpRequest) -> Member | None:
    if not request.user.is_authenticated:
        return None
    chosen = request.session.get("organization_id")
    member = member_at_work(request.user, chosen)
    if chosen and (member is None or member.organization_id != chosen):
        del request.session["organization_id"]
        messages.warning(request, _("You no longer belong to the organization you worked for."))
    return member


def speak_their_language(answer: Answer) -> Answer:
    """A person who is signed in reads the language they chose, on whatever browser."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and request.user.language in dict(settings.LANGUAGES):
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return answer(request)

    return middleware


class Refusals:
    """Turn a `DomainError` into words: a page, or for HTMX the page's notice area."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, DataError) and "NUL (0x00)" in str(error):
            # No person can type it, and PostgreSQL keeps none.
            raise BadRequest("A text with a zero byte") from error
        return refused(request, error) if isinstance(error, DomainError) else None


def refused(request: HttpRequest, error: DomainError) -> HttpResponse:
    if getattr(request, "htmx", False):
        response = render(request, "ui/_notice.html", {"error": error}, status=error.status)
        response["HX-Retarget"] = "#notices"
        response["HX-Reswap"] = "innerHTML"
        return response
    words = {"error": error, "back": _own_page_before(request)}
    return render(request, "ui/refused.html", words, status=error.status)


def _own_page_before(request: HttpRequest) -> str:
    """Where the reader came from, if that was here: a stranger's page is no way back."""
    before = request.headers.get("Referer", "")
    is_own = url_has_allowed_host_and_scheme(before, {request.get_host()})
    return before if is_own else "/"
