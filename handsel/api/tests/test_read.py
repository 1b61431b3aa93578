"""Lists and single things, as a brand and as its partner see them."""

from collections.abc import Callable

import pytest
from django.utils.timezone import now

from handsel.api.tests.conftest import Api, key_of
from handsel.config.tests.isolation.world import World
from handsel.engine.proof import check
from handsel.intake.models import InboxEvent
from handsel.links.services import disable_link

LISTS = ["programs", "partnerships", "links", "codes", "conversions", "commissions", "events"]


@pytest.fixture
def adas(world: World) -> Api:
    return Api(key_of(world.ada))


@pytest.fixture
def bens_api(world: World) -> Api:
    return Api(key_of(world.ben))


def test_a_list_and_its_members_agree(adas: Api) -> None:
    for name in LISTS:
        items = adas.get(name).json()["items"]

        assert items, name
        for item in items:
            single = adas.get(f"{name}/{item['id']}").json()
            assert {field: single[field] for field in item} == item


def test_pages_show_everything_once(adas: Api) -> None:
    for name in LISTS:
        everything = [item["id"] for item in adas.get(name).json()["items"]]

        paged, cursor = [], ""
        while cursor is not None:
            page = adas.get(f"{name}?limit=1{cursor and f'&cursor={cursor}'}").json()
            paged += [item["id"] for item in page["items"]]
            cursor = page["next_cursor"]

        assert paged == everything, name


def test_a_commission_says_why(world: World, adas: Api) -> None:
    found = adas.get(f"commissions/{world.commission.pk}").json()

    assert found["amount_minor"] == 1_200
    assert found["order_reference"] == "order-7741"
    assert {"percent", "total"} <= {step["code"] for step in found["explanation"]}
    assert found["revisions"][0]["difference_minor"] == 1_200


def test_an_explanation_is_worded_in_the_language_asked_for(world: World, adas: Api) -> None:
    path = f"commissions/{world.commission.pk}"
    english = adas.get(path, **{"Accept-Language": "en"})
    swedish = adas.get(path, **{"Accept-Language": "sv"})

    assert english["Content-Language"] == "en"
    assert swedish["Content-Language"] == "sv"
    assert all(step["text"] for step in english.json()["explanation"])


def test_a_proof_proves(world: World, adas: Api) -> None:
    response = adas.get(f"commissions/{world.commission.pk}/proof")

    assert check(response.content).ok
    assert world.commission.pk in response["Content-Disposition"]


def test_a_partner_reads_what_it_earned_and_nothing_of_the_brands(
    world: World, bens_api: Api
) -> None:
    counts = {name: len(bens_api.get(name).json()["items"]) for name in LISTS}

    assert counts == {
        "programs": 0,
        "partnerships": 1,
        "links": 1,
        "codes": 1,
        "conversions": 0,
        "commissions": 2,
        "events": 0,
    }
    assert bens_api.get(f"commissions/{world.commission.pk}/proof").status_code == 200


FILTERS: dict[str, Callable[[World], dict[str, str]]] = {
    "conversions": lambda w: {
        "program": w.program.pk,
        "order_reference": "order-7741",
        "kind": "sale",
        "status": "credited",
        "occurred_since": "2026-09-12T12:00:00Z",
        "occurred_before": "2026-09-12T12:00:01Z",
    },
    "commissions": lambda w: {
        "partnership": w.bens.pk,
        "conversion": w.commission.conversion_id,
        "order_reference": "order-7741",
        "status": "pending",
        "withheld": "false",
    },
    "partnerships": lambda w: {"program": w.program.pk, "kind": "content", "status": "active"},
    "links": lambda w: {"slug": w.link.slug, "disabled": "false"},
    "codes": lambda w: {"partnership": w.bens.pk, "code": "okapi10"},
    "events": lambda w: {"event_id": "order:order-7741", "status": "processed", "source": "api"},
}
OTHERWISE = {
    "program": "prg_00000000000000000000000000",
    "partnership": "par_00000000000000000000000000",
    "conversion": "con_00000000000000000000000000",
    "kind": "lead",
    "withheld": "true",
    "disabled": "true",
    "occurred_since": "2026-09-12T12:00:01Z",
    "occurred_before": "2026-09-12T12:00:00Z",
}
OTHER = {
    "conversions": {"status": "waiting"},
    "commissions": {"status": "declined"},
    "partnerships": {"status": "ended", "kind": "coupon"},
    "links": {},
    "codes": {},
    "events": {"status": "refused"},
}


def test_filters_narrow(world: World, adas: Api) -> None:
    def found(name: str, field: str, value: str) -> list[object]:
        page = adas.client.get(f"/api/v1/{name}", {field: value}, headers=adas.headers)
        items: list[object] = page.json()["items"]
        return items

    for name, filters in FILTERS.items():
        for field, value in filters(world).items():
            other = OTHER[name].get(field) or OTHERWISE.get(field, "nothing")
            assert found(name, field, value), (name, field)
            assert not found(name, field, other), (name, field)


def test_a_disabled_link_is_found_as_one(world: World, adas: Api) -> None:
    disable_link(world.link.pk, actor=world.ada)

    found = adas.get("links?disabled=true").json()["items"]

    assert [link["id"] for link in found] == [world.link.pk]
    assert found[0]["address"].endswith(f"/{world.link.slug}")


def test_refused_events_say_why(world: World, adas: Api) -> None:
    InboxEvent.objects.create(
        brand=world.acme,
        program=world.program,
        source="pixel",
        event_id="p-1",
        kind="order",
        trust="browser",
        body={"order_reference": "9"},
        status=InboxEvent.Status.REFUSED,
        reason="wrong-currency",
        field="currency",
        params={"currency": "SEK", "expected": "EUR"},
        received_at=now(),
    )

    (found,) = adas.get("events?status=refused").json()["items"]

    assert (found["reason"], found["field"]) == ("wrong-currency", "currency")
    assert (found["source"], found["can_retry"]) == ("pixel", True)
    assert found["message"]
    assert found["remedy"]
    assert adas.get(f"events/{found['id']}").json()["body"] == {"order_reference": "9"}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=ten", "limit"),
        ("cursor=x", "cursor"),
        ("cursor=", "cursor"),
        ("cursor=MjAyNi0wOS0xMiBjb25f", "cursor"),
        ("status=paid", "status"),
        ("occurred_since=2026-09-12T12:00:00", "occurred_since"),
        ("sort=amount", "sort"),
    ],
)
def test_a_query_that_makes_no_sense_is_refused(acme_api: Api, query: str, field: str) -> None:
    response = acme_api.get(f"commissions?{query}")

    assert response.status_code == 422
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["field"] == field
