import json

import pytest
from django.urls import reverse
from django.utils.timezone import now

from handsel.console.tests.reading import page_text
from handsel.errors import DomainError
from handsel.intake import envelopes, messages, services, signatures
from handsel.intake.models import InboxEvent
from handsel.intake.services import receive
from handsel.ui.wording import refusal_words
from handsel.ui.wording.inbox import EVENT_REFUSALS, KINDS, SOURCES
from handsel.ui.wording.refusals import REFUSALS

URL = "/console/events/"
SHOP = "https://acme.example/thanks"


@pytest.fixture
def refused(program):
    return InboxEvent.objects.create(
        brand=program.brand,
        program=program,
        source="postback",
        event_id="wh_19",
        kind="refund",
        trust="postback",
        body={"order_reference": "L-1", "note": "<b>half</b>"},
        status=InboxEvent.Status.REFUSED,
        reason="refund-above-sale",
        field="amount_minor",
        params={"refund": "R-9", "left_minor": 1, "excess_minor": 2},
        received_at=now(),
    )


def test_nothing_yet(as_ada, program):
    assert "Nothing has come in yet" in page_text(as_ada, URL)


def test_a_refusal_is_said_with_its_field_and_remedy(as_ada, refused):
    assert "Refund R-9 takes back more than is left of the order." in page_text(as_ada, URL)
    text = page_text(as_ada, reverse("console:event", args=[refused.pk]))

    assert "whether this refund was reported before" in text
    assert "Field at fault amount_minor" in text
    assert '"note": "<b>half</b>"' in text  # its body, as text


def test_an_event_leads_to_its_conversion(as_ada, program):
    body = {"order_reference": "L-1", "currency": "EUR", "amount_minor": 1_000}
    event = receive(program, source="api", kind="order", trust="store", body=body, event_id="e1")

    page = as_ada.get(URL).content.decode()
    assert reverse("console:conversion", args=[event.conversion_id]) in page


def test_what_was_mended_is_judged_again(as_ada, program, refused):
    body = {"order_reference": "L-1", "refund": "R-9", "currency": "EUR", "amount_minor": 500}
    InboxEvent.objects.filter(pk=refused.pk).update(body=body)
    sale = {"order_reference": "L-1", "currency": "EUR", "amount_minor": 1_000}
    receive(program, source="api", kind="order", trust="store", body=sale)
    address = reverse("console:event", args=[refused.pk])
    assert "Judge it again" in page_text(as_ada, address)

    as_ada.post(reverse("console:event-retrial", args=[refused.pk]))
    refused.refresh_from_db()
    assert (refused.status, refused.conversion.refunded_minor) == ("processed", 500)
    assert "Judge it again" not in page_text(as_ada, address)


@pytest.mark.parametrize(("said", "words"), [(True, "Yes"), (False, "No"), (None, "Not said")])
def test_whether_the_visitor_agreed_is_not_guessed(as_ada, program, refused, said, words):
    envelope = {"source": "script", "raw": json.dumps({"page": SHOP} | _consent(said))}
    refused.came_with = envelopes.beside_the_message(envelope)
    refused.save(update_fields=["came_with"])

    text = page_text(as_ada, reverse("console:event", args=[refused.pk]))
    assert f"Visitor agreed {words} Came" in text


def _consent(said):
    return {} if said is None else {"consent": said}


def test_only_refused_ones_when_asked(as_ada, program, refused):
    body = {"order_reference": "L-1", "currency": "EUR", "amount_minor": 1_000}
    receive(program, source="api", kind="order", trust="store", body=body, event_id="e-fine")

    assert "e-fine" not in page_text(as_ada, f"{URL}?state=refused")


def test_every_refusal_of_the_inbox_has_words():
    classes = [
        found
        for module in (envelopes, messages, services, signatures)
        for found in vars(module).values()
        if isinstance(found, type) and issubclass(found, DomainError)
    ]
    codes = {found("").code for found in classes if not found.__name__.startswith("_")}
    codes -= {"domain-error", "invalid-input", "event-not-kept"}

    assert len(codes) > 10
    assert codes <= {*EVENT_REFUSALS, *REFUSALS}


def test_every_kind_and_road_has_words():
    assert {*messages.MESSAGES} == {*KINDS}
    assert {*envelopes.TRUST, "api", "file"} == {*SOURCES}


def test_a_code_of_another_age_is_shown_as_it_is():
    assert refusal_words("moon-phase", "", {}).message == "Refused: moon phase"
    assert refusal_words("wrong-currency", "", {}).message == "Refused: wrong currency"


@pytest.mark.parametrize("who", ["as_mallory", "as_ben"])
def test_others_find_nothing(request, who, refused):
    client = request.getfixturevalue(who) if who == "as_mallory" else None
    client = client or request.getfixturevalue("as_ben")

    assert client.get(reverse("console:event", args=[refused.pk])).status_code == 404
