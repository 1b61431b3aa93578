"""Credit by hand, by machines."""

from typing import Any

import pytest

from handsel.api.tests.conftest import Api, key_of
from handsel.commissions.models import Commission
from handsel.commissions.services import evaluate_due
from handsel.config.tests.isolation.world import World
from handsel.rows.scope import as_system


@pytest.fixture
def acme(world: World) -> Api:
    return Api(key_of(world.ada))


def body(world: World, **said: Any) -> dict[str, Any]:
    """Ben's order to Cleo."""
    conversion = world.commission.conversion_id
    return {"conversion": conversion, "partnership": world.cleos.pk, "reason": "Hers.", **said}


def earned(world: World) -> int:
    with as_system():
        evaluate_due()
        return Commission.objects.get(pk=world.commission.pk).amount_minor


def test_a_credit_is_looked_at_made_and_withdrawn(acme: Api, world: World) -> None:
    seen = acme.post("credits/preview", body(world, reason="")).json()["items"]
    assert {one["partnership"] for one in seen} == {world.bens.pk, world.cleos.pk}
    before = earned(world)
    assert before > 0

    made = acme.post("credits", body(world))
    assert made.status_code == 201
    assert earned(world) == 0

    credit = made.json()["items"][0]["id"]
    acme.post(f"credits/{credit}/withdraw", {"reason": "Not hers."})
    assert earned(world) == before


def test_a_credit_needs_a_reason(acme: Api, world: World) -> None:
    refused = acme.post("credits", body(world, reason=" "))

    assert refused.status_code == 422
    assert refused.json()["type"] == "urn:handsel:problem:reason-missing"
    assert earned(world) > 0


def test_a_partner_gives_itself_no_credit(world: World) -> None:
    said = body(world, partnership=world.bens.pk)

    assert Api(key_of(world.ben)).post("credits", said).status_code == 404
