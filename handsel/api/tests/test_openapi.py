"""The OpenAPI file says what is so, and its page keeps to the policy."""

import re
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from django.contrib.staticfiles import finders
from django.db.models import TextChoices
from django.test import Client

from handsel.api.tests.conftest import Api
from handsel.api.urls import api
from handsel.api.views import commissions, conversions, events, partnerships, programs
from handsel.commissions.models import Commission
from handsel.conversions.models import Conversion
from handsel.intake.models import InboxEvent
from handsel.links.models import Code, Link
from handsel.partnerships.models import Partnership
from handsel.programs.models import Program


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method, operation in methods.items():
            yield method, path.removeprefix("/api/v1/"), operation


def test_the_file_is_served_to_everybody(client: Client, db: None) -> None:
    response = client.get("/api/openapi.json")

    assert response.status_code == 200
    assert response.json()["openapi"].startswith("3.1")


def test_every_reference_leads_somewhere() -> None:
    schema = api.get_openapi_schema()
    names = set(re.findall(r"#/components/schemas/([^'\"]+)", repr(schema)))

    assert names <= set(schema["components"]["schemas"])
    assert {"Problem", "Line", "Buyer"} <= names


def test_every_operation_says_how_it_refuses() -> None:
    for _method, _path, operation in operations():
        assert "application/problem+json" in operation["responses"]["default"]["content"]
        assert operation["security"]
        assert operation["description"]


def test_the_examples_are_taken(
    acme_api: Api,
    bens: Partnership,
    bens_link: Link,
    bens_code: Code,
    refused_event: InboxEvent,
) -> None:
    taken = []
    for method, path, operation in operations():
        if method != "post":
            continue
        assert any(p["name"] == "Idempotency-Key" for p in operation["parameters"])
        address = path.format(
            order_reference="1001",
            link_id=bens_link.pk,
            code_id=bens_code.pk,
            event_id=refused_event.pk,
        )
        body = dict(operation["requestBody"]["content"]["application/json"]["example"])
        if "partnership" in body:
            body["partnership"] = bens.pk
        if "links" in body:
            body["links"] = [bens_link.pk]
        taken.append((path, acme_api.post(address, body).status_code))

    assert len(taken) == 11
    assert {status for _path, status in taken} <= {200, 201}, taken


@pytest.mark.parametrize(
    ("literal", "choices"),
    [
        (conversions.Kind, Conversion.Kind),
        (conversions.Status, Conversion.Status),
        (commissions.Status, Commission.Status),
        (events.Status, InboxEvent.Status),
        (partnerships.Kind, Partnership.Kind),
        (programs.Goal, Program.Goal),
    ],
)
def test_the_choices_are_those_of_the_columns(literal: object, choices: type[TextChoices]) -> None:
    assert set(get_args(literal)) == set(choices.values)


def test_the_page_keeps_to_the_policy(client: Client, db: None) -> None:
    page = client.get("/api/docs")
    policy = dict(
        directive.strip().split(" ", 1)
        for directive in page["Content-Security-Policy"].split(";")
        if " " in directive.strip()
    )
    text = page.content.decode()

    assert policy["script-src"] == "'self'"
    assert "'unsafe-inline'" in policy["style-src"]
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    for address in re.findall(r'(?:src|href)="/?static/([^"]+)"', text):
        assert finders.find(address), address


def test_other_pages_stay_as_strict_as_they_were(client: Client, db: None) -> None:
    assert "unsafe-inline" not in client.get("/api/openapi.json")["Content-Security-Policy"]
