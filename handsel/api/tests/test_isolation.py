"""Every operation of the OpenAPI file, with what belongs to somebody else: the answer is that of
an id that does not exist. An operation that is missing here fails the test."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from handsel.api.models import KeptAnswer
from handsel.api.tests.conftest import Api, key_of
from handsel.api.urls import api
from handsel.cast import TERMS
from handsel.config.tests.isolation.world import SECRETS, World
from handsel.engine.terms import Percent
from handsel.ids import new_id
from handsel.organizations.models import Member
from handsel.partnerships.models import Offer
from handsel.partnerships.offering import make_offer
from handsel.partnerships.queries import open_offer
from handsel.partnerships.versions import Signature
from handsel.rows.scope import as_system, seen_by

# Better than what Ben has, so that it starts at once and leaves nothing open.
ABOVE = {"currency": "EUR", "pay": [{"kind": "percent", "rate_ppm": 900_000}], "hold": {"days": 1}}


def waiting(world: World) -> Offer:
    """An offer to Ben that waits for his answer; a new one where the last was answered."""
    with as_system():
        rate_ppm = 9_000 - world.bens.offers.count()
        terms = TERMS.model_copy(update={"pay": (Percent(rate_ppm=rate_ppm),)})
        return open_offer(world.bens) or make_offer(
            world.bens.pk, terms, brand=Signature(world.ada, "x")
        )


def first(world: World) -> str:
    return world.bens.agreements.get(version=1).pk


# The address and body of each operation, with ids of what stands between Acme and Ben.
SINGLE: dict[str, Callable[[World], tuple[str, dict[str, Any]]]] = {
    "get_program": lambda w: (f"programs/{w.program.pk}", {}),
    "get_partnership": lambda w: (f"partnerships/{w.bens.pk}", {}),
    "get_agreement": lambda w: (f"agreements/{first(w)}", {}),
    "get_agreement_terms": lambda w: (
        f"agreements/{first(w)}/terms",
        {},
    ),
    "get_agreement_pdf": lambda w: (f"agreements/{first(w)}/pdf", {}),
    "get_offer": lambda w: (f"offers/{w.offer.pk}", {}),
    "withdraw_offer": lambda w: (f"offers/{waiting(w).pk}/withdraw", {}),
    "create_offer": lambda w: ("offers", {"partnership": w.bens.pk, "terms": ABOVE}),
    "accept_offer": lambda w: (
        f"offers/{waiting(w).pk}/accept",
        {"terms_digest": waiting(w).terms_digest},
    ),
    "decline_offer": lambda w: (f"offers/{waiting(w).pk}/decline", {}),
    "get_link": lambda w: (f"links/{w.link.pk}", {}),
    "get_code": lambda w: (f"codes/{w.bens.codes.get().pk}", {}),
    "get_conversion": lambda w: (f"conversions/{w.commission.conversion_id}", {}),
    "get_credit": lambda w: (f"credits/{w.credit.pk}", {}),
    "preview_credit": lambda w: (
        "credits/preview",
        {"conversion": w.commission.conversion_id, "partnership": w.bens.pk},
    ),
    "create_credit": lambda w: (
        "credits",
        {"conversion": w.commission.conversion_id, "partnership": w.bens.pk, "reason": "His."},
    ),
    "withdraw_credits": lambda w: (f"credits/{w.credit.pk}/withdraw", {"reason": "Not his."}),
    "get_commission": lambda w: (f"commissions/{w.commission.pk}", {}),
    "get_commission_proof": lambda w: (f"commissions/{w.commission.pk}/proof", {}),
    "get_event": lambda w: (f"events/{w.event.pk}", {}),
    "change_link": lambda w: (f"links/{w.link.pk}", {"name": "Elsewhere"}),
    "change_links": lambda w: ("links/bulk", {"links": [w.link.pk], "change": {"name": "Again"}}),
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
    "retry_event": lambda w: (f"events/{w.event.pk}/retry", {}),
    "create_partnership": lambda w: ("partnerships", {"program": w.program.pk, "name": "Kari"}),
    "create_link": lambda w: ("links", {"partnership": w.bens.pk}),
    "get_postback": lambda w: (f"postbacks/{w.postback.pk}", {}),
    "create_postback": lambda w: (
        "postbacks",
        {"partnership": w.bens.pk, "link": w.link.pk, "url": "https://tracker.example/"},
    ),
    "change_postback": lambda w: (f"postbacks/{w.postback.pk}", {"method": "POST"}),
    "send_sample": lambda w: (f"postbacks/{w.postback.pk}/sample", {}),
    "replace_postback_secret": lambda w: (f"postbacks/{w.postback.pk}/secret", {}),
    "get_delivery": lambda w: (f"deliveries/{w.delivery.pk}", {}),
    "send_delivery_again": lambda w: (f"deliveries/{w.delivery.pk}/again", {}),
    "remove_postback": lambda w: (f"postbacks/{w.postback.pk}/removal", {}),
    "create_replay": lambda w: ("replays", {"program": w.program.pk, "terms": ABOVE}),
    "create_code": lambda w: ("codes", {"partnership": w.bens.pk, "code": "STOLEN"}),
    "create_adjustment": lambda w: (
        "commissions/adjustments",
        {"partnership": w.bens.pk, "amount_minor": 1, "reason": "Mine."},
    ),
}
LISTS = {
    "list_programs": "programs",
    "list_partnerships": "partnerships",
    "list_agreements": "agreements",
    "list_offers": "offers",
    "list_links": "links",
    "list_codes": "codes",
    "list_conversions": "conversions",
    "list_commissions": "commissions",
    "list_credits": "credits",
    "list_events": "events",
    "list_clicks": "clicks",
    "list_postbacks": "postbacks",
    "list_deliveries": "deliveries",
}
# What Ben, the partner, may do of the above.
BENS = {
    "get_credit",
    "get_partnership",
    "get_agreement",
    "get_agreement_terms",
    "get_agreement_pdf",
    "get_offer",
    "get_link",
    "get_code",
    "get_commission",
    "get_commission_proof",
    "change_link",
    "create_link",
    "get_postback",
    "get_delivery",
}
# What is Ben's alone: his brand is as strange to it as anybody else.
ONLY_BENS = {
    "accept_offer",
    "decline_offer",
    "create_postback",
    "change_postback",
    "send_sample",
    "replace_postback_secret",
    "send_delivery_again",
    "remove_postback",
}


CHANGES = {"change_link", "change_postback"}


def unknown(text: str, world: World) -> str:
    """The same with ids that name nothing."""
    ids = [world.program.pk, world.bens.pk, world.link.pk, world.bens.codes.get().pk]
    ids += [world.commission.pk, world.commission.conversion_id, world.event.pk]
    ids += [world.postback.pk, world.delivery.pk, world.credit.pk]
    with as_system():
        for rows in (world.bens.agreements, world.bens.offers):
            ids += rows.values_list("pk", flat=True)
    for pk in ids:
        text = text.replace(pk, new_id(pk.partition("_")[0]))
    return text


def ask(keyed: Api, name: str, path: str, body: dict[str, Any]) -> tuple[int, bytes]:
    if name.startswith("get_"):
        response = keyed.get(path)
    else:
        response = (keyed.patch if name in CHANGES else keyed.post)(path, body)
    return response.status_code, response.content


def test_every_operation_is_in_the_matrix() -> None:
    operations = {
        operation["operationId"]
        for methods in api.get_openapi_schema()["paths"].values()
        for operation in methods.values()
    }

    # The report has a test of its own (test_clicks.py): it is narrowed by its group.
    assert operations == {*SINGLE, *LISTS, "report_clicks"}


def strangers(world: World) -> dict[str, Member]:
    return {"mallory": world.mallory, "cleo": world.cleo, "stranger": world.stranger}


def test_what_is_foreign_looks_like_what_is_not_there(world: World) -> None:
    wrong = {}
    for who, member in (strangers(world) | {"ben": world.ben, "ada": world.ada}).items():
        keyed = Api(key_of(member))
        for name, case in SINGLE.items():
            if name in (BENS | ONLY_BENS if who == "ben" else ()):
                continue
            if who == "ada" and name not in ONLY_BENS:
                continue
            path, body = case(world)
            foreign = ask(keyed, name, path, body)
            no_body = json.loads(unknown(json.dumps(body), world))
            nothing = ask(keyed, name, unknown(path, world), no_body)
            if foreign[0] != 404 or foreign != nothing:
                wrong[who, name] = foreign, nothing

    assert wrong == {}


def test_control_the_same_is_there_for_its_own(world: World) -> None:
    bens, adas = Api(key_of(world.ben)), Api(key_of(world.ada))
    wrong = {}
    for name, case in SINGLE.items():
        path, body = case(world)
        sides = (bens,) if name in ONLY_BENS else (bens, adas) if name in BENS else (adas,)
        for keyed in sides:
            status, _content = ask(keyed, name, path, body)
            if status not in {200, 201}:
                wrong[name] = status

    assert wrong == {}


def test_lists_show_nothing_foreign(world: World) -> None:
    adas = Api(key_of(world.ada))
    wrong = {}
    for who in ("mallory", "stranger", "cleo"):
        keyed = Api(key_of(getattr(world, who)))
        words = {*SECRETS, world.bens.pk, world.link.pk, world.commission.pk, world.event.pk}
        words |= set() if who == "cleo" else {world.program.pk}
        for name, path in LISTS.items():
            cursor = adas.get(f"{path}?limit=1").json()["next_cursor"]
            queries = [""] + ([f"?cursor={cursor}"] if cursor else [])
            queries += [f"?program={world.program.pk}"] if name != "list_programs" else []
            for query in queries:
                response = keyed.get(path + query)
                leaked = [word for word in words if word in response.content.decode()]
                if response.status_code != 200 or leaked:
                    wrong[who, name, query] = response.status_code, leaked

    assert wrong == {}


def test_row_level_security_holds_alone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the application's filters off, the database shows a stranger nothing either."""
    keyed = Api(key_of(world.mallory))
    _open_every_door(monkeypatch)
    reads = [name for name in SINGLE if name.startswith("get_")]
    found = {name: ask(keyed, name, *SINGLE[name](world))[0] for name in reads}

    assert set(found.values()) == {404}, found


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
    keyed = Api(key_of(world.ada), **{"Idempotency-Key": "k"})
    keyed.post("links", {"partnership": world.bens.pk})

    with seen_by([world.mallory.organization_id]):
        assert not KeptAnswer.objects.exists()
    with seen_by([world.acme.pk]):
        assert KeptAnswer.objects.exists()
