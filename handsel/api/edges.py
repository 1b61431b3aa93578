"""Requests that reach no operation are answered with problems, too."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.urls import URLPattern
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from handsel.api.limits import say_what_is_left
from handsel.api.problems import MethodNotAllowed, RequestUnreadable, not_there, problem

View = Callable[..., HttpResponseBase]


def at_the_edge(pattern: URLPattern) -> URLPattern:
    """The same address, with a view that refuses what PostgreSQL has no room for, and other
    methods, as problems."""
    view: View = pattern.callback

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not _is_readable(request):
            return problem(
                RequestUnreadable(
                    _("The address holds a character that no text has."),
                    remedy=_("Take %00 out of it."),
                )
            )
        asked, request.method = request.method, _as_get(request.method)
        response = view(request, *args, **kwargs)
        request.method = asked
        if response.status_code == 405:
            return _other_method(response)
        say_what_is_left(request, response)
        return response

    pattern.callback = guarded
    return pattern


@csrf_exempt
def no_such_address(request: HttpRequest) -> HttpResponse:
    return problem(not_there())


def _as_get(method: str | None) -> str | None:
    """HEAD is GET to an operation; the server leaves the body out."""
    return "GET" if method == "HEAD" else method


def _is_readable(request: HttpRequest) -> bool:
    try:
        said = [request.path_info, *(part for pair in request.GET.lists() for part in pair[1])]
    except SuspiciousOperation:
        return False
    return not any("\0" in text for text in said)


def _other_method(response: HttpResponseBase) -> HttpResponse:
    assert isinstance(response, HttpResponseNotAllowed)
    answer = problem(
        MethodNotAllowed(
            _("This address takes another method."),
            remedy=_("Use one of: %(methods)s.") % {"methods": response["Allow"]},
        )
    )
    allowed = {*response["Allow"].split(", ")}
    answer["Allow"] = ", ".join(sorted(allowed | ({"HEAD"} if "GET" in allowed else set())))
    return answer
