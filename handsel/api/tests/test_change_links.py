"""Where links lead, changed by machines."""

import pytest

from handsel.api.tests.conftest import Api, key_of
from handsel.links.changing import change_defaults
from handsel.links.models import Link
from handsel.links.services import create_link
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership
from handsel.programs.models import Program

RULE = {"countries": ["SE"], "devices": [], "languages": [], "url": "https://acme.example/se"}
ELSEWHERE = "https://evil.example/"


def test_what_is_named_changes_and_the_rest_stays(acme_api: Api, bens_link: Link) -> None:
    acme_api.patch(f"links/{bens_link.pk}", {"rules": [RULE], "name": "Blog"})
    answer = acme_api.patch(f"links/{bens_link.pk}", {"subs": {"s1": "qr"}}).json()

    assert (answer["name"], answer["rules"], answer["subs"]) == ("Blog", [RULE], {"s1": "qr"})
    assert answer == acme_api.get(f"links/{bens_link.pk}").json()


def test_a_split_says_since_when_it_runs(acme_api: Api, bens_link: Link) -> None:
    split = {"variants": [{"url": "https://acme.example/a"}, {"url": "https://acme.example/b"}]}
    answer = acme_api.patch(f"links/{bens_link.pk}", {"split": split}).json()["split"]

    assert [one["name"] for one in answer["variants"]] == ["a", "b"]
    assert answer["started_at"].endswith("Z")
    ended = acme_api.patch(f"links/{bens_link.pk}", {"split": None}).json()
    assert ended["split"] is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"url": ELSEWHERE}, "url"),
        ({"url": None}, "url"),
        ({"rules": [RULE, RULE | {"url": ELSEWHERE}]}, "rules.1.url"),
        ({"rules": [RULE | {"countries": ["se"]}]}, "rules.0.countries.0"),
        ({"rules": [RULE | {"planets": ["Mars"]}]}, "rules.0.planets"),
        ({"schedule": [{"at": "tomorrow"}]}, "schedule.0.at"),
        ({"split": {"variants": [{"url": ELSEWHERE}]}}, "split.variants"),
        ({"utm": {"bad name": "x"}}, "utm.bad name"),
        ({"subs": {"s6": "x"}}, "subs.s6"),
        ({"expires_at": 5}, "expires_at"),
        ({"name": "a\x00b"}, "name"),
        ({"url": "https://acme.example/\x00"}, "url"),
        ({"utm": {"utm_term": "a\x00"}}, "utm.utm_term"),
    ],
)
def test_what_is_wrong_is_named(
    acme_api: Api, bens_link: Link, change: dict[str, object], field: str
) -> None:
    response = acme_api.patch(f"links/{bens_link.pk}", {"subs": {"s1": "new"}, **change})

    assert (response.status_code, response.json()["field"]) == (422, field)
    bens_link.refresh_from_db()
    assert (bens_link.name, bens_link.subs) == ("", {})


def test_a_partner_routes_only_where_the_brand_allows_it(
    bens_link: Link, ben: Member, ada: Member, program: Program
) -> None:
    bens = Api(key_of(ben))
    refused = bens.patch(f"links/{bens_link.pk}", {"rules": [RULE]})
    change_defaults(program, utm={}, partners_route=True, actor=ada)
    allowed = bens.patch(f"links/{bens_link.pk}", {"rules": [RULE]})

    assert (refused.status_code, refused.json()["field"]) == (403, "rules")
    assert allowed.status_code == 200


def test_a_partner_cannot_switch_on_what_the_brand_switched_off(
    acme_api: Api, bens_link: Link, ben: Member
) -> None:
    acme_api.patch(f"links/{bens_link.pk}", {"disabled": True})

    response = Api(key_of(ben)).patch(f"links/{bens_link.pk}", {"disabled": False})
    assert response.status_code == 403


def test_many_change_together(
    acme_api: Api, bens: Partnership, bens_link: Link, ada: Member
) -> None:
    other = create_link(bens, actor=ada)
    body = {"links": [bens_link.pk, other.pk], "change": {"url": "https://acme.example/new"}}
    dry = acme_api.post("links/bulk", {**body, "dry_run": True})
    assert Link.objects.filter(url="https://acme.example/new").count() == 0
    real = acme_api.post("links/bulk", body)

    assert dry.json() == real.json()
    assert Link.objects.filter(url="https://acme.example/new").count() == 2


@pytest.mark.parametrize("dry_run", [True, False])
def test_one_that_cannot_be_changed_is_named_by_its_place(
    acme_api: Api, bens_link: Link, dry_run: bool
) -> None:
    body = {"links": [bens_link.pk], "change": {"url": ELSEWHERE}, "dry_run": dry_run}
    response = acme_api.post("links/bulk", body)

    assert response.status_code == 422
    assert [fault["field"] for fault in response.json()["errors"]] == ["links.0"]
