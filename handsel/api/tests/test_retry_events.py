"""Refused events are listed with what to do, and judged again when it is done."""

import json

import pytest

from handsel.api.tests.conftest import Api
from handsel.clock import now
from handsel.conversions.models import Fact
from handsel.intake.models import InboxEvent
from handsel.intake.services import process_waiting
from handsel.intake.signatures import sign
from handsel.programs.models import Program

ORDER = {"order_reference": "1001", "amount_minor": 12_000, "currency": "EUR"}
SECRET = "the one the shop signs with"


@pytest.fixture
def refused(program: Program) -> str:
    """The id of a postback that was signed with another secret."""
    raw, at = json.dumps(ORDER), now()
    headers = {"handsel-signature": sign(SECRET, raw.encode(), at)}
    body = {"source": "postback", "program": program.pk, "raw": raw, "headers": headers}
    row = InboxEvent.objects.create(
        event_id="0:1", source="postback", trust="postback", body=body, received_at=at
    )
    process_waiting()
    return row.pk


def test_a_refused_event_says_what_to_do_in_the_callers_language(
    acme_api: Api, refused: str
) -> None:
    (english,) = acme_api.get("events?status=refused").json()["items"]
    swedish = acme_api.get(f"events/{refused}", **{"Accept-Language": "sv"}).json()

    assert english["message"] == "The signature does not fit the body and the secret."
    assert english["remedy"].startswith("Sign the raw body")
    assert (english["source"], english["can_retry"]) == ("postback", True)
    assert english["received_at"]
    assert swedish["message"] != english["message"]


def test_it_is_judged_again_when_the_secret_is_right(
    acme_api: Api, refused: str, program: Program
) -> None:
    still_wrong = acme_api.post(f"events/{refused}/retry")
    Program.objects.update(postback_secret=SECRET)
    taken_in = acme_api.post(f"events/{refused}/retry", b"")
    again = acme_api.post(f"events/{refused}/retry")

    assert [r.status_code for r in (still_wrong, taken_in, again)] == [200, 200, 200]
    assert (still_wrong.json()["status"], still_wrong.json()["can_retry"]) == ("refused", True)
    assert (taken_in.json()["status"], taken_in.json()["reason"]) == ("processed", "")
    assert taken_in.json()["conversion"]
    assert again.json() == taken_in.json()
    assert Fact.objects.count() == 1


def test_what_was_taken_in_stays_as_it_is(acme_api: Api, program: Program) -> None:
    acme_api.post("conversions", ORDER)
    (event,) = acme_api.get("events").json()["items"]

    response = acme_api.post(f"events/{event['id']}/retry")

    assert (response.status_code, response.json()) == (200, event)
    assert (event["message"], event["can_retry"]) == ("", False)


def test_a_retry_takes_no_fields(acme_api: Api, refused: str) -> None:
    response = acme_api.post(f"events/{refused}/retry", {"currency": "EUR"})

    assert (response.status_code, response.json()["field"]) == (422, "currency")
