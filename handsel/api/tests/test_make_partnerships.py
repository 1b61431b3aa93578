"""Partners, links and codes, made by machines."""

import pytest

from handsel.activity.models import Activity
from handsel.api.tests.conftest import Api, key_of
from handsel.cast import TERMS
from handsel.links.models import Code, Link
from handsel.organizations.models import Member
from handsel.partnerships.models import Acceptance, Partnership
from handsel.partnerships.services import end_partnership
from handsel.programs.models import Program
from handsel.programs.services import create_program


def test_a_partner_comes_with_agreement_link_and_code(acme_api: Api, program: Program) -> None:
    response = acme_api.post(
        "partnerships", {"name": "Kari", "email": "kari@kitchen.example", "kind": "influencer"}
    )

    partnership = Partnership.objects.get()
    assert response.status_code == 201
    assert response["Location"] == f"/api/v1/partnerships/{partnership.pk}"
    assert response.json()["partner_name"] == "Kari"
    assert acme_api.get(f"links?partnership={partnership.pk}").json()["items"][0]["slug"] == "kari"
    assert "10" in Acceptance.objects.get().text


def test_who_made_the_key_has_done_it(acme_api: Api, program: Program, ada: Member) -> None:
    acme_api.post("partnerships", {"name": "Kari"})

    assert Activity.objects.get(verb="partnership.started").actor == ada


def test_a_link_can_be_made_by_the_brand_and_by_the_partner(
    acme_api: Api, bens: Partnership, ben: Member
) -> None:
    body = {"partnership": bens.pk, "url": "https://acme.example/hats", "name": "Hats"}
    made = [api.post("links", body) for api in (acme_api, Api(key_of(ben)))]

    assert [response.status_code for response in made] == [201, 201]
    assert made[0].json()["url"] == "https://acme.example/hats"
    assert Link.objects.filter(url=body["url"]).count() == 2


def test_only_the_brand_gives_codes_and_disables(
    acme_api: Api, bens: Partnership, ben: Member, bens_link: Link, bens_code: Code
) -> None:
    bens_api = Api(key_of(ben))
    acts = [
        ("codes", {"partnership": bens.pk, "code": "BEN20", "buyer_discount_ppm": 200_000}),
        (f"links/{bens_link.pk}/disable", {"reason": "The page is gone."}),
        (f"codes/{bens_code.pk}/disable", {}),
    ]

    assert [bens_api.post(*act).status_code for act in acts] == [404, 404, 404]
    assert [acme_api.post(*act).status_code for act in acts] == [201, 200, 200]
    assert Link.objects.get().disabled_at
    assert Code.objects.get(pk=bens_code.pk).disabled_at


def test_disabling_needs_no_body_and_may_be_said_twice(acme_api: Api, bens_link: Link) -> None:
    path = f"links/{bens_link.pk}/disable"
    first, second = acme_api.post(path, b""), acme_api.post(path, b"")

    assert first.status_code == 200
    assert second.json() == first.json()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": "  "}, "name"),
        ({"name": "a\0b"}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": "Kari", "email": "kari"}, "email"),
        ({"name": "Kari", "site_url": "javascript:alert(1)"}, "site_url"),
        ({"name": "Kari", "kind": "friend"}, "kind"),
        ({"name": "Kari", "slug": "Kari's"}, "slug"),
        ({"name": "Kari", "code": "ß"}, "code"),
        ({"name": "Kari", "status": "ended"}, "status"),
    ],
)
def test_what_cannot_be_used_is_named(
    acme_api: Api, program: Program, body: dict[str, object], field: str
) -> None:
    response = acme_api.post("partnerships", body)

    assert (response.status_code, response.json()["field"]) == (422, field)
    assert not Partnership.objects.exists()


@pytest.mark.parametrize(
    "url", ["https://evil.example/", "javascript:alert(1)", "http://[", "https://acme.example\0"]
)
def test_a_link_leads_nowhere_else(acme_api: Api, bens: Partnership, url: str) -> None:
    response = acme_api.post("links", {"partnership": bens.pk, "url": url})

    assert (response.status_code, response.json()["field"]) == (422, "url")


def test_a_name_that_is_taken_is_refused(acme_api: Api, bens: Partnership) -> None:
    response = acme_api.post("links", {"partnership": bens.pk, "slug": "ben"})

    assert (response.status_code, response.json()["field"]) == (409, "slug")


def test_what_has_ended_gets_no_link(acme_api: Api, bens: Partnership, ada: Member) -> None:
    end_partnership(bens.pk, actor=ada, reason="Moved on.")

    response = acme_api.post("links", {"partnership": bens.pk})

    assert response.json()["type"] == "urn:handsel:problem:partnership-ended"


def test_with_two_programs_one_is_named(acme_api: Api, program: Program, ada: Member) -> None:
    second = create_program(
        program.brand, name="Second", site_url="https://acme.example", terms=TERMS, actor=ada
    )
    order = {"order_reference": "1", "amount_minor": 100, "currency": "EUR"}

    refused = acme_api.post("conversions", order)
    taken = acme_api.post("conversions", order | {"program": second.pk})

    assert (refused.status_code, refused.json()["field"]) == (422, "program")
    assert (taken.status_code, taken.json()["program"]) == (201, second.pk)
