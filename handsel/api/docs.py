"""The page that shows the OpenAPI file: Swagger UI as ninja ships it, under our own policy."""

from typing import Any

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase


class Docs(DocsBase):
    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        response = page(request)
        assert isinstance(response, HttpResponse)
        return response


# Swagger UI writes style attributes; no script of the page is inline.
@csp_update({"style-src": [SELF, UNSAFE_INLINE]})
def page(request: HttpRequest) -> HttpResponse:
    return render(request, "api/docs.html", {"openapi_url": reverse("api:openapi-json")})
