"""Refused events are listed with what to do, and judged again when it is done."""

from handsel.api.tests.conftest import ANOTHER, Api
from handsel.conversions.models import Fact
from handsel.intake.models import InboxEvent
from handsel.programs.models import Program

ORDER = {"order_reference": "1001", "amount_minor": 12_000, "currency": "EUR"}


def test_a_refused_event_says_what_to_do_in_the_callers_language(
    acme_api: Api, refused_event: InboxEvent
) -> None:
    (english,) = acme_api.get("events?status=refused").json()["items"]
    swedish = acme_api.get(f"events/{refused_event.pk}", **{"Accept-Language": "sv"}).json()

    assert english["message"] == "The signature does not fit the body and the secret."
    assert english["remedy"].startswith("Sign the raw body")
    assert (english["source"], english["can_retry"]) == ("postback", True)
    assert english["received_at"]
    assert swedish["message"] != english["message"]


def test_it_is_judged_again_when_the_secret_is_right(
    acme_api: Api, refused_event: InboxEvent, program: Program
) -> None:
    still_wrong = acme_api.post(f"events/{refused_event.pk}/retry")
    Program.objects.update(postback_secret=ANOTHER)
    taken_in = acme_api.post(f"events/{refused_event.pk}/retry", b"")
    again = acme_api.post(f"events/{refused_event.pk}/retry")

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


def test_a_retry_takes_no_fields(acme_api: Api, refused_event: InboxEvent) -> None:
    response = acme_api.post(f"events/{refused_event.pk}/retry", {"currency": "EUR"})

    assert (response.status_code, response.json()["field"]) == (422, "currency")
