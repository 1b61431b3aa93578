import json
import re

import pytest

from handsel.api.tests.conftest import Api
from handsel.console.examples import order_example, refund_example
from handsel.conversions.models import Conversion, Fact
from handsel.links.models import Link
from handsel.programs.models import Program

ORDER = {"order_reference": "1001", "currency": "EUR", "amount_minor": 12_000, "tax_minor": 2_000}
REFUND = {"refund": "R-1", "currency": "EUR", "amount_minor": 6_000}

pytestmark = pytest.mark.usefixtures("program")


def body_of(example: str) -> str:
    """The JSON that the copied command sends; the click id is what the shell would put there."""
    sent = re.search(r"-d '(\{.*\})'", example, re.DOTALL)
    assert sent
    return sent[1].replace("'\"$CLICK\"'", "AZqkWvYAAAAAB1c0Yw2lXq9mJ4nT5bKd")


def test_an_order_becomes_a_conversion(acme_api: Api) -> None:
    response = acme_api.post("conversions", ORDER)

    conversion = Conversion.objects.get()
    assert response.status_code == 201
    assert response["Location"] == f"/api/v1/conversions/{conversion.pk}"
    assert response.json()["id"] == conversion.pk
    assert response.json()["amount_minor"] == 12_000


def test_what_newcomers_copy_is_taken(acme_api: Api, program: Program, bens_link: Link) -> None:
    order = acme_api.post("conversions", body_of(order_example(program, bens_link)))
    refund = acme_api.post("conversions/1001/refunds", body_of(refund_example(program)))

    assert (order.status_code, refund.status_code) == (201, 201)
    assert refund.json()["refunded_minor"] == 6_000


def test_the_same_event_again_changes_nothing(acme_api: Api) -> None:
    first, second = acme_api.post("conversions", ORDER), acme_api.post("conversions", ORDER)

    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json() == first.json()
    assert Fact.objects.count() == 1


def test_the_same_event_with_another_body_is_refused(acme_api: Api) -> None:
    acme_api.post("conversions", ORDER)

    response = acme_api.post("conversions", ORDER | {"amount_minor": 13_000})

    assert response.status_code == 409
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["type"] == "urn:handsel:problem:event-id-reused"
    assert response.json()["field"] == "event_id"
    assert Conversion.objects.get().amount_minor == 12_000


def test_a_reference_may_hold_a_slash(acme_api: Api) -> None:
    acme_api.post("conversions", ORDER | {"order_reference": "S-9/2026-12"})

    response = acme_api.post("conversions/S-9%2F2026-12/refunds", REFUND)

    assert (response.status_code, response.json()["refunded_minor"]) == (201, 6_000)


def test_a_cancellation_leaves_nothing(acme_api: Api) -> None:
    acme_api.post("conversions", ORDER)

    response = acme_api.post("conversions/1001/cancellation")

    assert response.status_code == 201
    assert response.json()["refunded_minor"] == 12_000


def test_a_refund_names_the_order_of_its_address(acme_api: Api) -> None:
    response = acme_api.post("conversions/1001/refunds", REFUND | {"order_reference": "1002"})

    assert (response.status_code, response.json()["field"]) == (422, "order_reference")


@pytest.mark.parametrize("kind", ["lead", "sign_up"])
def test_leads_and_sign_ups_are_sent_alike(acme_api: Api, kind: str) -> None:
    response = acme_api.post("conversions", {"kind": kind, "order_reference": "L-41"})

    assert (response.status_code, response.json()["kind"]) == (201, kind)


@pytest.mark.parametrize("kind", ["refund", "gift", None, 1, ["order"]])
def test_other_kinds_have_other_addresses(acme_api: Api, kind: object) -> None:
    response = acme_api.post("conversions", {"kind": kind, "order_reference": "L-41"})

    assert (response.status_code, response.json()["field"]) == (422, "kind")


def test_all_that_is_wrong_is_named(acme_api: Api) -> None:
    response = acme_api.post(
        "conversions",
        json.dumps({"order_reference": "1", "currency": "EURO", "amount_minor": 1.5, "x": 1}),
    )

    assert response.status_code == 422
    faults = {fault["field"] for fault in response.json()["errors"]}
    assert faults == {"currency", "amount_minor", "x"}
    assert Conversion.objects.count() == 0
