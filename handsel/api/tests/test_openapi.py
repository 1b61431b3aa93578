"""The OpenAPI file says what is so, and its page keeps to the policy."""

import re
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from django.contrib.staticfiles import finders
from django.db.models import TextChoices
from django.test import Client
from ninja import Schema

from handsel.api.examples import EXAMPLES
from handsel.api.problems import Problem
from handsel.api.tests.conftest import Api, key_of
from handsel.api.urls import api
from handsel.api.views import (
    agreements,
    clicks,
    codes,
    commissions,
    conversions,
    credits,
    events,
    links,
    offers,
    partnerships,
    postbacks,
    programs,
    replays,
)
from handsel.commissions.models import Commission
from handsel.conversions.models import Conversion
from handsel.intake.models import InboxEvent
from handsel.links.models import Code, Link
from handsel.organizations.models import ApiKey, Member
from handsel.partnerships.models import Offer, Partnership
from handsel.postbacks.models import Postback
from handsel.postbacks.services import add_postback, send_sample
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
    responses = api.get_openapi_schema()["components"]["responses"]
    for method, path, operation in operations():
        refused = {status for status in operation["responses"] if status[0] != "2"}
        expected = {"400", "401", "403", "429"} if method == "get" else {"400", "401", "403", "404"}
        assert expected <= refused, path
        assert method == "get" or {"409", "413", "415", "422", "429"} <= refused, path
        for status in refused:
            name = operation["responses"][status]["$ref"].rpartition("/")[2]
            (content,) = responses[name]["content"].items()
            assert content[0] == "application/problem+json"
            assert content[1]["example"]["status"] == int(status)
            assert Problem.model_validate(content[1]["example"])


def test_every_operation_says_what_it_does_and_what_a_key_needs() -> None:
    names = []
    for _method, path, operation in operations():
        names.append(operation["operationId"])
        assert operation["summary"] != operation["operationId"].replace("_", " ").title(), path
        assert operation["summary"][-1] not in ".:,", path
        (scheme,) = operation["security"]
        (scopes,) = scheme.values()
        assert set(scopes) <= set(ApiKey.Scope.values)
        assert f"`{scopes[0]}`" in operation["description"]

    assert len(names) == len(set(names))


def test_every_parameter_is_described() -> None:
    blank = {
        (operation["operationId"], parameter["name"])
        for _method, _path, operation in operations()
        for parameter in operation["parameters"]
        if not parameter.get("description")
    }

    assert blank == set()


def test_every_answer_has_an_example_and_its_headers() -> None:
    headers = api.get_openapi_schema()["components"]["headers"]
    for _method, path, operation in operations():
        for status, answer in operation["responses"].items():
            if status[0] == "2":
                assert {"RateLimit", "RateLimit-Policy"} <= set(answer["headers"]) <= set(headers)
                assert ("Location" in answer["headers"]) == (status == "201")
                assert path.endswith(BARE) or answer["content"]["application/json"]["example"]


# Answered as the documents that they are, with a description of their own.
BARE = ("/proof", "/terms", "/pdf")


def answers() -> dict[str, type[Schema]]:
    modules = [clicks, codes, commissions, conversions, events, links, partnerships, postbacks]
    modules += [programs, agreements, offers, credits, replays]
    found = [
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Schema)
    ]
    return {kind.__name__: kind for kind in found}


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_what_it_is_an_example_of(name: str) -> None:
    kind = answers()[name]
    schema = api.get_openapi_schema()["components"]["schemas"][name]

    assert kind.model_validate(EXAMPLES[name])
    assert set(EXAMPLES[name]) == set(kind.model_fields)
    for column, shape in schema["properties"].items():
        if "pattern" in shape and EXAMPLES[name][column] is not None:
            assert re.search(shape["pattern"], EXAMPLES[name][column]), column


def test_ids_are_described_by_how_they_begin() -> None:
    schemas = api.get_openapi_schema()["components"]["schemas"]

    assert schemas["LinkOut"]["properties"]["id"]["pattern"].startswith("^lnk_")
    assert schemas["LinkOut"]["properties"]["partnership"]["pattern"].startswith("^par_")
    assert schemas["EventOut"]["properties"]["program"]["anyOf"][0]["pattern"].startswith("^prg_")


def test_every_link_leads_to_an_operation_with_such_a_parameter() -> None:
    found = {operation["operationId"]: operation for _m, _p, operation in operations()}
    links = [
        link
        for operation in found.values()
        for answer in operation["responses"].values()
        for link in answer.get("links", {}).values()
    ]

    assert len(links) > 20
    for link in links:
        names = {parameter["name"] for parameter in found[link["operationId"]]["parameters"]}
        assert set(link.get("parameters", {})) <= names


@pytest.fixture
def bens_postback(bens: Partnership, ben: Member) -> Postback:
    """One that was told something."""
    postback = add_postback(bens, url="https://tracker.example/", actor=ben)
    send_sample(postback.pk, actor=ben)
    return postback


def fresh_offer(acme_api: Api, partnership: Partnership) -> dict[str, Any]:
    """One that waits for an answer: the rate falls each time."""
    for earlier in partnership.offers.filter(status="offered", agreement=None):
        acme_api.post(f"offers/{earlier.pk}/withdraw")
    rate_ppm = 90_000 - partnership.offers.count()
    terms = {"currency": "EUR", "pay": [{"kind": "percent", "rate_ppm": rate_ppm}]}
    made = acme_api.post("offers", {"partnership": partnership.pk, "terms": terms}).json()
    return {"id": made["id"], "terms_digest": made["terms_digest"]}


def fresh_credit(acme_api: Api, partnership: Partnership) -> str:
    """One that can be withdrawn."""
    order = Conversion.objects.latest("recorded_at").pk
    said = {"conversion": order, "partnership": partnership.pk, "reason": "His."}
    credit: str = acme_api.post("credits", said).json()["items"][0]["id"]
    return credit


def test_the_examples_are_taken(
    acme_api: Api,
    bens: Partnership,
    bens_link: Link,
    bens_code: Code,
    refused_event: InboxEvent,
    ben: Member,
    bens_postback: Postback,
) -> None:
    taken = []
    bens_api = Api(key_of(ben))
    for method, path, operation in operations():
        if method != "post":
            continue
        assert any(p["name"] == "Idempotency-Key" for p in operation["parameters"])
        address = path.format(
            offer_id="",
            order_reference="1001",
            link_id=bens_link.pk,
            code_id=bens_code.pk,
            event_id=refused_event.pk,
            postback_id=bens_postback.pk,
            delivery_id=bens_postback.deliveries.earliest("number").pk,
            credit_id=fresh_credit(acme_api, bens) if "credit_id" in path else "",
        )
        body = dict(operation["requestBody"]["content"]["application/json"]["example"])
        if path.startswith("offers/"):
            offer = fresh_offer(acme_api, bens)
            address = path.format(offer_id=offer["id"])
            body |= {name: offer[name] for name in body if name in offer}
        if "partnership" in body:
            body["partnership"] = bens.pk
        if path == "replays":
            body["program"] = bens.program_id
        if "conversion" in body and path.startswith("credits"):
            body["conversion"] = Conversion.objects.latest("recorded_at").pk
        if "links" in body:
            body["links"] = [bens_link.pk]
        by_partner = path.startswith(("postbacks", "deliveries")) or path.endswith(
            ("/accept", "/decline")
        )
        keyed = bens_api if by_partner else acme_api
        # What ends a postback would end the examples.
        if not path.endswith("/removal"):
            taken.append((path, keyed.post(address, body).status_code))

    assert len(taken) == 24
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
        (postbacks.Method, Postback.Method),
        (postbacks.Event, Postback.Event),
        (offers.Status, Offer.Status),
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
