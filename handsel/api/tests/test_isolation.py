"""Every operation of the OpenAPI file, with what belongs to somebody else: the answer is that of
an id that does not exist. An operation that is missing here fails the test."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from handsel.api.tests.conftest import Api, key_of
from handsel.api.urls import api
from handsel.config.tests.isolation.world import SECRETS, World
from handsel.ids import new_id
from handsel.organizations.models import Member
from handsel.rows.scope import as_system, seen_by

# The address and body of each operation, with ids of what stands between Acme and Ben.
SINGLE: dict[str, Callable[[World], tuple[str, dict[str, Any]]]] = {
    "get_program": lambda w: (f"programs/{w.program.pk}", {}),
    "get_partnership": lambda w: (f"partnerships/{w.bens.pk}", {}),
    "get_link": lambda w: (f"links/{w.link.pk}", {}),
    "get_code": lambda w: (f"codes/{w.bens.codes.get().pk}", {}),
    "get_conversion": lambda w: (f"conversions/{w.commission.conversion_id}", {}),
    "get_commission": lambda w: (f"commissions/{w.commission.pk}", {}),
    "get_commission_proof": lambda w: (f"commissions/{w.commission.pk}/proof", {}),
    "get_event": lambda w: (f"events/{w.event.pk}", {}),
    "disable_link": lambda w: (f"links/{w.link.pk}/disable", {}),
    "disable_code": lambda w: (f"codes/{w.bens.codes.get().pk}/disable", {}),
    "create_conversion": lambda w: (
        "conversions",
        {"program": w.program.pk, "order_reference": "9", "amount_minor": 1, "currency": "EUR"},
    ),
    "create_refund": lambda w: (
        "conversions/order-7741/refunds",
        {"program": w.program.pk, "refund": "R", "amount_minor": 1},
    ),
    "create_cancellation": lambda w: (
        "conversions/order-7741/cancellation",
        {"program": w.program.pk},
    ),
    "create_event": lambda w: (
        "events",
        {"kind": "delivery", "program": w.program.pk, "order_reference": "order-7741"},
    ),
    "create_partnership": lambda w: ("partnerships", {"program": w.program.pk, "name": "Kari"}),
    "create_link": lambda w: ("links", {"partnership": w.bens.pk}),
    "create_code": lambda w: ("codes", {"partnership": w.bens.pk, "code": "STOLEN"}),
}
LISTS = {
    "list_programs": "programs",
    "list_partnerships": "partnerships",
    "list_links": "links",
    "list_codes": "codes",
    "list_conversions": "conversions",
    "list_commissions": "commissions",
    "list_events": "events",
}
# What Ben, the partner, may do of the above.
BENS = {
    "get_partnership",
    "get_link",
    "get_code",
    "get_commission",
    "get_commission_proof",
    "create_link",
}


def unknown(text: str, world: World) -> str:
    """The same with ids that name nothing."""
    ids = [world.program.pk, world.bens.pk, world.link.pk, world.bens.codes.get().pk]
    ids += [world.commission.pk, world.commission.conversion_id, world.event.pk]
    for pk in ids:
        text = text.replace(pk, new_id(pk.partition("_")[0]))
    return text


def ask(keyed: Api, name: str, path: str, body: dict[str, Any]) -> tuple[int, bytes]:
    get = name.startswith("get_")
    response = keyed.get(path) if get else keyed.post(path, body)
    return response.status_code, response.content


def test_every_operation_is_in_the_matrix() -> None:
    operations = {
        operation["operationId"]
        for methods in api.get_openapi_schema()["paths"].values()
        for operation in methods.values()
    }

    assert operations == {*SINGLE, *LISTS}


def strangers(world: World) -> dict[str, Member]:
    return {"mallory": world.mallory, "cleo": world.cleo, "stranger": world.stranger}


@pytest.mark.parametrize("name", SINGLE)
def test_what_is_foreign_looks_like_what_is_not_there(world: World, name: str) -> None:
    path, body = SINGLE[name](world)
    people = strangers(world) | ({} if name in BENS else {"ben": world.ben})
    for who, member in people.items():
        keyed = Api(key_of(member))
        foreign = ask(keyed, name, path, body)
        nothing = ask(
            keyed, name, unknown(path, world), json.loads(unknown(json.dumps(body), world))
        )

        assert foreign[0] == 404, who
        assert foreign == nothing, who


@pytest.mark.parametrize("name", SINGLE)
def test_control_the_same_is_there_for_its_own(world: World, name: str) -> None:
    path, body = SINGLE[name](world)

    assert ask(Api(key_of(world.ada)), name, path, body)[0] in {200, 201}
    if name in BENS:
        assert ask(Api(key_of(world.ben)), name, path, body)[0] in {200, 201}


@pytest.mark.parametrize("name", LISTS)
def test_lists_show_nothing_foreign(world: World, name: str) -> None:
    with as_system():
        cursor = Api(key_of(world.ada)).get(f"{LISTS[name]}?limit=1").json()["next_cursor"]
    filters = ["", f"?program={world.program.pk}"] if name != "list_programs" else [""]
    filters += [f"?cursor={cursor}"] if cursor else []
    for who in (world.mallory, world.stranger, world.cleo):
        words = set(SECRETS) | {world.bens.pk, world.link.pk, world.commission.pk, world.event.pk}
        words |= {world.program.pk} if who is not world.cleo else set()
        for query in filters:
            response = Api(key_of(who)).get(LISTS[name] + query)

            assert response.status_code == 200
            assert not [word for word in words if word in response.content.decode()]


@pytest.mark.parametrize("name", [name for name in SINGLE if name.startswith("get_")])
def test_row_level_security_holds_alone(
    world: World, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the application's filters off, the database shows a stranger nothing either."""
    path, body = SINGLE[name](world)
    keyed = Api(key_of(world.mallory))
    _open_every_door(monkeypatch)

    assert ask(keyed, name, path, body)[0] == 404


def test_control_without_either_it_would_be_shown(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyed = Api(key_of(world.mallory))
    _open_every_door(monkeypatch)
    monkeypatch.setattr("handsel.config.middleware._scope", lambda actor: as_system())

    assert keyed.get(f"commissions/{world.commission.pk}").status_code == 200


def _open_every_door(monkeypatch: pytest.MonkeyPatch) -> None:
    for door in ("OwnedQuerySet", "SharedQuerySet"):
        monkeypatch.setattr(f"handsel.rows.querysets.{door}.visible_to", lambda rows, who: rows)


def test_a_kept_answer_is_seen_by_nobody_else(world: World) -> None:
    from handsel.api.models import KeptAnswer

    keyed = Api(key_of(world.ada), **{"Idempotency-Key": "k"})
    keyed.post("links", {"partnership": world.bens.pk})

    with seen_by([world.mallory.organization_id]):
        assert not KeptAnswer.objects.exists()
    with seen_by([world.acme.pk]):
        assert KeptAnswer.objects.exists()
