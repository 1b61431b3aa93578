"""What happens around every request."""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from prometheus_client import Histogram

from handsel.errors import DomainError
from handsel.organizations.models import Member
from handsel.organizations.queries import member_at_work
from handsel.rows.scope import as_system, scope_of_nobody, seen_by

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


def act_for_member(answer: Answer) -> Answer:
    """Find whom the person acts for (`request.member`) and let PostgreSQL show only their rows."""

    def middleware(request: HttpRequest) -> HttpResponse:
        member: Member | None = None
        if request.user.is_authenticated:
            with as_system():
                member = member_at_work(request.user, request.session.get("organization_id"))
        request.member = member  # type: ignore[attr-defined]
        if member is None:
            with scope_of_nobody():
                return answer(request)
        with seen_by([member.organization_id]):
            return answer(request)

    return middleware


class Refusals:
    """Turn a `DomainError` into words: a page, or for HTMX the page's notice area."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, DomainError):
            return None
        if getattr(request, "htmx", False):
            response = render(request, "ui/_notice.html", {"error": error}, status=error.status)
            response["HX-Retarget"] = "#notices"
            response["HX-Reswap"] = "beforeend"
            return response
        return render(request, "ui/refused.html", {"error": error}, status=error.status)
